//! Nearest real row of each sample, compared with distances between real rows: a test for memorised
//! rows.

use ndarray::Axis;

use super::Comparison;
use flowlet_trainer::metrics::neighbours::{nearest, nearest_other};

/// A sample and the real row nearest to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Index of the sample among the generated rows.
    pub sample: usize,
    /// Index of the row among the training rows.
    pub row: usize,
    /// Distance of sample and row, standard deviations of the columns.
    pub distance: f64,
    /// Distance of that row to its nearest real row.
    pub among_real: f64,
}

/// Nearest rows of all samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearest {
    /// One pair per sample, the nearest first.
    pub pairs: Vec<Pair>,
    /// Distance of every real row to its nearest real row, ascending.
    pub among_real: Vec<f64>,
}

/// Meaning of the distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Samples are much nearer to real rows than real rows are to each other.
    Copies,
    /// Samples are nearer to real rows than real rows are to each other.
    Near,
    /// Samples are no nearer.
    Apart,
}

impl Nearest {
    /// Finds the nearest real row of every sample, among the rows of its class if there are
    /// classes. A class with fewer than two real rows is left out.
    #[must_use]
    pub fn of(comparison: &Comparison<'_>) -> Self {
        let (real, generated) = (&comparison.training, &comparison.generated);
        let groups = (0..comparison.classes().len() as u16).map(Some);
        let groups = groups.filter(|&class| real.of_class(class).len() > 1);
        let groups: Vec<Option<u16>> = groups.collect();
        let groups = if groups.is_empty() {
            vec![None]
        } else {
            groups
        };
        let (mut pairs, mut among_real) = (Vec::new(), Vec::new());
        for class in groups {
            let (rows, samples) = (real.of_class(class), generated.of_class(class));
            let [known, asked] = [(real, &rows), (generated, &samples)]
                .map(|(of, rows)| of.standardised().select(Axis(0), rows));
            let others = match rows.len() {
                // A single row has no other one.
                0 | 1 => vec![0.0; rows.len()],
                _ => nearest_other(known.view()),
            };
            let found = nearest(asked.view(), known.view());
            let pair = |((row, distance), sample): ((usize, f64), usize)| Pair {
                sample,
                row: rows[row],
                distance,
                among_real: others[row],
            };
            pairs.extend(found.into_iter().zip(samples).map(pair));
            among_real.extend(others);
        }
        pairs.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        among_real.sort_unstable_by(f64::total_cmp);
        Self { pairs, among_real }
    }

    /// Returns the nearest pairs, at most one per real row.
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

    /// Returns the median distance of samples to real rows, and of real rows to each other.
    #[must_use]
    pub fn medians(&self) -> [f64; 2] {
        [
            self.pairs[self.pairs.len() / 2].distance,
            self.among_real[self.among_real.len() / 2],
        ]
    }

    /// Judges the medians.
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
    /// Returns the verdict as text.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Copies => {
                "samples are much nearer to real rows than real rows are to each other, so the model has memorised rows"
            }
            Self::Near => {
                "samples are nearer to real rows than real rows are to each other, so the model may have memorised some rows"
            }
            Self::Apart => {
                "samples are no nearer to real rows than real rows are to each other, so nothing suggests memorised rows"
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
    fn near_samples_are_copies() {
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
