//! Small tables, by the protocol of ForestDiffusion (Jolicoeur-Martineau and others 2024,
//! *Generating and Imputing Tabular Data via Diffusion and Flow-based Gradient-Boosted Trees*,
//! arXiv:2309.09968). A fifth of the rows are test rows, and a model draws five sets of rows.
//!
//! W1 has the L1 cost on columns that are scaled from 0 to 1 by the training rows. Rows of
//! different labels are 1 further apart. A generated set has exactly four times as many rows as
//! there are test rows, so that the distance is an assignment problem. The published figures are of
//! as many rows as training rows, which are at most 2 % fewer.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, concatenate};

use super::measures::{between, quantile, variance_within};
use super::scale::Scale;
use super::sides::Set;
use super::{Case, Figure, NEAREST, Row, STEPS, data, mean};
use crate::Failure;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::exact::w1;
use flowlet_trainer::metrics::neighbours::nearest_of_class;
use flowlet_trainer::metrics::{Rows, knn};
use flowlet_trainer::{Seed, Trainer};

/// Sets of rows that a model draws.
const SETS: u64 = 5;
/// Generated rows per test row.
const PER_TEST_ROW: usize = 4;
/// Neighbours in the radius of coverage. The protocol searches this number, and always finds it.
const NEIGHBOURS: usize = 2;
/// Most classes of a table.
const CLASSES: usize = 11;

/// Measures that are summarised.
const W1: &str = "W1 over Forest-Flow";
const COVERAGE: [&str; 2] = [
    "coverage of training rows − Forest-Flow",
    "coverage of test rows − Forest-Flow",
];
const VARIANCE: &str = "variance within classes over real";

/// Published figures of Forest-Flow: W1 to test rows, coverage of training and of test rows.
struct Published {
    w1: f64,
    coverage: [f64; 2],
}

fn published(case: Case) -> Published {
    let (w1, coverage) = match case {
        Case::Iris => (0.3282, [0.9356, 0.9311]),
        Case::Wine => (1.4206, [0.9737, 0.9537]),
        Case::Wdbc => (1.7488, [0.9502, 0.9760]),
        Case::Ionosphere => (4.2982, [0.8278, 0.9014]),
        Case::Sonar => (8.3797, [0.8558, 0.9492]),
        _ => (0.7274, [0.8305, 0.9273]),
    };
    Published { w1, coverage }
}

/// Rows of a table: scaled, and scaled with columns of the label.
struct Scaled {
    rows: Rows,
    labelled: Array2<f32>,
}

impl Scaled {
    fn new(set: &Set, scale: &Scale, case: Case) -> Self {
        let values = scale.apply(set.view());
        let classes = set.classes.clone().unwrap_or_default();
        let labels = match case {
            // The published figures take the number of the vowel as a number.
            Case::Vowel => Array2::from_shape_fn((classes.len(), 1), |(row, _)| {
                f32::from(classes[row]) / (CLASSES - 1) as f32
            }),
            _ => Array2::from_shape_fn((classes.len(), CLASSES), |(row, class)| {
                if usize::from(classes[row]) == class {
                    0.5
                } else {
                    0.0
                }
            }),
        };
        let both = concatenate(Axis(1), &[values.view(), labels.view()]);
        Self {
            rows: Rows::of(values, Some(classes)),
            labelled: both.expect("one label per row"),
        }
    }

    /// Returns the share of test rows whose class these rows predict.
    fn tstr(&self, test: &Self) -> f64 {
        let [known, asked] = [&self.rows, &test.rows].map(|rows| knn::Labelled {
            values: rows.values(),
            classes: rows.classes().unwrap_or(&[]),
        });
        knn::accuracy(known, asked)
    }

    fn variance(&self) -> f64 {
        variance_within(self.rows.values(), self.rows.classes())
    }

    /// Returns W1 to test rows, at most four of these rows per test row.
    fn w1(&self, test: &Self) -> f64 {
        let count = (self.labelled.nrows() / PER_TEST_ROW).min(test.labelled.nrows());
        let all: Vec<usize> = (0..PER_TEST_ROW * count).collect();
        let repeated: Vec<usize> = all.iter().map(|row| row / PER_TEST_ROW).collect();
        let part = |of: &Self, rows: &[usize]| of.labelled.select(Axis(0), rows);
        w1(part(self, &all).view(), part(test, &repeated).view())
    }

    fn coverage_of(&self, real: &Self) -> f64 {
        coverage(real.labelled.view(), self.labelled.view())
    }
}

pub(super) fn measure(
    case: Case,
    seed: u64,
    iterations: Option<usize>,
) -> Result<Vec<Figure>, Failure> {
    let (table, split) = data::with_split(&case.name(), seed)?;
    let training = table.select(&split.training);
    let mut trainer = Trainer::new(&training).steps(STEPS).seed(Seed(seed));
    if let Some(iterations) = iterations {
        trainer = trainer.iterations(iterations);
    }
    let trained = trainer.fit()?;
    let [training, test] = [&split.training, &split.validation].map(|rows| Set::of(&table, rows));
    let scale = Scale::min_max(training.view());
    let scaled = |set: &Set| Scaled::new(set, &scale, case);
    let (training, test) = (scaled(&training), scaled(&test));
    let sets = (0..SETS).map(|number| {
        let request = Request {
            count: PER_TEST_ROW * split.validation.len(),
            seed: SETS * seed + number,
            ..Request::default()
        };
        let made = generate(&trained.model(), &request)?;
        Ok(scaled(&Set {
            values: made.values,
            classes: made.classes,
        }))
    });
    let sets: Vec<Scaled> = sets.collect::<Result<_, Failure>>()?;
    let of = |value: &dyn Fn(&Scaled) -> f64| mean(&sets.iter().map(value).collect::<Vec<_>>());
    let real = quantile(
        between(training.rows.values(), training.rows.classes()),
        NEAREST,
    );
    let copying = |set: &Scaled| quantile(nearest_of_class(&set.rows, &training.rows), NEAREST);
    let published = published(case);
    let figure = |measure, int8, real_baseline| Figure {
        measure,
        float: None,
        int8,
        real_baseline,
    };
    let (distance, oracle) = (of(&|set| set.w1(&test)), training.w1(&test));
    let coverage = [&training, &test].map(|real| of(&|set| set.coverage_of(real)));
    let over = [0, 1].map(|of| coverage[of] - published.coverage[of]);
    Ok(vec![
        figure("W1 to test rows", distance, Some(oracle)),
        figure(W1, distance / published.w1, Some(oracle / published.w1)),
        figure(COVERAGE[0], over[0], None),
        figure(
            COVERAGE[1],
            over[1],
            Some(training.coverage_of(&test) - published.coverage[1]),
        ),
        figure(
            VARIANCE,
            of(&|set| set.variance() / training.variance()),
            Some(1.0),
        ),
        figure(
            "TSTR",
            of(&|set| set.tstr(&test)),
            Some(training.tstr(&test)),
        ),
        figure("copying", of(&copying) / real, None),
        figure("bytes of flash", trained.bytes().len() as f64, None),
    ])
}

/// Returns the share of the real rows with a row closer than their second nearest real row, in L1.
fn coverage(real: ArrayView2<'_, f32>, rows: ArrayView2<'_, f32>) -> f64 {
    let distances = |from: ArrayView1<'_, f32>, to: ArrayView2<'_, f32>| -> Vec<f32> {
        let distance = |to: ArrayView1<'_, f32>| {
            let pairs = from.iter().zip(to);
            pairs.map(|(a, b)| (a - b).abs()).sum()
        };
        to.rows().into_iter().map(distance).collect()
    };
    let is_covered = |row: &ArrayView1<'_, f32>| {
        let mut others = distances(*row, real);
        // The nearest row is the row itself.
        let (_, radius, _) = others.select_nth_unstable_by(NEIGHBOURS, f32::total_cmp);
        distances(*row, rows)
            .iter()
            .any(|distance| distance < radius)
    };
    let covered = real.rows().into_iter().filter(is_covered).count();
    covered as f64 / real.nrows() as f64
}

/// Summarises the tables but iris, if all were measured: the geometric mean of W1, the mean
/// coverage, and the least variance.
pub(super) fn summary(rows: &[Row]) -> Vec<Row> {
    let of = |measure: &str| -> Vec<f64> {
        let tables = rows
            .iter()
            .filter(|row| Case::SUMMARISED.contains(&row.case));
        let figures = tables.filter(|row| row.measure == measure);
        figures.map(|row| row.int8).collect()
    };
    let w1 = of(W1);
    if w1.len() < Case::SUMMARISED.len() {
        return Vec::new();
    }
    let logarithms: Vec<f64> = w1.iter().map(|ratio| ratio.ln()).collect();
    let least = of(VARIANCE)
        .into_iter()
        .reduce(f64::min)
        .unwrap_or(f64::NAN);
    vec![
        Row::new(
            Case::Tables,
            "W1 over Forest-Flow, geometric mean",
            mean(&logarithms).exp(),
        ),
        Row::new(
            Case::Tables,
            "coverage of training rows − Forest-Flow, mean",
            mean(&of(COVERAGE[0])),
        ),
        Row::new(
            Case::Tables,
            "coverage of test rows − Forest-Flow, mean",
            mean(&of(COVERAGE[1])),
        ),
        Row::new(
            Case::Tables,
            "variance within classes over real, least",
            least,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{Case, Row, Scaled, coverage, summary};
    use crate::quality::scale::Scale;
    use crate::quality::sides::Set;

    #[test]
    fn another_label_is_one_further_apart() {
        let set = |values, classes: [u16; 2]| Set {
            values,
            classes: Some(classes.to_vec()),
        };
        let training = set(array![[0.0, 5.0], [4.0, 15.0]], [0, 1]);
        let scale = Scale::min_max(training.view());
        let scaled = |set: &Set, case| Scaled::new(set, &scale, case).labelled;
        let distance = |case| {
            let other = set(array![[1.0, 5.0], [4.0, 10.0]], [1, 1]);
            let difference = scaled(&training, case) - scaled(&other, case);
            difference
                .mapv(f32::abs)
                .sum_axis(ndarray::Axis(1))
                .to_vec()
        };
        assert_eq!(distance(Case::Wine), [1.25, 0.5]);
        assert_eq!(distance(Case::Vowel), [0.35, 0.5]);
    }

    #[test]
    fn rows_cover_what_is_nearer_than_the_second_neighbour() {
        let real = array![[0.0], [1.0], [3.0], [9.0]];
        assert_eq!(coverage(real.view(), array![[2.0]].view()), 1.0);
        assert_eq!(coverage(real.view(), array![[3.5]].view()), 0.5);
        assert_eq!(coverage(real.view(), array![[-1.5]].view()), 0.25);
    }

    #[test]
    fn only_all_tables_are_summarised() {
        // Other cases have the same measures.
        let others = [Case::Mnist28, Case::Iris];
        let mut rows: Vec<Row> = others
            .map(|case| Row::new(case, super::VARIANCE, 0.1))
            .to_vec();
        for (at, case) in Case::SUMMARISED.into_iter().enumerate() {
            assert!(summary(&rows).is_empty());
            let w1 = [2.0, 0.5, 4.0, 0.25, 1.0][at];
            rows.push(Row::new(case, super::W1, w1));
            rows.push(Row::new(case, super::VARIANCE, 0.7 + at as f64));
        }
        let summary = summary(&rows);
        assert!((summary[0].int8 - 1.0).abs() < 1e-12);
        assert_eq!(summary[3].int8, 0.7);
    }
}
