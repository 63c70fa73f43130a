//! Scatter plots of pairs of columns: real points on the left, generated points on the right, with
//! the same axes.

use ndarray::Array2;

use super::axes::{Axes, Chart, SIZE, padded};
use super::{both, marginals};
use crate::draw::palette::{GENERATED, REAL, Role};
use crate::draw::{Mark, Panel, Picture};
use crate::report::stats::Comparison;
use crate::report::stats::comparison::Rows;
use flowlet_trainer::metrics::marginals::correlations;

/// Greatest number of columns of which every pair is shown, and number of pairs that are shown of
/// more columns.
const ALL: usize = 5;
const WORST: usize = 9;
/// Size of a panel for one side of a single pair.
const LARGE: (i32, i32) = (380, 320);
/// Greatest share of one value among the rows of a column that is shown.
const MAX_SAME: f64 = 0.9;
/// Number of points per side.
const POINTS: usize = 500;

/// Draws every pair of few columns, or the pairs of many columns whose correlations differ most.
#[must_use]
pub fn pairs(comparison: &Comparison<'_>) -> Picture {
    let numbers = comparison.numbers();
    let chosen = chosen(comparison, &numbers);
    if chosen.is_empty() {
        return marginals(comparison);
    }
    let title = match numbers.len() > ALL {
        true => "Pairs of columns whose correlations differ most",
        false => "Pairs of columns",
    };
    Picture {
        title: title.to_owned(),
        keys: both(Mark::Dot, Mark::Dot),
        panels: chosen
            .iter()
            .flat_map(|&pair| planes(comparison, pair, chosen.len() == 1))
            .collect(),
    }
}

fn chosen(comparison: &Comparison<'_>, numbers: &[usize]) -> Vec<(usize, usize)> {
    if let [only] = numbers {
        return vec![(*only, *only)];
    }
    let numbers = &match numbers.len() > ALL {
        true => varied(comparison, numbers),
        false => numbers.to_vec(),
    };
    let pairs_with = |(index, &x): (usize, &usize)| {
        let after = numbers[index + 1..].iter();
        after.map(move |&y| (x, y)).collect::<Vec<_>>()
    };
    let mut all: Vec<(usize, usize)> = numbers.iter().enumerate().flat_map(pairs_with).collect();
    if numbers.len() > ALL {
        let error: Array2<f64> = correlations(comparison.generated.standardised())
            - correlations(comparison.real.standardised());
        all.sort_by(|&a, &b| error[b].abs().total_cmp(&error[a].abs()));
        all.truncate(WORST);
    }
    all
}

/// Returns the columns that vary in more than a few rows; all columns if there are fewer than two
/// such ones.
fn varied(comparison: &Comparison<'_>, numbers: &[usize]) -> Vec<usize> {
    let is_varied = |&&column: &&usize| {
        let values = comparison.real.values.column(column).to_vec();
        most_common(values.clone()) as f64 <= MAX_SAME * values.len() as f64
    };
    let varied: Vec<usize> = numbers.iter().filter(is_varied).copied().collect();
    match varied.len() {
        ..2 => numbers.to_vec(),
        _ => varied,
    }
}

/// Returns how often the most common value occurs.
fn most_common(mut values: Vec<f64>) -> usize {
    values.sort_by(f64::total_cmp);
    let runs = values.chunk_by(|a, b| a == b);
    runs.map(<[f64]>::len).max().unwrap_or(0)
}

/// Draws both sides of a pair in one panel or, if `apart`, in two.
fn planes(comparison: &Comparison<'_>, (x, y): (usize, usize), apart: bool) -> Vec<Panel> {
    let both = [
        ("real", &comparison.real, REAL),
        ("generated", &comparison.generated, GENERATED),
    ];
    let ends = |column: usize| {
        let of = |rows: &Rows| rows.values.column(column).to_vec();
        padded(both.iter().flat_map(|(_, rows, _)| of(rows)))
    };
    let axes = Axes {
        x_title: &comparison.columns[x],
        ..Axes::plain(ends(x), ends(y))
    };
    let side = |mut chart: Chart<'_>, rows: &Rows, role: Role| {
        let at = |row: usize| {
            let value = |column: usize| rows.values[[row, column]];
            (value(x), value(y))
        };
        let points = rows
            .some(None, POINTS, comparison.sampling.seed)
            .into_iter()
            .map(at);
        chart.dots(points, role.full(), 3);
    };
    let title = format!("{} over {}", comparison.columns[y], comparison.columns[x]);
    if apart {
        let panel = |(what, rows, role)| {
            let title = format!("{title}, {what}");
            let description = format!("{title}, as points");
            Panel::new(LARGE, title, description, |scene| {
                side(axes.draw(scene), rows, role);
            })
        };
        return both.map(panel).to_vec();
    }
    let description = format!("{title}: real points on the left, generated ones on the right");
    vec![Panel::new(SIZE, title, description, |scene| {
        for (half, (_, rows, role)) in both.into_iter().enumerate() {
            side(axes.draw_half(scene, half), rows, role);
        }
    })]
}

#[cfg(test)]
mod tests {
    use super::most_common;

    #[test]
    fn the_most_common_value_is_counted() {
        assert_eq!(most_common(vec![0.0, 3.0, 0.0, 1.0, 0.0]), 3);
        assert_eq!(most_common(Vec::new()), 0);
    }
}
