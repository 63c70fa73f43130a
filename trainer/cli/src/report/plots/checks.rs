//! Kolmogorov–Smirnov statistic of each column.

use super::axes::{Axes, SIZE};
use super::both;
use super::categories::{AROUND, BAR, short};
use crate::draw::palette::{GENERATED, REAL};
use crate::draw::{FILL, Mark, Panel, Picture, Scene};
use crate::report::stats::columns::ColumnCheck;

/// Greatest number of columns whose names fit; more columns are numbered.
const MAX_NAMED: usize = 16;
const STATISTIC: &str = "KS statistic";

/// Draws one bar per column in the order of the model, and the real baseline as a line.
#[must_use]
pub fn checks(columns: &[ColumnCheck]) -> Picture {
    let worst = columns.iter().max_by(|a, b| a.ks.total_cmp(&b.ks));
    let worst = worst.map_or(String::new(), |column| {
        format!("; the greatest is {:.3} of {}", column.ks, column.name)
    });
    let description = format!("Kolmogorov–Smirnov statistic of every column{worst}");
    let named = columns.len() <= MAX_NAMED;
    let size = match named {
        true => (SIZE.0, BAR * columns.len() as i32 + AROUND),
        false => SIZE,
    };
    let panel = Panel::new(size, "KS by column", description, |scene| match named {
        true => by_name(columns, scene),
        false => by_number(columns, scene),
    });
    let mut keys = both(Mark::Line, Mark::Fill);
    keys[0].meaning = "real baseline";
    Picture {
        title: "Column by column".to_owned(),
        keys,
        panels: vec![panel],
    }
}

/// Returns the end of the statistic's axis.
fn end(columns: &[ColumnCheck]) -> f64 {
    let most = columns.iter().map(|column| column.ks.max(column.ks_real));
    1.05 * most.fold(0.05, f64::max)
}

/// Draws bars to the right, the first at the top.
fn by_name(columns: &[ColumnCheck], scene: &mut Scene) {
    let from_below = || columns.iter().rev().enumerate();
    let names: Vec<String> = from_below().map(|(_, of)| short(&of.name)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let axes = Axes {
        x_title: STATISTIC,
        y_names: &names,
        ..Axes::plain(0.0..end(columns), -0.5..columns.len() as f64 - 0.5)
    };
    let mut chart = axes.draw(scene);
    let bar = |(at, of): (usize, &ColumnCheck)| ((at as f64 - 0.4, at as f64 + 0.4), of.ks);
    chart.bars_across(from_below().map(bar), GENERATED.over(FILL));
    let real =
        from_below().flat_map(|(at, of)| [-0.5, 0.5].map(|side| (of.ks_real, at as f64 + side)));
    chart.line(real, REAL.full(), 3);
}

/// Draws bars upwards, from the left to the right.
fn by_number(columns: &[ColumnCheck], scene: &mut Scene) {
    let axes = Axes {
        x_title: "column, from 0",
        y_title: STATISTIC,
        ..Axes::plain(-0.5..columns.len() as f64 - 0.5, 0.0..end(columns))
    };
    let mut chart = axes.draw(scene);
    let bar = |(at, of): (usize, &ColumnCheck)| (at as f64 - 0.4, at as f64 + 0.4, of.ks);
    chart.bars(columns.iter().enumerate().map(bar), GENERATED.over(FILL));
    let of = columns.iter().enumerate();
    let real = of.flat_map(|(at, of)| [-0.5, 0.5].map(|side| (at as f64 + side, of.ks_real)));
    chart.line(real, REAL.full(), 3);
}
