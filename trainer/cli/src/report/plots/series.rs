//! Rows that are curves: some of them over each other, and how they spread at every place.

use ndarray::{Array2, ArrayView1};

use super::super::scene::arrange::FILL;
use super::super::scene::palette::{GENERATED, REAL};
use super::super::scene::{Key, Mark, Panel, Picture, panel};
use super::super::stats::Comparison;
use super::super::stats::comparison::Rows;
use super::axes::{Axes, SIZE, room};
use flowlet_trainer::data::series::Series;

/// Curves of a panel.
const CURVES: usize = 12;
/// Series, and panels of classes, at most.
const SERIES: usize = 6;
const CLASSES: usize = 24;
/// Shares of the rows below the lines: the middle one is the median.
const SHARES: [f64; 3] = [0.05, 0.5, 0.95];

/// Of each series: the spread of both, curves of either, and the spread of each class.
pub fn samples(comparison: &Comparison<'_>, all: &[Series]) -> Picture {
    let mut panels = Vec::new();
    for series in all.iter().take(SERIES) {
        let [real, generated] = Spread::of_both(comparison, series, None);
        let across = across(comparison, series);
        let title = |what: &str| format!("{}{what}", called(series));
        panels.push(overlay(&title("spread"), &across, &real, &generated));
        panels.push(curves(
            &title("curves, real and generated"),
            &across,
            comparison,
            series,
        ));
    }
    panels.extend(by_class(comparison, all));
    Picture {
        title: "Real beside generated curves".to_owned(),
        keys: vec![
            Key::new(REAL, Mark::Fill, "real, 5 % to 95 % of rows"),
            Key::new(REAL, Mark::Line, "real, median and curves"),
            Key::new(GENERATED, Mark::Dashes, "generated, 5 %, median and 95 %"),
            Key::new(GENERATED, Mark::Line, "generated curves"),
        ],
        panels,
    }
}

/// What goes across: the columns.
fn across(comparison: &Comparison<'_>, series: &Series) -> String {
    let name = |place: Option<&usize>| place.map_or("", |&place| &comparison.columns[place]);
    format!(
        "{} to {}",
        name(series.columns.first()),
        name(series.columns.last())
    )
}

fn called(series: &Series) -> String {
    match series.name.trim_end_matches(['_', '-', '.', ' ']) {
        "" => String::new(),
        name => format!("{name}: "),
    }
}

fn by_class(comparison: &Comparison<'_>, all: &[Series]) -> Vec<Panel> {
    let classes = comparison.classes();
    let each = classes.iter().enumerate().flat_map(|(class, name)| {
        all.iter().map(move |series| {
            let [real, generated] = Spread::of_both(comparison, series, Some(class as u16));
            let some = real.values.nrows() > 0 && generated.values.nrows() > 0;
            let title = format!("{}{name}", called(series));
            some.then(|| overlay(&title, &across(comparison, series), &real, &generated))
        })
    });
    each.flatten().take(CLASSES).collect()
}

/// Rows of a series, and their quantiles at every place.
struct Spread {
    values: Array2<f32>,
    lines: Vec<Vec<(f64, f64)>>,
}

impl Spread {
    fn of_both(comparison: &Comparison<'_>, series: &Series, class: Option<u16>) -> [Self; 2] {
        [&comparison.real, &comparison.generated].map(|rows| {
            let values = rows.part(&rows.of_class(class), &series.columns);
            let line = |share: f64| {
                let at = |(place, column): (usize, ArrayView1<'_, f32>)| {
                    (place as f64, quantile(column, share))
                };
                values.columns().into_iter().enumerate().map(at).collect()
            };
            Self {
                lines: match values.nrows() {
                    0 => Vec::new(),
                    _ => SHARES.map(line).to_vec(),
                },
                values,
            }
        })
    }
}

fn quantile(column: ArrayView1<'_, f32>, share: f64) -> f64 {
    let mut values = column.to_vec();
    values.sort_unstable_by(f32::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize].into()
}

fn overlay(title: &str, across: &str, real: &Spread, generated: &Spread) -> Panel {
    let ends = real.lines.iter().chain(&generated.lines).flatten();
    let axes = Axes {
        x_title: across,
        ..Axes::plain(
            0.0..(real.values.ncols() - 1) as f64,
            room(ends.map(|point| point.1)),
        )
    };
    let description = format!("{title}: quantiles of real and of generated curves at every place");
    panel(SIZE, title, description, |area| {
        let mut chart = axes.draw(area)?;
        chart.band(&real.lines[0], &real.lines[2], REAL.over(FILL))?;
        chart.line(real.lines[1].iter().copied(), REAL.full(), 4)?;
        for line in &generated.lines {
            chart.dashes(line.iter().copied(), GENERATED.full(), 3)?;
        }
        Ok(())
    })
}

/// Some curves of either kind beside each other, between the same axes.
fn curves(title: &str, across: &str, comparison: &Comparison<'_>, series: &Series) -> Panel {
    let some = |rows: &Rows| {
        let places = rows.some(None, CURVES, comparison.seed);
        rows.part(&places, &series.columns).mapv(f64::from)
    };
    let sides = [
        (some(&comparison.real), REAL),
        (some(&comparison.generated), GENERATED),
    ];
    let values = sides.iter().flat_map(|(rows, _)| rows.iter().copied());
    let axes = Axes {
        x_title: across,
        ..Axes::plain(0.0..(series.columns.len() - 1) as f64, room(values))
    };
    let description =
        format!("{title}: {CURVES} real ones on the left, as many generated ones on the right");
    panel(SIZE, title, description, |area| {
        let halves = area.split_evenly((1, 2));
        for (half, (rows, role)) in halves.iter().zip(&sides) {
            let mut chart = axes.draw(half)?;
            for row in rows.rows() {
                let points = row.iter().enumerate();
                chart.line(
                    points.map(|(place, &value)| (place as f64, value)),
                    role.over(0.7),
                    2,
                )?;
            }
        }
        Ok(())
    })
}
