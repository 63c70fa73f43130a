//! Rows that are curves: some of the curves, and quantiles of all of them at every position.

use ndarray::{Array2, ArrayView1};

use super::axes::{Axes, SIZE, padded};
use crate::draw::palette::{GENERATED, REAL};
use crate::draw::{FILL, Key, Mark, Panel, Picture};
use crate::report::stats::Comparison;
use crate::report::stats::comparison::Rows;
use flowlet_trainer::data::series::{Series, moments};

/// Number of curves per side.
const CURVES: usize = 12;
/// Greatest number of series, and of panels of classes.
const MAX_SERIES: usize = 12;
const MAX_CLASS_PANELS: usize = 24;
/// The quantiles that are drawn; the middle one is the median.
const QUANTILES: [f64; 3] = [0.05, 0.5, 0.95];

/// Draws the bands and some curves of each series, and the bands of each class.
pub fn samples(comparison: &Comparison<'_>, all: &[Series]) -> Picture {
    let mut panels = Vec::new();
    for series in all.iter().take(MAX_SERIES) {
        let [real, generated] = Band::of_both(comparison, series, None);
        let across = Across::of(comparison, all, series);
        let title = |what: &str| format!("{}{what}", prefix(series));
        panels.push(overlay(&title("bands"), &across, &real, &generated));
        panels.push(curves(
            &title("curves, real and generated"),
            &across,
            comparison,
            series,
        ));
    }
    panels.extend(by_class(comparison, all));
    let title = match (moments(all), all.len()) {
        (None, _) => "Real and generated curves".to_owned(),
        (_, channels @ 0..=MAX_SERIES) => {
            format!("Real and generated windows of {channels} channels")
        }
        (_, channels) => {
            format!("Real and generated windows, {MAX_SERIES} of {channels} channels")
        }
    };
    Picture {
        title,
        keys: vec![
            Key::new(REAL, Mark::Fill, "real, 5 % to 95 % of rows"),
            Key::new(REAL, Mark::Line, "real, median and curves"),
            Key::new(GENERATED, Mark::Dashes, "generated, 5 %, median and 95 %"),
            Key::new(GENERATED, Mark::Line, "generated curves"),
        ],
        panels,
    }
}

/// The x axis of a series.
struct Across<'c> {
    title: String,
    /// Names of the columns; empty for the moments that channels share.
    names: Vec<&'c str>,
}

impl<'c> Across<'c> {
    fn of(comparison: &'c Comparison<'_>, all: &[Series], series: &Series) -> Self {
        if moments(all).is_some() {
            return Self {
                title: "moment of the window".to_owned(),
                names: Vec::new(),
            };
        }
        let name = |&place: &usize| comparison.columns[place].as_str();
        let names: Vec<&str> = series.columns.iter().map(name).collect();
        let ends = [names.first(), names.last()].map(|name| name.copied().unwrap_or_default());
        Self {
            title: ends.join(" to "),
            names,
        }
    }
}

/// Returns the start of a title.
pub(super) fn prefix(series: &Series) -> String {
    // The end that separates a channel's name from the number.
    let name = series.name.strip_suffix("_t").unwrap_or(&series.name);
    match name.trim_end_matches(['_', '-', '.', ' ']) {
        "" => String::new(),
        name => format!("{name}: "),
    }
}

fn by_class(comparison: &Comparison<'_>, all: &[Series]) -> Vec<Panel> {
    let classes = comparison.classes();
    let each = classes.iter().enumerate().flat_map(|(class, name)| {
        all.iter().map(move |series| {
            let [real, generated] = Band::of_both(comparison, series, Some(class as u16));
            let both = real.values.nrows() > 0 && generated.values.nrows() > 0;
            let title = format!("{}{name}", prefix(series));
            both.then(|| {
                overlay(
                    &title,
                    &Across::of(comparison, all, series),
                    &real,
                    &generated,
                )
            })
        })
    });
    each.flatten().take(MAX_CLASS_PANELS).collect()
}

/// Rows of a series, and their quantiles at every position.
struct Band {
    values: Array2<f64>,
    lines: Vec<Vec<(f64, f64)>>,
}

impl Band {
    fn of_both(comparison: &Comparison<'_>, series: &Series, class: Option<u16>) -> [Self; 2] {
        [&comparison.real, &comparison.generated].map(|rows| {
            let values = rows.part(&rows.of_class(class), &series.columns);
            let line = |share: f64| {
                let at = |(place, column): (usize, ArrayView1<'_, f64>)| {
                    (place as f64, quantile(column, share))
                };
                values.columns().into_iter().enumerate().map(at).collect()
            };
            Self {
                lines: match values.nrows() {
                    0 => Vec::new(),
                    _ => QUANTILES.map(line).to_vec(),
                },
                values,
            }
        })
    }
}

fn quantile(column: ArrayView1<'_, f64>, share: f64) -> f64 {
    let mut values = column.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}

fn overlay(title: &str, across: &Across<'_>, real: &Band, generated: &Band) -> Panel {
    let ends = real.lines.iter().chain(&generated.lines).flatten();
    let axes = Axes {
        x_title: &across.title,
        x_names: &across.names,
        ..Axes::plain(
            0.0..(real.values.ncols() - 1) as f64,
            padded(ends.map(|point| point.1)),
        )
    };
    let description = format!("{title}: quantiles of real and generated curves at every position");
    Panel::new(SIZE, title, description, |scene| {
        let mut chart = axes.draw(scene);
        chart.band(&real.lines[0], &real.lines[2], REAL.over(FILL));
        chart.line(real.lines[1].iter().copied(), REAL.full(), 4);
        for line in &generated.lines {
            chart.dashes(line.iter().copied(), GENERATED.full(), 3);
        }
    })
}

/// Draws some real curves on the left and some generated curves on the right, with the same axes.
fn curves(title: &str, across: &Across<'_>, comparison: &Comparison<'_>, series: &Series) -> Panel {
    let some = |rows: &Rows| {
        let places = rows.some(None, CURVES, comparison.sampling.seed);
        rows.part(&places, &series.columns)
    };
    let sides = [
        (some(&comparison.real), REAL),
        (some(&comparison.generated), GENERATED),
    ];
    let values = sides.iter().flat_map(|(rows, _)| rows.iter().copied());
    let axes = Axes {
        x_title: &across.title,
        x_names: &across.names,
        ..Axes::plain(0.0..(series.columns.len() - 1) as f64, padded(values))
    };
    let description =
        format!("{title}: {CURVES} real curves on the left, as many generated curves on the right");
    Panel::new(SIZE, title, description, |scene| {
        for (half, (rows, role)) in sides.iter().enumerate() {
            let mut chart = axes.draw_half(scene, half);
            for row in rows.rows() {
                let points = row.iter().enumerate();
                let points = points.map(|(place, &value)| (place as f64, value));
                chart.line(points, role.over(0.7), 2);
            }
        }
    })
}
