//! Samples beside the real rows nearest to them, and how near samples and real rows lie on the whole.

use ndarray::{ArrayView1, Axis};

use super::super::scene::arrange::FILL;
use super::super::scene::palette::{FAINT, GENERATED, REAL};
use super::super::scene::{Mark, Panel, Picture, Scene, Side, UNIT, panel};
use super::super::stats::Comparison;
use super::super::stats::layout::Layout;
use super::super::stats::nearest::{Nearest, Pair};
use super::axes::{Axes, SIZE, room};
use super::both;
use super::images::Ink;

/// Pairs that are shown.
const PAIRS: usize = 8;
const TILES: usize = 15;
/// Columns of rows that are no curves.
const FEW: usize = 12;

/// The distances, and the nearest pairs first.
#[must_use]
pub fn nearest(comparison: &Comparison<'_>, nearest: &Nearest) -> Picture {
    let mut panels = vec![distances(nearest)];
    match comparison.layout {
        Layout::Image(shape) => {
            panels.push(tiles(comparison, nearest, &Ink::of(comparison, shape)))
        }
        // Of few columns curves say little; the page has a table of them.
        Layout::Numbers if comparison.fields.len() <= FEW || comparison.numbers().is_empty() => {}
        _ => panels.extend(
            nearest
                .first(PAIRS)
                .iter()
                .map(|pair| curves(comparison, pair)),
        ),
    }
    let mut keys = both(Mark::Fill, Mark::Line);
    keys[0].meaning = "real row, or real rows to each other";
    keys[1].meaning = "sample, or samples to real rows";
    Picture {
        title: "Samples beside the real rows nearest to them".to_owned(),
        keys,
        panels,
    }
}

/// Bars of the histogram.
const BARS: usize = 30;

fn distances(nearest: &Nearest) -> Panel {
    let samples: Vec<f64> = nearest.pairs.iter().map(|pair| pair.distance).collect();
    // The last hundredth is far out and says nothing of copies.
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
        "Median distance of samples to real rows {a:.3}, of real rows to each other {b:.3}"
    );
    panel(SIZE, "How near", description, |area| {
        let width = end / BARS as f64;
        let bar =
            |(bin, &share): (usize, &f64)| (bin as f64 * width, (bin + 1) as f64 * width, share);
        let mut chart = axes.draw(area)?;
        chart.bars(real.iter().enumerate().map(bar), REAL.over(FILL))?;
        let steps = made.iter().enumerate().map(bar);
        let around = steps.flat_map(|(from, to, share)| [(from, share), (to, share)]);
        chart.line(around, GENERATED.full(), 3)
    })
}

/// Sample and row of a pair as curves over the columns.
fn curves(comparison: &Comparison<'_>, pair: &Pair) -> Panel {
    let (columns, standard) = match &comparison.layout {
        Layout::Series(all, rest) if rest.is_empty() && all.len() == 1 => {
            (all[0].columns.clone(), false)
        }
        _ => (comparison.numbers(), true),
    };
    let row = |rows: &super::super::stats::comparison::Rows, place: usize| -> Vec<(f64, f64)> {
        let values = if standard {
            &rows.standard
        } else {
            &rows.values
        };
        let values: ArrayView1<'_, f32> = values.row(place);
        let point = |(at, &column): (usize, &usize)| (at as f64, f64::from(values[column]));
        columns.iter().enumerate().map(point).collect()
    };
    let (sample, real) = (
        row(&comparison.generated, pair.sample),
        row(&comparison.real, pair.row),
    );
    let axes = Axes {
        x_title: if standard {
            "column of numbers, from 0"
        } else {
            ""
        },
        y_title: if standard { "sd from the mean" } else { "" },
        ..Axes::plain(
            0.0..(columns.len() as f64 - 1.0).max(1.0),
            room(sample.iter().chain(&real).map(|point| point.1)),
        )
    };
    let number = comparison.real.numbers[pair.row] + 1;
    let title = format!(
        "row {number}: sample {:.3} away, real row {:.3}",
        pair.distance, pair.among_real
    );
    let description = format!(
        "A sample at {:.3} sd from row {number}, whose nearest real row is at {:.3}",
        pair.distance, pair.among_real
    );
    panel(SIZE, title, description, |area| {
        let mut chart = axes.draw(area)?;
        chart.line(real.iter().copied(), REAL.over(FILL), 10)?;
        chart.line(sample, GENERATED.full(), 3)
    })
}

/// Pairs of tiles, three a line: the sample, the row, and their distances in words.
fn tiles(comparison: &Comparison<'_>, nearest: &Nearest, ink: &Ink) -> Panel {
    const ACROSS: usize = 3;
    const CELL: (i32, i32) = (127, 96);
    let side = 54 * UNIT;
    let (width, height) = ink.tile(side);
    let pairs = nearest.first(TILES);
    let lines = pairs.len().div_ceil(ACROSS) as i32;
    let mut scene = Scene::new(CELL.0 * ACROSS as i32, CELL.1 * lines);
    let corner = |index: usize| {
        let (line, place) = ((index / ACROSS) as i32, (index % ACROSS) as i32);
        (place * CELL.0 * UNIT, line * CELL.1 * UNIT)
    };
    let mut draw = |rows: &ndarray::Array2<f32>, which: Vec<usize>, right: i32| {
        let places: Vec<_> = (0..which.len())
            .map(|index| {
                let (x, y) = corner(index);
                (x + right, y)
            })
            .collect();
        ink.draw(&mut scene, &rows.select(Axis(0), &which), &places, side);
    };
    draw(
        &comparison.generated.values,
        pairs.iter().map(|pair| pair.sample).collect(),
        0,
    );
    draw(
        &comparison.real.values,
        pairs.iter().map(|pair| pair.row).collect(),
        width + 4 * UNIT,
    );
    for (index, pair) in pairs.iter().enumerate() {
        let (x, y) = corner(index);
        let number = comparison.real.numbers[pair.row] + 1;
        let lines = [
            format!("row {number}: {:.2}", pair.distance),
            format!("real row {:.2}", pair.among_real),
        ];
        for (line, words) in lines.iter().enumerate() {
            let at = (x, y + height + (10 + 15 * line as i32) * UNIT);
            scene.text(words, at, 15 * UNIT, Side::Start, FAINT.full());
        }
    }
    Panel {
        title: "Sample, real row, and distance to it".to_owned(),
        description: format!(
            "{} samples, each beside the real row nearest to it, the nearest first",
            pairs.len()
        ),
        scene,
    }
}
