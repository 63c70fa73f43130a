//! Drawing: shapes on a plane, written as SVG or PNG, and grey images in a terminal.
//!
//! A [`Scene`] is a list of shapes. [`svg`] and [`png`] write the same scene, so a picture looks
//! the same in both formats.

pub mod palette;
mod picture;
pub mod png;
mod scene;
mod sheet;
pub mod svg;
pub mod terminal;
mod tiles;

pub use flowlet_trainer::data::layout::ImageSize;
pub use picture::{FILL, KEY_SIZE, Key, Mark, Panel, Picture};
pub use scene::{Colour, Point, Scene, Shape, Side, Text, UNIT, fitted, shortened};
pub use sheet::{SheetRow, draw_tile, sheet};
pub use tiles::Tiles;
