//! Distances to the nearest training row, which detect memorised rows. A generator that repeats its
//! training rows has perfect scores in every other metric.

use ndarray::{ArrayView2, Axis};

use super::{Rows, distance};

/// Returns the distance of each row to the nearest row of its class in `to`. If a class has no row
/// in `to`, or without classes, all rows count.
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn nearest_of_class(from: &Rows, to: &Rows) -> Vec<f64> {
    let (Some(asked), Some(known)) = (from.classes(), to.classes()) else {
        let pairs = nearest(from.values(), to.values());
        return pairs.into_iter().map(|(_, distance)| distance).collect();
    };
    let mut distances = vec![0.0; asked.len()];
    let mut classes: Vec<u16> = asked.to_vec();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        let of = |classes: &[u16]| -> Vec<usize> {
            let belongs = |row: &usize| classes[*row] == class;
            (0..classes.len()).filter(belongs).collect()
        };
        let (rows, others) = (of(asked), of(known));
        let others = match others.is_empty() {
            true => to.values().to_owned(),
            false => to.values().select(Axis(0), &others),
        };
        let found = nearest(from.values().select(Axis(0), &rows).view(), others.view());
        for (row, (_, distance)) in rows.into_iter().zip(found) {
            distances[row] = distance;
        }
    }
    distances
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

/// Returns the distance to the `k`-th nearest row of `to`, counted from 1, for each row of `from`.
///
/// ```
/// use flowlet_trainer::metrics::neighbours::kth_nearest;
/// use ndarray::array;
///
/// let to = array![[0.0], [1.0], [5.0]];
/// assert_eq!(kth_nearest(array![[0.0]].view(), to.view(), 2), [1.0]);
/// ```
///
/// # Panics
/// If `k` is 0 or above the number of rows of `to`, or the numbers of columns differ.
#[must_use]
pub fn kth_nearest(from: ArrayView2<'_, f32>, to: ArrayView2<'_, f32>, k: usize) -> Vec<f64> {
    assert!((1..=to.nrows()).contains(&k), "a neighbour");
    distance::each_row(from, to, |squares| {
        let (_, &mut square, _) = squares.select_nth_unstable_by(k - 1, f32::total_cmp);
        f64::from(square).sqrt()
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

    use super::{nearest, nearest_of_class, nearest_other, two_nearest};
    use crate::metrics::Rows;

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
    fn only_rows_of_the_class_are_searched() {
        let rows = |values: [f32; 3], classes: Option<&[u16]>| {
            let values = array![[values[0]], [values[1]], [values[2]]];
            Rows::new(values.view(), classes, 0)
        };
        let known = rows([0.0, 1.0, 5.0], Some(&[0, 1, 1]));
        let asked = rows([0.9, 0.9, 0.9], Some(&[0, 1, 2]));
        let near = |of: Vec<f64>| of.iter().map(|x| (x * 10.0).round()).collect::<Vec<_>>();
        // Class 2 has no known row, so it takes the nearest of all.
        assert_eq!(near(nearest_of_class(&asked, &known)), [9.0, 1.0, 1.0]);
        let plain = rows([0.9, 3.1, 7.0], None);
        assert_eq!(near(nearest_of_class(&plain, &known)), [1.0, 19.0, 20.0]);
    }
}
