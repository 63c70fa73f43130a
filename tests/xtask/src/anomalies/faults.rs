//! Faults that are injected into windows of series.

use ndarray::{Array2, ArrayView2};
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;

/// A fault of a sensor. Sizes are in standard deviations u of the series.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// One value is off by 2 to 4 u.
    Spike,
    /// Half of the values repeat the first of them.
    Stuck,
    /// Noise of 0.3 to 0.6 u is added.
    Noise,
    /// A line that ends 1 to 2 u away is added.
    Drift,
    /// Deviations from the mean are halved, or multiplied by 1.75.
    Gain,
    /// All values are off by 0.75 to 1.5 u.
    Shift,
    /// The end comes from another window, in all series.
    Splice,
}

impl Fault {
    pub(super) const ALL: [Self; 7] = [
        Self::Spike,
        Self::Stuck,
        Self::Noise,
        Self::Drift,
        Self::Gain,
        Self::Shift,
        Self::Splice,
    ];

    /// Returns the rows, each with this fault in one of its `series`, which follow each other and
    /// have equally many values.
    pub(super) fn inject(self, rows: ArrayView2<'_, f64>, series: usize, seed: u64) -> Array2<f64> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed << 8 | self as u64);
        let length = rows.ncols() / series;
        let of_series = |number: usize| number * length..(number + 1) * length;
        let units: Vec<f64> = (0..series)
            .map(|number| rows.slice(ndarray::s![.., of_series(number)]).std(0.0))
            .collect();
        let mut faulty = rows.to_owned();
        for (at, mut row) in faulty.outer_iter_mut().enumerate() {
            let number = rng.random_range(0..series);
            let unit = units[number] * [-1.0, 1.0][rng.random_range(0..2)];
            let mut values = row.slice_mut(ndarray::s![of_series(number)]);
            match self {
                Self::Spike => {
                    values[rng.random_range(0..length)] += rng.random_range(2.0..4.0) * unit;
                }
                Self::Stuck => {
                    let first = rng.random_range(0..=length - length / 2);
                    let value = values[first];
                    values
                        .slice_mut(ndarray::s![first..first + length / 2])
                        .fill(value);
                }
                Self::Noise => {
                    let size = rng.random_range(0.3..0.6) * unit;
                    values.mapv_inplace(|value| {
                        let normal: f64 = StandardNormal.sample(&mut rng);
                        value + size * normal
                    });
                }
                Self::Drift => {
                    let slope = rng.random_range(1.0..2.0) * unit / (length - 1) as f64;
                    for (place, value) in values.iter_mut().enumerate() {
                        *value += slope * place as f64;
                    }
                }
                Self::Gain => {
                    let gain = [0.5, 1.75][rng.random_range(0..2)];
                    let mean = values.mean().unwrap_or(0.0);
                    values.mapv_inplace(|value| mean + gain * (value - mean));
                }
                Self::Shift => values += rng.random_range(0.75..1.5) * unit,
                Self::Splice => {
                    let other = (at + rng.random_range(1..rows.nrows())) % rows.nrows();
                    let cut = rng.random_range(length / 4..3 * length / 4);
                    for number in 0..series {
                        let end = ndarray::s![number * length + cut..(number + 1) * length];
                        row.slice_mut(end).assign(&rows.row(other).slice(end));
                    }
                }
            }
        }
        faulty
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::Fault;

    #[test]
    fn every_fault_changes_every_window_in_one_series() {
        let rows = Array2::from_shape_fn((20, 32), |(row, column)| {
            ((row * 3 + column * (1 + row % 5)) as f64).sin()
        });
        for fault in Fault::ALL {
            let faulty = fault.inject(rows.view(), 2, 1);
            for (row, faulty) in rows.outer_iter().zip(faulty.outer_iter()) {
                let changed = |from: usize| (from..from + 16).any(|at| row[at] != faulty[at]);
                let series = [0, 16].into_iter().filter(|&from| changed(from)).count();
                let expected = if matches!(fault, Fault::Splice) { 2 } else { 1 };
                assert_eq!(series, expected, "{fault:?}");
            }
        }
    }
}
