//! What there is to know of a model beside a table: no drawing here.

pub mod columns;
pub mod comparison;
pub mod cost;
pub mod layout;
pub mod losses;
pub mod nearest;
pub mod steps;

pub use comparison::{Comparison, Float};
