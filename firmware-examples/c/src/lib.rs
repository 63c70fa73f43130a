//! The flowlet runtime for C. cbindgen makes `include/flowlet.h` from this crate.
//!
//! Every function checks its pointers as far as possible and returns a [`flowlet_error`]. Its
//! section *Safety*, which the header has too, says what the library cannot check.
#![cfg_attr(target_os = "none", no_std)] // on a host, std has the panic handler
#![allow(non_camel_case_types, reason = "names of C")]
#![deny(missing_docs, unsafe_op_in_unsafe_fn)]

mod decimal;
mod error;
mod filler;
mod fixed;
mod memory;
mod model;
mod pointers;
mod random;
mod sampler;
mod score;
mod sizes;
mod values;
mod version;

pub use decimal::*;
pub use error::*;
pub use filler::*;
pub use fixed::*;
pub use memory::*;
pub use model::*;
pub use random::*;
pub use sampler::*;
pub use score::*;
pub use sizes::*;
pub use values::*;
pub use version::*;

/// The compiler requires a panic handler. Nothing in the library panics, so it is never linked.
#[cfg(target_os = "none")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
