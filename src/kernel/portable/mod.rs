//! The kernels in plain Rust: the specification, and what runs where there is no other.

#[cfg(flowlet_kernel = "portable")]
mod dense;
mod euler;
mod fold;
#[cfg(any(not(flowlet_kernel = "portable"), test))]
mod small;

#[cfg(flowlet_kernel = "portable")]
pub use dense::dense;
pub use euler::euler;
pub(crate) use euler::{input, moved, velocity};
pub use fold::fold;
#[cfg(not(flowlet_kernel = "portable"))]
pub use small::dense;
