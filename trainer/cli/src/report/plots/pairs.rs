//! Columns of numbers two by two: real points on the left, generated ones on the right, between the same axes.

use ndarray::Array2;

use super::super::scene::palette::{GENERATED, REAL, Role};
use super::super::scene::{Area, Mark, Panel, Picture, panel};
use super::super::stats::Comparison;
use super::super::stats::comparison::Rows;
use super::axes::{Axes, SIZE, room};
use super::{both, marginals};
use flowlet_trainer::metrics::marginals::correlations;

/// Columns of which every pair is shown, and pairs that are shown of more.
const FEW: usize = 5;
const PAIRS: usize = 9;
/// Pairs at most whose sides have a panel each, and its size.
const LARGE_PAIRS: usize = 1;
const LARGE: (i32, i32) = (380, 320);
/// Share of the rows that may have the same value of a column that is worth a picture.
const SAME: f64 = 0.9;
/// Points of a side.
const POINTS: usize = 500;

/// Every pair of few columns; of more, those whose correlation differs most.
#[must_use]
pub fn pairs(comparison: &Comparison<'_>) -> Picture {
    let numbers = comparison.numbers();
    let chosen = chosen(comparison, &numbers);
    if chosen.is_empty() {
        // There are only categories.
        return marginals(comparison);
    }
    let title = match numbers.len() > FEW {
        true => "Pairs of columns whose correlations differ most",
        false => "Columns two by two",
    };
    Picture {
        title: title.to_owned(),
        keys: both(Mark::Dot, Mark::Dot),
        panels: chosen
            .iter()
            .flat_map(|&pair| planes(comparison, pair, chosen.len() <= LARGE_PAIRS))
            .collect(),
    }
}

fn chosen(comparison: &Comparison<'_>, numbers: &[usize]) -> Vec<(usize, usize)> {
    if let [only] = numbers {
        return vec![(*only, *only)];
    }
    let numbers = &match numbers.len() > FEW {
        true => varied(comparison, numbers),
        false => numbers.to_vec(),
    };
    let pairs_with = |(index, &x): (usize, &usize)| {
        let after = numbers[index + 1..].iter();
        after.map(move |&y| (x, y)).collect::<Vec<_>>()
    };
    let mut all: Vec<(usize, usize)> = numbers.iter().enumerate().flat_map(pairs_with).collect();
    if numbers.len() > FEW {
        let error: Array2<f64> = correlations(comparison.generated.standardised())
            - correlations(comparison.real.standardised());
        all.sort_by(|&a, &b| error[b].abs().total_cmp(&error[a].abs()));
        all.truncate(PAIRS);
    }
    all
}

/// Columns that vary in more than a few rows, where there are two of them: a plane of a pixel that is nearly always
/// dark shows nothing.
fn varied(comparison: &Comparison<'_>, numbers: &[usize]) -> Vec<usize> {
    let is_varied = |&&column: &&usize| {
        let values = comparison.real.values.column(column).to_vec();
        commonest(values.clone()) as f64 <= SAME * values.len() as f64
    };
    let varied: Vec<usize> = numbers.iter().filter(is_varied).copied().collect();
    match varied.len() {
        ..2 => numbers.to_vec(),
        _ => varied,
    }
}

/// How often the commonest value occurs.
fn commonest(mut values: Vec<f32>) -> usize {
    values.sort_by(f32::total_cmp);
    let runs = values.chunk_by(|a, b| a == b);
    runs.map(<[f32]>::len).max().unwrap_or(0)
}

/// Both sides of a pair, in one panel or, where there are few, in one each.
fn planes(comparison: &Comparison<'_>, (x, y): (usize, usize), apart: bool) -> Vec<Panel> {
    let both = [
        ("real", &comparison.real, REAL),
        ("generated", &comparison.generated, GENERATED),
    ];
    let ends = |column: usize| {
        let of = |rows: &Rows| rows.values.column(column).mapv(f64::from).to_vec();
        room(both.iter().flat_map(|(_, rows, _)| of(rows)))
    };
    let axes = Axes {
        x_title: &comparison.columns[x],
        ..Axes::plain(ends(x), ends(y))
    };
    let side = |area: &Area<'_>, rows: &Rows, role: Role| {
        let at = |row: usize| {
            let value = |column: usize| f64::from(rows.values[[row, column]]);
            (value(x), value(y))
        };
        let points = rows.some(None, POINTS, comparison.seed).into_iter().map(at);
        axes.draw(area)?.dots(points, role.full(), 3)
    };
    let title = format!("{} over {}", comparison.columns[y], comparison.columns[x]);
    if apart {
        let panel = |(what, rows, role)| {
            let title = format!("{title}, {what}");
            let description = format!("{title}, as points");
            panel(LARGE, title, description, |area| side(area, rows, role))
        };
        return both.map(panel).to_vec();
    }
    let description = format!("{title}: real points on the left, generated ones on the right");
    vec![panel(SIZE, title, description, |area| {
        let halves = area.split_evenly((1, 2));
        let sides = halves.iter().zip(both);
        sides
            .into_iter()
            .try_for_each(|(half, (_, rows, role))| side(half, rows, role))
    })]
}

#[cfg(test)]
mod tests {
    use super::commonest;

    #[test]
    fn the_commonest_value_is_counted() {
        assert_eq!(commonest(vec![0.0, 3.0, 0.0, 1.0, 0.0]), 3);
        assert_eq!(commonest(Vec::new()), 0);
    }
}
