//! The Gaussian drift: the analytic part of the velocity.
//!
//! Gaussian data have a known velocity, which costs the device one multiply-add per coordinate. The
//! network learns only the rest, so that a small network need not carry x through its hidden
//! layers. A fit rounds the drift to the formats of the model file, so the network trains with the
//! drift of the device.

mod moments;
mod variance_share;

use flowlet::fixed::{VARIANCE_FRAC, VELOCITY_FRAC};
use flowlet::format::{MAX_LEVELS, MIN_VARIANCE};
use ndarray::{Array2, ArrayView2, s};
use serde::{Deserialize, Serialize};

use moments::{Moments, about_means, class_moments};
pub use variance_share::ShareRule;

/// Scale of a mean in fixed point.
const MEAN_SCALE: f32 = (1u32 << VELOCITY_FRAC) as f32;
/// Largest magnitude of a mean.
const MEAN_LIMIT: f32 = 8.0;
/// 1.0 in Q2.14.
const VARIANCE_ONE: f32 = (1u32 << VARIANCE_FRAC) as f32;
/// Smallest variance. Below σ = 1/16 the velocity near t = 1 would exceed the device's formats.
const VARIANCE_FLOOR: f32 = MIN_VARIANCE as f32 / VARIANCE_ONE;
/// Largest variance of Q2.14.
const VARIANCE_CEILING: f32 = u16::MAX as f32 / VARIANCE_ONE;

/// The velocity of Gaussian data with diagonal covariance on the linear path.
///
/// Per coordinate, v = r·x + μ·(1 − t·r) with r = (tσ² − (1−t)) / ((1−t)² + t²σ²): the conditional
/// expectation E[x1 − x0 | x_t = x] for x0 ~ N(0, 1), x1 ~ N(μ, σ²).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct GaussianDrift {
    mean: Array2<f32>,
    variances: Vec<u16>,
    level: Array2<u8>,
}

impl GaussianDrift {
    /// Fits mean and variance of each coordinate, of all rows or (`per_class`) of each class.
    ///
    /// `x` is `rows × D`, standardised. `class` has one class below `classes` per row. Without
    /// classes there is one component.
    ///
    /// Classes with few rows are shrunk to the others. A class mean of n rows keeps the share B /
    /// (B + W/n) of its distance from the global mean, with W the variance within classes and B
    /// that between them (empirical Bayes; Efron and Morris 1975, *JASA* 70, section 2). A class
    /// variance is averaged with W as if W came from four more rows (Friedman 1989, *JASA* 84,
    /// equation 15). A class without rows has the global values. With `null_class`, a last
    /// component has the global values.
    ///
    /// The drift takes the same share of all variances, by a `rule`. If columns are correlated and
    /// the network has fewer units than columns, the share is below 1; see `variance_share`.
    ///
    /// # Panics
    ///
    /// If `x` has no rows, or if `class` is not one class below `classes` per row.
    pub fn fit(
        x: ArrayView2<f32>,
        class: Option<&[u16]>,
        classes: usize,
        per_class: bool,
        null_class: bool,
        rule: ShareRule,
    ) -> Self {
        assert!(x.nrows() > 0, "a drift needs at least one row");
        let global = Moments::of(x);
        let own = class.filter(|_| per_class);
        let components = match own {
            Some(class) => {
                let mut components = class_moments(x, class, classes, &global);
                components.extend(null_class.then_some(global));
                components
            }
            None => vec![global],
        };
        let about_means = about_means(x, own, &components);
        let share = rule.share(about_means.view());
        let dim = x.ncols();
        let mut mean = Array2::zeros((components.len(), dim));
        let mut variance = Array2::zeros((components.len(), dim));
        for (k, component) in components.into_iter().enumerate() {
            mean.slice_mut(s![k, ..])
                .assign(&component.mean.mapv(round_mean));
            variance.slice_mut(s![k, ..]).assign(
                &component
                    .variance
                    .mapv(|v| (share * v).clamp(VARIANCE_FLOOR, VARIANCE_CEILING)),
            );
        }
        let variances = codebook(&variance);
        let level = variance.mapv(|v| nearest(&variances, v));
        Self {
            mean,
            variances,
            level,
        }
    }

    /// Returns the number of coordinates D.
    pub fn dim(&self) -> usize {
        self.mean.ncols()
    }

    /// Returns the means, `components × D`: multiples of 2⁻¹¹ within ±8. One component, or one per
    /// class.
    pub fn mean(&self) -> ArrayView2<'_, f32> {
        self.mean.view()
    }

    /// Returns the variance levels in Q2.14, ascending, at most 8.
    pub fn variances(&self) -> &[u16] {
        &self.variances
    }

    /// Returns the index into [`variances`](Self::variances) of each component and coordinate.
    pub fn level(&self) -> ArrayView2<'_, u8> {
        self.level.view()
    }

    /// Returns the drift velocity of a batch: `x` is `n × D`, with one time and one class per row.
    ///
    /// # Panics
    ///
    /// If lengths differ, or if the drift has one component per class and `class` is missing.
    pub fn velocity(&self, x: ArrayView2<f32>, t: &[f32], class: Option<&[u16]>) -> Array2<f32> {
        let mut v = Array2::zeros(x.dim());
        self.add_velocity(1.0, x, t, class, &mut v);
        v
    }

    /// Adds `factor` times the drift velocity to `v`. Shapes are as in
    /// [`velocity`](Self::velocity).
    pub fn add_velocity(
        &self,
        factor: f32,
        x: ArrayView2<f32>,
        t: &[f32],
        class: Option<&[u16]>,
        v: &mut Array2<f32>,
    ) {
        assert_eq!(x.nrows(), t.len(), "one time for each row");
        let rates = |t| (t, self.rates(|variance| gaussian_rate(t, variance)));
        self.add(factor, x, |row| rates(t[row]), class, v);
    }

    /// Adds the velocity with which a step from `t` to `end` follows the drift's exact flow. Shapes
    /// are as in [`velocity`](Self::velocity).
    ///
    /// The flow is x ↦ end·m + s(end)/s(t)·(x − t·m) with s(t)² = (1−t)² + t²σ². So r is the mean
    /// slope of s over the step, divided by s(t).
    pub fn add_mean_velocity(
        &self,
        x: ArrayView2<f32>,
        t: f32,
        end: f32,
        class: Option<&[u16]>,
        v: &mut Array2<f32>,
    ) {
        let rates = self.rates(|variance| {
            let stddev = |t: f32| ((1.0 - t).powi(2) + t * t * variance).sqrt();
            (stddev(end) / stddev(t) - 1.0) / (end - t)
        });
        self.add(1.0, x, |_| (t, rates), class, v);
    }

    /// Adds `factor` times m + r·(x − t·m), with the t and the rates r of each row.
    fn add(
        &self,
        factor: f32,
        x: ArrayView2<f32>,
        rates: impl Fn(usize) -> (f32, [f32; MAX_LEVELS]),
        class: Option<&[u16]>,
        v: &mut Array2<f32>,
    ) {
        for (row, (x, mut v)) in x.outer_iter().zip(v.outer_iter_mut()).enumerate() {
            let (t, rates) = rates(row);
            let component = self.component(class.map(|class| class[row]));
            let mean = self.mean.row(component);
            let level = self.level.row(component);
            ndarray::Zip::from(&mut v)
                .and(x)
                .and(mean)
                .and(level)
                .for_each(|v, &x, &mean, &level| {
                    let r = rates[usize::from(level)];
                    *v += factor * (r * x + mean * (1.0 - t * r));
                });
        }
    }

    /// Returns the rate of every level, which depends on its variance.
    fn rates(&self, rate: impl Fn(f32) -> f32) -> [f32; MAX_LEVELS] {
        let mut rates = [0.0; MAX_LEVELS];
        for (to, &variance) in rates.iter_mut().zip(&self.variances) {
            *to = rate(f32::from(variance) / VARIANCE_ONE);
        }
        rates
    }

    fn component(&self, class: Option<u16>) -> usize {
        if self.mean.nrows() == 1 {
            return 0;
        }
        usize::from(class.expect("a drift with one component per class needs a class"))
    }
}

/// Returns r = (tσ² − (1−t)) / ((1−t)² + t²σ²), the slope of the Gaussian velocity in x.
fn gaussian_rate(t: f32, variance: f32) -> f32 {
    let s = 1.0 - t;
    (t * variance - s) / (s * s + t * t * variance)
}

fn round_mean(mean: f32) -> f32 {
    (mean.clamp(-MEAN_LIMIT, MEAN_LIMIT) * MEAN_SCALE).round() / MEAN_SCALE
}

/// Returns geometric levels from the smallest to the largest variance, in Q2.14, without repeats.
fn codebook(variance: &Array2<f32>) -> Vec<u16> {
    let low = variance.fold(f32::INFINITY, |a, &b| a.min(b)).ln();
    let high = variance.fold(0.0f32, |a, &b| a.max(b)).ln();
    let step = (high - low) / (MAX_LEVELS - 1) as f32;
    let mut levels: Vec<u16> = (0..MAX_LEVELS)
        .map(|k| (VARIANCE_ONE * (low + step * k as f32).exp()).round() as u16)
        .collect();
    levels.dedup();
    levels
}

/// Returns the level with the nearest logarithm.
fn nearest(levels: &[u16], variance: f32) -> u8 {
    let distance = |&level: &u16| (f32::from(level) / VARIANCE_ONE / variance).ln().abs();
    let best = (0..levels.len())
        .min_by(|&a, &b| distance(&levels[a]).total_cmp(&distance(&levels[b])))
        .expect("a codebook has at least one level");
    best as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    /// Returns rows of two classes around (2, −1) and (−2, 1) with different variances.
    fn two_classes() -> (Array2<f32>, Vec<u16>) {
        let x = Array2::from_shape_fn((400, 2), |(row, column)| {
            let sign = if row % 2 == 0 { 1.0 } else { -1.0 };
            let centre = if column == 0 { 2.0 } else { -1.0 };
            let wobble =
                ((row / 2) as f32 / 200.0 * 40.0).sin() * if row % 2 == 0 { 0.2 } else { 0.8 };
            sign * centre + wobble
        });
        let class = (0..400).map(|row| (row % 2) as u16).collect();
        (x, class)
    }

    #[test]
    fn class_components_are_fitted_and_rounded() {
        let (x, class) = two_classes();
        let drift = GaussianDrift::fit(x.view(), Some(&class), 2, true, false, ShareRule::OF_TESTS);
        assert_eq!(drift.mean().dim(), (2, 2));
        assert!((drift.mean()[[0, 0]] - 2.0).abs() < 0.1);
        assert!((drift.mean()[[1, 1]] - 1.0).abs() < 0.1);
        assert!(drift.mean().iter().all(|m| (m * 2048.0).fract() == 0.0));
        assert!(drift.variances().len() <= MAX_LEVELS);
        assert!(drift.variances().is_sorted());
        let variance =
            |c: usize| f32::from(drift.variances()[usize::from(drift.level()[[c, 0]])]) / 16384.0;
        assert!((variance(1) / 0.32 - 1.0).abs() < 0.25, "{}", variance(1));
        assert!(variance(0) < 0.03);
    }

    #[test]
    fn rare_classes_are_shrunk_to_the_others() {
        let (mut x, mut class) = two_classes();
        // The classes do not differ in the second column, so a single row counts little.
        for row in 0..400 {
            x[[row, 1]] = (row as f32 * 0.37).sin();
        }
        class[0] = 2;
        x.row_mut(0).fill(3.0);
        let drift = GaussianDrift::fit(x.view(), Some(&class), 4, true, false, ShareRule::OF_TESTS);
        let global = GaussianDrift::fit(x.view(), None, 0, false, false, ShareRule::OF_TESTS);
        assert!(drift.mean()[[2, 0]] > 2.5, "{}", drift.mean());
        assert!(drift.mean()[[2, 1]] < 0.5, "{}", drift.mean());
        let variance = |k: usize, j: usize| drift.variances()[usize::from(drift.level()[[k, j]])];
        assert!(
            variance(2, 1) > 4000,
            "the variance comes from the other classes"
        );
        assert_eq!(
            drift.mean().row(3),
            global.mean().row(0),
            "an empty class is global"
        );
    }

    #[test]
    fn constant_columns_have_the_smallest_variance() {
        let drift = GaussianDrift::fit(
            Array2::zeros((9, 3)).view(),
            None,
            1,
            false,
            false,
            ShareRule::OF_TESTS,
        );
        assert_eq!(drift.variances(), [64]);
        assert_eq!(drift.mean(), Array2::<f32>::zeros((1, 3)));
    }

    #[test]
    fn velocity_is_the_conditional_expectation() {
        // E[x1 − x0 | x_t] by the regression formula of jointly Gaussian variables.
        let drift = GaussianDrift {
            mean: array![[0.5], [-1.25]],
            variances: vec![1475, 16384],
            level: array![[0], [1]],
        };
        for (class, mean, variance) in [(0u16, 0.5, 1475.0 / 16384.0), (1, -1.25, 1.0)] {
            for t in [0.0f32, 0.3, 0.9, 1.0] {
                let x = 0.8f32;
                let s = 1.0 - t;
                let slope = (t * variance - s) / (s * s + t * t * variance);
                let expected = mean + slope * (x - t * mean);
                let got = drift.velocity(array![[x]].view(), &[t], Some(&[class]))[[0, 0]];
                assert!((got - expected).abs() < 1e-5, "{got}, {expected}");
            }
        }
    }

    /// One step of the mean velocity is the exact flow.
    #[test]
    fn a_step_of_the_mean_velocity_makes_the_gaussian() {
        let drift = GaussianDrift {
            mean: array![[0.5, -1.0]],
            variances: vec![4096, 16_384],
            level: array![[0, 1]],
        };
        let mut x = array![[1.5f32, 0.7]];
        for (t, end) in [(0.0, 0.3), (0.3, 1.0)] {
            let mut v = Array2::zeros((1, 2));
            drift.add_mean_velocity(x.view(), t, end, None, &mut v);
            x.scaled_add(end - t, &v);
        }
        assert!((x[[0, 0]] - (0.5 + 0.5 * 1.5)).abs() < 1e-5, "{x}");
        assert!((x[[0, 1]] - (-1.0 + 0.7)).abs() < 1e-5, "{x}");
    }

    #[test]
    fn flow_of_the_drift_alone_makes_the_gaussian() {
        // The exact flow of a 1-D Gaussian is x ↦ μ + σx.
        let drift = GaussianDrift {
            mean: array![[0.5]],
            variances: vec![4096],
            level: array![[0]],
        };
        let steps = 2000;
        let mut x = array![[1.5f32]];
        for k in 0..steps {
            let v = drift.velocity(x.view(), &[k as f32 / steps as f32], None);
            x += &(v / steps as f32);
        }
        assert!((x[[0, 0]] - 1.25).abs() < 2e-3, "{}", x[[0, 0]]);
    }
}
