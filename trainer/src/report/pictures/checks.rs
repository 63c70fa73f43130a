//! How far each column's distribution is from the real one.

use super::super::gather::columns::Column;
use super::super::scene::arrange::FILL;
use super::super::scene::palette::{GENERATED, REAL};
use super::super::scene::{Mark, Picture, panel};
use super::axes::{Axes, SIZE};
use super::both;

/// A bar a column, in the order of the model, and what halves of the real rows have as a line.
#[must_use]
pub fn checks(columns: &[Column]) -> Picture {
    let most = columns.iter().map(|column| column.ks.max(column.ks_real));
    let most = most.fold(0.05, f64::max);
    let axes = Axes {
        x_title: "column, from 0",
        y_title: "KS statistic",
        ..Axes::plain(-0.5..columns.len() as f64 - 0.5, 0.0..1.05 * most)
    };
    let worst = columns.iter().max_by(|a, b| a.ks.total_cmp(&b.ks));
    let worst = worst.map_or(String::new(), |column| {
        format!("; the greatest is {:.3} of {}", column.ks, column.name)
    });
    let description = format!("Kolmogorov–Smirnov statistic of every column{worst}");
    let drawn = panel(SIZE, "Kolmogorov–Smirnov by column", description, |area| {
        let mut chart = axes.draw(area)?;
        let bar = |(place, column): (usize, &Column)| {
            let place = place as f64;
            (place - 0.4, place + 0.4, column.ks)
        };
        chart.bars(columns.iter().enumerate().map(bar), GENERATED.over(FILL))?;
        let real = columns.iter().enumerate().flat_map(|(place, column)| {
            let place = place as f64;
            [(place - 0.5, column.ks_real), (place + 0.5, column.ks_real)]
        });
        chart.line(real, REAL.full(), 3)
    });
    let mut keys = both(Mark::Line, Mark::Fill);
    keys[0].meaning = "half of the real rows against the other";
    Picture {
        title: "Columns one by one".to_owned(),
        keys,
        panels: vec![drawn],
    }
}
