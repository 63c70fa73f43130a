//! Statistics that decide whether a difference is more than chance.

use crate::quantile::quantile;

/// Share of checks that give a finding by chance, over all tests of a check together.
const LEVEL: f64 = 1e-3;

/// Returns the two-sided critical value, in standard errors, of each of `tests` tests.
pub(super) fn critical(tests: usize) -> f64 {
    quantile(1.0 - LEVEL / (2.0 * tests.max(1) as f64))
}

/// Returns the critical Kolmogorov–Smirnov statistic of two sets (Smirnov 1948) for each of
/// `tests` tests.
pub(super) fn critical_ks(a: usize, b: usize, tests: usize) -> f64 {
    let (a, b) = (a as f64, b as f64);
    let level = LEVEL / tests.max(1) as f64;
    ((2.0 / level).ln() / 2.0 * (a + b) / (a * b)).sqrt()
}

/// A number of rows among others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Share {
    pub count: usize,
    pub of: usize,
}

impl Share {
    /// Counts the rows for which `holds`.
    pub fn of<T>(rows: impl IntoIterator<Item = T>, mut holds: impl FnMut(T) -> bool) -> Self {
        let mut share = Self::default();
        for row in rows {
            share.of += 1;
            share.count += usize::from(holds(row));
        }
        share
    }

    pub fn value(self) -> f64 {
        self.count as f64 / self.of.max(1) as f64
    }

    /// Returns by how many standard errors this share exceeds the other, by the signed root of the
    /// likelihood ratio, which holds for small counts too.
    pub fn excess(self, other: Self) -> f64 {
        let pooled = (self.count + other.count) as f64 / (self.of + other.of).max(1) as f64;
        let term = |count: usize, of: usize, share: f64| match count {
            0 => 0.0,
            _ => count as f64 * (count as f64 / (of as f64 * share)).ln(),
        };
        let both = |set: Self| {
            term(set.count, set.of, pooled) + term(set.of - set.count, set.of, 1.0 - pooled)
        };
        let root = (2.0 * (both(self) + both(other))).max(0.0).sqrt();
        root.copysign(self.value() - other.value())
    }
}

/// Moments of a column, with the standard errors that its fourth moment gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moments {
    pub mean: f64,
    pub stddev: f64,
    /// Standard error of the mean.
    pub mean_error: f64,
    /// Standard error of the logarithm of the standard deviation.
    pub log_error: f64,
}

impl Moments {
    /// Returns the moments of at least one value.
    pub fn of(values: impl ExactSizeIterator<Item = f64> + Clone) -> Self {
        let count = values.len() as f64;
        let mean = values.clone().sum::<f64>() / count;
        let [mut second, mut fourth] = [0.0; 2];
        for value in values {
            let square = (value - mean).powi(2);
            second += square / count;
            fourth += square * square / count;
        }
        let kurtosis = fourth / (second * second).max(f64::MIN_POSITIVE);
        Self {
            mean,
            stddev: second.sqrt(),
            mean_error: (second / count).sqrt(),
            log_error: ((kurtosis - 1.0).max(1.0) / (4.0 * count)).sqrt(),
        }
    }
}

/// Least number of [`varied`] rows for a statement about the spread of a column.
pub(super) const MIN_VARIED: usize = 20;

/// Counts the rows that have another than the commonest of ascending values.
pub(super) fn varied(ascending: &[f64]) -> usize {
    let commonest = ascending.chunk_by(|a, b| a == b).map(<[f64]>::len).max();
    ascending.len() - commonest.unwrap_or(0)
}

/// Returns the value below which this share of the ascending values lies.
pub(super) fn rank(ascending: &[f64], share: f64) -> f64 {
    let place = (share * (ascending.len() - 1) as f64).round() as usize;
    ascending[place]
}

/// Returns the values in ascending order.
pub(super) fn ascending(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::{Moments, Share, critical, critical_ks};

    #[test]
    fn shares_differ_by_standard_errors() {
        let share = |count, of| Share { count, of };
        // The normal approximation is (0.6 − 0.5) / sqrt(2 · 0.55 · 0.45 / 1000) = 4.49.
        let excess = share(600, 1000).excess(share(500, 1000));
        assert!((excess - 4.49).abs() < 0.02, "{excess}");
        assert_eq!(excess, -share(500, 1000).excess(share(600, 1000)));
        assert_eq!(share(0, 10).excess(share(0, 2000)), 0.0);
        assert!(share(3, 2000).excess(share(0, 50)) < 1.0);
    }

    #[test]
    fn many_tests_need_larger_differences() {
        assert!((critical(1) - 3.29).abs() < 0.01, "{}", critical(1));
        assert!((critical(100) - 4.42).abs() < 0.02, "{}", critical(100));
        assert!((critical_ks(1000, 1000, 1) - 0.0872).abs() < 1e-3);
    }

    #[test]
    fn moments_of_a_coin() {
        let moments = Moments::of([0.0, 2.0, 0.0, 2.0].into_iter());
        assert_eq!((moments.mean, moments.stddev), (1.0, 1.0));
        assert_eq!(moments.mean_error, 0.5);
    }
}
