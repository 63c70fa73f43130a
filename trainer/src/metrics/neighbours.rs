//! Distances to the nearest training row, which detect memorised rows. A generator that repeats its
//! training rows has perfect scores in every other metric.

use ndarray::ArrayView2;

use super::{distance, median};

/// Returns the median over the rows of `from` of the distance to the nearest row of `to`.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn median_nearest(from: ArrayView2<'_, f32>, to: ArrayView2<'_, f32>) -> f64 {
    assert!(
        from.nrows() > 0 && to.nrows() > 0,
        "a nearest row needs rows"
    );
    let nearest = distance::each_row(from, to, |squares| {
        squares.iter().copied().fold(f32::INFINITY, f32::min)
    });
    median(
        nearest
            .into_iter()
            .map(|square| f64::from(square).sqrt())
            .collect(),
    )
}

/// Returns the index of the nearest row of `to` and its distance, for each row of `from`.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn nearest(from: ArrayView2<'_, f32>, to: ArrayView2<'_, f32>) -> Vec<(usize, f64)> {
    assert!(to.nrows() > 0, "a nearest row needs rows");
    distance::each_row(from, to, |squares| {
        let smaller = |a: &(usize, &f32), b: &(usize, &f32)| a.1.total_cmp(b.1);
        let (row, &square) = squares.iter().enumerate().min_by(smaller).expect("a row");
        (row, f64::from(square).sqrt())
    })
}

/// Returns the distances to the nearest and to the second nearest row of `to`, for each row of
/// `from`.
///
/// # Panics
/// If `to` has fewer than two rows, or the numbers of columns differ.
#[must_use]
pub fn two_nearest(from: ArrayView2<'_, f32>, to: ArrayView2<'_, f32>) -> Vec<[f64; 2]> {
    assert!(to.nrows() > 1, "two rows");
    distance::each_row(from, to, |squares| {
        let (first, second, _) = squares.select_nth_unstable_by(1, f32::total_cmp);
        [first[0], *second].map(|square| f64::from(square).sqrt())
    })
}

/// Returns the distance of each row to the nearest other row.
///
/// # Panics
/// If there are fewer than two rows.
#[must_use]
pub fn nearest_other(rows: ArrayView2<'_, f32>) -> Vec<f64> {
    assert!(rows.nrows() > 1, "another row");
    // The nearest row is the row itself. The next one may be at distance 0 too.
    let pairs = two_nearest(rows, rows).into_iter();
    pairs.map(|[_, second]| second).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{median_nearest, nearest, nearest_other, two_nearest};

    #[test]
    fn the_nearest_row_is_found_and_is_never_the_row_itself() {
        let to = array![[0.0, 0.0], [10.0, 0.0], [10.0, 2.0]];
        let from = array![[3.0, 4.0], [10.0, 1.5]];
        assert_eq!(nearest(from.view(), to.view()), [(0, 5.0), (2, 0.5)]);
        assert_eq!(two_nearest(from.view(), to.view())[1], [0.5, 1.5]);
        assert_eq!(nearest_other(to.view()), [10.0, 2.0, 2.0]);
        assert_eq!(
            nearest_other(array![[1.0], [1.0], [4.0]].view()),
            [0.0, 0.0, 3.0]
        );
    }

    #[test]
    fn the_middle_of_odd_and_of_even_sets() {
        let to = array![[0.0, 0.0], [10.0, 0.0]];
        let odd = array![[3.0, 4.0], [10.0, 1.0], [0.0, 0.0]];
        assert_eq!(median_nearest(odd.view(), to.view()), 1.0);
        let even = array![[3.0, 4.0], [10.0, 1.0]];
        assert_eq!(median_nearest(even.view(), to.view()), 3.0);
    }

    #[test]
    fn copies_are_at_no_distance() {
        let to = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
        assert_eq!(median_nearest(to.view(), to.view()), 0.0);
    }
}
