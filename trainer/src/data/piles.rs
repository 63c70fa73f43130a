//! Values that pile up at a limit: rain is 0 on half of the days.
//!
//! A velocity network makes smooth densities, and a device limits what it decodes. In training, a
//! gap separates the values at a limit from the others: they are placed a fixed distance beyond it.
//! So a sample of the pile is decoded as the limit although its value is not exact. Without the gap
//! a series of many columns at their limits leaks somewhere in nearly every sample.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, ArrayView2};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::Table;
use super::range::{ValueRange, is_pile};

/// Mixed into the seed, so that no other use of the seed has the same draws.
const SEED: u64 = 0x646f_6d61_696e_0000;

/// Distance of a pile from its limit, and the standard deviation of its values, in scales of the
/// column.
const GAP: f32 = flowlet::fixed::GAP as f32 / (1 << flowlet::fixed::STATE_FRAC) as f32;
const JITTER: f32 = 0.02;
/// Distance of a pile from its limit in the columns of a latent.
const SLIVER: f32 = 0.001;

/// Returns whether values pile up at the lower and at the upper limit of each column. Reals have
/// limits for no other reason, except those that they share with a series.
///
/// # Panics
/// If there is not one range per column.
pub(super) fn of_each(values: ArrayView2<'_, f64>, ranges: &[ValueRange]) -> Vec<[bool; 2]> {
    assert_eq!(values.ncols(), ranges.len(), "a range for every column");
    let columns = values.columns().into_iter().zip(ranges);
    columns.map(|(column, &range)| of(column, range)).collect()
}

fn of(column: ArrayView1<'_, f64>, range: ValueRange) -> [bool; 2] {
    if !range.integer {
        return [range.min.is_finite(), range.max.is_finite()];
    }
    let mut sorted: Vec<f64> = column.iter().map(|&value| limited(value, range)).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    [range.min, range.max].map(|end| {
        let piled = sorted[0] == end && is_pile(&sorted, true);
        sorted.reverse();
        piled
    })
}

/// Returns the share of the cells of some columns that are piled up at a limit.
pub(super) fn share(table: &Table, ranges: &[ValueRange], columns: &Range<usize>) -> f64 {
    let piled = columns.clone().map(|at| {
        let (column, range) = (table.values.column(at), ranges[at]);
        let [low, high] = of(column, range);
        let at_end = |&&value: &&f64| low && value <= range.min || high && value >= range.max;
        column.iter().filter(at_end).count()
    });
    piled.sum::<usize>() as f64 / (table.values.nrows() * columns.len()).max(1) as f64
}

/// Limits values to the ranges of their columns.
pub(super) fn limit(values: &mut Array2<f64>, ranges: &[ValueRange]) {
    for (mut column, &range) in values.columns_mut().into_iter().zip(ranges) {
        column.mapv_inplace(|value| limited(value, range));
    }
}

fn limited(value: f64, range: ValueRange) -> f64 {
    value.clamp(range.min, range.max)
}

/// How far a value is moved, and the standard deviation by which it is spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gap {
    shift: f32,
    jitter: f32,
}

impl Gap {
    /// Only spreads a value.
    pub const NONE: Self = Self {
        shift: 0.0,
        jitter: JITTER,
    };
}

/// Returns how far a limited value is moved: beyond a limit with a pile. In a latent, whose
/// components would carry a gap to other columns, it is hardly moved.
pub(super) fn gap(
    value: f64,
    range: ValueRange,
    [low, high]: [bool; 2],
    is_in_latent: bool,
) -> Option<Gap> {
    let sign = match value {
        _ if low && value == range.min => -1.0,
        _ if high && value == range.max => 1.0,
        _ => return None,
    };
    let (shift, jitter) = if is_in_latent {
        (SLIVER, 0.0)
    } else {
        (GAP, JITTER)
    };
    Some(Gap {
        shift: sign * shift,
        jitter,
    })
}

/// Moves the values of some columns by their gaps, and spreads them a little. `values` are in
/// physical units, and `standardised` are the same values.
pub(super) fn open_gaps(
    standardised: &mut Array2<f32>,
    values: ArrayView2<'_, f64>,
    columns: &[usize],
    gap: impl Fn(usize, f64) -> Option<Gap>,
    seed: u64,
) {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed ^ SEED);
    for &at in columns {
        for (x, &value) in standardised
            .column_mut(at)
            .iter_mut()
            .zip(values.column(at))
        {
            if let Some(gap) = gap(at, value) {
                let noise: f32 = StandardNormal.sample(&mut rng);
                *x += gap.shift + gap.jitter * noise;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::{GAP, JITTER, gap, limit, of_each, open_gaps};
    use crate::data::range::ValueRange;
    use crate::data::scaling::Scaling;

    /// Returns rain of which half is 0, counts of which half is 0, and days.
    fn rows() -> Array2<f64> {
        Array2::from_shape_fn((200, 3), |(row, column)| match column {
            0 => row.saturating_sub(99) as f64 / 7.0,
            1 => row.saturating_sub(99) as f64,
            _ => row as f64,
        })
    }

    #[test]
    fn reals_pile_up_at_limits_and_integers_if_many_are_there() {
        let values = rows();
        let mut ranges = ValueRange::of_each(values.view());
        let expected = [[true, false], [true, false], [false; 2]];
        assert_eq!(of_each(values.view(), &ranges), expected);
        ranges[2].min = 100.0;
        assert_eq!(
            of_each(values.view(), &ranges)[2],
            [true, false],
            "declared"
        );
        ranges[1].min = -1.0;
        assert_eq!(
            of_each(values.view(), &ranges)[1],
            [false; 2],
            "nobody there"
        );
    }

    #[test]
    fn a_gap_separates_a_pile_from_the_other_values() {
        let mut values = rows();
        values[[0, 0]] = -3.0;
        let ranges = ValueRange::of_each(rows().view());
        let piles = of_each(values.view(), &ranges);
        limit(&mut values, &ranges);
        assert_eq!(values, rows());
        let scaling = Scaling::fit(values.view(), &[0, 1, 2]);
        let before = scaling.standardise(values.view());
        let mut after = before.clone();
        let gap = |at: usize, value| gap(value, ranges[at], piles[at], false);
        open_gaps(&mut after, values.view(), &[0, 1, 2], gap, 1);
        for column in 0..2 {
            let moved = &after.column(column) - &before.column(column);
            let (pile, rest) = moved
                .as_slice()
                .map(|all| all.split_at(100))
                .expect("one piece");
            assert!(rest.iter().all(|&shift| shift == 0.0));
            let far = |&shift: &f32| (shift + GAP).abs() < 5.0 * JITTER;
            assert!(pile.iter().all(far) && pile[0] != pile[1], "{pile:?}");
        }
        assert_eq!(after.column(2), before.column(2));
        let back = scaling.to_physical(after.view());
        assert!(
            back.column(0)
                .iter()
                .take(100)
                .all(|&rain| ranges[0].nearest(rain) == 0.0)
        );
    }
}
