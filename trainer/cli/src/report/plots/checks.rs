//! How far each column's distribution is from the real one.

use super::super::scene::arrange::FILL;
use super::super::scene::palette::{GENERATED, REAL};
use super::super::scene::{Area, Drawn, Mark, Picture, panel};
use super::super::stats::columns::Column;
use super::axes::{Axes, SIZE};
use super::both;
use super::categories::{AROUND, BAR, short};

/// Columns that are called by their names; of more there is room for numbers only.
const NAMED: usize = 16;
const STATISTIC: &str = "KS statistic";

/// A bar a column, in the order of the model, and what halves of the real rows have as a line.
#[must_use]
pub fn checks(columns: &[Column]) -> Picture {
    let worst = columns.iter().max_by(|a, b| a.ks.total_cmp(&b.ks));
    let worst = worst.map_or(String::new(), |column| {
        format!("; the greatest is {:.3} of {}", column.ks, column.name)
    });
    let description = format!("Kolmogorov–Smirnov statistic of every column{worst}");
    let is_named = columns.len() <= NAMED;
    let size = match is_named {
        true => (SIZE.0, BAR * columns.len() as i32 + AROUND),
        false => SIZE,
    };
    let drawn = panel(
        size,
        "Kolmogorov–Smirnov by column",
        description,
        |area| match is_named {
            true => by_name(columns, area),
            false => by_number(columns, area),
        },
    );
    let mut keys = both(Mark::Line, Mark::Fill);
    keys[0].meaning = "half of the real rows against the other";
    Picture {
        title: "Columns one by one".to_owned(),
        keys,
        panels: vec![drawn],
    }
}

/// The end of the statistic's axis.
fn end(columns: &[Column]) -> f64 {
    let most = columns.iter().map(|column| column.ks.max(column.ks_real));
    1.05 * most.fold(0.05, f64::max)
}

/// Bars to the right, the first on top.
fn by_name(columns: &[Column], area: &Area<'_>) -> Drawn {
    let from_below = || columns.iter().rev().enumerate();
    let names: Vec<String> = from_below().map(|(_, of)| short(&of.name)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let axes = Axes {
        x_title: STATISTIC,
        y_names: &names,
        ..Axes::plain(0.0..end(columns), -0.5..columns.len() as f64 - 0.5)
    };
    let mut chart = axes.draw(area)?;
    let bar = |(at, of): (usize, &Column)| ((at as f64 - 0.4, at as f64 + 0.4), of.ks);
    chart.bars_across(from_below().map(bar), GENERATED.over(FILL))?;
    let real =
        from_below().flat_map(|(at, of)| [-0.5, 0.5].map(|side| (of.ks_real, at as f64 + side)));
    chart.line(real, REAL.full(), 3)
}

/// Bars up, from the left to the right.
fn by_number(columns: &[Column], area: &Area<'_>) -> Drawn {
    let axes = Axes {
        x_title: "column, from 0",
        y_title: STATISTIC,
        ..Axes::plain(-0.5..columns.len() as f64 - 0.5, 0.0..end(columns))
    };
    let mut chart = axes.draw(area)?;
    let bar = |(at, of): (usize, &Column)| (at as f64 - 0.4, at as f64 + 0.4, of.ks);
    chart.bars(columns.iter().enumerate().map(bar), GENERATED.over(FILL))?;
    let of = columns.iter().enumerate();
    let real = of.flat_map(|(at, of)| [-0.5, 0.5].map(|side| (at as f64 + side, of.ks_real)));
    chart.line(real, REAL.full(), 3)
}
