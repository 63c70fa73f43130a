//! Metrics of single columns, and of the correlations between columns.

use ndarray::{Array2, ArrayView1, ArrayView2, Axis};

/// Returns the two-sample Kolmogorov–Smirnov statistic (KS) of each column: the largest difference
/// of the two distribution functions.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn kolmogorov_smirnov(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> Vec<f64> {
    assert_eq!(a.ncols(), b.ncols(), "sets with the same columns");
    let columns = a.columns().into_iter().zip(b.columns());
    columns.map(|(a, b)| largest_gap(a, b)).collect()
}

fn largest_gap(a: ArrayView1<'_, f32>, b: ArrayView1<'_, f32>) -> f64 {
    let sorted = |column: ArrayView1<'_, f32>| {
        let mut values = column.to_vec();
        values.sort_unstable_by(f32::total_cmp);
        values
    };
    let (a, b) = (sorted(a), sorted(b));
    let below = |values: &[f32], at: f32| {
        values.partition_point(|&value| value <= at) as f64 / values.len() as f64
    };
    let gap = |&at: &f32| (below(&a, at) - below(&b, at)).abs();
    a.iter().chain(&b).map(gap).fold(0.0, f64::max)
}

/// Returns the root mean square difference of the correlation coefficients of all pairs of columns;
/// 0 with a single column. A constant column has no correlation.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn correlation_error(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> f64 {
    let difference = correlations(a) - correlations(b);
    let pairs = a.ncols() * a.ncols().saturating_sub(1);
    if pairs == 0 {
        return 0.0;
    }
    // Both diagonals are 1, so they add nothing.
    (difference.mapv(|d| d * d).sum() / pairs as f64).sqrt()
}

/// Returns, per column, the root mean square difference of its correlation coefficients; 0 with a
/// single column.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn correlation_errors(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> Vec<f64> {
    let difference = correlations(a) - correlations(b);
    let others = a.ncols().saturating_sub(1).max(1) as f64;
    let error = |column: ArrayView1<'_, f64>| (column.dot(&column) / others).sqrt();
    difference.columns().into_iter().map(error).collect()
}

/// Returns the correlation coefficients of all pairs of columns, `columns × columns`: 0 with a
/// constant column, 1 on the diagonal.
///
/// # Panics
/// If there is no row.
#[must_use]
pub fn correlations(rows: ArrayView2<'_, f32>) -> Array2<f64> {
    let mut rows = rows.mapv(f64::from);
    let mean = rows.mean_axis(Axis(0)).expect("a set has rows");
    rows -= &mean;
    for mut column in rows.columns_mut() {
        let length = column.dot(&column).sqrt();
        if length > 0.0 {
            column /= length;
        }
    }
    let mut all = rows.t().dot(&rows);
    all.diag_mut().fill(1.0);
    all
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{correlation_error, correlation_errors, kolmogorov_smirnov};

    #[test]
    fn the_largest_gap_of_each_column() {
        let a = array![[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [3.0, 1.0]];
        let b = array![[2.0, 1.0], [2.5, 1.0], [9.0, 1.0], [9.0, 5.0]];
        assert_eq!(kolmogorov_smirnov(a.view(), b.view()), [0.5, 0.25]);
    }

    #[test]
    fn opposite_columns_differ_by_two() {
        let a = array![[0.0, 0.0, 7.0], [1.0, 2.0, 7.0], [2.0, 4.0, 7.0]];
        let b = array![[0.0, 0.0, 7.0], [1.0, -3.0, 7.0], [2.0, -6.0, 7.0]];
        let expected = (2.0f64 * 4.0 / 6.0).sqrt();
        assert!((correlation_error(a.view(), b.view()) - expected).abs() < 1e-12);
        let each = correlation_errors(a.view(), b.view());
        let (pair, still) = ((4.0f64 / 2.0).sqrt(), 0.0);
        assert!((each[0] - pair).abs() < 1e-12 && (each[1] - pair).abs() < 1e-12);
        assert_eq!(each[2], still);
        assert_eq!(correlation_error(a.view(), a.view()), 0.0);
        assert_eq!(
            correlation_error(array![[1.0], [2.0]].view(), array![[5.0], [2.0]].view()),
            0.0
        );
    }
}
