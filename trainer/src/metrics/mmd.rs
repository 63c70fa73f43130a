//! The maximum mean discrepancy (MMD) with a Gaussian kernel at the scale of the data (Gretton and
//! others 2012, *A Kernel Two-Sample Test*, JMLR 13, section 2).

use ndarray::ArrayView2;

use super::{distance, median};

/// Returns √(E k(Y,Y′) + E k(X,X′) − 2·E k(X,Y)) with k(x, y) = exp(−|x − y|² / 2s²) and s the
/// median distance between rows of `real`. The averages are over all pairs, so it is never
/// negative. It is 0 if all rows of `real` are equal.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn mmd(rows: ArrayView2<'_, f32>, real: ArrayView2<'_, f32>) -> f64 {
    let middles = distance::each_row(real, real, |squares| {
        median(squares.iter().map(|&square| square.into()).collect())
    });
    let scale = median(middles);
    if scale == 0.0 {
        return 0.0;
    }
    let mean = |a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>| {
        let sums = distance::each_row(a, b, |squares| -> f64 {
            let kernel = |&square: &f32| (-f64::from(square) / (2.0 * scale)).exp();
            squares.iter().map(kernel).sum()
        });
        sums.iter().sum::<f64>() / (a.nrows() as f64 * b.nrows() as f64)
    };
    let squared = mean(real, real) + mean(rows, rows) - 2.0 * mean(rows, real);
    // Rounding may make the difference of equal sets negative.
    squared.max(0.0).sqrt()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::mmd;

    #[test]
    fn of_a_pair_and_another() {
        // Distances 0 and 2 within, so the median of squares is 2; across 1 and 9 or 3 and 1.
        let (a, b) = (array![[1.0], [3.0]], array![[0.0], [2.0]]);
        let k = |square: f64| (-square / 4.0).exp();
        let within = (1.0 + k(4.0)) / 2.0;
        let across = (k(1.0) + k(1.0) + k(9.0) + k(1.0)) / 4.0;
        let expected = (2.0 * within - 2.0 * across).sqrt();
        assert!((mmd(a.view(), b.view()) - expected).abs() < 1e-7);
    }

    #[test]
    fn of_a_set_and_itself_is_zero() {
        let rows = array![[0.1, 2.0], [-3.0, 0.7], [5.0, 5.5]];
        assert!(mmd(rows.view(), rows.view()) < 1e-7);
        let same = Array2::ones((4, 2));
        assert_eq!(mmd(rows.view(), same.view()), 0.0);
    }
}
