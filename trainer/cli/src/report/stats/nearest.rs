//! Which real rows the samples resemble most, and whether that is nearer than real rows are to each other: copying.

use super::Comparison;
use flowlet_trainer::metrics::neighbours::{nearest, nearest_other};

/// A sample and the real row nearest to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Place of the sample among the generated rows.
    pub sample: usize,
    /// Place of the row among the real rows.
    pub row: usize,
    /// Their distance, in standard deviations of the columns.
    pub distance: f64,
    /// The distance of that row to the real row nearest to it.
    pub among_real: f64,
}

/// All of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// One a sample, the nearest first.
    pub pairs: Vec<Pair>,
    /// Distance of every real row to the nearest other one, rising.
    pub among_real: Vec<f64>,
}

/// What the distances say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Samples lie on real rows.
    Copies,
    /// They lie nearer to them than real rows do.
    Near,
    /// They do not.
    Apart,
}

impl Nearest {
    /// Of the samples of a comparison among its real rows.
    #[must_use]
    pub fn of(comparison: &Comparison<'_>) -> Self {
        let real = comparison.real.standardised();
        let others = nearest_other(real);
        let of_samples = nearest(comparison.generated.standardised(), real);
        let pair = |(sample, (row, distance)): (usize, (usize, f64))| Pair {
            sample,
            row,
            distance,
            among_real: others[row],
        };
        let mut pairs: Vec<Pair> = of_samples.into_iter().enumerate().map(pair).collect();
        pairs.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        let mut among_real = others;
        among_real.sort_unstable_by(f64::total_cmp);
        Self { pairs, among_real }
    }

    /// The first pairs of a real row each, so that one row does not fill the page.
    #[must_use]
    pub fn first(&self, most: usize) -> Vec<Pair> {
        let mut kept: Vec<Pair> = Vec::new();
        for pair in &self.pairs {
            if kept.len() == most {
                break;
            }
            if kept.iter().all(|other| other.row != pair.row) {
                kept.push(*pair);
            }
        }
        kept
    }

    /// The median distance of samples to real rows, and of real rows to each other.
    #[must_use]
    pub fn medians(&self) -> [f64; 2] {
        [
            self.pairs[self.pairs.len() / 2].distance,
            self.among_real[self.among_real.len() / 2],
        ]
    }

    /// What the medians say.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let [samples, real] = self.medians();
        match () {
            () if samples < 0.5 * real => Verdict::Copies,
            () if samples < 0.8 * real => Verdict::Near,
            () => Verdict::Apart,
        }
    }
}

impl Verdict {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Copies => {
                "samples lie much nearer to real rows than these do to each other: the model copies"
            }
            Self::Near => {
                "samples lie nearer to real rows than these do to each other: it may copy in part"
            }
            Self::Apart => {
                "samples lie no nearer to real rows than these do to each other: no sign of copying"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Nearest, Pair, Verdict};

    fn nearest(samples: [f64; 3]) -> Nearest {
        let pair = |(sample, &distance)| Pair {
            sample,
            row: sample / 2,
            distance,
            among_real: 1.0,
        };
        Nearest {
            pairs: samples.iter().enumerate().map(pair).collect(),
            among_real: vec![0.9, 1.0, 2.0],
        }
    }

    #[test]
    fn copies_are_called_so() {
        let verdict = |middle| nearest([0.1, middle, 3.0]).verdict();
        assert_eq!(verdict(0.4), Verdict::Copies);
        assert_eq!(verdict(0.7), Verdict::Near);
        assert_eq!(verdict(1.1), Verdict::Apart);
    }

    #[test]
    fn a_row_is_shown_once() {
        let first = nearest([0.1, 0.2, 0.3]).first(5);
        assert_eq!(
            first.iter().map(|pair| pair.sample).collect::<Vec<_>>(),
            [0, 2]
        );
    }
}
