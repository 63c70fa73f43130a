//! Measures of a set of rows, compared with test rows and training rows.

use ndarray::{ArrayView1, ArrayView2, Axis};

use super::scale::Scale;
use super::sides::{Draw, Set};
use super::{NEAREST, mean};
use flowlet_trainer::Table;
use flowlet_trainer::data::series::{Series, series};
use flowlet_trainer::metrics::neighbours::{nearest_of_class, two_nearest};
use flowlet_trainer::metrics::series::smoothness;
use flowlet_trainer::metrics::{Rows, Scores, real_baseline, score};

/// Name of a measure, and its value.
pub(super) type Measure = (&'static str, fn(&Judged<'_>) -> Option<f64>);

/// What all sets of one training are compared with.
pub(super) struct Comparison {
    scale: Scale,
    training: Rows,
    /// Distances of training rows to the nearest other one of their class.
    between_training: Vec<f64>,
    series: Vec<Series>,
}

/// A set of rows, and what it is compared with.
pub(super) struct Judged<'a> {
    comparison: &'a Comparison,
    set: &'a Set,
    pub scores: Scores,
    scaled: Rows,
    /// Whether the set has real rows in the place of samples.
    pub is_real: bool,
}

impl Comparison {
    pub(super) fn new(scale: Scale, table: &Table, training: &[usize], seed: u64) -> Self {
        let of = Set::of(table, training);
        let scaled = scale.apply(of.view());
        let between_training = between(scaled.view(), of.classes.as_deref());
        Self {
            training: Rows::new(scaled.view(), of.classes.as_deref(), seed),
            series: series(&table.columns, &table.categories),
            between_training,
            scale,
        }
    }

    /// Returns each measure of the float network's samples, of the runtime's, and of real rows.
    pub(super) fn measure(
        &self,
        draw: &Draw,
        measures: &[Measure],
        seed: u64,
    ) -> Vec<[Option<f64>; 3]> {
        let [float, int8, real] = [
            (&draw.float, false),
            (&draw.int8, false),
            (&draw.real, true),
        ]
        .map(|(set, is_real)| self.judged(set, &draw.test, is_real, seed));
        let each = |(_, of): &Measure| [of(&float), of(&int8), of(&real)];
        measures.iter().map(each).collect()
    }

    pub(super) fn judged<'a>(
        &'a self,
        set: &'a Set,
        test: &'a Set,
        is_real: bool,
        seed: u64,
    ) -> Judged<'a> {
        let rows = |set: &Set| Rows::of(self.scale.apply(set.view()), set.classes.clone());
        let (scaled, test_rows) = (rows(set), rows(test));
        let scores = match is_real {
            true => real_baseline(&scaled, &self.training, &test_rows, seed),
            false => score(&scaled, &self.training, &test_rows, seed),
        };
        let smoothness = smoothness(set.view(), test.view(), &self.series);
        Judged {
            comparison: self,
            set,
            scores: scores.with_smoothness(smoothness),
            scaled,
            is_real,
        }
    }
}

/// Returns the distance of each row to the nearest other row of its class.
pub(super) fn between(rows: ArrayView2<'_, f32>, classes: Option<&[u16]>) -> Vec<f64> {
    let of_class = |class: u16| -> Vec<usize> {
        (0..rows.nrows())
            .filter(|&row| classes.is_none_or(|of| of[row] == class))
            .collect()
    };
    let count = classes
        .and_then(|of| of.iter().max())
        .map_or(1, |&last| last + 1);
    let groups = (0..count).map(of_class).filter(|rows| rows.len() > 1);
    let distances = groups.flat_map(|group| {
        let group = rows.select(Axis(0), &group);
        let pairs = two_nearest(group.view(), group.view());
        // The nearest row is the row itself.
        pairs.into_iter().map(|[_, second]| second)
    });
    distances.collect()
}

impl Judged<'_> {
    /// Returns the distance to the nearest training row below which the nearest samples are, over
    /// that between training rows. Below 1, samples copy.
    pub(super) fn copying(&self) -> Option<f64> {
        if self.is_real {
            return None;
        }
        let of_samples = nearest_of_class(&self.scaled, &self.comparison.training);
        let real = quantile(self.comparison.between_training.clone(), NEAREST);
        (real > 0.0).then(|| quantile(of_samples, NEAREST) / real)
    }

    /// Returns the variance within classes, over that of the training rows.
    pub(super) fn variance_within(&self) -> Option<f64> {
        let of = |rows: &Rows| variance_within(rows.values(), rows.classes());
        Some(of(&self.scaled) / of(&self.comparison.training))
    }

    /// Returns the share of cells that are exactly 0.
    pub(super) fn zero_share(&self) -> Option<f64> {
        let zeros = self
            .set
            .values
            .iter()
            .filter(|value| **value == 0.0)
            .count();
        Some(zeros as f64 / self.set.values.len() as f64)
    }

    /// Returns the mean of the cells that are not 0.
    pub(super) fn mean_of_spikes(&self) -> Option<f64> {
        let values = self.set.values.iter().copied();
        let spikes: Vec<f64> = values.filter(|value| *value != 0.0).collect();
        (!spikes.is_empty()).then(|| mean(&spikes))
    }

    /// Returns the share of rows below 0 in the first column.
    pub(super) fn negative_share(&self) -> Option<f64> {
        let column = self.set.values.column(0);
        let below = column.iter().filter(|value| **value < 0.0).count();
        Some(below as f64 / column.len() as f64)
    }

    /// Returns the share of winter days with light in an hour that is always dark.
    pub(super) fn light_at_night(&self) -> Option<f64> {
        const DARK: [usize; 15] = [0, 1, 2, 3, 4, 5, 6, 7, 17, 18, 19, 20, 21, 22, 23];
        const WINTER: u16 = 1;
        Some(share(&self.set.of_class(WINTER), |day| {
            DARK.iter().any(|&hour| day[hour] > 0.0)
        }))
    }

    /// Returns the share of summer days with a dark hour by day.
    pub(super) fn darkness_by_day(&self) -> Option<f64> {
        const SUMMER: u16 = 0;
        Some(share(&self.set.of_class(SUMMER), |day| {
            (8..17).any(|hour| day[hour] <= 0.0)
        }))
    }
}

fn share(rows: &ndarray::Array2<f64>, has: impl Fn(ArrayView1<'_, f64>) -> bool) -> f64 {
    let count = rows.rows().into_iter().filter(|row| has(*row)).count();
    count as f64 / rows.nrows().max(1) as f64
}

/// Returns the largest error of the quartiles without values beyond a thousand, as a share of the
/// distance between the outer quartiles.
pub(super) fn quartile_error<'a>(samples: ArrayView1<'a, f64>, real: ArrayView1<'a, f64>) -> f64 {
    let [samples, real] = [samples, real].map(|values| {
        let bulk = values.iter().filter(|value| value.abs() < 1000.0);
        let bulk: Vec<f64> = bulk.copied().collect();
        [0.25, 0.5, 0.75].map(|share| quantile(bulk.clone(), share))
    });
    let errors = samples.iter().zip(&real).map(|(a, b)| (a - b).abs());
    errors.fold(0.0, f64::max) / (real[2] - real[0])
}

/// Returns the variance around the mean of each class, summed over the columns.
pub(super) fn variance_within(rows: ArrayView2<'_, f32>, classes: Option<&[u16]>) -> f64 {
    let count = classes
        .and_then(|of| of.iter().max())
        .map_or(1, |&last| last + 1);
    let of_class = |class: u16| -> f64 {
        let group: Vec<usize> = (0..rows.nrows())
            .filter(|&row| classes.is_none_or(|of| of[row] == class))
            .collect();
        if group.len() < 2 {
            return 0.0;
        }
        let group = rows.select(Axis(0), &group).mapv(f64::from);
        group.var_axis(Axis(0), 1.0).sum() * group.nrows() as f64
    };
    (0..count).map(of_class).sum::<f64>() / rows.nrows() as f64
}

/// Returns the value below which a share of the values is; NaN without values.
pub(super) fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let place = share * values.len().saturating_sub(1) as f64;
    let (low, high) = (place.floor() as usize, place.ceil() as usize);
    let ends = values.get(low).zip(values.get(high));
    ends.map_or(f64::NAN, |(low, high)| low + place.fract() * (high - low))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::{between, quantile, quartile_error, variance_within};

    #[test]
    fn quantiles_lie_between_the_values() {
        assert_eq!(quantile(vec![3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(quantile(vec![0.0, 10.0], 0.05), 0.5);
        assert!(quantile(Vec::new(), 0.5).is_nan());
    }

    #[test]
    fn an_outlier_does_not_move_the_quartiles() {
        let real = array![0.0, 1.0, 2.0, 3.0, 4.0, 1e6];
        assert_eq!(quartile_error(real.view(), real.view()), 0.0);
        let moved = real.mapv(|value| value + 0.5);
        assert_eq!(quartile_error(moved.view(), real.view()), 0.25);
    }

    #[test]
    fn the_distance_between_classes_is_no_variance_within() {
        let rows: Array2<f32> = array![[0.0], [2.0], [100.0], [102.0]];
        assert_eq!(variance_within(rows.view(), Some(&[0, 0, 1, 1])), 2.0);
        assert!(variance_within(rows.view(), None) > 1000.0);
    }

    #[test]
    fn rows_are_compared_with_others_of_their_class() {
        let rows = array![[0.0], [5.0], [1.0], [7.0]];
        assert_eq!(
            between(rows.view(), Some(&[0, 1, 0, 1])),
            [1.0, 1.0, 2.0, 2.0]
        );
        assert_eq!(between(rows.view(), None), [1.0, 2.0, 1.0, 2.0]);
    }
}
