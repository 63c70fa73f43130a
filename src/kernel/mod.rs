//! Sums of products, the inner loop of the network.
//!
//! A kernel gives, for a block of rows of int8 weights and one vector of int16 activations, the
//! exact int32 sums. `parse` has bounded Σ|w|·max|a| of every row, so no partial sum wraps and
//! any order of summation gives the same bits; the portable kernel is the specification.

mod portable;

pub(crate) use portable::{ROWS, dot};
