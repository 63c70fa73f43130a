//! The classifier two-sample test (C2ST; Lopez-Paz and Oquab 2017, *Revisiting classifier
//! two-sample tests*, arXiv:1610.06545): can a classifier tell samples from real rows?
//!
//! The classifier knows one half of both sets and is asked for the rows of the other half, and then
//! the reverse. It is the better of two on the known half, with each row left out once. One is a
//! vote of the nearest neighbours. The other compares mean distances to both sets (the witness of
//! the energy distance), with a threshold. The vote alone would not notice samples with too much
//! noise, because their nearest neighbours are real rows.

use std::cmp::Ordering;

use ndarray::{Array2, ArrayView2, Axis, concatenate};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro128PlusPlus;

use super::distance;
use super::knn::NEIGHBOURS;

/// What is known about a row.
#[derive(Clone, Copy, Debug)]
struct Opinion {
    /// Set that the neighbours vote for: `Greater` for the first one, or a tie.
    vote: Ordering,
    /// Mean distance to the second set minus that to the first.
    nearness: f64,
}

/// Returns the share of rows that a classifier assigns to the right one of two sets: 0.5 if the
/// sets are alike, 1 if they are separate. `None` if a set has fewer than two rows.
///
/// A tie counts as half right. `seed` decides about the halves. The sets must have equally many
/// rows, because the larger one would win votes.
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
    let part = |set: &ArrayView2<'_, f32>, rows: &[usize]| set.select(Axis(0), rows);
    let parts = |rows: &[usize]| [part(&a, rows), part(&b, rows)];
    let (one, other) = (parts(&order[..half]), parts(&order[half..2 * half]));
    let right = right(&one, &other) + right(&other, &one);
    Some(right / (4 * half) as f64)
}

/// Returns how many `asked` rows of two sets are assigned to the right one by a classifier that
/// knows other rows.
fn right(known: &[Array2<f32>; 2], asked: &[Array2<f32>; 2]) -> f64 {
    let views = known.each_ref().map(|set| set.view());
    let both = concatenate(Axis(0), &views).expect("sets of one width");
    let opinions = |sets: &[Array2<f32>; 2], are_known: bool| {
        [0, 1].map(|set| {
            let left_out = are_known.then_some(set);
            let opinion = |squares: &mut [f32]| opinion(squares, left_out);
            distance::each_row(sets[set].view(), both.view(), opinion)
        })
    };
    let (of_known, of_asked) = (opinions(known, true), opinions(asked, false));
    let vote = |opinion: &Opinion| opinion.vote;
    let threshold = threshold(&of_known);
    let nearness = |opinion: &Opinion| opinion.nearness.total_cmp(&threshold);
    match credits(&of_known, nearness) > credits(&of_known, vote) {
        true => credits(&of_asked, nearness),
        false => credits(&of_asked, vote),
    }
}

/// Returns how many rows of both sets a classifier decides right. A tie is half right.
fn credits(opinions: &[Vec<Opinion>; 2], decide: impl Fn(&Opinion) -> Ordering) -> f64 {
    let credit = |decision: Ordering, own: Ordering| match decision {
        Ordering::Equal => 0.5,
        decision => f64::from(decision == own),
    };
    let sets = opinions.iter().zip([Ordering::Greater, Ordering::Less]);
    let of_set = sets.map(|(set, own)| set.iter().map(|of| credit(decide(of), own)).sum::<f64>());
    of_set.sum()
}

/// Returns the nearness that divides two sets best.
fn threshold(opinions: &[Vec<Opinion>; 2]) -> f64 {
    let [first, second] = opinions;
    let first = first.iter().map(|of| (of.nearness, -1));
    let mut all: Vec<(f64, i32)> = first
        .chain(second.iter().map(|of| (of.nearness, 1)))
        .collect();
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    // Rows of the second set below the threshold are right, those of the first set are wrong.
    let (mut gained, mut best) = (0, (0, f64::NEG_INFINITY));
    for (place, &(value, gain)) in all.iter().enumerate() {
        gained += gain;
        let next = all.get(place + 1).map_or(f64::INFINITY, |next| next.0);
        if gained > best.0 && next > value {
            best = (
                gained,
                if next.is_finite() {
                    f64::midpoint(value, next)
                } else {
                    next
                },
            );
        }
    }
    best.1
}

/// Returns what the known rows say about a row, by its squared distances to them. Those of the
/// first set come first. A row that is known itself is left out of its set.
fn opinion(squares: &mut [f32], left_out: Option<usize>) -> Opinion {
    let half = squares.len() / 2;
    let mut counts = [half as f64; 2];
    if let Some(set) = left_out {
        counts[set] = (counts[set] - 1.0).max(1.0);
    }
    let mean = |set: usize, squares: &[f32]| {
        let distances = squares[set * half..(set + 1) * half].iter();
        distances
            .map(|&square| f64::from(square).sqrt())
            .sum::<f64>()
            / counts[set]
    };
    // The distance of a row to itself is 0, which adds nothing.
    let nearness = mean(1, squares) - mean(0, squares);
    if let Some(set) = left_out {
        let own = &mut squares[set * half..(set + 1) * half];
        let nearest = own.iter_mut().min_by(|a, b| a.total_cmp(b));
        *nearest.expect("the row itself") = f32::INFINITY;
    }
    Opinion {
        vote: vote(squares),
        nearness,
    }
}

/// Compares the votes of the first half of the known rows with those of the second half. All rows
/// as near as the [`NEIGHBOURS`]-th nearest vote, so equal rows vote together.
fn vote(squares: &[f32]) -> Ordering {
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

    /// The nearest neighbours of noisy samples are real rows, so a vote of neighbours is blind.
    #[test]
    fn samples_with_too_much_noise_are_noticed() {
        let wide = |factor: f32, seed| {
            let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
            Array2::from_shape_simple_fn((300, 32), || -> f32 {
                let value: f32 = StandardNormal.sample(&mut rng);
                factor * value
            })
        };
        let real = wide(1.0, 1);
        let of = |factor| c2st(wide(factor, 2).view(), real.view(), 0).expect("rows");
        assert!(of(1.3) > 0.68, "{}", of(1.3));
        assert!((of(1.0) - 0.5).abs() < 0.06, "{}", of(1.0));
        assert!(of(0.8) > 0.68, "{}", of(0.8));
    }

    #[test]
    fn single_rows_cannot_be_compared() {
        assert_eq!(c2st(array![[1.0]].view(), array![[2.0]].view(), 0), None);
    }
}
