//! The kernels in plain Rust: the specification, and the fallback on targets without assembly.

#[cfg(any(flowlet_kernel = "rv32im", test))]
mod blocks;
mod condition_bias;
#[cfg(flowlet_kernel = "portable")]
mod dense;
mod euler;
#[cfg(any(not(flowlet_kernel = "portable"), test))]
mod small;
#[cfg(any(flowlet_kernel = "portable", flowlet_kernel = "rv32im"))]
mod sums;
mod transposed;

#[cfg(flowlet_kernel = "rv32im")]
pub use blocks::dense;
pub use condition_bias::condition_bias;
#[cfg(flowlet_kernel = "portable")]
pub use dense::dense;
pub use euler::euler;
pub(crate) use euler::{input, moved, velocity};
#[cfg(not(any(flowlet_kernel = "portable", flowlet_kernel = "rv32im")))]
pub use small::dense;
pub(crate) use transposed::transposed;

#[cfg(all(test, flowlet_kernel = "portable"))]
mod tests;
