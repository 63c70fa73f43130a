//! Measures of draws: CRPS, error of the mean, and coverage of intervals.

use ndarray::{Array2, ArrayView2};
use serde::Serialize;

/// Share of the true values that an interval should contain.
const INTERVAL: f64 = 0.8;

/// How well draws answer queries. Values are in the unit of the draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct FillScores {
    /// Continuous ranked probability score: E|X − y| − ½·E|X − X′|, without bias by the number of
    /// draws (Ferro 2014, *QJRMS* 140).
    pub crps: f64,
    /// Root mean square error of the mean of the draws, of numbers. NaN without numbers.
    pub rmse: f64,
    /// Share of the true numbers between the 10 % and the 90 % quantile of the draws. A value that
    /// recurs, such as a limit, counts in proportion. NaN without numbers.
    pub coverage: f64,
}

impl FillScores {
    /// Scores `draws` of the rows `truth`, all `n × D`, in the values that are `asked` for. Values
    /// that are names count in the CRPS, but means and intervals are of `numbers`.
    ///
    /// # Panics
    /// If shapes differ, or if there are fewer than two draws.
    #[must_use]
    pub fn new(
        draws: &[Array2<f32>],
        truth: ArrayView2<'_, f32>,
        asked: impl Fn(usize, usize) -> bool,
        numbers: &[bool],
    ) -> Self {
        assert!(draws.len() > 1, "draws have a spread");
        let (mut all, mut of_numbers) = (Sums::default(), Sums::default());
        let mut cell = vec![0.0; draws.len()];
        for ((row, column), &truth) in truth.indexed_iter() {
            if !asked(row, column) {
                continue;
            }
            for (value, draw) in cell.iter_mut().zip(draws) {
                *value = f64::from(draw[[row, column]]);
            }
            let sums = if numbers[column] {
                &mut of_numbers
            } else {
                &mut all
            };
            sums.add(&mut cell, f64::from(truth));
        }
        let count = all.count + of_numbers.count;
        Self {
            crps: (all.crps + of_numbers.crps) / count,
            rmse: (of_numbers.square / of_numbers.count).sqrt(),
            coverage: of_numbers.coverage / of_numbers.count,
        }
    }

    /// Returns the mean of scores.
    #[must_use]
    pub fn mean(all: &[Self]) -> Self {
        let of = |of: fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        Self {
            crps: of(|scores| scores.crps),
            rmse: of(|scores| scores.rmse),
            coverage: of(|scores| scores.coverage),
        }
    }
}

/// Sums over values.
#[derive(Default)]
struct Sums {
    count: f64,
    crps: f64,
    square: f64,
    coverage: f64,
}

impl Sums {
    /// Adds the terms of one value.
    fn add(&mut self, draws: &mut [f64], truth: f64) {
        draws.sort_unstable_by(f64::total_cmp);
        let count = draws.len() as f64;
        let distance: f64 = draws.iter().map(|draw| (draw - truth).abs()).sum();
        // Σ|X − X′| over pairs, from the sorted draws.
        let pairs: f64 = draws
            .iter()
            .zip(1..)
            .map(|(draw, rank)| (2.0 * f64::from(rank) - count - 1.0) * draw)
            .sum();
        self.count += 1.0;
        self.crps += distance / count - pairs / (count * (count - 1.0));
        self.square += (draws.iter().sum::<f64>() / count - truth).powi(2);
        // The rank of the truth among the draws. Equal values share their ranks.
        let low = draws.iter().filter(|&&draw| draw < truth).count() as f64;
        let high = draws.iter().filter(|&&draw| draw <= truth).count() as f64 + 1.0;
        let (low, high) = (low / (count + 1.0), high / (count + 1.0));
        let [from, to] = [(1.0 - INTERVAL) / 2.0, (1.0 + INTERVAL) / 2.0];
        self.coverage += (high.min(to) - low.max(from)).max(0.0) / (high - low);
    }
}

/// Returns a quantile of sorted draws. A new draw is below it with the probability `share`, if
/// there are enough draws.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let count = sorted.len();
    let place = (share * (count as f64 + 1.0) - 1.0).clamp(0.0, count as f64 - 1.0);
    let below = place as usize;
    let above = (below + 1).min(count - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{FillScores, quantile};

    /// A normal forecast of a normal value has a CRPS of 1/√π, whatever the number of draws.
    #[test]
    fn perfect_draws_have_the_scores_of_theory() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for (draws, round) in [(4, false), (32, false), (32, true)] {
            let mut normals = || {
                Array2::from_shape_simple_fn((4000, 2), || {
                    let normal: f32 = StandardNormal.sample(&mut rng);
                    // A pile at the limit 0.
                    if round { normal.max(0.0) } else { normal }
                })
            };
            let truth = normals();
            let draws: Vec<Array2<f32>> = (0..draws).map(|_| normals()).collect();
            let asked = |_, column| column == 1;
            let scores = FillScores::new(&draws, truth.view(), asked, &[true; 2]);
            assert!((scores.coverage - 0.8).abs() < 0.02, "{scores:?}");
            if !round {
                let expected = 1.0 / std::f64::consts::PI.sqrt();
                assert!((scores.crps - expected).abs() < 0.02, "{scores:?}");
            }
        }
    }

    #[test]
    fn quantiles_are_between_draws() {
        let sorted: Vec<f64> = (1..=9).map(f64::from).collect();
        assert_eq!(quantile(&sorted, 0.5), 5.0);
        assert!((quantile(&sorted, 0.1) - 1.0).abs() < 1e-12);
        assert!((quantile(&sorted, 0.85) - 8.5).abs() < 1e-12);
        assert_eq!(quantile(&[2.0], 0.9), 2.0);
    }
}
