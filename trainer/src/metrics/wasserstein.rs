//! The sliced 2-Wasserstein distance, sliced W2 (Bonneel and others 2015, *Sliced and Radon
//! Wasserstein barycenters of measures*).
//!
//! In one dimension, optimal transport is sorting. The average over random directions is a distance
//! in any dimension. It takes time n·log n, and the exact W2 takes n³.

use ndarray::{Array1, Array2, ArrayView2};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;
use rayon::prelude::*;

/// Number of directions.
pub const DIRECTIONS: usize = 256;

/// Returns the root of the mean squared W2 of two sets of rows over [`DIRECTIONS`] uniformly random
/// directions.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn sliced_w2(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, seed: u64) -> f64 {
    assert_eq!(a.ncols(), b.ncols(), "rows of one length");
    let directions = directions(a.ncols(), seed);
    let squares: Vec<f64> = (0..DIRECTIONS)
        .into_par_iter()
        .map(|index| {
            let direction = directions.column(index);
            squared_w2(sorted(a.dot(&direction)), sorted(b.dot(&direction)))
        })
        .collect();
    (squares.iter().sum::<f64>() / DIRECTIONS as f64).sqrt()
}

/// Returns random directions, one per column: `columns × DIRECTIONS`.
fn directions(columns: usize, seed: u64) -> Array2<f32> {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let mut directions =
        Array2::from_shape_simple_fn((columns, DIRECTIONS), || StandardNormal.sample(&mut rng));
    for mut direction in directions.columns_mut() {
        let norm = direction
            .iter()
            .map(|value: &f32| value * value)
            .sum::<f32>()
            .sqrt();
        direction /= norm;
    }
    directions
}

fn sorted(values: Array1<f32>) -> Vec<f32> {
    let mut values = values.to_vec();
    values.sort_unstable_by(f32::total_cmp);
    values
}

/// Returns the exact squared W2 of two sorted sets of numbers of any sizes. It is the integral of
/// the squared difference of their quantile functions, which are step functions.
fn squared_w2(a: Vec<f32>, b: Vec<f32>) -> f64 {
    let (rows, columns) = (a.len(), b.len());
    assert!(
        rows > 0 && columns > 0,
        "a distance of distributions needs rows"
    );
    let (mut i, mut j, mut done, mut sum) = (0, 0, 0, 0.0);
    // Mass is counted in units of 1/(rows·columns), so both step functions have integer break
    // points.
    while i < rows && j < columns {
        let (ends_a, ends_b) = ((i + 1) * columns, (j + 1) * rows);
        let end = ends_a.min(ends_b);
        let difference = f64::from(a[i]) - f64::from(b[j]);
        sum += (end - done) as f64 * difference * difference;
        done = end;
        i += usize::from(end == ends_a);
        j += usize::from(end == ends_b);
    }
    sum / (rows * columns) as f64
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rand::SeedableRng;
    use rand_distr::{Distribution, Normal};
    use rand_xoshiro::Xoshiro128PlusPlus;

    use super::{sliced_w2, squared_w2};

    fn normal(rows: usize, mean: f32, deviation: f32, seed: u64) -> Array2<f32> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let law = Normal::new(mean, deviation).expect("a positive deviation");
        Array2::from_shape_simple_fn((rows, 1), || law.sample(&mut rng))
    }

    #[test]
    fn of_one_dimensional_gaussians_matches_the_closed_form() {
        // W2² = (Δμ)² + (Δσ)² = 1.5² + 2² = 2.5².
        let (a, b) = (normal(20_000, 0.5, 1.0, 1), normal(10_000, 2.0, 3.0, 2));
        let distance = sliced_w2(a.view(), b.view(), 0);
        assert!((distance - 2.5).abs() < 0.05, "{distance}");
    }

    #[test]
    fn of_a_shift_is_its_length_over_the_root_of_the_dimension() {
        // E(θ·s)² = |s|²/d over all directions; 256 of them leave a few percent of noise.
        let rows = Array2::from_shape_fn((50, 16), |(row, column)| {
            ((row * 31 + column * 17) % 23) as f32
        });
        let shifted = rows.mapv(|value| value + 3.0);
        let distance = sliced_w2(rows.view(), shifted.view(), 5);
        assert!((distance - 3.0).abs() < 0.2, "{distance}");
    }

    #[test]
    fn unequal_sizes_are_exact() {
        assert_eq!(squared_w2(vec![0.0], vec![-1.0, 2.0]), 2.5);
        // A third of the mass stays at 0, a sixth moves by 1 from each side of the middle.
        assert_eq!(squared_w2(vec![0.0, 1.0], vec![0.0, 0.0, 1.0]), 1.0 / 6.0);
        assert_eq!(squared_w2(vec![0.0, 1.0], vec![0.0, 0.0, 1.0, 1.0]), 0.0);
    }

    #[test]
    fn order_does_not_matter() {
        let a = array![[1.0, 2.0], [3.0, 4.0], [5.0, 0.0]];
        let b = array![[5.0, 0.0], [1.0, 2.0], [3.0, 4.0]];
        assert_eq!(sliced_w2(a.view(), b.view(), 9), 0.0);
    }
}
