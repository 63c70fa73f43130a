//! Rows that are images.

use std::ops::RangeInclusive;

use ndarray::{Array2, Axis};

use crate::draw::{ImageSize, Picture, SheetRow, Tiles, sheet};
use crate::report::stats::Comparison;
use crate::report::stats::comparison::Rows;

/// Images in a line of a sheet, and greatest number of classes that are shown.
const ACROSS: usize = 10;
const MAX_CLASSES: usize = 12;

/// Scale from values to greys, the same for real and generated rows.
#[derive(Clone, Debug)]
pub struct Ink {
    size: ImageSize,
    range: RangeInclusive<f64>,
    /// Great values are light.
    bright: bool,
    /// Rows have red, green and blue values.
    coloured: bool,
}

impl Ink {
    /// Takes the range of the real rows. If most pixels at the edges of images have the least
    /// value, that value is white; otherwise the greatest value is. Colours stay as they are.
    pub fn of(comparison: &Comparison<'_>, size: ImageSize, coloured: bool) -> Self {
        let values = &comparison.real.values;
        let extreme = |start, pick: fn(f64, f64) -> f64| values.iter().copied().fold(start, pick);
        let (low, high) = (
            extreme(f64::INFINITY, f64::min),
            extreme(f64::NEG_INFINITY, f64::max),
        );
        let high = if high > low { high } else { low + 1.0 };
        let edge = |place: usize| {
            let place = place % (size.width * size.height);
            let (line, at) = (place / size.width, place % size.width);
            line == 0 || at == 0 || line + 1 == size.height || at + 1 == size.width
        };
        let places: Vec<usize> = (0..values.ncols()).filter(|&place| edge(place)).collect();
        let edges = values.select(Axis(1), &places);
        let dark = edges
            .iter()
            .filter(|&&value| value < low + 0.1 * (high - low));
        Self {
            size,
            range: low..=high,
            bright: 2 * dark.count() <= edges.len(),
            coloured,
        }
    }

    /// Returns some of the rows as images.
    pub fn tiles(&self, values: &Array2<f64>, rows: &[usize]) -> Tiles {
        let tiles = Tiles::new(values.select(Axis(0), rows).view(), self.size, &self.range);
        if self.bright && !self.coloured {
            tiles.inverted()
        } else {
            tiles
        }
    }
}

/// Draws a sheet of real and one of generated images.
pub fn samples(comparison: &Comparison<'_>, size: ImageSize, coloured: bool) -> Picture {
    let ink = Ink::of(comparison, size, coloured);
    let classes = comparison.classes();
    let panel = |rows: &Rows, title: &str| {
        let row = |(name, members): (String, Vec<usize>)| SheetRow {
            name,
            tiles: ink.tiles(&rows.values, &members),
        };
        let lines = lines(rows, &classes, comparison.sampling.seed);
        sheet(title, &lines.into_iter().map(row).collect::<Vec<_>>())
    };
    Picture {
        title: "Real and generated images".to_owned(),
        keys: Vec::new(),
        panels: vec![
            panel(&comparison.real, "Real"),
            panel(&comparison.generated, "Generated"),
        ],
    }
}

/// Draws rows at random: one line per class, or ten lines of all rows.
fn lines(rows: &Rows, classes: &[&str], seed: u64) -> Vec<(String, Vec<usize>)> {
    if classes.is_empty() {
        let all = rows.some(None, ACROSS * ACROSS, seed);
        let lines = all.chunks(ACROSS);
        return lines.map(|line| (String::new(), line.to_vec())).collect();
    }
    let line = |(class, name): (usize, &&str)| {
        let members = rows.some(Some(class as u16), ACROSS, seed);
        ((*name).to_owned(), members)
    };
    classes
        .iter()
        .enumerate()
        .take(MAX_CLASSES)
        .map(line)
        .collect()
}
