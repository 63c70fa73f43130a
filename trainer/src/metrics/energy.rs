//! The energy distance (Székely and Rizzo 2013, *Energy statistics*, section 2). It detects any
//! difference between two distributions, has no parameter, and weighs all directions equally.

use ndarray::ArrayView2;

use super::distance;

/// Returns √(2·E|X−Y| − E|X−X′| − E|Y−Y′|) of two sets of rows. Each term is an average over all
/// pairs (the V-statistic, which is never negative).
///
/// # Panics
/// If a set is empty or the numbers of columns differ.
#[must_use]
pub fn energy_distance(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> f64 {
    let squared = 2.0 * mean_distance(a, b) - mean_distance(a, a) - mean_distance(b, b);
    // Rounding may make the difference of equal sets negative.
    squared.max(0.0).sqrt()
}

fn mean_distance(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>) -> f64 {
    assert!(
        a.nrows() > 0 && b.nrows() > 0,
        "an average over pairs needs rows"
    );
    let sums = distance::each_row(a, b, |squares| {
        squares
            .iter()
            .map(|&square| f64::from(square).sqrt())
            .sum::<f64>()
    });
    sums.iter().sum::<f64>() / (a.nrows() as f64 * b.nrows() as f64)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::energy_distance;

    #[test]
    fn of_point_masses_is_the_root_of_twice_their_distance() {
        let at = |x: f32, y: f32| Array2::from_shape_fn((5, 2), |(_, column)| [x, y][column]);
        let distance = energy_distance(at(0.0, 0.0).view(), at(3.0, 4.0).view());
        assert!((distance - 10.0_f64.sqrt()).abs() < 1e-12, "{distance}");
    }

    #[test]
    fn of_a_pair_and_its_middle() {
        // 2·1 − (0 + 2 + 2 + 0)/4 − 0 = 1.
        let distance = energy_distance(array![[-1.0], [1.0]].view(), array![[0.0]].view());
        assert!((distance - 1.0).abs() < 1e-12, "{distance}");
    }

    #[test]
    fn of_a_set_and_itself_is_zero() {
        let rows = array![[0.1, 2.0], [-3.0, 0.7], [5.0, 5.5]];
        assert!(energy_distance(rows.view(), rows.view()) < 1e-7);
    }
}
