//! Scores of anomalies: the ROC curve, histograms, and the most unusual rows over the band of
//! normal ones.

use ndarray::{Array2, Axis};

use super::axes::{Axes, SIZE, padded};
use super::rows::Places;
use super::series::prefix;
use crate::draw::palette::{GENERATED, REAL};
use crate::draw::{FILL, Key, Mark, Panel, Picture};
use crate::report::stats::anomalies::Anomalies;
use flowlet_trainer::data::layout::Layout;
use flowlet_trainer::data::series::Series;
use flowlet_trainer::metrics::ranking::roc;

/// Bars of a histogram, and the largest score that is drawn in its place.
const BARS: usize = 30;
const MAX_SCORE: f64 = 10.0;
/// Number of rows that are drawn, and of series.
const ROWS: usize = 3;
const MAX_SERIES: usize = 6;
/// Share of normal rows below and above the band.
const TAIL: f64 = 0.05;

/// Draws the scores of normal rows and of anomalies, and the most unusual anomalies.
#[must_use]
pub fn anomalies(found: &Anomalies) -> Picture {
    let mut panels = vec![curve(found), histogram(found)];
    let series: &[Series] = match &found.layout {
        Layout::Series(series, _) => series,
        _ => &[],
    };
    match series.is_empty() {
        true => {
            let places = Places::new(&found.columns, &found.layout);
            let unit = "sd of normal rows";
            panels.push(worst(found, &standardised(found), &places, ("", unit)));
        }
        false => {
            let panel = |series: &Series| {
                let values = found.values.each_ref();
                let values = values.map(|rows| rows.select(Axis(1), &series.columns));
                let places = Places::of_series(series.columns.len());
                worst(found, &values, &places, (&prefix(series), ""))
            };
            panels.extend(series.iter().take(MAX_SERIES).map(panel));
        }
    }
    Picture {
        title: "Scores of normal rows and of anomalies".to_owned(),
        keys: vec![
            Key::new(
                REAL,
                Mark::Fill,
                "normal rows; as a band, 5 % to 95 % of them",
            ),
            Key::new(
                GENERATED,
                Mark::Line,
                "anomalies; as curves, the most unusual",
            ),
            Key::new(REAL, Mark::Dashes, "alarms by chance"),
        ],
        panels,
    }
}

fn curve(found: &Anomalies) -> Panel {
    let [normal, anomalies] = found.scores();
    let points = roc(&normal, &anomalies);
    let axes = Axes {
        x_title: "% of normal rows",
        y_title: "% of anomalies",
        ..Axes::plain(0.0..100.0, 0.0..102.0)
    };
    let area = found.evaluation.model.auroc;
    let description = format!("ROC curve with an area of {area:.3}");
    Panel::new(SIZE, "Alarms, by threshold", description, |scene| {
        let mut chart = axes.draw(scene);
        chart.dashes([(0.0, 0.0), (100.0, 100.0)], REAL.full(), 3);
        let points = points.into_iter().map(|[x, y]| (100.0 * x, 100.0 * y));
        chart.line(points, GENERATED.full(), 4);
    })
}

fn histogram(found: &Anomalies) -> Panel {
    let scores = found.scores();
    let all = scores.iter().flatten().map(|score| score.min(MAX_SCORE));
    let range = padded(all);
    let width = (range.end - range.start) / BARS as f64;
    let shares = scores.map(|scores| {
        let mut shares = vec![0.0; BARS];
        for score in &scores {
            let bar = (score.min(MAX_SCORE) - range.start) / width;
            shares[(bar as usize).min(BARS - 1)] += 100.0 / scores.len() as f64;
        }
        shares
    });
    let most = shares.iter().flatten().copied().fold(0.0, f64::max);
    let axes = Axes {
        x_title: "score; above 10 it counts as 10",
        y_title: "% of rows",
        ..Axes::plain(range.clone(), 0.0..most * 1.05)
    };
    let edge = |bar: usize| range.start + bar as f64 * width;
    Panel::new(SIZE, "Scores", "Histograms of the scores", |scene| {
        let mut chart = axes.draw(scene);
        let [normal, anomalies] = &shares;
        let bar = |(at, &share): (usize, &f64)| (edge(at), edge(at + 1), share);
        chart.bars(normal.iter().enumerate().map(bar), REAL.over(FILL));
        let bars = anomalies.iter().enumerate().map(bar);
        let around = bars.flat_map(|(from, to, share)| [(from, share), (to, share)]);
        chart.line(around, GENERATED.full(), 3);
    })
}

/// Draws some anomalies over the band of the normal rows. The title begins with `prefix`.
fn worst(
    found: &Anomalies,
    values: &[Array2<f64>; 2],
    places: &Places,
    (prefix, unit): (&str, &str),
) -> Panel {
    let [normal, anomalies] = values;
    let line = |share: f64| -> Vec<(usize, f64)> {
        let at = |(place, column): (usize, ndarray::ArrayView1<'_, f64>)| {
            let mut sorted = column.to_vec();
            sorted.sort_unstable_by(f64::total_cmp);
            let rank = (share * (sorted.len() - 1) as f64).round() as usize;
            (place, sorted[rank])
        };
        normal.columns().into_iter().enumerate().map(at).collect()
    };
    let band = [TAIL, 1.0 - TAIL].map(line);
    let rows: Vec<usize> = found.worst().into_iter().take(ROWS).collect();
    let shown = anomalies.select(Axis(0), &rows);
    let ends = band.iter().flatten().map(|point| point.1);
    let range = padded(ends.chain(shown.iter().copied()));
    let names = places.names();
    let axes = places.axes(range, unit, &names);
    let at = |(place, value): (usize, f64)| places.at(place, value);
    let band = band.map(|line| line.into_iter().map(at).collect::<Vec<_>>());
    let numbers: Vec<String> = rows.iter().map(|row| (row + 1).to_string()).collect();
    let title = format!("{prefix}most unusual rows {}", numbers.join(", "));
    Panel::new(places.size(), title.clone(), title, |scene| {
        let mut chart = axes.draw(scene);
        let [below, above] = &band;
        chart.band(below, above, REAL.over(FILL));
        for row in shown.outer_iter() {
            let points = row.iter().enumerate();
            let points = points.map(|(place, &value)| at((place, value)));
            chart.line(points, GENERATED.full(), 3);
        }
    })
}

/// Returns the rows in standard deviations of the normal ones.
fn standardised(found: &Anomalies) -> [Array2<f64>; 2] {
    let [normal, _] = &found.values;
    let mean = normal.mean_axis(Axis(0)).unwrap_or_default();
    let stddev = normal.std_axis(Axis(0), 0.0);
    let stddev = stddev.mapv(|of| if of > 0.0 { of } else { 1.0 });
    found.values.each_ref().map(|rows| (rows - &mean) / &stddev)
}
