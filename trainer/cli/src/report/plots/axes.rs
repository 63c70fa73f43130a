//! Axes in the style of all pictures, and the marks that stand between them.

use std::convert::Infallible;
use std::ops::Range;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::series::DashedLineSeries;
use plotters::style::{Color, IntoFont, RGBAColor, ShapeStyle};

use super::super::scene::Canvas;
use super::super::scene::palette::{FAINT, GRID, TEXT};
use super::super::scene::{Area, Colour, Drawn, UNIT};
use super::ticks::{self, Ticked};

/// Width and height of most panels, pixels.
pub const SIZE: (i32, i32) = (380, 240);

/// Height of the letters at ticks and axes, pixels.
const LETTERS: i32 = 15;

/// How an axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// As it is.
    Plain,
    /// In powers of ten: coordinates are logarithms.
    Decades,
    /// In powers of two: coordinates are logarithms.
    Octaves,
}

/// What the axes of a panel are.
#[derive(Clone, Debug)]
pub struct Axes<'t> {
    /// From left to right.
    pub x: Range<f64>,
    /// From below.
    pub y: Range<f64>,
    /// What goes across; nothing is written where it is empty.
    pub x_title: &'t str,
    /// What goes up.
    pub y_title: &'t str,
    /// How x counts.
    pub x_scale: Scale,
    /// How y counts.
    pub y_scale: Scale,
    /// What stands at 0, 1, … of y in place of numbers, where there is any.
    pub y_names: &'t [&'t str],
}

impl Axes<'_> {
    /// Plain axes without titles.
    pub fn plain(x: Range<f64>, y: Range<f64>) -> Self {
        Self {
            x,
            y,
            x_title: "",
            y_title: "",
            x_scale: Scale::Plain,
            y_scale: Scale::Plain,
            y_names: &[],
        }
    }

    /// Draws them.
    pub fn draw<'a, 's>(
        &self,
        area: &'a Area<'s>,
    ) -> Result<Chart<'a, 's>, DrawingAreaErrorKind<Infallible>> {
        let below = if self.x_title.is_empty() { 24 } else { 44 };
        let longest = self.y_names.iter().map(|name| name.chars().count()).max();
        let beside = match longest {
            Some(letters) => 8 * letters as i32 + 12,
            None if self.y_title.is_empty() => 46,
            None => 64,
        };
        let mut chart = ChartBuilder::on(area)
            .margin_top(6 * UNIT)
            .margin_right(16 * UNIT)
            .x_label_area_size(below * UNIT)
            .y_label_area_size(beside * UNIT)
            .build_cartesian_2d(ticked(&self.x, self.x_scale), ticked(&self.y, self.y_scale))?;
        let (across, up) = (span(&self.x), span(&self.y));
        // Half a panel has room for fewer numbers.
        let narrow = area.dim_in_pixel().0 < (250 * UNIT) as u32;
        let letters = |colour: Colour| {
            ("sans-serif", LETTERS * UNIT)
                .into_font()
                .color(&rgba(colour))
        };
        chart
            .configure_mesh()
            .light_line_style(RGBAColor(0, 0, 0, 0.0))
            .bold_line_style(line(GRID.full(), 1))
            .axis_style(line(FAINT.full(), 1))
            .label_style(letters(FAINT.full()))
            .axis_desc_style(letters(TEXT.full()))
            .set_all_tick_mark_size(4 * UNIT)
            .x_labels(if narrow { 4 } else { 6 })
            .x_label_formatter(&|&x| tick(x, across, self.x_scale))
            .y_labels(self.y_names.len().max(6))
            .y_label_formatter(&|&y| match self.y_names {
                [] => tick(y, up, self.y_scale),
                names => named(names, y),
            })
            .x_desc(self.x_title)
            .y_desc(self.y_title)
            .draw()?;
        Ok(Chart(chart))
    }
}

fn ticked(range: &Range<f64>, scale: Scale) -> Ticked {
    let ticks = match scale {
        Scale::Decades => Some(ticks::decades(range)),
        Scale::Plain | Scale::Octaves => None,
    };
    Ticked::new(range.clone(), ticks)
}

fn span(range: &Range<f64>) -> f64 {
    range.end - range.start
}

/// What stands at a tick of names: nothing between them.
fn named(names: &[&str], at: f64) -> String {
    let whole = (at - at.round()).abs() < 1e-6 && at > -0.5;
    let name = whole.then(|| names.get(at.round() as usize)).flatten();
    name.map_or(String::new(), |name| (*name).to_owned())
}

/// What stands at a tick.
fn tick(at: f64, span: f64, scale: Scale) -> String {
    match scale {
        Scale::Plain => short(at, span),
        Scale::Decades => decade(10f64.powf(at), span),
        Scale::Octaves if (at - at.round()).abs() < 1e-6 => format!("{:.0}", 2f64.powf(at)),
        Scale::Octaves => String::new(),
    }
}

/// A number at a tick of an axis of so many decades: two figures, or more where they would not tell ticks apart.
fn decade(value: f64, decades: f64) -> String {
    if decades < 0.2 {
        return short(value, value * decades * std::f64::consts::LN_10);
    }
    let two = format!("{value:.1e}");
    let rounded: f64 = two.parse().unwrap_or(value);
    match (1e-3..1e5).contains(&rounded) {
        true => rounded.to_string(),
        false => two,
    }
}

/// A number with as many decimals as tell it from others within a span of values.
#[must_use]
pub fn number(value: f64, span: f64) -> String {
    let span = if span > 0.0 { span } else { value.abs() / 64.0 };
    let size = value.abs().max(span);
    if size >= 1e5 || (size < 1e-3 && size > 0.0) {
        return format!("{value:.1e}");
    }
    let decimals = (2.0 - span.max(1e-9).log10()).ceil().clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}").replace('-', "−")
}

/// A number without the noughts at its end.
fn short(value: f64, span: f64) -> String {
    let text = number(value, span);
    let text = match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    if text == "−0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// The range of values with a little room at either end; never empty.
#[must_use]
pub fn room(values: impl IntoIterator<Item = f64>) -> Range<f64> {
    let (low, high) = values
        .into_iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    if low > high {
        return 0.0..1.0;
    }
    let apart = (high - low).max(1e-6 * low.abs().max(high.abs()));
    let apart = if apart > 0.0 { 0.05 * apart } else { 0.5 };
    low - apart..high + apart
}

/// The library's colour.
fn rgba(
    Colour {
        rgb: (r, g, b),
        alpha,
    }: Colour,
) -> RGBAColor {
    RGBAColor(r, g, b, alpha)
}

/// A line of so many quarters of a pixel.
fn line(colour: Colour, width: u32) -> ShapeStyle {
    rgba(colour).stroke_width(width * UNIT as u32 / 2)
}

type Plane = Cartesian2d<Ticked, Ticked>;

/// Axes that marks are drawn between.
pub struct Chart<'a, 's>(ChartContext<'a, Canvas<'s>, Plane>);

impl Chart<'_, '_> {
    /// A line through points, `width` half pixels wide.
    pub fn line(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        colour: Colour,
        width: u32,
    ) -> Drawn {
        let points: Vec<(f64, f64)> = points.into_iter().collect();
        let path = PathElement::new(points, line(colour, width));
        self.0.draw_series([path]).map(drop)
    }

    /// A broken line through points.
    pub fn dashes(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        colour: Colour,
        width: u32,
    ) -> Drawn {
        let points: Vec<(f64, f64)> = points.into_iter().collect();
        let dashes = DashedLineSeries::new(points, 7 * UNIT, 4 * UNIT, line(colour, width));
        self.0.draw_series(dashes).map(drop)
    }

    /// The area between two lines over the same x.
    pub fn band(&mut self, below: &[(f64, f64)], above: &[(f64, f64)], colour: Colour) -> Drawn {
        let around: Vec<(f64, f64)> = below.iter().chain(above.iter().rev()).copied().collect();
        let area = Polygon::new(around, rgba(colour).filled());
        self.0.draw_series([area]).map(drop)
    }

    /// Bars from 0, each from one x to another.
    pub fn bars(
        &mut self,
        bars: impl IntoIterator<Item = (f64, f64, f64)>,
        colour: Colour,
    ) -> Drawn {
        let bar =
            |(from, to, height)| Rectangle::new([(from, height), (to, 0.0)], rgba(colour).filled());
        self.0.draw_series(bars.into_iter().map(bar)).map(drop)
    }

    /// Bars from 0 to the right, each between two y.
    pub fn bars_across(
        &mut self,
        bars: impl IntoIterator<Item = ((f64, f64), f64)>,
        colour: Colour,
    ) -> Drawn {
        let bar = |((low, high), length)| {
            Rectangle::new([(0.0, high), (length, low)], rgba(colour).filled())
        };
        self.0.draw_series(bars.into_iter().map(bar)).map(drop)
    }

    /// Dots with a radius of so many half pixels.
    pub fn dots(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        colour: Colour,
        radius: i32,
    ) -> Drawn {
        let dot = |at| Circle::new(at, radius * UNIT / 2, rgba(colour).filled());
        self.0.draw_series(points.into_iter().map(dot)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::{decade, number, room, short};

    #[test]
    fn decades_have_two_figures_and_narrow_ranges_more() {
        let wide = [0.003981, 0.01, 0.7943, 1.122, 39.8, 2.5e-5].map(|value| decade(value, 2.0));
        assert_eq!(wide, ["0.004", "0.01", "0.79", "1.1", "40", "2.5e-5"]);
        assert_eq!(
            [1.0, 1.0233].map(|value| decade(value, 0.05)),
            ["1", "1.023"]
        );
    }

    #[test]
    fn numbers_have_the_decimals_that_tell_them_apart() {
        assert_eq!(number(0.2, 1.0), "0.20");
        assert_eq!(number(-3.0, 10.0), "−3.0");
        assert_eq!(number(1013.5, 40.0), "1013.5");
        assert_eq!(number(2e6, 1e6), "2.0e6");
        assert_eq!(number(300.0, 500.0), "300");
        assert_eq!(short(-3.0, 10.0), "−3");
        assert_eq!(short(-0.0, 2.0), "0");
        assert_eq!(short(0.0125, 0.04), "0.0125");
        assert_eq!(short(300.0, 500.0), "300");
    }

    #[test]
    fn a_range_is_never_empty() {
        assert_eq!(room([0.0, 10.0]), -0.5..10.5);
        assert_eq!(room([]), 0.0..1.0);
        let one = room([3.0]);
        assert!(one.start < 3.0 && 3.0 < one.end);
        assert_eq!(room([0.0]), -0.5..0.5);
    }
}
