//! The copying check: how near generated rows lie to training rows, beside how near unseen real rows lie.
//!
//! A generator that memorised its training rows scores perfectly on every other metric.

use ndarray::ArrayView2;

use super::{distance, median};

/// Median over the rows of `from` of the distance to the nearest row of `to`.
///
/// # Panics
/// When a set is empty or the numbers of columns differ.
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

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::median_nearest;

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
