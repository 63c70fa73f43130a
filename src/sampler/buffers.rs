//! Memory of one sample, which a sampler owns or borrows.
//!
//! Firmware that knows its model at compile time owns the memory, which then has exactly the needed
//! size. A caller that learns the sizes at run time, such as C code, provides the memory. The code
//! of the sampler is generic over both.

use super::SamplerError;

/// Memory of one sample. Sealed: only this module implements it.
pub trait Buffers {
    /// Borrows all buffers.
    fn borrow(&mut self) -> Borrowed<'_>;

    /// Returns the state x, standardised, Q5.26.
    fn state(&self) -> &[i32];

    /// Returns whether there is memory for a sample.
    fn exist(&self) -> bool;
}

/// Borrowed memory of one sample. Each buffer has at least the length that the model needs.
#[derive(Debug, Default)]
pub struct Borrowed<'b> {
    /// State x, standardised, Q5.26.
    pub(crate) state: &'b mut [i32],
    /// The network's next input between steps; its velocity after an evaluation.
    pub(crate) io: &'b mut [i16],
    /// Velocity of the first stage of a step, Q4.11.
    pub(crate) first_velocity: &'b mut [i16],
    /// Activations.
    pub(crate) front: &'b mut [i16],
    /// Activations.
    pub(crate) back: &'b mut [i16],
}

/// Memory in the sampler: 8·`DIM` + 4·`WIDTH` bytes.
#[derive(Clone, Debug)]
pub struct Owned<const DIM: usize, const WIDTH: usize> {
    state: [i32; DIM],
    io: Aligned<DIM>,
    first_velocity: Aligned<DIM>,
    front: Aligned<WIDTH>,
    back: Aligned<WIDTH>,
}

/// Values, aligned so that kernels can load two at once.
#[derive(Clone, Debug)]
#[repr(align(4))]
struct Aligned<const N: usize>([i16; N]);

impl<const DIM: usize, const WIDTH: usize> Owned<DIM, WIDTH> {
    pub(crate) const ZERO: Self = Self {
        state: [0; DIM],
        io: Aligned([0; DIM]),
        first_velocity: Aligned([0; DIM]),
        front: Aligned([0; WIDTH]),
        back: Aligned([0; WIDTH]),
    };
}

impl<const DIM: usize, const WIDTH: usize> Buffers for Owned<DIM, WIDTH> {
    #[inline(always)]
    fn borrow(&mut self) -> Borrowed<'_> {
        Borrowed {
            state: &mut self.state,
            io: &mut self.io.0,
            first_velocity: &mut self.first_velocity.0,
            front: &mut self.front.0,
            back: &mut self.back.0,
        }
    }

    #[inline(always)]
    fn state(&self) -> &[i32] {
        &self.state
    }

    #[inline(always)]
    fn exist(&self) -> bool {
        true
    }
}

impl<'b> Borrowed<'b> {
    /// Takes the memory of one sample of `dim` values and `width` units from the front of `states`
    /// and `halfwords`.
    pub(crate) fn take(
        (dim, width): (usize, usize),
        states: &mut &'b mut [i32],
        halfwords: &mut &'b mut [i16],
    ) -> Result<Self, SamplerError> {
        let (padded_dim, padded_width) = (dim.next_multiple_of(2), width.next_multiple_of(2));
        let few_states = SamplerError::Dim {
            needed: dim,
            capacity: states.len(),
        };
        let few_halfwords = SamplerError::Width {
            needed: width,
            capacity: (halfwords.len() / 2).saturating_sub(padded_dim),
        };
        let mut take = |count| halfwords.split_off_mut(..count).ok_or(few_halfwords);
        Ok(Self {
            state: states.split_off_mut(..dim).ok_or(few_states)?,
            io: take(padded_dim)?,
            first_velocity: take(padded_dim)?,
            front: take(padded_width)?,
            back: take(padded_width)?,
        })
    }
}

impl Buffers for Borrowed<'_> {
    fn borrow(&mut self) -> Borrowed<'_> {
        Borrowed {
            state: self.state,
            io: self.io,
            first_velocity: self.first_velocity,
            front: self.front,
            back: self.back,
        }
    }

    fn state(&self) -> &[i32] {
        self.state
    }

    fn exist(&self) -> bool {
        !self.state.is_empty()
    }
}
