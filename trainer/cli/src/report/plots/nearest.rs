//! Samples with their nearest real rows, and histograms of the distances.

use super::axes::{Axes, SIZE, padded};
use super::both;
use super::images::Ink;
use crate::draw::palette::{FAINT, GENERATED, REAL};
use crate::draw::{FILL, Mark, Panel, Picture, UNIT, draw_tile};
use crate::report::stats::Comparison;
use crate::report::stats::comparison::Rows;
use crate::report::stats::nearest::{Nearest, Pair};
use flowlet_trainer::data::layout::Layout;

/// Number of pairs of curves and of images.
const CURVES: usize = 8;
const IMAGES: usize = 15;
/// Greatest number of columns that curves would say little of; the page has a table instead.
const FEW: usize = 12;

/// Draws the distances and the nearest pairs.
#[must_use]
pub fn nearest(comparison: &Comparison<'_>, nearest: &Nearest) -> Picture {
    let mut panels = vec![distances(nearest)];
    match comparison.layout {
        Layout::Image(size) => panels.push(tiles(
            comparison,
            nearest,
            &Ink::of(comparison, size, false),
        )),
        Layout::ColourImage(size) => {
            panels.push(tiles(comparison, nearest, &Ink::of(comparison, size, true)))
        }
        Layout::Numbers
            if comparison.file_columns.len() <= FEW || comparison.numbers().is_empty() => {}
        _ => panels.extend(
            nearest
                .first(CURVES)
                .iter()
                .map(|pair| curves(comparison, pair)),
        ),
    }
    let mut keys = both(Mark::Fill, Mark::Line);
    keys[0].meaning = "real row, or real row to real row";
    keys[1].meaning = "sample, or sample to real row";
    Picture {
        title: "Samples and their nearest real rows".to_owned(),
        keys,
        panels,
    }
}

/// Number of bars of the histogram.
const BARS: usize = 30;

fn distances(nearest: &Nearest) -> Panel {
    let samples: Vec<f64> = nearest.pairs.iter().map(|pair| pair.distance).collect();
    // The greatest hundredth are outliers, which say nothing about copies.
    let late = |rising: &[f64]| rising[(rising.len() - 1) * 99 / 100];
    let end = late(&samples).max(late(&nearest.among_real)).max(1e-6);
    let shares = |values: &[f64]| {
        let mut shares = vec![0.0; BARS];
        for value in values {
            let bin = (value / end * BARS as f64) as usize;
            if let Some(share) = shares.get_mut(bin) {
                *share += 100.0 / values.len() as f64;
            }
        }
        shares
    };
    let (real, made) = (shares(&nearest.among_real), shares(&samples));
    let most = real.iter().chain(&made).copied().fold(0.0, f64::max);
    let axes = Axes {
        x_title: "distance to the nearest real row, sd",
        y_title: "% of rows",
        ..Axes::plain(0.0..end, 0.0..1.05 * most)
    };
    let [a, b] = nearest.medians();
    let description = format!(
        "Median distance of a sample to the nearest real row {a:.3}, of a real row to another {b:.3}"
    );
    Panel::new(SIZE, "Distances", description, |scene| {
        let width = end / BARS as f64;
        let bar =
            |(bin, &share): (usize, &f64)| (bin as f64 * width, (bin + 1) as f64 * width, share);
        let mut chart = axes.draw(scene);
        chart.bars(real.iter().enumerate().map(bar), REAL.over(FILL));
        let steps = made.iter().enumerate().map(bar);
        let around = steps.flat_map(|(from, to, share)| [(from, share), (to, share)]);
        chart.line(around, GENERATED.full(), 3);
    })
}

/// Draws the sample and the row of a pair as curves over the columns.
fn curves(comparison: &Comparison<'_>, pair: &Pair) -> Panel {
    let (columns, standard) = match &comparison.layout {
        Layout::Series(all, rest) if rest.is_empty() && all.len() == 1 => {
            (all[0].columns.clone(), false)
        }
        _ => (comparison.numbers(), true),
    };
    let row = |rows: &Rows, place: usize| -> Vec<(f64, f64)> {
        let value = |column| match standard {
            true => rows.standard[[place, column]].into(),
            false => rows.values[[place, column]],
        };
        let point = |(at, &column): (usize, &usize)| (at as f64, value(column));
        columns.iter().enumerate().map(point).collect()
    };
    let (sample, real) = (
        row(&comparison.generated, pair.sample),
        row(&comparison.training, pair.row),
    );
    let axes = Axes {
        x_title: if standard {
            "numeric column, from 0"
        } else {
            ""
        },
        y_title: if standard { "sd from the mean" } else { "" },
        ..Axes::plain(
            0.0..(columns.len() as f64 - 1.0).max(1.0),
            padded(sample.iter().chain(&real).map(|point| point.1)),
        )
    };
    let number = comparison.training.numbers[pair.row] + 1;
    let title = format!(
        "row {number}: sample at {:.3}, real row at {:.3}",
        pair.distance, pair.among_real
    );
    let description = format!(
        "A sample {:.3} sd from row {number}, whose nearest real row is {:.3} sd away",
        pair.distance, pair.among_real
    );
    Panel::new(SIZE, title, description, |scene| {
        let mut chart = axes.draw(scene);
        chart.line(real.iter().copied(), REAL.over(FILL), 10);
        chart.line(sample, GENERATED.full(), 3);
    })
}

/// Draws pairs of images, three per line: the sample, the real row, and their distances.
fn tiles(comparison: &Comparison<'_>, nearest: &Nearest, ink: &Ink) -> Panel {
    const ACROSS: usize = 3;
    const CELL: (i32, i32) = (127, 96);
    const FONT: i32 = 12;
    let side = 54 * UNIT;
    let pairs = nearest.first(IMAGES);
    let lines = pairs.len().div_ceil(ACROSS) as i32;
    let samples: Vec<usize> = pairs.iter().map(|pair| pair.sample).collect();
    let rows: Vec<usize> = pairs.iter().map(|pair| pair.row).collect();
    let samples = ink.tiles(&comparison.generated.values, &samples);
    let rows = ink.tiles(&comparison.training.values, &rows);
    let size = (CELL.0 * ACROSS as i32, CELL.1 * lines);
    let description = format!("{} samples, each with its nearest real row", pairs.len());
    let title = "Sample, nearest real row, and their distance";
    Panel::new(size, title, description, |scene| {
        for (index, pair) in pairs.iter().enumerate() {
            let (line, place) = ((index / ACROSS) as i32, (index % ACROSS) as i32);
            let (x, y) = (place * CELL.0 * UNIT, line * CELL.1 * UNIT);
            let (width, height) = draw_tile(scene, &samples, index, (x, y), side);
            draw_tile(scene, &rows, index, (x + width + 4 * UNIT, y), side);
            let number = comparison.training.numbers[pair.row] + 1;
            let texts = [
                format!("row {number}: {:.2}", pair.distance),
                format!("real row {:.2}", pair.among_real),
            ];
            for (line, text) in texts.iter().enumerate() {
                let at = (x, y + height + (10 + 15 * line as i32) * UNIT);
                scene.text(text, at, FONT, FAINT.full());
            }
        }
    })
}
