//! Shapes on a plane.

/// Units of a scene per pixel of a page at its natural size. Integer units are then fine enough for
/// curves.
pub const UNIT: i32 = 4;

/// Estimated width of a letter, as a share of the font size.
pub(super) const LETTER: f64 = 0.5;

/// Shortens a text to this number of letters.
#[must_use]
pub fn shortened(text: &str, letters: usize) -> String {
    match text.chars().count() > letters {
        true => text
            .chars()
            .take(letters.saturating_sub(1))
            .chain(['…'])
            .collect(),
        false => text.to_owned(),
    }
}

/// Shortens a text of this font size to about this width, both in pixels.
#[must_use]
pub fn fitted(text: &str, size: i32, width: i32) -> String {
    shortened(
        text,
        (f64::from(width) / (LETTER * f64::from(size))) as usize,
    )
}

/// A colour and its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    /// Red, green, blue.
    pub rgb: (u8, u8, u8),
    /// Opacity, 0 to 1.
    pub alpha: f64,
}

/// A point, in units.
pub type Point = (i32, i32);

/// Which part of a text lies at its anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left end, or the top.
    Start,
    /// The middle.
    Middle,
    /// The right end, or the bottom.
    End,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The characters.
    pub text: String,
    /// The anchor.
    pub at: Point,
    /// Font size (em), units.
    pub size: i32,
    /// The part that lies at the anchor, along the line.
    pub across: Side,
    /// The part that lies at the anchor, across the line.
    pub down: Side,
    /// The text runs upwards.
    pub rotated: bool,
    /// The colour.
    pub colour: Colour,
}

impl Text {
    /// Returns the distance from the anchor down to the baseline, units.
    #[must_use]
    pub fn baseline(&self) -> f64 {
        let part = match self.down {
            Side::Start => 0.76,
            Side::Middle => 0.35,
            Side::End => -0.25,
        };
        part * f64::from(self.size)
    }
}

/// One shape.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the fields' names say all")]
pub enum Shape {
    /// A line through points.
    Line {
        points: Vec<Point>,
        width: u32,
        dashed: bool,
        colour: Colour,
    },
    /// A filled polygon.
    Area { points: Vec<Point>, colour: Colour },
    /// A filled rectangle.
    Rectangle {
        from: Point,
        to: Point,
        colour: Colour,
    },
    /// A filled circle.
    Dot {
        at: Point,
        radius: u32,
        colour: Colour,
    },
    /// A line of text.
    Text(Text),
}

/// Shapes, each drawn over those before it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width and height, units.
    pub size: (i32, i32),
    /// The shapes, in the order of drawing.
    pub shapes: Vec<Shape>,
}

impl Scene {
    /// Creates an empty scene of a size in pixels.
    #[must_use]
    pub fn new((width, height): (i32, i32)) -> Self {
        Self {
            size: (width * UNIT, height * UNIT),
            shapes: Vec::new(),
        }
    }

    /// Adds the shapes of another scene, moved by `(dx, dy)` units.
    pub fn place(&mut self, other: &Self, (dx, dy): Point) {
        let to = |(x, y): Point| (x + dx, y + dy);
        let moved = other.shapes.iter().cloned().map(|mut shape| {
            match &mut shape {
                Shape::Line { points, .. } | Shape::Area { points, .. } => {
                    points.iter_mut().for_each(|point| *point = to(*point));
                }
                Shape::Rectangle { from, to: end, .. } => (*from, *end) = (to(*from), to(*end)),
                Shape::Dot { at, .. } | Shape::Text(Text { at, .. }) => *at = to(*at),
            }
            shape
        });
        self.shapes.extend(moved);
    }

    /// Adds a text whose left end, at half its height, is at `at`; `size` is in pixels.
    pub fn text(&mut self, text: &str, at: Point, size: i32, colour: Colour) {
        self.shapes.push(Shape::Text(Text {
            text: text.to_owned(),
            at,
            size: size * UNIT,
            across: Side::Start,
            down: Side::Middle,
            rotated: false,
            colour,
        }));
    }

    /// Adds a line, `width` half pixels wide.
    pub fn line(&mut self, points: Vec<Point>, colour: Colour, width: u32) {
        self.shapes.push(Shape::Line {
            points,
            width: width * UNIT as u32 / 2,
            dashed: false,
            colour,
        });
    }

    /// Adds a dashed line, `width` half pixels wide.
    pub fn dashes(&mut self, points: Vec<Point>, colour: Colour, width: u32) {
        self.shapes.push(Shape::Line {
            points,
            width: width * UNIT as u32 / 2,
            dashed: true,
            colour,
        });
    }

    /// Adds a filled rectangle.
    pub fn rectangle(&mut self, from: Point, to: Point, colour: Colour) {
        self.shapes.push(Shape::Rectangle { from, to, colour });
    }

    /// Adds a dot with a radius of so many half pixels.
    pub fn dot(&mut self, at: Point, colour: Colour, radius: u32) {
        self.shapes.push(Shape::Dot {
            at,
            radius: radius * UNIT as u32 / 2,
            colour,
        });
    }
}
