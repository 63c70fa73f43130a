//! Rows that are filled in: what is known, the real rest, some draws and their band.

use ndarray::Array2;

use super::axes::padded;
use super::rows::Places;
use crate::draw::palette::{GENERATED, OTHER, REAL};
use crate::draw::{FILL, Key, Mark, Panel, Picture};
use crate::report::stats::Comparison;
use flowlet_trainer::fill::{FillExample, quantile};

/// Number of draws that are drawn as lines.
const LINES: usize = 3;
/// Ends of the band.
const BAND: [f64; 2] = [0.1, 0.9];

/// Draws the examples, one panel per row.
#[must_use]
pub fn fill(examples: &[FillExample], comparison: &Comparison<'_>) -> Picture {
    let places = Places::new(&comparison.columns, &comparison.layout);
    let rows = |of: &FillExample| 0..of.truth.nrows();
    let panels = examples
        .iter()
        .flat_map(|of| rows(of).map(|row| panel(of, row, &places)));
    Picture {
        title: "Rows that are filled in".to_owned(),
        keys: vec![
            Key::new(REAL, Mark::Line, "real"),
            Key::new(OTHER, Mark::Line, "known"),
            Key::new(GENERATED, Mark::Line, "draws"),
            Key::new(GENERATED, Mark::Fill, "10 % to 90 % of the draws"),
        ],
        panels: panels.collect(),
    }
}

fn panel(of: &FillExample, row: usize, places: &Places) -> Panel {
    let points = |values: &Array2<f32>| -> Vec<(f64, f64)> {
        let row = values.row(row).to_vec().into_iter().enumerate();
        row.map(|(place, value)| places.at(place, value.into()))
            .collect()
    };
    let end = |share: f64| -> Vec<f64> {
        let at = |column: usize| {
            let mut sorted: Vec<f64> = of
                .draws
                .iter()
                .map(|draw| f64::from(draw[[row, column]]))
                .collect();
            sorted.sort_unstable_by(f64::total_cmp);
            quantile(&sorted, share)
        };
        (0..of.truth.ncols()).map(at).collect()
    };
    let ends = BAND.map(end);
    let band = ends.each_ref().map(|line| {
        let points = line.iter().enumerate();
        let points = points.map(|(place, &value)| places.at(place, value));
        points.collect::<Vec<_>>()
    });
    let real = points(&of.truth);
    let draws: Vec<_> = of.draws.iter().take(LINES).map(points).collect();
    let shown = of.draws.iter().take(LINES).chain([&of.truth]);
    let shown = shown.flat_map(|values| values.row(row).to_vec());
    let ends = ends.iter().flatten().copied();
    let names = places.names();
    let range = padded(shown.map(f64::from).chain(ends));
    let axes = places.axes(range, "sd", &names);
    let title = format!("{}, row {}", of.name, row + 1);
    Panel::new(places.size(), title.clone(), title, |scene| {
        let mut chart = axes.draw(scene);
        let [below, above] = &band;
        chart.band(below, above, GENERATED.over(FILL));
        for draw in draws {
            chart.line(draw, GENERATED.full(), 2);
        }
        chart.line(real.iter().copied(), REAL.full(), 3);
        let is_known = |place: usize| of.mask[[row, place]] > 0.0;
        let known = (0..real.len()).filter(|&place| is_known(place));
        let runs: Vec<usize> = known.collect();
        for run in runs.chunk_by(|a, b| a + 1 == *b) {
            chart.line(run.iter().map(|&place| real[place]), OTHER.full(), 4);
        }
    })
}
