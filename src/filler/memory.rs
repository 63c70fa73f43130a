//! Memory of known values, which a filler owns or borrows.

use crate::sampler::SamplerError;

/// Entry of a dimension that is not known. It is 0, so that memory without known values is cleared
/// memory.
pub(super) const UNKNOWN: i32 = 0;

/// Returns the entry of a known value. The smallest i32 counts as the next one.
pub(super) fn entry(raw: i32) -> i32 {
    raw.max(i32::MIN + 1) ^ i32::MIN
}

/// Returns the value of an entry, if it is known.
pub(super) fn known(entry: i32) -> Option<i32> {
    (entry != UNKNOWN).then_some(entry ^ i32::MIN)
}

/// Memory of a filler in addition to that of its sampler. Sealed: only this module implements it.
pub trait KnownBuffers {
    /// Borrows all buffers.
    fn borrow(&mut self) -> BorrowedKnown<'_>;

    /// Returns the entries.
    fn values(&self) -> &[i32];
}

/// Borrowed memory of a filler. Each buffer has at least the length that the model needs.
#[derive(Debug, Default)]
pub struct BorrowedKnown<'b> {
    /// Entries of the data, then of the conditions, with the fractional bits of their columns.
    pub(super) values: &'b mut [i32],
    /// Added to the biases of the first layer.
    pub(super) extra: &'b mut [i16],
}

/// Memory in the filler: 4·`DIM` + 2·`WIDTH` bytes.
#[derive(Clone, Debug)]
pub struct OwnedKnown<const DIM: usize, const WIDTH: usize> {
    values: [i32; DIM],
    extra: Aligned<WIDTH>,
}

/// Values, aligned so that kernels can store two at once.
#[derive(Clone, Debug)]
#[repr(align(4))]
struct Aligned<const N: usize>([i16; N]);

impl<const DIM: usize, const WIDTH: usize> OwnedKnown<DIM, WIDTH> {
    /// Nothing is known.
    pub(super) const NOTHING: Self = Self {
        values: [UNKNOWN; DIM],
        extra: Aligned([0; WIDTH]),
    };
}

impl<const DIM: usize, const WIDTH: usize> KnownBuffers for OwnedKnown<DIM, WIDTH> {
    #[inline(always)]
    fn borrow(&mut self) -> BorrowedKnown<'_> {
        BorrowedKnown {
            values: &mut self.values,
            extra: &mut self.extra.0,
        }
    }

    #[inline(always)]
    fn values(&self) -> &[i32] {
        &self.values
    }
}

impl<'b> BorrowedKnown<'b> {
    /// Takes the memory of `dims` known values and `width` biases from the front of `states` and
    /// `halfwords`.
    pub(super) fn take(
        (dims, width): (usize, usize),
        states: &mut &'b mut [i32],
        halfwords: &mut &'b mut [i16],
    ) -> Result<Self, SamplerError> {
        let few_states = SamplerError::Dim {
            needed: dims,
            capacity: states.len(),
        };
        let few_halfwords = SamplerError::Width {
            needed: width,
            capacity: halfwords.len(),
        };
        let values = states.split_off_mut(..dims).ok_or(few_states)?;
        let extra = halfwords.split_off_mut(..width.next_multiple_of(2));
        let extra = extra.ok_or(few_halfwords)?;
        values.fill(UNKNOWN);
        Ok(Self { values, extra })
    }
}

impl KnownBuffers for BorrowedKnown<'_> {
    fn borrow(&mut self) -> BorrowedKnown<'_> {
        BorrowedKnown {
            values: self.values,
            extra: self.extra,
        }
    }

    fn values(&self) -> &[i32] {
        self.values
    }
}
