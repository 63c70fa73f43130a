//! Rows that are curves: some of them over each other, and how they spread at every place.

use ndarray::{Array2, ArrayView1};

use super::super::gather::Subject;
use super::super::gather::layout::Series;
use super::super::scene::arrange::FILL;
use super::super::scene::palette::{GENERATED, REAL, Role};
use super::super::scene::{Drawn, Key, Mark, Panel, Picture, panel};
use super::axes::{Axes, Chart, SIZE, room};

/// Curves of a panel.
const CURVES: usize = 12;
/// Series, and panels of classes, at most.
const SERIES: usize = 6;
const CLASSES: usize = 24;
/// Shares of the rows below the lines: the middle one is the median.
const SHARES: [f64; 3] = [0.05, 0.5, 0.95];

/// Of each series: the spread of both, curves of either, and the spread of each class.
pub fn samples(subject: &Subject<'_>, all: &[Series]) -> Picture {
    let key = |role, mark, meaning| Key {
        role,
        mark,
        meaning,
    };
    let mut panels = Vec::new();
    for series in all.iter().take(SERIES) {
        let [real, generated] = Spread::of_both(subject, series, None);
        let y = room(
            real.values
                .iter()
                .chain(&generated.values)
                .map(|&value| value.into()),
        );
        let title = |what: &str| format!("{}{what}", called(series));
        panels.push(overlay(&title("spread"), &real, &generated));
        for (spread, role, what) in [
            (&real, REAL, "real curves"),
            (&generated, GENERATED, "generated curves"),
        ] {
            panels.push(curves(&title(what), spread, role, y.clone()));
        }
    }
    panels.extend(by_class(subject, all));
    Picture {
        title: "Real beside generated curves".to_owned(),
        keys: vec![
            key(REAL, Mark::Fill, "real, 5 % to 95 % of rows"),
            key(REAL, Mark::Line, "real, median and curves"),
            key(GENERATED, Mark::Dashes, "generated, 5 %, median and 95 %"),
            key(GENERATED, Mark::Line, "generated curves"),
        ],
        panels,
    }
}

fn called(series: &Series) -> String {
    match series.name.trim_end_matches(['_', '-', '.', ' ']) {
        "" => String::new(),
        name => format!("{name}: "),
    }
}

fn by_class(subject: &Subject<'_>, all: &[Series]) -> Vec<Panel> {
    let classes = subject.classes();
    let each = classes.iter().enumerate().flat_map(|(class, name)| {
        all.iter().map(move |series| {
            let [real, generated] = Spread::of_both(subject, series, Some(class as u16));
            let some = real.values.nrows() > 0 && generated.values.nrows() > 0;
            let title = format!("{}{name}", called(series));
            some.then(|| overlay(&title, &real, &generated))
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
    fn of_both(subject: &Subject<'_>, series: &Series, class: Option<u16>) -> [Self; 2] {
        [&subject.real, &subject.generated].map(|rows| {
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

fn overlay(title: &str, real: &Spread, generated: &Spread) -> Panel {
    let ends = real.lines.iter().chain(&generated.lines).flatten();
    let axes = Axes::plain(
        0.0..(real.values.ncols() - 1) as f64,
        room(ends.map(|point| point.1)),
    );
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

fn curves(title: &str, spread: &Spread, role: Role, y: std::ops::Range<f64>) -> Panel {
    let axes = Axes::plain(0.0..(spread.values.ncols() - 1) as f64, y);
    let count = spread.values.nrows().min(CURVES);
    // Evenly through the rows, which often come in an order.
    let row = |index: usize| index * spread.values.nrows() / count.max(1);
    panel(SIZE, title, format!("{count} {title}"), |area| {
        let mut chart = axes.draw(area)?;
        for index in 0..count {
            curve(&mut chart, spread.values.row(row(index)), role)?;
        }
        Ok(())
    })
}

fn curve(chart: &mut Chart<'_, '_>, row: ArrayView1<'_, f32>, role: Role) -> Drawn {
    let points = row.iter().enumerate();
    let points = points.map(|(place, &value)| (place as f64, f64::from(value)));
    chart.line(points, role.over(0.7), 2)
}
