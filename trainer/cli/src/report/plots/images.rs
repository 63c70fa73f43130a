//! Rows that are images, as tiles: a line a class.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ndarray::{Array2, Axis};

use super::super::scene::palette::{FAINT, TEXT};
use super::super::scene::{Colour, Panel, Picture, Point, Scene, Shape as Figure, Side, UNIT};
use super::super::stats::Comparison;
use super::super::stats::comparison::Rows;
use crate::draw::{Shape, Tiles};

/// Width of a sheet, tiles in a line of it, and lines at most.
const WIDTH: i32 = 380;
const ACROSS: usize = 10;
const LINES: usize = 12;
/// Pixels between tiles.
const BETWEEN: i32 = 3;
/// Greys that are told apart, paper among them.
const GREYS: u8 = 16;

/// How values become greys: the same for real and generated rows.
#[derive(Clone, Debug)]
pub struct Ink {
    shape: Shape,
    range: RangeInclusive<f32>,
    /// High values are light.
    bright: bool,
}

impl Ink {
    /// By the real rows: from their least to their greatest value. Where most pixels at the edges of images have the
    /// least, that is paper and the rest ink; elsewhere high is light.
    pub fn of(comparison: &Comparison<'_>, shape: Shape) -> Self {
        let values = &comparison.real.values;
        let extreme = |start, pick: fn(f32, f32) -> f32| values.iter().copied().fold(start, pick);
        let (low, high) = (
            extreme(f32::INFINITY, f32::min),
            extreme(f32::NEG_INFINITY, f32::max),
        );
        let high = if high > low { high } else { low + 1.0 };
        let edge = |place: usize| {
            let (line, at) = (place / shape.width, place % shape.width);
            line == 0 || at == 0 || line + 1 == shape.height || at + 1 == shape.width
        };
        let places: Vec<usize> = (0..values.ncols()).filter(|&place| edge(place)).collect();
        let edges = values.select(Axis(1), &places);
        let dark = edges
            .iter()
            .filter(|&&value| value < low + 0.1 * (high - low));
        Self {
            shape,
            range: low..=high,
            bright: 2 * dark.count() <= edges.len(),
        }
    }

    /// Rows as tiles, and where each stands.
    pub fn draw(&self, scene: &mut Scene, rows: &Array2<f32>, places: &[Point], side: i32) {
        let tiles = Tiles::new(rows.view(), self.shape, &self.range);
        let pixel = self.pixel(side);
        let mut runs: BTreeMap<u8, Vec<(Point, Point)>> = BTreeMap::new();
        for (image, &(left, top)) in places.iter().enumerate() {
            let corner = |x: usize, y: usize| (left + x as i32 * pixel, top + y as i32 * pixel);
            let Shape { width, height } = self.shape;
            runs.entry(0)
                .or_default()
                .push((corner(0, 0), corner(width, height)));
            for y in 0..height {
                let mut x = 0;
                while x < width {
                    let grey = |x| self.grey(tiles.intensity(image, x, y));
                    let from = x;
                    while x < width && grey(x) == grey(from) {
                        x += 1;
                    }
                    if grey(from) > 0 {
                        let run = (corner(from, y), corner(x, y + 1));
                        runs.entry(grey(from)).or_default().push(run);
                    }
                }
            }
        }
        for (grey, runs) in runs {
            let light = 254 - 15 * grey;
            let colour = Colour {
                rgb: (light, light, light),
                alpha: 1.0,
            };
            let filled = |(from, to)| Figure::Rectangle { from, to, colour };
            scene.shapes.extend(runs.into_iter().map(filled));
        }
    }

    /// 0 is paper.
    fn grey(&self, intensity: u8) -> u8 {
        let grey = (u16::from(intensity) * u16::from(GREYS - 1) + 127) / 255;
        if self.bright {
            GREYS - 1 - grey as u8
        } else {
            grey as u8
        }
    }

    /// Units of a pixel in a tile that is at most `side` units wide.
    fn pixel(&self, side: i32) -> i32 {
        (side / self.shape.width.max(self.shape.height) as i32).max(1)
    }

    /// Units that a tile takes.
    pub fn tile(&self, side: i32) -> (i32, i32) {
        let pixel = self.pixel(side);
        (
            self.shape.width as i32 * pixel,
            self.shape.height as i32 * pixel,
        )
    }
}

/// A sheet of real and one of generated images.
pub fn samples(comparison: &Comparison<'_>, shape: Shape) -> Picture {
    let ink = Ink::of(comparison, shape);
    let classes = comparison.classes();
    let sheet = |rows: &Rows, what: &str| sheet(&ink, rows, &classes, what, comparison.seed);
    Picture {
        title: "Real beside generated images".to_owned(),
        keys: Vec::new(),
        panels: vec![
            sheet(&comparison.real, "Real"),
            sheet(&comparison.generated, "Generated"),
        ],
    }
}

fn sheet(ink: &Ink, rows: &Rows, classes: &[&str], what: &str, seed: u64) -> Panel {
    let lines = lines(rows, classes, seed);
    let longest = lines.iter().map(|(name, _)| name.chars().count()).max();
    let names = match longest.unwrap_or(0) {
        0 => 0,
        letters => (letters as i32 * 8 + 8).min(100),
    };
    let side = ((WIDTH - names) / ACROSS as i32 - BETWEEN) * UNIT;
    let (width, height) = ink.tile(side);
    let step = (width + BETWEEN * UNIT, height + BETWEEN * UNIT);
    let mut scene = Scene::new(WIDTH, 0);
    scene.size.1 = lines.len() as i32 * step.1;
    let mut drawn = Vec::new();
    let mut places = Vec::new();
    for (line, (name, members)) in lines.iter().enumerate() {
        let top = line as i32 * step.1;
        let at = (0, top + height / 2);
        scene.text(name, at, 16 * UNIT, Side::Start, FAINT.full());
        drawn.extend(members);
        let left = |place: usize| (names * UNIT + place as i32 * step.0, top);
        places.extend((0..members.len()).map(left));
    }
    ink.draw(
        &mut scene,
        &rows.values.select(Axis(0), &drawn),
        &places,
        side,
    );
    if drawn.is_empty() {
        scene.text("none", (0, UNIT * 10), 16 * UNIT, Side::Start, TEXT.full());
    }
    let by = if classes.is_empty() {
        ""
    } else {
        ", one class a line"
    };
    Panel {
        title: format!("{what}{by}"),
        description: format!("{} {} images{by}", drawn.len(), what.to_lowercase()),
        scene,
    }
}

/// Some rows of each class, or of all.
fn lines(rows: &Rows, classes: &[&str], seed: u64) -> Vec<(String, Vec<usize>)> {
    if classes.is_empty() {
        let all = rows.some(None, ACROSS * ACROSS, seed);
        let chunks = all.chunks(ACROSS);
        return chunks
            .map(|chunk| (String::new(), chunk.to_vec()))
            .collect();
    }
    let line = |(class, name): (usize, &&str)| {
        let members = rows.some(Some(class as u16), ACROSS, seed);
        ((*name).to_owned(), members)
    };
    classes.iter().enumerate().take(LINES).map(line).collect()
}
