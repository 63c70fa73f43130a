//! Coverage (Naeem and others 2020, *Reliable fidelity and diversity metrics for generative
//! models*, arXiv:2002.09797): the share of real rows that have a sample in their neighbourhood.

use ndarray::ArrayView2;

use super::distance;
use super::knn::NEIGHBOURS;

/// Returns the share of the `real` rows with a row of `rows` no further away than their
/// [`NEIGHBOURS`]-th nearest real row. For equally many rows of one distribution it is about 0.97.
/// `None` if there are not so many real rows.
///
/// # Panics
/// If `rows` is empty or the numbers of columns differ.
#[must_use]
pub fn coverage(rows: ArrayView2<'_, f32>, real: ArrayView2<'_, f32>) -> Option<f64> {
    assert!(rows.nrows() > 0, "a nearest sample needs samples");
    if real.nrows() <= NEIGHBOURS {
        return None;
    }
    let radii = distance::each_row(real, real, |squares| {
        // The row itself is the nearest, at distance 0.
        *squares.select_nth_unstable_by(NEIGHBOURS, f32::total_cmp).1
    });
    let nearest = distance::each_row(real, rows, |squares| {
        squares.iter().copied().fold(f32::INFINITY, f32::min)
    });
    let covered = nearest
        .iter()
        .zip(&radii)
        .filter(|(near, radius)| near <= radius);
    Some(covered.count() as f64 / real.nrows() as f64)
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis, Slice};
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro128PlusPlus;

    use super::coverage;

    fn normal(rows: usize, seed: u64) -> Array2<f32> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        Array2::from_shape_simple_fn((rows, 2), || StandardNormal.sample(&mut rng))
    }

    #[test]
    fn rows_of_one_distribution_cover_each_other() {
        // 1 − Π (N − i)/(2N − i) for i = 1 to 5.
        let of = coverage(normal(1000, 1).view(), normal(1000, 2).view()).expect("rows");
        assert!((of - 0.969).abs() < 0.02, "{of}");
    }

    #[test]
    fn a_missing_half_is_not_covered() {
        let mut real = normal(400, 1);
        let upper = Slice::new(200, None, 1);
        real.slice_axis_mut(Axis(0), upper)
            .mapv_inplace(|value| value + 100.0);
        let of = coverage(normal(400, 2).view(), real.view()).expect("rows");
        assert!((0.45..=0.5).contains(&of), "{of}");
    }

    #[test]
    fn equal_rows_are_covered_and_few_rows_have_no_neighbourhood() {
        let same = Array2::ones((6, 2));
        assert_eq!(coverage(same.view(), same.view()), Some(1.0));
        let few = Array2::ones((5, 2));
        assert_eq!(coverage(same.view(), few.view()), None);
    }
}
