//! Series laid over one another: real in grey, generated in blue, one panel a class, as a PNG file.
//!
//! Lines let what lies below them through, so where many run the picture darkens as a density plot
//! does. They are drawn three times as large and averaged down, which smooths them.

use std::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Dimensions, Point, Size};
use embedded_graphics::mono_font::MonoFont;
use embedded_graphics::mono_font::iso_8859_1::{FONT_6X10, FONT_9X15_BOLD, FONT_9X18};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::primitives::{
    Polyline, Primitive, PrimitiveStyle, Rectangle, StyledDrawable,
};
use embedded_graphics::text::Alignment;
use ndarray::{Array2, ArrayView1};

use super::canvas::{Canvas, FAINT, GENERATED, PAPER, REAL};

/// Drawn pixels a side of a picture pixel.
const FINE: u32 = 3;
/// How much of a line's colour reaches the picture, of 255.
const STRENGTH: u8 = 96;
/// A panel alone, and one among others.
const LARGE: Size = Size::new(560, 240);
const SMALL: Size = Size::new(280, 140);
const MARGIN: u32 = 24;
const LEGEND: u32 = 32;
const NAME: u32 = 26;
const BETWEEN: u32 = 20;
const SCALE: u32 = 48;
const ACROSS: usize = 3;
const SCALE_FONT: &MonoFont<'_> = &FONT_6X10;

/// The series of one class, or all of them.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Written above the panel, such as the class; may be empty.
    pub name: String,
    /// Real series, one a row, physical units.
    pub real: Array2<f32>,
    /// Generated series, one a row, physical units.
    pub generated: Array2<f32>,
}

/// Draws the panels, three across, all with one scale: the bytes of a PNG file.
///
/// The scale reaches from the least to the greatest finite value of the real series; whatever runs
/// beyond it is cut off at the panel's edge.
///
/// # Panics
/// When there is no panel, or no real series.
#[must_use]
pub fn png(panels: &[Panel]) -> Vec<u8> {
    let (scale, layout) = (Scale::of(panels), Layout::of(panels));
    let mut fine = Canvas::new(layout.size() * FINE);
    for (index, panel) in panels.iter().enumerate() {
        let corner = layout.corner(index) * FINE as i32;
        let area = Rectangle::new(corner, layout.panel * FINE);
        let Ok(()) = fine.fill_solid(&area, PAPER);
        for (series, colour) in [(&panel.real, REAL), (&panel.generated, GENERATED)] {
            for row in series.rows() {
                draw_line(&mut fine, &scale.points(row, area), area, colour);
            }
        }
    }
    let mut canvas = fine.shrunk(FINE as usize);
    caption(&mut canvas, panels, &layout, &scale);
    canvas.png()
}

/// Where things stand, in picture pixels.
struct Layout {
    panels: usize,
    panel: Size,
    /// Height of the names above the panels.
    name: u32,
}

impl Layout {
    fn of(panels: &[Panel]) -> Self {
        let named = panels.iter().any(|panel| !panel.name.is_empty());
        Self {
            panels: panels.len(),
            panel: if panels.len() == 1 { LARGE } else { SMALL },
            name: if named { NAME } else { 0 },
        }
    }

    fn pitch(&self) -> Size {
        self.panel + Size::new(BETWEEN, BETWEEN + self.name)
    }

    fn size(&self) -> Size {
        let (across, down) = (self.panels.min(ACROSS), self.panels.div_ceil(ACROSS));
        Size::new(
            2 * MARGIN + SCALE + across as u32 * self.pitch().width - BETWEEN,
            2 * MARGIN + LEGEND + down as u32 * self.pitch().height - BETWEEN,
        )
    }

    /// Top left of a panel.
    fn corner(&self, index: usize) -> Point {
        let (across, down) = ((index % ACROSS) as u32, (index / ACROSS) as u32);
        Point::new(
            (MARGIN + SCALE + across * self.pitch().width) as i32,
            (MARGIN + LEGEND + self.name + down * self.pitch().height) as i32,
        )
    }
}

fn caption(canvas: &mut Canvas, panels: &[Panel], layout: &Layout, scale: &Scale) {
    let mut at = Point::new((MARGIN + SCALE) as i32, (MARGIN + 8) as i32);
    for (name, colour) in [("real", REAL), ("generated", GENERATED)] {
        canvas.text(name, at, Alignment::Left, &FONT_9X15_BOLD, colour);
        at.x += 9 * name.len() as i32 + 18;
    }
    for (index, panel) in panels.iter().enumerate() {
        let corner = layout.corner(index);
        let above = corner - Point::new(0, NAME as i32 / 2);
        canvas.text(&panel.name, above, Alignment::Left, &FONT_9X18, FAINT);
        if index % ACROSS == 0 {
            for (value, y) in [(scale.high, 5), (scale.low, layout.panel.height as i32 - 5)] {
                let at = corner + Point::new(-8, y);
                canvas.text(&short(value), at, Alignment::Right, SCALE_FONT, FAINT);
            }
        }
    }
}

/// A number in at most seven characters, the room left of the panels.
fn short(value: f32) -> String {
    match value.abs() {
        size if size != 0.0 && !(0.01..10_000.0).contains(&size) => format!("{value:.0e}"),
        size if size >= 100.0 => format!("{value:.0}"),
        _ => format!("{value:.2}"),
    }
}

/// The values at the bottom and the top of every panel.
struct Scale {
    low: f32,
    high: f32,
}

impl Scale {
    fn of(panels: &[Panel]) -> Self {
        let values = panels.iter().flat_map(|panel| panel.real.iter().copied());
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        assert!(low <= high, "a scale needs real series");
        // A constant series runs through the middle.
        let spare = if low == high { 1.0 } else { 0.0 };
        Self {
            low: low - spare,
            high: high + spare,
        }
    }

    /// Where a series runs in an area, from its left to its right edge.
    fn points(&self, series: ArrayView1<'_, f32>, area: Rectangle) -> Vec<Point> {
        let last = series.len().saturating_sub(1).max(1) as f32;
        let (width, height) = (area.size.width as f32 - 1.0, area.size.height as f32 - 1.0);
        let point = |(index, &value): (usize, &f32)| {
            // One panel's height beyond the edges is far enough to slope, and no coordinate overflows.
            let part = ((self.high - value) / (self.high - self.low)).clamp(-1.0, 2.0);
            let x = index as f32 / last * width;
            area.top_left + Point::new(x.round() as i32, (part * height).round() as i32)
        };
        series.iter().enumerate().map(point).collect()
    }
}

fn draw_line(canvas: &mut Canvas, points: &[Point], within: Rectangle, colour: Rgb888) {
    let style = PrimitiveStyle::with_stroke(colour, FINE);
    let line = Polyline::new(points).into_styled(style);
    let Ok(()) = line
        .primitive
        .draw_styled(&style, &mut Wash { canvas, within });
}

/// Draws on a part of a canvas and lets what is there shine through.
struct Wash<'a> {
    canvas: &'a mut Canvas,
    within: Rectangle,
}

impl Dimensions for Wash<'_> {
    fn bounding_box(&self) -> Rectangle {
        self.within
    }
}

impl DrawTarget for Wash<'_> {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(at, colour) in pixels {
            if self.within.contains(at) {
                self.canvas.blend(at, colour, STRENGTH);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use embedded_graphics::geometry::{Point, Size};
    use embedded_graphics::primitives::Rectangle;
    use ndarray::{Array2, array};

    use crate::draw::canvas::tests::decode;

    use super::{LARGE, LEGEND, MARGIN, NAME, Panel, SCALE, Scale, png, short};

    fn panel(real: Array2<f32>, generated: Array2<f32>) -> Panel {
        Panel {
            name: "run".into(),
            real,
            generated,
        }
    }

    #[test]
    fn a_series_runs_from_edge_to_edge() {
        let scale = Scale::of(&[panel(array![[-1.0, 3.0, 1.0]], array![[9.0, 9.0, 9.0]])]);
        let area = Rectangle::new(Point::new(10, 20), Size::new(101, 41));
        let points = scale.points(array![3.0, -1.0, 1.0].view(), area);
        assert_eq!(
            points,
            [Point::new(10, 20), Point::new(60, 60), Point::new(110, 40)]
        );
        let beyond = scale.points(array![f32::MAX, -1e9].view(), area);
        assert_eq!(beyond, [Point::new(10, -20), Point::new(110, 100)]);
    }

    #[test]
    fn real_is_grey_and_generated_is_blue() {
        let flat = |value| Array2::from_elem((30, 8), value);
        let range = array![[-1.0_f32; 8], [1.0; 8]];
        let real = ndarray::concatenate![ndarray::Axis(0), range, flat(0.5)];
        let file = png(&[panel(real, flat(-0.5))]);
        let (width, _, bytes) = decode(file);
        let corner = (LEGEND + NAME + MARGIN) as usize;
        let pixel = |part: f32| {
            let y = corner + (part * (LARGE.height - 1) as f32).round() as usize;
            let at = 3 * (y * width + (MARGIN + SCALE + LARGE.width / 2) as usize);
            [bytes[at], bytes[at + 1], bytes[at + 2]]
        };
        // A line may straddle two pixels, so its shade is only bounded.
        let [real, generated] = [pixel(0.25), pixel(0.75)];
        assert!(real[0] < 140 && real[2].abs_diff(real[0]) < 20, "{real:?}");
        assert!(
            generated[0] < 140 && generated[2] - generated[0] > 80,
            "{generated:?}"
        );
        assert_eq!(pixel(0.6), [255; 3]);
    }

    #[test]
    fn numbers_fit_the_scale() {
        let shown = [0.0, -0.25, 123.4, -98765.0, 1e-7].map(short);
        assert_eq!(shown, ["0.00", "-0.25", "123", "-1e5", "1e-7"]);
    }
}
