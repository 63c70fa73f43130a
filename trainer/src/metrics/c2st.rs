//! The classifier two-sample test (C2ST; Lopez-Paz and Oquab 2017, *Revisiting classifier
//! two-sample tests*, arXiv:1610.06545): can a classifier tell samples from real rows?
//!
//! The classifier is a vote of the nearest neighbours. It knows one half of both sets and is asked
//! for the rows of the other half, and then the reverse.

use std::cmp::Ordering;

use ndarray::{ArrayView2, Axis, concatenate};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro128PlusPlus;

use super::distance;
use super::knn::NEIGHBOURS;

/// Returns the share of rows that a classifier assigns to the right one of two sets: 0.5 if the
/// sets are alike, 1 if they are separate. `None` if a set has fewer than two rows.
///
/// All rows as near as the [`NEIGHBOURS`]-th nearest vote, so equal rows vote together. A tie counts
/// as half right. `seed` decides about the halves. The sets must have equally many rows, because the larger one would win votes.
///
/// # Panics
/// If the sets differ in rows or columns.
#[must_use]
pub fn c2st(a: ArrayView2<'_, f32>, b: ArrayView2<'_, f32>, seed: u64) -> Option<f64> {
    assert_eq!(a.dim(), b.dim(), "two sets of one shape");
    let half = a.nrows() / 2;
    if half == 0 {
        return None;
    }
    // The same rows of both sets, so that halves of sets ordered by class have the same classes.
    let mut order: Vec<usize> = (0..a.nrows()).collect();
    order.shuffle(&mut Xoshiro128PlusPlus::seed_from_u64(seed));
    let halves = |set: ArrayView2<'_, f32>| {
        [&order[..half], &order[half..2 * half]].map(|rows| set.select(Axis(0), rows))
    };
    let sets = [(halves(a), Ordering::Greater), (halves(b), Ordering::Less)];
    let right = |known: usize| -> f64 {
        let parts = sets.each_ref().map(|(halves, _)| halves[known].view());
        let known_rows = concatenate(Axis(0), &parts).expect("sets of one width");
        let credits = sets.iter().map(|(halves, own)| {
            let asked = halves[1 - known].view();
            let votes = distance::each_row(asked, known_rows.view(), vote).into_iter();
            let credit = |vote: Ordering| match vote {
                Ordering::Equal => 0.5,
                vote => f64::from(vote == *own),
            };
            votes.map(credit).sum::<f64>()
        });
        credits.sum()
    };
    Some((right(0) + right(1)) / (4 * half) as f64)
}

/// Compares the votes of the first half of the known rows with those of the second half.
fn vote(squares: &mut [f32]) -> Ordering {
    let mut sorted = squares.to_vec();
    let last = NEIGHBOURS.min(sorted.len()) - 1;
    let (_, &mut radius, _) = sorted.select_nth_unstable_by(last, f32::total_cmp);
    let (first, second) = squares.split_at(squares.len() / 2);
    let votes = |set: &[f32]| set.iter().filter(|&&square| square <= radius).count();
    votes(first).cmp(&votes(second))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro128PlusPlus;

    use super::c2st;

    fn normal(rows: usize, shift: f32, seed: u64) -> Array2<f32> {
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        Array2::from_shape_simple_fn((rows, 3), || {
            let value: f32 = StandardNormal.sample(&mut rng);
            value + shift
        })
    }

    #[test]
    fn alike_sets_give_one_half_and_separate_ones_give_one() {
        let real = normal(801, 0.0, 1);
        let of = |shift| c2st(normal(801, shift, 2).view(), real.view(), 0).expect("rows");
        assert!((of(0.0) - 0.5).abs() < 0.04, "{}", of(0.0));
        assert!(of(0.5) > of(0.2) && of(0.2) > of(0.0) && of(0.5) > 0.6);
        assert_eq!(of(50.0), 1.0);
    }

    /// Without votes for ties, the order of the rows would decide.
    #[test]
    fn equal_rows_vote_together() {
        let of = |a: [usize; 2], b: [usize; 2]| {
            let rows = |[zeros, ones]: [usize; 2]| {
                Array2::from_shape_fn((zeros + ones, 1), |(row, _)| f32::from(row >= zeros))
            };
            c2st(rows(a).view(), rows(b).view(), 3).expect("rows")
        };
        assert_eq!(of([40, 40], [40, 40]), 0.5);
        // The best guess: zeros are of the first set, ones of the second.
        assert_eq!(of([60, 20], [20, 60]), 0.75);
    }

    #[test]
    fn single_rows_cannot_be_compared() {
        assert_eq!(c2st(array![[1.0]].view(), array![[2.0]].view(), 0), None);
    }
}
