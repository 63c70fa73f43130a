//! The flowlet runtime for C: what `include/flowlet.h` declares, which cbindgen makes of this crate.
//!
//! Names are those of the header. Every function checks what can be checked of its pointers and gives a
//! [`flowlet_error`]; what cannot be checked stands under *Safety* in its documentation, which the header has too.
#![cfg_attr(target_os = "none", no_std)] // elsewhere std brings the panic handler that the compiler asks for
#![allow(
    non_camel_case_types,
    reason = "as the header names them, which C's users search for"
)]
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

mod error;
mod memory;
mod model;
mod pointers;
mod random;
mod sampler;
mod values;

pub use error::*;
pub use memory::*;
pub use model::*;
pub use random::*;
pub use sampler::*;
pub use values::*;

/// Nothing in the library panics, so that no linked file has it.
#[cfg(target_os = "none")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
