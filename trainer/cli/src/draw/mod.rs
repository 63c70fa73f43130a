//! Shows real rows beside generated ones: a person sees in a second what no metric says.

mod canvas;
pub mod sheet;
pub mod terminal;
mod tiles;

pub use tiles::{Shape, Tiles};
