//! The exact Wasserstein distances W1 and W2 of two sets of equally many points. They are
//! assignment problems, for up to a few thousand rows.

use ndarray::{Array2, ArrayView2};

use crate::coupling::{Precision, assignment, squared_distances};

/// Returns the root of the mean squared distance between the rows of two sets, with the best pairs.
///
/// # Panics
/// If the sets are empty or differ in rows or columns.
#[must_use]
pub fn w2(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> f64 {
    assert_eq!(a.dim(), b.dim(), "two sets of one shape");
    let costs = squared_distances(a, b);
    let plan = assignment(costs.view(), Precision::Full);
    // Computed from the rows, because costs are differences of larger numbers.
    let distance = |(row, to): (usize, usize)| -> f64 {
        let pairs = a.row(row).into_iter().zip(b.row(to));
        pairs.map(|(x, y)| f64::from(x - y).powi(2)).sum()
    };
    let sum: f64 = plan.into_iter().enumerate().map(distance).sum();
    (sum / a.nrows() as f64).sqrt()
}

/// Returns the mean L1 distance between the rows of two sets, with the best pairs.
///
/// ```
/// use flowlet_trainer::metrics::exact::w1;
/// use ndarray::array;
///
/// let (a, b) = (array![[0.0, 0.0], [1.0, 1.0]], array![[1.0, 1.5], [0.0, 0.25]]);
/// assert_eq!(w1(a.view(), b.view()), (0.5 + 0.25) / 2.0);
/// ```
///
/// # Panics
/// If the sets are empty or differ in rows or columns.
#[must_use]
pub fn w1(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> f64 {
    assert_eq!(a.dim(), b.dim(), "two sets of one shape");
    let distance = |row: usize, to: usize| -> f64 {
        let pairs = a.row(row).into_iter().zip(b.row(to));
        pairs.map(|(x, y)| f64::from((x - y).abs())).sum()
    };
    let costs = Array2::from_shape_fn((a.nrows(), b.nrows()), |(row, to)| distance(row, to) as f32);
    let plan = assignment(costs.view(), Precision::Full);
    let sum: f64 = plan
        .into_iter()
        .enumerate()
        .map(|(row, to)| distance(row, to))
        .sum();
    sum / a.nrows() as f64
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::{w1, w2};

    #[test]
    fn both_costs_have_their_own_best_pairs() {
        // On a line, crossing pairs cost the same in L1 and more in L2.
        let (a, b) = (array![[0.0], [1.0]], array![[2.0], [1.0]]);
        assert_eq!(w1(a.view(), b.view()), 1.0);
        assert!((w2(a.view(), b.view()) - 1.0).abs() < 1e-6);
        let far = array![[3.0, 4.0], [0.0, 0.0]];
        let near = array![[0.0, 0.0], [0.0, 0.0]];
        assert_eq!(w1(far.view(), near.view()), 3.5);
    }

    #[test]
    fn of_a_shift_is_its_length() {
        let rows = Array2::from_shape_fn((40, 2), |(row, column)| (row * (3 + column)) as f32);
        let shifted = &rows + &array![[0.3, -0.4]];
        assert!((w2(rows.view(), shifted.view()) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn the_pairs_have_the_least_sum() {
        // Nearest first would pair 1 with 0.9 and leave 0 to 2.
        let (a, b) = (array![[0.0], [1.0]], array![[0.9], [2.0]]);
        assert!((w2(a.view(), b.view()) - ((0.81 + 1.0) / 2.0f64).sqrt()).abs() < 1e-6);
    }

    #[test]
    fn order_does_not_matter() {
        let (a, b) = (
            array![[1.0, 2.0], [3.0, 4.0]],
            array![[3.0, 4.0], [1.0, 2.0]],
        );
        assert_eq!(w2(a.view(), b.view()), 0.0);
    }
}
