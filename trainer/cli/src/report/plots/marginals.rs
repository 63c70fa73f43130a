//! Histograms of real and generated values of each column over each other, or shares of categories.

use std::ops::Range;

use ndarray::ArrayView1;

use super::axes::{Axes, SIZE, padded};
use super::{both, categories};
use crate::draw::palette::{GENERATED, REAL};
use crate::draw::{FILL, Mark, Panel, Picture};
use crate::report::stats::Comparison;
use crate::report::stats::columns::{columns, worst_first};
use flowlet_trainer::data::category::FileColumn;

/// Number of bars of a histogram. Integers have a bar each, up to twice as many.
const MIN_BARS: usize = 12;
const MAX_BARS: usize = 30;
/// Greatest number of columns that are all shown, and number of columns that are shown of more.
const ALL: usize = 12;
const WORST: usize = 6;

/// Draws all columns, or those that differ most.
#[must_use]
pub fn marginals(comparison: &Comparison<'_>) -> Picture {
    let columns = shown(comparison);
    let worst = columns.len() < comparison.file_columns.len();
    let title = match worst {
        true => format!("The {} columns that differ most", columns.len()),
        false => "Column by column".to_owned(),
    };
    Picture {
        title,
        keys: both(Mark::Fill, Mark::Line),
        panels: columns
            .into_iter()
            .map(|column| match &column.categories {
                Some(names) => categories::shares(comparison, column, names),
                None => marginal(comparison, column.values.start),
            })
            .collect(),
    }
}

/// Returns all of few columns, or those of many that differ most.
fn shown<'s, 'm>(comparison: &'s Comparison<'m>) -> Vec<&'s FileColumn<'m>> {
    if comparison.file_columns.len() <= ALL {
        return comparison.file_columns.iter().collect();
    }
    let mut shown: Vec<&FileColumn<'m>> = Vec::new();
    for place in worst_first(&columns(comparison, &[])) {
        let mut all = comparison.file_columns.iter();
        // A category column counts as its worst category.
        shown.extend(all.find(|column| column.values.contains(&place) && !shown.contains(column)));
    }
    shown.truncate(WORST);
    shown
}

fn marginal(comparison: &Comparison<'_>, place: usize) -> Panel {
    let (real, generated) = (
        comparison.real.values.column(place),
        comparison.generated.values.column(place),
    );
    let bins = Bins::of(real, generated);
    let [real, generated] = [real, generated].map(|values| bins.shares(values));
    let most = real.iter().chain(&generated).copied().fold(0.0, f64::max);
    let axes = Axes {
        y_title: "% of rows",
        ..Axes::plain(bins.range.clone(), 0.0..most * 1.05)
    };
    let name = &comparison.columns[place];
    let description = format!("Real and generated histograms of {name}");
    Panel::new(SIZE, name, description, |scene| {
        let mut chart = axes.draw(scene);
        let bar = |(bin, &share): (usize, &f64)| (bins.edge(bin), bins.edge(bin + 1), share);
        chart.bars(real.iter().enumerate().map(bar), REAL.over(FILL));
        let steps = generated.iter().enumerate().map(bar);
        let around = steps.flat_map(|(from, to, share)| [(from, share), (to, share)]);
        let first = (bins.edge(0), 0.0);
        let last = (bins.edge(bins.count), 0.0);
        let outline = [first].into_iter().chain(around).chain([last]);
        chart.line(outline, GENERATED.full(), 3);
    })
}

/// Bins of equal width.
struct Bins {
    range: Range<f64>,
    count: usize,
}

impl Bins {
    fn of(real: ArrayView1<'_, f64>, generated: ArrayView1<'_, f64>) -> Self {
        let all = || real.iter().chain(&generated).copied();
        let low = all().fold(f64::INFINITY, f64::min);
        let high = all().fold(f64::NEG_INFINITY, f64::max);
        let integers = all().all(|value| value.fract() == 0.0);
        if integers && high - low < 2.0 * MAX_BARS as f64 {
            return Self {
                range: low - 0.5..high + 0.5,
                count: (high - low) as usize + 1,
            };
        }
        let range = match high > low {
            true => low..high,
            false => padded([low]),
        };
        let count = (range.end - range.start) / width(real);
        Self {
            count: (count as usize).clamp(MIN_BARS, MAX_BARS),
            range,
        }
    }

    fn edge(&self, bin: usize) -> f64 {
        let part = bin as f64 / self.count as f64;
        self.range.start + part * (self.range.end - self.range.start)
    }

    /// Returns the percentage of the values in each bin.
    fn shares(&self, values: ArrayView1<'_, f64>) -> Vec<f64> {
        let mut shares = vec![0.0; self.count];
        let width = self.range.end - self.range.start;
        for &value in values {
            let part = (value - self.range.start) / width;
            let bin = ((part * self.count as f64) as usize).min(self.count - 1);
            shares[bin] += 100.0 / values.len() as f64;
        }
        shares
    }
}

/// Returns the width of a bin by Freedman and Diaconis (*On the histogram as a density estimator*,
/// 1981); 0 if half of the values are the same.
fn width(values: ArrayView1<'_, f64>) -> f64 {
    let mut rising = values.to_vec();
    rising.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| rising[(rising.len() - 1) * part / 4];
    2.0 * (at(3) - at(1)) / (values.len() as f64).cbrt()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::Bins;

    #[test]
    fn integers_have_a_bar_each() {
        let (real, generated) = (array![1.0, 2.0, 2.0, 4.0], array![3.0, 3.0]);
        let bins = Bins::of(real.view(), generated.view());
        assert_eq!((bins.range.clone(), bins.count), (0.5..4.5, 4));
        assert_eq!(bins.shares(real.view()), [25.0, 50.0, 0.0, 25.0]);
        assert_eq!(bins.shares(generated.view()), [0.0, 0.0, 100.0, 0.0]);
    }

    #[test]
    fn a_constant_column_has_bars_too() {
        let constant = array![3.7, 3.7];
        let bins = Bins::of(constant.view(), constant.view());
        assert!((bins.shares(constant.view()).iter().sum::<f64>() - 100.0).abs() < 1e-9);
    }
}
