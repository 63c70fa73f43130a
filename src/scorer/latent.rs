//! Scores of models with a latent: the values of a row in the latent, and how far it is from it.

use super::cell::{Cell, weighed};
use crate::fixed::saturate;
use crate::format::Latent;
use crate::int_math::div_unsigned;
use crate::kernel::{self, Dense, portable};
use crate::sampler::first_mut;

/// Weight of 1 in [`weighed`].
const ONE: u8 = 16;

/// How columns become values of a latent: z = Σ w · c · multiplier · 2^−shift over the columns, in
/// Q4.11. w is the column's weight in the layer of the latent, and c its [`factor`].
///
/// The columns of the layer are orthogonal and have one norm, so this is the nearest point.
#[derive(Clone, Copy, Debug)]
struct Projection {
    /// Largest number of bits of a row's scale. Factors of such a row have all their bits.
    lift: i32,
    multiplier: u32,
    shift: u32,
}

impl Projection {
    /// Returns the projection to the latent of this layer, from the norm of its first column.
    #[inline(never)]
    fn of(latent: Latent, layer: &Dense<'_>) -> Self {
        let bits = |row| {
            let scale = layer.scale(row);
            16 - scale.multiplier.leading_zeros() as i32 - i32::from(scale.shift)
        };
        let lift = (0..layer.rows).map(bits).max().unwrap_or_default();
        // Squares of w · m · 2^(8 − s − lift), below 2^30.
        let square = |row| {
            let scale = layer.scale(row);
            let product = layer.weight(row, 0).wrapping_mul(scale.multiplier.into()) << 8;
            let part = product >> i32::from(scale.shift).wrapping_add(lift).min(31);
            u64::from(part.unsigned_abs()).wrapping_mul(part.unsigned_abs().into())
        };
        let norm = (0..layer.rows).map(square).fold(1, u64::wrapping_add);
        // norm ≈ n · 2^exponent with n in 2^15..2^16, and 1/n = (2^32 / n) · 2^−32.
        let exponent = 48 - norm.leading_zeros() as i32;
        let n = match exponent {
            0.. => norm >> (exponent & 63),
            _ => norm << (exponent.wrapping_neg() & 63),
        };
        let multiplier = div_unsigned(u32::MAX, n as u32);
        // One unit of c is 2^(lift − 11) · m · 2^−s, and one of the layer's sum 2^(frac − 21).
        let shift = exponent + 32 - 37 + i32::from(latent.frac) + lift;
        Self {
            lift,
            multiplier,
            shift: shift.clamp(0, 63) as u32,
        }
    }

    /// Returns the value of the latent of a sum of products, Q4.11.
    fn value(self, sum: i64) -> i16 {
        // |sum| < 2^32, because 1024 columns have weights below 2^7 and factors below 2^15. The
        // multiplier is at most 2^17.
        let value = sum.wrapping_mul(self.multiplier.into()) >> self.shift;
        saturate(value.clamp(-1 << 20, 1 << 20) as i32)
    }
}

/// The columns of a latent, and the memory of its layer.
pub(super) struct Columns<'s> {
    pub(super) latent: Latent,
    pub(super) layer: &'s Dense<'s>,
    /// Cells of the latent's columns.
    pub(super) cells: &'s mut [i32],
    /// Input of the layer, in the end the values of the latent.
    pub(super) input: &'s mut [i16],
    /// Output of the layer.
    pub(super) output: &'s mut [i16],
}

impl Columns<'_> {
    /// Finds the values of the latent that are nearest to the columns of the row, and keeps them in
    /// the upper halves of the cells. Returns the sum of the squared distances, Q20.11.
    pub(super) fn project(&mut self) -> u32 {
        let (rank, layer) = (self.layer.columns, self.layer);
        let projection = Projection::of(self.latent, layer);
        for (row, cell) in self.cells.iter_mut().enumerate() {
            let x = Cell::of_word(*cell).x();
            let factor = factor(layer, row, projection.lift, x);
            *cell = Cell::new(x).with(factor as u16).word();
        }
        for pair in 0..rank.div_ceil(2) {
            let cells = &*self.cells;
            let sums = portable::transposed(layer, pair, |row| {
                cells
                    .get(row)
                    .map_or(0, |&cell| Cell::of_word(cell).upper())
            });
            for (number, sum) in sums.into_iter().enumerate() {
                if let Some(output) = self.output.get_mut(2 * pair + number) {
                    *output = projection.value(sum);
                }
            }
        }
        let values = self.cells.iter_mut().zip(&*self.output).take(rank);
        for (cell, &value) in values {
            *cell = Cell::of_word(*cell).with(value as u16).word();
        }
        self.expand();
        let distances = self.cells.iter().zip(&*self.output);
        let mut sum = 0u32;
        for (&cell, &nearest) in distances {
            let distance = i32::from(Cell::of_word(cell).x()).wrapping_sub(nearest.into());
            sum = sum.saturating_add(weighed(saturate(distance), ONE));
        }
        sum
    }

    /// Runs the layer on the values of the latent in the upper halves of the cells.
    fn expand(&mut self) {
        for (input, &cell) in self.input.iter_mut().zip(&*self.cells) {
            *input = Cell::of_word(cell).upper();
        }
        self.run();
    }

    /// Runs the layer on values of the latent in `input`, Q4.11.
    fn run(&mut self) {
        let frac = self.latent.frac;
        for input in first_mut(self.input, self.layer.columns) {
            *input = portable::input(i32::from(*input) << 15, frac);
        }
        kernel::dense(self.layer, [&*self.input], [&mut *self.output]);
    }

    /// Replaces the upper halves of the cells by the contributions of the columns: their squared
    /// distances from the row that the network expects, whose values of the latent are in `input`
    /// from `first` on, Q4.11.
    pub(super) fn contribute(&mut self, weight: u8) {
        let first = usize::from(self.latent.first);
        let inputs = core::cell::Cell::from_mut(&mut *self.input).as_slice_of_cells();
        let values = inputs.get(first..).unwrap_or_default();
        for (to, from) in inputs.iter().zip(values).take(self.layer.columns) {
            to.set(from.get());
        }
        self.run();
        for (cell, &expected) in self.cells.iter_mut().zip(&*self.output) {
            let x = Cell::of_word(*cell).x();
            let distance = saturate(i32::from(x).wrapping_sub(expected.into()));
            let square = weighed(distance, weight);
            *cell = Cell::new(x).adding(square).word();
        }
    }
}

/// Returns the factor of a row in the sums of the projection, (x − b) · m >> (s + lift), saturated.
fn factor(layer: &Dense<'_>, row: usize, lift: i32, x: i16) -> i16 {
    let (difference, scale) = (
        saturate(i32::from(x).wrapping_sub(bias(layer, row).into())),
        layer.scale(row),
    );
    let product = i32::from(difference).wrapping_mul(scale.multiplier.into());
    // At least 0, because a multiplier has one bit or more.
    let shift = i32::from(scale.shift).wrapping_add(lift).min(31);
    saturate(product >> shift)
}

/// Returns the bias of a row, Q4.11.
fn bias(layer: &Dense<'_>, row: usize) -> i16 {
    let biases = layer.biases.unwrap_or_default().as_chunks().0;
    i16::from_le_bytes(biases.get(row).copied().unwrap_or_default())
}
