//! The kernels in plain Rust: the specification, and the fallback on targets without assembly.

mod condition_bias;
#[cfg(flowlet_kernel = "portable")]
mod dense;
mod euler;
#[cfg(any(not(flowlet_kernel = "portable"), test))]
mod small;

pub use condition_bias::condition_bias;
#[cfg(flowlet_kernel = "portable")]
pub use dense::dense;
pub use euler::euler;
pub(crate) use euler::{input, moved, velocity};
#[cfg(not(flowlet_kernel = "portable"))]
pub use small::dense;
