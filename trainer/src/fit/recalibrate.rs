//! Recalibration: refits the offset and the gain of each number to samples of the quantised model.
//!
//! Few solver steps and 8-bit weights move values a little. At a limit, a small shift changes the
//! share of samples there a lot. The refit costs a device nothing.

use std::ops::RangeInclusive;

use flowlet::Model;
use ndarray::{Array2, Axis, concatenate};

use super::export::class_counts;
use crate::data::Table;
use crate::data::transform::{Line, Transform};
use crate::device_columns::{unrepresentable, unresolved};
use crate::error::Error;
use crate::generate::{Request, generate};
use crate::metrics::draw;

/// Samples, and the fewest of them in a pile whose boundary is fitted.
const SAMPLES: usize = 2000;
const MIN_SIDE: usize = 10;
/// Most training rows that samples are compared with.
const MAX_ROWS: usize = 20_000;
/// Mixed into the seed, so that no other use of the seed has the same noise.
const SEED: u64 = 0x7265_6361_6c69_0000;
/// Bits by which classes are apart in the seed.
const CLASS_SHIFT: u32 = 40;
/// Standard errors by which the share at a limit may be off.
const TOLERANCE: f64 = 2.0;
/// Least improvement of the distance; less would be noise of the samples.
const MIN_IMPROVEMENT: f64 = 0.005;
/// Smallest gain; the largest is its reciprocal.
const MIN_GAIN: f64 = 0.5;
/// The same for a column with a gap at a limit. If values beyond the limit are rare, a narrow
/// network draws them all near it.
const MIN_GAIN_BEYOND_GAP: f64 = 0.125;
/// Halvings of the interval of gains.
const HALVINGS: usize = 30;

/// Returns the transform with which samples of a model are most like its training rows, column by
/// column.
///
/// Of several lines, it takes the one with the least Kolmogorov–Smirnov distance: none; the same
/// mean, or mean and standard deviation, for numbers without piles; the same share at a limit, with
/// or without the same mean, and the same shares at both, for others. Plateaus of curves get their
/// shares by their width.
pub(super) fn recalibrate(
    bytes: &[u8],
    training: &Table,
    transform: &Transform,
    seed: u64,
) -> Result<Transform, Error> {
    let samples = samples(&Model::parse(bytes)?, training, seed)?;
    let rows = training.select(&draw(training.values.nrows(), MAX_ROWS, seed));
    let rows = transform.standardise(rows.values, seed);
    let mut recalibrated = transform.clone();
    for at in transform.numbers() {
        let ascending = |rows: &Array2<f32>| {
            let mut values: Vec<f64> = rows.column(at).iter().map(|&x| f64::from(x)).collect();
            values.sort_unstable_by(f64::total_cmp);
            values
        };
        let number = Number {
            transform,
            decoding: transform,
            at,
            samples: ascending(&samples),
            rows: ascending(&rows),
        };
        // First, because a gain would have an effect on the share of a plateau too.
        recalibrated.narrow(at, |value, middle| number.half_width(value, middle));
        let decoding = &recalibrated;
        let line = Number { decoding, ..number }.best();
        recalibrated.adjust(at, line);
    }
    let is_possible =
        unrepresentable(&recalibrated).is_none() && unresolved(&recalibrated).is_none();
    Ok(if is_possible {
        recalibrated
    } else {
        transform.clone()
    })
}

/// Draws standardised samples with the classes in the proportions of the training rows.
fn samples(model: &Model<'_>, training: &Table, seed: u64) -> Result<Array2<f32>, Error> {
    let counts = match &training.labels {
        None => vec![(None, SAMPLES)],
        Some(labels) => {
            let counts = class_counts(&labels.of_row, labels.classes.len());
            let share = |rows: usize| (SAMPLES * rows).div_ceil(labels.of_row.len());
            let classes = (0..).zip(counts).filter(|(_, rows)| *rows > 0);
            classes
                .map(|(class, rows)| (Some(class), share(rows)))
                .collect()
        }
    };
    let of_class = |&(class, count): &(Option<u16>, usize)| {
        let request = Request {
            count,
            class,
            seed: seed ^ SEED ^ class.map_or(0, |class| (u64::from(class) + 1) << CLASS_SHIFT),
            ..Request::default()
        };
        Ok(generate(model, &request)?.standardised)
    };
    let parts: Vec<Array2<f32>> = counts.iter().map(of_class).collect::<Result<_, Error>>()?;
    let views: Vec<_> = parts.iter().map(Array2::view).collect();
    Ok(concatenate(Axis(0), &views).expect("rows of one length"))
}

/// A column of numbers: standardised samples and training rows, ascending.
struct Number<'a> {
    /// Transform that the network was trained with.
    transform: &'a Transform,
    /// How samples are decoded before a line is chosen.
    decoding: &'a Transform,
    at: usize,
    samples: Vec<f64>,
    rows: Vec<f64>,
}

impl Number<'_> {
    fn best(&self) -> Line {
        let boundaries = self.transform.boundaries(self.at);
        let [low, high] = boundaries;
        let low = low.and_then(|end| Some((end, self.quantile(end, true)?)));
        let high = high.and_then(|end| Some((end, self.quantile(end, false)?)));
        let ends = [low, high];
        let mut lines = Vec::new();
        if let [Some((low, a)), Some((high, b))] = ends {
            lines.push(Line::through([a, b], [low, high]));
        }
        for (end, quantile) in ends.into_iter().flatten() {
            lines.push(Line::through_one(quantile, end, 1.0));
            lines.push(self.with_mean(|gain| Line::through_one(quantile, end, gain)));
        }
        if boundaries == [None; 2] {
            let [made, real] = [&self.samples, &self.rows].map(|values| moments(values));
            lines.push(Line::through_one(made.0, real.0, 1.0));
            lines.push(Line::through_one(made.0, real.0, real.1 / made.1));
        }
        let mut best = (Line::SAME, self.distance(Line::SAME) - MIN_IMPROVEMENT);
        let gains = self.gains();
        for line in lines {
            let is_sane = gains.contains(&line.gain);
            let distance = if is_sane { self.distance(line) } else { 1.0 };
            if distance < best.1 {
                best = (line, distance);
            }
        }
        best.0
    }

    /// Returns the gains that are no sign of a training that failed.
    fn gains(&self) -> RangeInclusive<f64> {
        let least = match self.transform.gaps(self.at) {
            [false, false] => MIN_GAIN,
            _ => MIN_GAIN_BEYOND_GAP,
        };
        least..=least.recip()
    }

    /// Returns the x nearest to a boundary that has as many samples below it as training rows,
    /// within the error of the count. `None` if few rows pile up there, `below` it or above.
    fn quantile(&self, boundary: f64, is_below: bool) -> Option<f64> {
        let count = self.samples.len() as f64;
        let below = self.rows.partition_point(|&x| x < boundary);
        let share = below as f64 / self.rows.len() as f64;
        let wanted = share * count;
        let error = TOLERANCE * (wanted * (1.0 - share)).sqrt();
        let piled = if is_below { wanted } else { count - wanted };
        (piled >= MIN_SIDE as f64).then(|| {
            let at = |place: f64| self.samples[place.clamp(0.0, count - 1.0) as usize];
            boundary.clamp(at(wanted - error - 1.0), at(wanted + error))
        })
    }

    /// Returns the line, of those for each gain, with which samples have the mean of the training
    /// rows.
    fn with_mean(&self, line: impl Fn(f64) -> Line) -> Line {
        let rows = self.rows.iter().map(|&x| self.real(x));
        let wanted = rows.sum::<f64>() / self.rows.len() as f64;
        let [mut low, mut high] = [MIN_GAIN, MIN_GAIN.recip()];
        let mean = |gain| {
            let decoded = self.samples.iter().map(|&x| self.made(line(gain).of(x)));
            decoded.sum::<f64>() / self.samples.len() as f64
        };
        let rises = mean(high) > mean(low);
        let is_short = |gain| (mean(gain) < wanted) == rises;
        let limits = self.gains();
        while high < *limits.end() && is_short(high) {
            (low, high) = (high, 2.0 * high);
        }
        while low > *limits.start() && !is_short(low) {
            (low, high) = (low / 2.0, low);
        }
        for _ in 0..HALVINGS {
            let middle = low.midpoint(high);
            match is_short(middle) {
                true => low = middle,
                false => high = middle,
            }
        }
        line(low.midpoint(high))
    }

    /// Returns half of the width of the plateau of a value that has as many samples as training
    /// rows.
    fn half_width(&self, value: f64, middle: f64) -> f64 {
        let recurring = self.rows.iter().filter(|&&x| self.real(x) == value);
        let wanted = recurring.count() * self.samples.len() / self.rows.len();
        let mut distances: Vec<f64> = self.samples.iter().map(|x| (x - middle).abs()).collect();
        distances.sort_unstable_by(f64::total_cmp);
        distances[wanted.min(distances.len() - 1)]
    }

    /// Decodes x of a training row.
    fn real(&self, x: f64) -> f64 {
        self.transform.value(self.at, x)
    }

    /// Decodes x of a sample.
    fn made(&self, x: f64) -> f64 {
        self.decoding.value(self.at, x)
    }

    /// Returns the Kolmogorov–Smirnov distance between decoded samples and training rows.
    fn distance(&self, line: Line) -> f64 {
        let samples = self.samples.iter().map(|&x| self.made(line.of(x)));
        let rows = self.rows.iter().map(|&x| self.real(x));
        let [samples, rows]: [Vec<f64>; 2] = [samples.collect(), rows.collect()];
        let share = |values: &[f64], end: f64| {
            values.partition_point(|&value| value <= end) as f64 / values.len() as f64
        };
        let ends = samples.iter().chain(&rows);
        let apart = ends.map(|&end| (share(&samples, end) - share(&rows, end)).abs());
        apart.fold(0.0, f64::max)
    }
}

/// Returns the mean and the standard deviation.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2));
    (mean, (squares.sum::<f64>() / count).sqrt())
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::{Line, Number};
    use crate::data::Table;
    use crate::data::range::ValueRange;
    use crate::data::transform::Transform;
    use crate::quantile::quantile;

    /// Returns the transform of a column whose values below 0 are 0, and the values.
    fn column(rows: usize, value: impl Fn(f64) -> f64) -> (Transform, Vec<f64>) {
        let rank = |row| quantile((f64::from(row as u32) + 0.5) / rows as f64);
        let table = Table {
            columns: vec!["x".to_owned()],
            values: Array2::from_shape_fn((rows, 1), |(row, _)| value(rank(row))),
            ..Table::default()
        };
        let ranges = ValueRange::of_table(&table);
        let (transform, standardised) = Transform::fit(&table, ranges, 0);
        let mut x: Vec<f64> = standardised.iter().map(|&x| f64::from(x)).collect();
        x.sort_unstable_by(f64::total_cmp);
        (transform, x)
    }

    fn best(transform: &Transform, rows: &[f64], change: impl Fn(f64) -> f64) -> Line {
        let samples = rows.iter().map(|&x| change(x)).collect();
        let rows = rows.to_vec();
        Number {
            transform,
            decoding: transform,
            at: 0,
            samples,
            rows,
        }
        .best()
    }

    #[test]
    fn a_shift_and_a_gain_are_undone() {
        let (transform, rows) = column(1000, |z| 10.0 + 0.123_456 * z);
        for (gain, shift) in [(1.0, 0.0), (1.0, 0.25), (0.8, -0.1)] {
            let line = best(&transform, &rows, |x| (x - shift) / gain);
            assert!((line.gain - gain).abs() < 0.01, "{line:?}");
            assert!((line.shift - shift).abs() < 0.01, "{line:?}");
        }
        let far = best(&transform, &rows, |x| x / 3.0);
        assert!(
            (far.gain - 1.0).abs() < 1e-9,
            "too far to be a small error: {far:?}"
        );
    }

    /// A tenth of the rows recurs, and more samples than that are on the plateau.
    #[test]
    fn a_recurring_value_gets_its_share() {
        let value = |z: f64| {
            if (1000.0 * z).rem_euclid(10.0) < 1.0 {
                0.25
            } else {
                z
            }
        };
        let (mut transform, rows) = column(1000, value);
        assert!(transform.curves[0].is_some());
        let samples: Vec<f64> = (0..1000)
            .map(|row| quantile((f64::from(row) + 0.5) / 1000.0))
            .collect();
        let count = |transform: &Transform, values: &[f64]| {
            values
                .iter()
                .filter(|&&x| transform.value(0, x) == 0.25)
                .count()
        };
        let wanted = count(&transform, &rows);
        assert!(count(&transform, &samples) > 2 * wanted);
        let before = transform.clone();
        let of = Number {
            transform: &before,
            decoding: &before,
            at: 0,
            samples: samples.clone(),
            rows,
        };
        transform.narrow(0, |value, middle| of.half_width(value, middle));
        assert!(count(&transform, &samples).abs_diff(wanted) < 3);
    }

    /// Half of the rows are 0. Samples leak over the limit, or fall below it.
    #[test]
    fn the_share_at_a_limit_is_that_of_the_training_rows() {
        let (transform, rows) = column(1000, |z| (3.3 * z).max(0.0));
        assert_eq!(transform.piles, [[true, false]]);
        let dry = |line: Line, change: &dyn Fn(f64) -> f64| {
            let decoded = rows.iter().map(|&x| transform.value(0, line.of(change(x))));
            decoded.filter(|&value| value == 0.0).count()
        };
        for shift in [-0.7_f64, 0.7] {
            let change = |x: f64| 0.9 * x + shift;
            let line = best(&transform, &rows, change);
            assert!(dry(Line::SAME, &change).abs_diff(500) > 90);
            assert!(dry(line, &change).abs_diff(500) < 40, "{line:?}");
        }
        // Within the gap, a shift does no harm and is left alone.
        let line = best(&transform, &rows, |x| if x < -0.9 { x + 0.2 } else { x });
        assert_eq!(line, Line::SAME);
    }

    /// One row in twenty is beyond the limit, and samples are a quarter as far from it.
    #[test]
    fn rare_values_get_their_mean() {
        let (transform, rows) = column(1000, |z| if z > 1.64 { 2.0 + z } else { 0.0 });
        let mean = |decoded: &mut dyn Iterator<Item = f64>| decoded.sum::<f64>() / 1000.0;
        let real = mean(&mut rows.iter().map(|&x| transform.value(0, x)));
        let limit = transform.boundaries(0)[0].expect("a limit");
        let change = |x: f64| {
            if x > limit {
                limit + (x - limit) / 4.0
            } else {
                x
            }
        };
        let line = best(&transform, &rows, change);
        let made = mean(&mut rows.iter().map(|&x| transform.value(0, line.of(change(x)))));
        assert!((made / real - 1.0).abs() < 0.1, "{made}, {real}: {line:?}");
    }
}
