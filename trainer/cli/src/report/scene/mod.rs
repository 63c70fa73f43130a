//! Shapes on a plane: what a picture is before it is SVG or PNG.
//!
//! The plotting library draws on a [`Canvas`], which writes its calls down. One record serves both formats, so that a
//! picture is the same in either, and keeps SVG small: shapes of one colour become one path.

pub mod arrange;
mod canvas;
pub mod palette;
pub mod png;
pub mod svg;

pub use arrange::{Key, Mark, Panel, Picture};
pub use canvas::{Area, Canvas};
pub(in crate::report) use canvas::{Drawn, font, panel};

/// Units of a scene in a pixel of a page at its natural size, so that whole units are fine enough for curves.
pub const UNIT: i32 = 4;

/// A colour of the [`palette`], and how much of it covers what lies below, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// Red, green, blue.
    pub rgb: (u8, u8, u8),
    /// 1 covers all.
    pub alpha: f64,
}

/// A point, in units.
pub type Point = (i32, i32);

/// Where a text stands from its anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The anchor is the left end, or the top.
    Start,
    /// It is the middle.
    Middle,
    /// It is the right end, or the bottom.
    End,
}

/// One shape.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields are what they are called")]
pub enum Shape {
    /// A line through points.
    Line {
        points: Vec<Point>,
        width: u32,
        colour: Colour,
    },
    /// The inside of a polygon.
    Area { points: Vec<Point>, colour: Colour },
    /// The inside of a rectangle.
    Rectangle {
        from: Point,
        to: Point,
        colour: Colour,
    },
    /// The inside of a circle.
    Dot {
        at: Point,
        radius: u32,
        colour: Colour,
    },
    /// A line of text.
    Text {
        text: String,
        at: Point,
        /// Height of its letters, ascent to descent.
        size: i32,
        across: Side,
        down: Side,
        /// Written upwards.
        turned: bool,
        colour: Colour,
    },
}

/// Shapes, each over those before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width and height, units.
    pub size: (i32, i32),
    /// In the order of drawing.
    pub shapes: Vec<Shape>,
}

impl Scene {
    /// An empty one of a size in pixels.
    #[must_use]
    pub fn new(width: i32, height: i32) -> Self {
        Self {
            size: (width * UNIT, height * UNIT),
            shapes: Vec::new(),
        }
    }

    /// Puts the shapes of another one here, moved by so many units.
    pub fn place(&mut self, other: &Self, (dx, dy): Point) {
        let to = |(x, y): Point| (x + dx, y + dy);
        let moved = other.shapes.iter().cloned().map(|mut shape| {
            match &mut shape {
                Shape::Line { points, .. } | Shape::Area { points, .. } => {
                    points.iter_mut().for_each(|point| *point = to(*point));
                }
                Shape::Rectangle { from, to: end, .. } => (*from, *end) = (to(*from), to(*end)),
                Shape::Dot { at, .. } | Shape::Text { at, .. } => *at = to(*at),
            }
            shape
        });
        self.shapes.extend(moved);
    }

    /// Writes a text.
    pub fn text(&mut self, text: &str, at: Point, size: i32, across: Side, colour: Colour) {
        self.shapes.push(Shape::Text {
            text: text.to_owned(),
            at,
            size,
            across,
            down: Side::Middle,
            turned: false,
            colour,
        });
    }

    /// Fills a rectangle.
    pub fn rectangle(&mut self, from: Point, to: Point, colour: Colour) {
        self.shapes.push(Shape::Rectangle { from, to, colour });
    }
}
