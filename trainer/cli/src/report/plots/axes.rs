//! Axes in the style of all plots, and the marks between them.

use std::ops::Range;

use super::ticks::Scale;
use crate::draw::palette::{FAINT, GRID, Role, TEXT};
use crate::draw::{Colour, Point, Scene, Shape, Side, Text, UNIT, fitted};

/// Width and height of most panels, pixels.
pub const SIZE: (i32, i32) = (380, 240);

/// Font size, and margins above and to the right, pixels.
const FONT: i32 = 12;
const MARGIN_TOP: i32 = 6;
const MARGIN_RIGHT: i32 = 16;
/// Length of a tick, and distance from the axis to its number, pixels.
const TICK: i32 = 4;
const TO_NUMBER: i32 = 7;
/// Greatest number of ticks of an axis. A panel narrower than [`NARROW`] pixels has fewer.
const MAX_TICKS: usize = 6;
const MAX_TICKS_NARROW: usize = 4;
const NARROW: i32 = 250;

/// The axes of a plot.
#[derive(Clone, Debug)]
pub struct Axes<'t> {
    /// Range from left to right.
    pub x: Range<f64>,
    /// Range from bottom to top.
    pub y: Range<f64>,
    /// Title below; may be empty.
    pub x_title: &'t str,
    /// Title at the left; may be empty.
    pub y_title: &'t str,
    /// Scale of x.
    pub x_scale: Scale,
    /// Scale of y.
    pub y_scale: Scale,
    /// Names at x = 0, 1, … in place of numbers; may be empty.
    pub x_names: &'t [&'t str],
    /// Names at y = 0, 1, … in place of numbers; may be empty.
    pub y_names: &'t [&'t str],
}

/// Part of a scene, units.
#[derive(Clone, Copy, Debug)]
struct Frame {
    left: i32,
    right: i32,
    bottom: i32,
}

impl Axes<'_> {
    /// Creates linear axes without titles.
    pub fn plain(x: Range<f64>, y: Range<f64>) -> Self {
        Self {
            x,
            y,
            x_title: "",
            y_title: "",
            x_scale: Scale::Linear,
            y_scale: Scale::Linear,
            x_names: &[],
            y_names: &[],
        }
    }

    /// Draws the axes over a whole scene.
    pub fn draw<'s>(&self, scene: &'s mut Scene) -> Chart<'s> {
        let (right, bottom) = scene.size;
        self.draw_in(
            scene,
            Frame {
                left: 0,
                right,
                bottom,
            },
        )
    }

    /// Draws the axes over the left half (0) or the right half (1) of a scene.
    pub fn draw_half<'s>(&self, scene: &'s mut Scene, half: usize) -> Chart<'s> {
        let (width, bottom) = scene.size;
        let left = half as i32 * width / 2;
        self.draw_in(
            scene,
            Frame {
                left,
                right: left + width / 2,
                bottom,
            },
        )
    }

    fn draw_in<'s>(&self, scene: &'s mut Scene, frame: Frame) -> Chart<'s> {
        let below = if self.x_title.is_empty() { 24 } else { 44 };
        let longest = self.y_names.iter().map(|name| name.chars().count()).max();
        let before = match longest {
            Some(letters) => 8 * letters as i32 + 12,
            None if self.y_title.is_empty() => 46,
            None => 64,
        };
        let mut chart = Chart {
            scene,
            x: self.x.clone(),
            y: self.y.clone(),
            left: frame.left + before * UNIT,
            right: frame.right - MARGIN_RIGHT * UNIT,
            top: MARGIN_TOP * UNIT,
            bottom: frame.bottom - below * UNIT,
        };
        let most = match frame.right - frame.left < NARROW * UNIT {
            true => MAX_TICKS_NARROW,
            false => MAX_TICKS,
        };
        let x_ticks = self.x_scale.ticks(&self.x, most);
        let y_ticks = self.y_ticks();
        let xs: Vec<i32> = x_ticks
            .iter()
            .map(|&at| chart.at((at, self.y.start)).0)
            .collect();
        let ys: Vec<i32> = y_ticks
            .iter()
            .map(|&at| chart.at((self.x.start, at)).1)
            .collect();
        chart.frame(&xs, &ys);
        for (&at, &x) in x_ticks.iter().zip(&xs) {
            let label = match self.x_names.is_empty() {
                true => self.x_scale.label(at, &self.x),
                false => self.x_name(at).to_owned(),
            };
            let anchor = (x, chart.bottom + TO_NUMBER * UNIT);
            chart.text(&label, anchor, (Side::Middle, Side::Start), FAINT.full());
        }
        for (&at, &y) in y_ticks.iter().zip(&ys) {
            let name = self.y_names.get(at.round() as usize);
            let label = name.map_or_else(
                || self.y_scale.label(at, &self.y),
                |name| (*name).to_owned(),
            );
            let anchor = (chart.left - TO_NUMBER * UNIT, y);
            chart.text(&label, anchor, (Side::End, Side::Middle), FAINT.full());
        }
        let middle = ((chart.left + chart.right) / 2, frame.bottom - 2 * UNIT);
        let across = (frame.right - frame.left) / UNIT;
        let x_title = fitted(self.x_title, FONT, across);
        chart.text(&x_title, middle, (Side::Middle, Side::End), TEXT.full());
        let middle = (frame.left + 2 * UNIT, (chart.top + chart.bottom) / 2);
        let y_title = fitted(self.y_title, FONT, frame.bottom / UNIT);
        chart.text(&y_title, middle, (Side::Middle, Side::Start), TEXT.full());
        if let Some(Shape::Text(title)) = chart.scene.shapes.last_mut()
            && !self.y_title.is_empty()
        {
            title.rotated = true;
        }
        chart
    }

    /// Returns the name at x. Empty between the names.
    fn x_name(&self, at: f64) -> &str {
        match at.fract() == 0.0 && at >= 0.0 {
            true => self.x_names.get(at as usize).copied().unwrap_or_default(),
            false => "",
        }
    }

    fn y_ticks(&self) -> Vec<f64> {
        match self.y_names.len() {
            0 => self.y_scale.ticks(&self.y, MAX_TICKS),
            names => (0..names).map(|at| at as f64).collect(),
        }
    }
}

/// Returns the range of finite values with a margin at both ends; never empty.
#[must_use]
pub fn padded(values: impl IntoIterator<Item = f64>) -> Range<f64> {
    let (min, max) = values
        .into_iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(value), max.max(value))
        });
    if min > max {
        return 0.0..1.0;
    }
    let length = (max - min).max(1e-6 * min.abs().max(max.abs()));
    let margin = if length > 0.0 { 0.05 * length } else { 0.5 };
    min - margin..max + margin
}

/// The plane between axes.
pub struct Chart<'s> {
    scene: &'s mut Scene,
    x: Range<f64>,
    y: Range<f64>,
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Chart<'_> {
    /// Draws a line through points, `width` half pixels wide.
    pub fn line(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        colour: Colour,
        width: u32,
    ) {
        let points = self.all(points);
        self.scene.line(points, colour, width);
    }

    /// Draws a dashed line through points.
    pub fn dashes(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        colour: Colour,
        width: u32,
    ) {
        let points = self.all(points);
        self.scene.dashes(points, colour, width);
    }

    /// Fills the area between two lines over the same x.
    pub fn band(&mut self, below: &[(f64, f64)], above: &[(f64, f64)], colour: Colour) {
        let around = below.iter().chain(above.iter().rev()).copied();
        let points = self.all(around);
        self.scene.shapes.push(Shape::Area { points, colour });
    }

    /// Draws bars from y = 0: `(from, to, height)`.
    pub fn bars(&mut self, bars: impl IntoIterator<Item = (f64, f64, f64)>, colour: Colour) {
        for (from, to, height) in bars {
            self.bar((from, height), (to, 0.0), colour);
        }
    }

    /// Draws bars from x = 0 to the right: `((low, high), length)`.
    pub fn bars_across(
        &mut self,
        bars: impl IntoIterator<Item = ((f64, f64), f64)>,
        colour: Colour,
    ) {
        for ((low, high), length) in bars {
            self.bar((0.0, high), (length, low), colour);
        }
    }

    /// Draws dots with a radius of so many half pixels.
    pub fn dots(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        colour: Colour,
        radius: u32,
    ) {
        for at in self.all(points) {
            self.scene.dot(at, colour, radius);
        }
    }

    fn bar(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour) {
        let (from, to) = (self.at(from), self.at(to));
        self.scene.rectangle(from, to, colour);
    }

    fn at(&self, (x, y): (f64, f64)) -> Point {
        let part = |value: f64, range: &Range<f64>, length: i32| {
            // A range without length would give no number, which becomes 0.
            ((value - range.start) / (range.end - range.start) * f64::from(length)).round() as i32
        };
        (
            self.left + part(x, &self.x, self.right - self.left),
            self.bottom - part(y, &self.y, self.bottom - self.top),
        )
    }

    fn all(&self, points: impl IntoIterator<Item = (f64, f64)>) -> Vec<Point> {
        points.into_iter().map(|point| self.at(point)).collect()
    }

    /// Draws the grid, the ticks and the axes. Lines of one style become one path of SVG.
    fn frame(&mut self, xs: &[i32], ys: &[i32]) {
        let (left, right, top, bottom) = (self.left, self.right, self.top, self.bottom);
        let mut line = |points: &[Point], role: Role| {
            self.scene.line(points.to_vec(), role.full(), 1);
        };
        xs.iter()
            .for_each(|&x| line(&[(x, top), (x, bottom)], GRID));
        ys.iter()
            .for_each(|&y| line(&[(left, y), (right, y)], GRID));
        let tick = TICK * UNIT;
        xs.iter()
            .for_each(|&x| line(&[(x, bottom), (x, bottom + tick)], FAINT));
        ys.iter()
            .for_each(|&y| line(&[(left - tick, y), (left, y)], FAINT));
        line(&[(left, top), (left, bottom), (right, bottom)], FAINT);
    }

    fn text(&mut self, text: &str, at: Point, (across, down): (Side, Side), colour: Colour) {
        if !text.is_empty() {
            self.scene.shapes.push(Shape::Text(Text {
                text: text.to_owned(),
                at,
                size: FONT * UNIT,
                across,
                down,
                rotated: false,
                colour,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Axes, SIZE, padded};
    use crate::draw::{Scene, Shape, UNIT};

    #[test]
    fn long_names_of_axes_are_cut() {
        let mut scene = Scene::new(SIZE);
        let name = "name ".repeat(60);
        let axes = Axes {
            x_title: &name,
            y_title: &name,
            ..Axes::plain(0.0..1.0, 0.0..1.0)
        };
        axes.draw(&mut scene);
        let cut = scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) if text.text.ends_with('…') => {
                Some(text.text.chars().count() as i32)
            }
            _ => None,
        });
        let [across, up] = [SIZE.0, SIZE.1].map(|pixels| pixels / 6);
        assert_eq!(cut.collect::<Vec<_>>(), [across, up]);
    }

    #[test]
    fn marks_lie_between_the_axes() {
        let mut scene = Scene::new(SIZE);
        let axes = Axes::plain(0.0..10.0, -1.0..1.0);
        let colour = crate::draw::palette::REAL.full();
        axes.draw(&mut scene)
            .dots([(0.0, -1.0), (10.0, 1.0)], colour, 2);
        let dot = |shape: &Shape| match shape {
            Shape::Dot { at, .. } => Some((at.0 / UNIT, at.1 / UNIT)),
            _ => None,
        };
        let dots: Vec<_> = scene.shapes.iter().filter_map(dot).collect();
        assert_eq!(dots, [(46, 240 - 24), (380 - 16, 6)]);
    }

    #[test]
    fn a_range_is_never_empty() {
        assert_eq!(padded([0.0, 10.0]), -0.5..10.5);
        assert_eq!(padded([]), 0.0..1.0);
        let one = padded([3.0]);
        assert!(one.start < 3.0 && 3.0 < one.end);
        assert_eq!(padded([0.0]), -0.5..0.5);
    }
}
