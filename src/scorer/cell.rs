//! Cells: what a scorer keeps of each column, in a word of the state's memory.

/// Standardised x of a column, and its contribution to the score.
///
/// The lower half is x in Q4.11, the upper half the contribution in unsigned Q8.8. While a model
/// with a latent is evaluated, the upper halves of the latent's columns hold the values of the
/// latent, in Q4.11: there are at most as many.
#[derive(Clone, Copy)]
pub(super) struct Cell(u32);

impl Cell {
    /// Returns a cell without a contribution.
    pub(super) const fn new(x: i16) -> Self {
        Self(x as u16 as u32)
    }

    pub(super) const fn of_word(word: i32) -> Self {
        Self(word as u32)
    }

    pub(super) const fn word(self) -> i32 {
        self.0 as i32
    }

    /// Returns x, Q4.11.
    pub(super) const fn x(self) -> i16 {
        self.0 as i16
    }

    /// Returns the contribution, Q8.8.
    pub(super) const fn contribution(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Returns the value of the latent, or what else the upper half holds.
    pub(super) const fn upper(self) -> i16 {
        self.contribution() as i16
    }

    /// Returns the cell with another upper half.
    pub(super) const fn with(self, upper: u16) -> Self {
        Self(self.0 & 0xffff | (upper as u32) << 16)
    }

    /// Adds a square in Q20.11 to the contribution, which saturates.
    pub(super) fn adding(self, square: u32) -> Self {
        let sum = u32::from(self.contribution()).wrapping_add(square >> 3);
        self.with(sum.min(u16::MAX.into()) as u16)
    }
}

/// Returns the weighed square of a residual or distance in Q4.11, in Q20.11, at most 2^20.
///
/// The weight is 2^(w/8 − 2): `MANTISSAS` has the factors of an eighth of an octave, Q1.15.
#[inline(never)]
pub(super) fn weighed(residual: i16, weight: u8) -> u32 {
    let size = u32::from(residual.unsigned_abs());
    let mantissa = MANTISSAS[usize::from(weight & 7)];
    // Q22 times Q15, and 2 for the smallest weight: at most 2^46.
    let product = u64::from(size.wrapping_mul(size)).wrapping_mul(mantissa.into());
    let shift = 28u32.saturating_sub((weight >> 3).into());
    (product >> shift).min(1 << 20) as u32
}

/// 2^(i/8) in Q1.15.
static MANTISSAS: [u16; 8] = [32768, 35734, 38968, 42495, 46341, 50535, 55109, 60097];

#[cfg(test)]
mod tests {
    use super::{Cell, weighed};

    #[test]
    fn a_cell_has_two_halves() {
        let cell = Cell::new(-3).with(40_000);
        assert_eq!((cell.x(), cell.contribution()), (-3, 40_000));
        assert_eq!(Cell::of_word(cell.word()).upper(), 40_000u16 as i16);
        assert_eq!(cell.with(7).x(), -3);
        assert_eq!(cell.adding(8 * 25_535).contribution(), u16::MAX);
        assert_eq!(
            Cell::new(5).adding(1 << 20).adding(80).contribution(),
            u16::MAX
        );
        assert_eq!(Cell::new(5).adding(80).contribution(), 10);
    }

    #[test]
    fn weights_are_eighths_of_octaves() {
        for weight in 0..=u8::MAX {
            let capped = if weight < 232 {
                weight
            } else {
                224 + weight % 8
            };
            for residual in [0i16, 1, 30, -2048, i16::MAX, i16::MIN] {
                let real = f64::from(residual) / 2048.0;
                let exact = real * real * libm::exp2(f64::from(capped) / 8.0 - 2.0) * 2048.0;
                let found = f64::from(weighed(residual, weight));
                let error = (found - exact.min(1_048_576.0)).abs();
                assert!(
                    error <= 1.0 + exact * 1e-4,
                    "{residual} {weight}: {found} {exact}"
                );
            }
        }
    }
}
