//! Classification by k nearest neighbours, which needs no training.
//!
//! Real rows classify generated ones for the label accuracy. Generated rows classify real ones for
//! TSTR, which also detects what the samples lack (Esteban and others 2017, arXiv:1706.02633,
//! section 4.2).

use ndarray::ArrayView2;

use super::distance;

/// Number of neighbours that vote.
pub const NEIGHBOURS: usize = 5;

/// Rows and their classes.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a> {
    /// Standardised values, `rows × columns`.
    pub values: ArrayView2<'a, f32>,
    /// One class per row.
    pub classes: &'a [u16],
}

/// Returns the share of `asked` rows whose class the [`NEIGHBOURS`] nearest `known` rows vote for.
/// Of classes with equal votes, the one with the nearest row wins.
///
/// # Panics
/// If a set is empty, a row has no class, or the numbers of columns differ.
#[must_use]
pub fn accuracy(known: Labelled<'_>, asked: Labelled<'_>) -> f64 {
    assert!(
        !known.classes.is_empty() && !asked.classes.is_empty(),
        "a vote needs rows"
    );
    assert_eq!(
        asked.values.nrows(),
        asked.classes.len(),
        "a class for every row"
    );
    let right = classify(known, asked.values)
        .iter()
        .zip(asked.classes)
        .filter(|(voted, class)| voted == class)
        .count();
    right as f64 / asked.classes.len() as f64
}

/// Returns the class of each `asked` row for which the [`NEIGHBOURS`] nearest `known` rows vote.
///
/// # Panics
/// If there is no known row, one has no class, or the numbers of columns differ.
#[must_use]
pub fn classify(known: Labelled<'_>, asked: ArrayView2<'_, f32>) -> Vec<u16> {
    assert_eq!(
        known.values.nrows(),
        known.classes.len(),
        "a class for every row"
    );
    distance::each_row(asked, known.values, |squares| vote(squares, known.classes))
}

fn vote(squares: &[f32], classes: &[u16]) -> u16 {
    let mut nearest: Vec<(f32, u16)> = squares
        .iter()
        .copied()
        .zip(classes.iter().copied())
        .collect();
    let order = |a: &(f32, u16), b: &(f32, u16)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
    if nearest.len() > NEIGHBOURS {
        nearest.select_nth_unstable_by(NEIGHBOURS - 1, order);
        nearest.truncate(NEIGHBOURS);
    }
    nearest.sort_unstable_by(order);
    let votes = |class: u16| nearest.iter().filter(|(_, other)| *other == class).count();
    // Reversed, because `max_by_key` takes the last of equal maxima.
    nearest
        .iter()
        .rev()
        .map(|&(_, class)| class)
        .max_by_key(|&class| votes(class))
        .expect("at least one row")
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::{Labelled, accuracy, vote};

    #[test]
    fn the_majority_of_five_decides() {
        assert_eq!(
            vote(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], &[9, 4, 4, 9, 4, 9, 9]),
            4
        );
    }

    #[test]
    fn of_equal_votes_the_nearest_wins() {
        assert_eq!(vote(&[3.0, 1.0, 2.0, 4.0], &[2, 7, 2, 7]), 7);
        assert_eq!(vote(&[3.0, 1.0, 0.5, 4.0], &[2, 7, 2, 7]), 2);
    }

    #[test]
    fn separate_blobs_are_classified_and_swapped_labels_are_not() {
        let values = Array2::from_shape_fn((20, 2), |(row, column)| {
            (row / 10 * 100 + row * (column + 1)) as f32
        });
        let classes: Vec<u16> = (0..20).map(|row| row / 10).collect();
        let known = Labelled {
            values: values.view(),
            classes: &classes,
        };
        let asked = array![[0.0, 1.0], [3.0, 9.0], [117.0, 130.0], [112.0, 122.0]];
        let of = |classes: &[u16]| {
            accuracy(
                known,
                Labelled {
                    values: asked.view(),
                    classes,
                },
            )
        };
        assert_eq!(of(&[0, 0, 1, 1]), 1.0);
        assert_eq!(of(&[0, 1, 1, 1]), 0.75);
        assert_eq!(of(&[1, 1, 0, 0]), 0.0);
    }
}
