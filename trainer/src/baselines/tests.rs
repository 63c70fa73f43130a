//! What the baselines store, and what they draw.

use ndarray::{Array2, s};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::{BaselineModel, Gaussians, NoisyRows, TrainingRows};
use crate::metrics::marginals::correlations;

/// Returns rows whose columns are correlated, in two classes around −1 and +1.
fn rows(count: usize, columns: usize) -> TrainingRows {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    let mut normal =
        |shape| Array2::from_shape_simple_fn(shape, || -> f32 { StandardNormal.sample(&mut rng) });
    let mut values = normal((count, 2)).dot(&normal((2, columns))) * 0.4;
    values += &(normal((count, columns)) * 0.2);
    let classes: Vec<u16> = (0..count).map(|row| (row % 2) as u16).collect();
    for (mut row, class) in values.rows_mut().into_iter().zip(&classes) {
        row += f32::from(*class) * 2.0 - 1.0;
    }
    TrainingRows {
        values,
        classes: Some(classes),
    }
}

fn drawn(model: &impl BaselineModel, class: u16) -> Array2<f32> {
    model.draw(Some(class), 4000, &mut Xoshiro128PlusPlus::seed_from_u64(2))
}

fn of_class(rows: &TrainingRows, class: usize) -> Array2<f32> {
    rows.values.slice(s![class..;2, ..]).to_owned()
}

#[test]
fn a_gaussian_has_the_moments_of_its_class() {
    let rows = rows(2000, 6);
    let full = Gaussians::fit(&rows, 1000);
    assert_eq!(full.describe(), "one Gaussian per class, full covariance");
    assert_eq!(full.bytes(), 2 * 2 * (6 + 21));
    // Two directions of six hold nearly all of the covariance.
    let low = Gaussians::fit(&rows, 2 * 2 * 6 * 4);
    let text = "one Gaussian per class, covariance of rank 2 plus variances";
    assert_eq!((low.describe().as_str(), low.bytes()), (text, 96));
    for (model, class) in [(&full, 0), (&full, 1), (&low, 0), (&low, 1)] {
        let (real, made) = (of_class(&rows, class), drawn(model, class as u16));
        let moments = |rows: &Array2<f32>| {
            let mean = rows.mean_axis(ndarray::Axis(0)).expect("rows");
            (mean, rows.std_axis(ndarray::Axis(0), 0.0))
        };
        let ((mean, stddev), (mean_made, stddev_made)) = (moments(&real), moments(&made));
        let near = |a: &ndarray::Array1<f32>, b: &ndarray::Array1<f32>| {
            (a - b).iter().all(|error| error.abs() < 0.05)
        };
        assert!(near(&mean, &mean_made), "{mean} {mean_made}");
        assert!(near(&stddev, &stddev_made), "{stddev} {stddev_made}");
        let error = correlations(real.view()) - correlations(made.view());
        assert!(error.iter().all(|error| error.abs() < 0.1), "{error}");
    }
}

#[test]
fn without_room_only_variances_are_kept() {
    let none = Gaussians::fit(&rows(100, 6), 0);
    assert_eq!(none.describe(), "one Gaussian per class, variances only");
    assert_eq!(none.bytes(), 2 * 2 * 6 * 2);
    // Constant columns and columns that depend on others are no obstacle.
    let mut odd = rows(3, 40);
    odd.values.column_mut(3).fill(0.0);
    for budget in [0, 1000, 100_000] {
        let made = drawn(&Gaussians::fit(&odd, budget), 1);
        assert!(made.iter().all(|value| value.is_finite()));
        assert!(made.column(3).iter().all(|value| value.abs() < 1e-6));
    }
}

#[test]
fn a_table_keeps_the_rows_that_fit() {
    let rows = rows(400, 6);
    let fixed = 4 * 6 + 2 * 2;
    for (room, wide, kept) in [(400, 2, "400"), (400, 1, "400"), (50, 1, "50 of 400")] {
        let budget = fixed + room * 6 * wide;
        let table = NoisyRows::fit(&rows, budget, 1);
        let text = format!("{kept} training rows in int{} with noise of ", 8 * wide);
        assert!(table.describe().starts_with(&text), "{}", table.describe());
        assert_eq!(table.bytes(), budget);
    }
}

/// Each sample is near one of the rows of its class, but is no copy.
#[test]
fn samples_of_a_table_are_rows_with_noise() {
    let rows = rows(400, 6);
    let table = NoisyRows::fit(&rows, 100_000, 1);
    for class in [0, 1] {
        let made = drawn(&table, class);
        let real = of_class(&rows, class.into());
        let near = crate::metrics::neighbours::nearest(made.view(), real.view());
        let mean = near.iter().map(|(_, distance)| distance).sum::<f64>() / 4000.0;
        let own = crate::metrics::neighbours::nearest_other(real.view());
        let own = own.iter().sum::<f64>() / own.len() as f64;
        assert!((0.3..1.5).contains(&(mean / own)), "{mean} {own}");
    }
}

/// Rows that occur many times are predicted best without noise.
#[test]
fn repeated_rows_get_the_least_noise() {
    let values = Array2::from_shape_fn((100, 2), |(row, column)| ((row % 4) * (column + 1)) as f32);
    let rows = TrainingRows {
        values,
        classes: None,
    };
    let table = NoisyRows::fit(&rows, 100_000, 1);
    assert!(
        table.describe().ends_with("noise of 0.02 sd"),
        "{}",
        table.describe()
    );
}
