//! The kernels in plain Rust: the specification, and what runs where there is no other.

mod dense;
mod euler;
mod fold;

pub use dense::dense;
pub use euler::euler;
pub(crate) use euler::{input, moved, velocity};
pub use fold::fold;
