//! Columns two by two: real points on the left, generated ones on the right, between the same axes.

use ndarray::Array2;

use super::super::gather::Subject;
use super::super::gather::subject::Rows;
use super::super::scene::palette::{GENERATED, REAL, Role};
use super::super::scene::{Mark, Panel, Picture, panel};
use super::axes::{Axes, SIZE, room};
use super::both;
use crate::metrics::marginals::correlations;

/// Columns of which every pair is shown, and pairs that are shown of more.
const FEW: usize = 5;
const PAIRS: usize = 9;
/// Points of a side.
const POINTS: usize = 500;

/// Every pair of few columns; of more, those whose correlation differs most.
#[must_use]
pub fn pairs(subject: &Subject<'_>) -> Picture {
    let chosen = chosen(subject);
    let title = match subject.columns.len() > FEW {
        true => "Pairs of columns whose correlations differ most",
        false => "Columns two by two: real on the left, generated on the right",
    };
    Picture {
        title: title.to_owned(),
        keys: both(Mark::Dot, Mark::Dot),
        panels: chosen
            .into_iter()
            .map(|pair| plane(subject, pair))
            .collect(),
    }
}

fn chosen(subject: &Subject<'_>) -> Vec<(usize, usize)> {
    let count = subject.columns.len();
    let mut all: Vec<(usize, usize)> = (0..count)
        .flat_map(|x| (x + 1..count).map(move |y| (x, y)))
        .collect();
    if all.is_empty() {
        return vec![(0, 0)];
    }
    if count > FEW {
        let error: Array2<f64> = correlations(subject.generated.standardised())
            - correlations(subject.real.standardised());
        all.sort_by(|&a, &b| error[b].abs().total_cmp(&error[a].abs()));
        all.truncate(PAIRS);
    }
    all
}

fn plane(subject: &Subject<'_>, (x, y): (usize, usize)) -> Panel {
    let both = [&subject.real, &subject.generated];
    let ends = |column: usize| {
        room(both.iter().flat_map(|rows| {
            let values = rows.values.column(column);
            values
                .iter()
                .map(|&value| f64::from(value))
                .collect::<Vec<_>>()
        }))
    };
    let (x_name, y_name) = (&subject.columns[x], &subject.columns[y]);
    let axes = Axes {
        x_title: x_name,
        ..Axes::plain(ends(x), ends(y))
    };
    let title = format!("{y_name} over {x_name}");
    let description = format!("{title}: real points on the left, generated ones on the right");
    panel(SIZE, title, description, |area| {
        let halves = area.split_evenly((1, 2));
        let sides: [(&Rows, Role); 2] = [(both[0], REAL), (both[1], GENERATED)];
        for (half, (rows, role)) in halves.iter().zip(sides) {
            let count = rows.values.nrows();
            let every = count.div_ceil(POINTS);
            let at = |row: usize| (rows.values[[row, x]].into(), rows.values[[row, y]].into());
            let points = (0..count).step_by(every).map(at);
            axes.draw(half)?.dots(points, role.full(), 3)?;
        }
        Ok(())
    })
}
