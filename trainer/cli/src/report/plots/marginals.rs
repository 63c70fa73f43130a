//! Columns one by one: histograms of real and generated rows over each other, and shares of categories.

use std::ops::Range;

use ndarray::ArrayView1;

use super::super::scene::arrange::FILL;
use super::super::scene::palette::{GENERATED, REAL};
use super::super::scene::{Mark, Panel, Picture, panel};
use super::super::stats::Comparison;
use super::axes::{Axes, SIZE, room};
use super::{both, categories, shown};

/// Bars of a histogram at least and at most; whole numbers have one each, up to twice as many.
const FEWEST: usize = 12;
const BARS: usize = 30;

/// All columns, or the worst ones of many.
#[must_use]
pub fn marginals(comparison: &Comparison<'_>) -> Picture {
    let columns = shown(comparison);
    let worst = columns.len() < comparison.fields.len();
    let title = match worst {
        true => format!("The {} columns that differ most", columns.len()),
        false => "Columns one by one".to_owned(),
    };
    Picture {
        title,
        keys: both(Mark::Fill, Mark::Line),
        panels: columns
            .into_iter()
            .map(|field| match &field.categories {
                Some(names) => categories::shares(comparison, field, names),
                None => marginal(comparison, field.values.start),
            })
            .collect(),
    }
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
    let description = format!("Histograms of {name}, real and generated");
    panel(SIZE, name, description, |area| {
        let mut chart = axes.draw(area)?;
        let bar = |(bin, &share): (usize, &f64)| (bins.edge(bin), bins.edge(bin + 1), share);
        chart.bars(real.iter().enumerate().map(bar), REAL.over(FILL))?;
        let steps = generated.iter().enumerate().map(bar);
        let around = steps.flat_map(|(from, to, share)| [(from, share), (to, share)]);
        let first = (bins.edge(0), 0.0);
        let last = (bins.edge(bins.count), 0.0);
        let outline = [first].into_iter().chain(around).chain([last]);
        chart.line(outline, GENERATED.full(), 3)
    })
}

/// Equal bins.
struct Bins {
    range: Range<f64>,
    count: usize,
}

impl Bins {
    fn of(real: ArrayView1<'_, f32>, generated: ArrayView1<'_, f32>) -> Self {
        let all = || real.iter().chain(&generated).map(|&value| f64::from(value));
        let low = all().fold(f64::INFINITY, f64::min);
        let high = all().fold(f64::NEG_INFINITY, f64::max);
        let whole = all().all(|value| value.fract() == 0.0);
        if whole && high - low < 2.0 * BARS as f64 {
            return Self {
                range: low - 0.5..high + 0.5,
                count: (high - low) as usize + 1,
            };
        }
        let range = match high > low {
            true => low..high,
            false => room([low]),
        };
        let count = (range.end - range.start) / width(real);
        Self {
            count: (count as usize).clamp(FEWEST, BARS),
            range,
        }
    }

    fn edge(&self, bin: usize) -> f64 {
        let part = bin as f64 / self.count as f64;
        self.range.start + part * (self.range.end - self.range.start)
    }

    /// Per cent of the values in each.
    fn shares(&self, values: ArrayView1<'_, f32>) -> Vec<f64> {
        let mut shares = vec![0.0; self.count];
        let width = self.range.end - self.range.start;
        for &value in values {
            let part = (f64::from(value) - self.range.start) / width;
            let bin = ((part * self.count as f64) as usize).min(self.count - 1);
            shares[bin] += 100.0 / values.len() as f64;
        }
        shares
    }
}

/// Width of a bin that shows a shape and little of chance (Freedman and Diaconis 1981, *On the histogram as a density
/// estimator*): 0 where half of the values are the same.
fn width(values: ArrayView1<'_, f32>) -> f64 {
    let mut rising = values.to_vec();
    rising.sort_unstable_by(f32::total_cmp);
    let at = |part: usize| f64::from(rising[(rising.len() - 1) * part / 4]);
    2.0 * (at(3) - at(1)) / (values.len() as f64).cbrt()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::Bins;

    #[test]
    fn whole_numbers_have_a_bar_each() {
        let (real, generated) = (array![1.0, 2.0, 2.0, 4.0], array![3.0, 3.0]);
        let bins = Bins::of(real.view(), generated.view());
        assert_eq!((bins.range.clone(), bins.count), (0.5..4.5, 4));
        assert_eq!(bins.shares(real.view()), [25.0, 50.0, 0.0, 25.0]);
        assert_eq!(bins.shares(generated.view()), [0.0, 0.0, 100.0, 0.0]);
    }

    #[test]
    fn a_constant_column_has_bars_too() {
        let still = array![3.7, 3.7];
        let bins = Bins::of(still.view(), still.view());
        assert!((bins.shares(still.view()).iter().sum::<f64>() - 100.0).abs() < 1e-9);
    }
}
