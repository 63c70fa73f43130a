//! Where the memory of a sample is: in the sampler, or lent to it.
//!
//! Firmware that knows its model at compile time has it in the sampler, exactly as large as it must be; a
//! caller who learns the sizes when it runs, as one in C does, lends it. The sampler's code is generic over
//! the two, so that neither pays for the other.

use super::SamplerError;
use crate::model::Model;

/// The memory of one sample. Sealed: this module has all that there are.
pub trait Memory {
    fn parts(&mut self) -> Parts<'_>;

    /// The state x, standardised, Q5.26.
    fn state(&self) -> &[i32];

    /// Whether a sample can be under way in it.
    fn is_there(&self) -> bool;
}

/// The memory of one sample by its parts, each as long as the model asks for, or longer.
#[derive(Debug, Default)]
pub struct Parts<'b> {
    /// The state x, standardised, Q5.26.
    pub(crate) state: &'b mut [i32],
    /// Between steps the network's next input; its velocity once it has run.
    pub(crate) io: &'b mut [i16],
    /// The velocity of the step's first stage, Q4.11.
    pub(crate) slope: &'b mut [i16],
    pub(crate) front: &'b mut [i16],
    pub(crate) back: &'b mut [i16],
}

/// Memory in the sampler: 8·`DIM` + 4·`WIDTH` bytes.
#[derive(Clone, Debug)]
pub struct Room<const DIM: usize, const WIDTH: usize> {
    state: [i32; DIM],
    io: Words<DIM>,
    slope: Words<DIM>,
    front: Words<WIDTH>,
    back: Words<WIDTH>,
}

/// Activations, aligned so that kernels can load two at once.
#[derive(Clone, Debug)]
#[repr(align(4))]
struct Words<const N: usize>([i16; N]);

impl<const DIM: usize, const WIDTH: usize> Room<DIM, WIDTH> {
    pub(super) const ZERO: Self = Self {
        state: [0; DIM],
        io: Words([0; DIM]),
        slope: Words([0; DIM]),
        front: Words([0; WIDTH]),
        back: Words([0; WIDTH]),
    };
}

impl<const DIM: usize, const WIDTH: usize> Memory for Room<DIM, WIDTH> {
    #[inline(always)]
    fn parts(&mut self) -> Parts<'_> {
        Parts {
            state: &mut self.state,
            io: &mut self.io.0,
            slope: &mut self.slope.0,
            front: &mut self.front.0,
            back: &mut self.back.0,
        }
    }

    #[inline(always)]
    fn state(&self) -> &[i32] {
        &self.state
    }

    #[inline(always)]
    fn is_there(&self) -> bool {
        true
    }
}

impl<'b> Parts<'b> {
    /// Takes the memory of a sample off the front of what is lent.
    pub(super) fn taken(
        model: &Model<'_>,
        states: &mut &'b mut [i32],
        words: &mut &'b mut [i16],
    ) -> Result<Self, SamplerError> {
        let (dim, width) = (model.dim(), model.width());
        let (ios, sides) = (dim.next_multiple_of(2), width.next_multiple_of(2));
        let few = SamplerError::Dim {
            needed: dim,
            capacity: states.len(),
        };
        let narrow = SamplerError::Width {
            needed: width,
            capacity: (words.len() / 2).saturating_sub(ios),
        };
        Ok(Self {
            state: states.split_off_mut(..dim).ok_or(few)?,
            io: words.split_off_mut(..ios).ok_or(narrow)?,
            slope: words.split_off_mut(..ios).ok_or(narrow)?,
            front: words.split_off_mut(..sides).ok_or(narrow)?,
            back: words.split_off_mut(..sides).ok_or(narrow)?,
        })
    }
}

impl Memory for Parts<'_> {
    fn parts(&mut self) -> Parts<'_> {
        Parts {
            state: self.state,
            io: self.io,
            slope: self.slope,
            front: self.front,
            back: self.back,
        }
    }

    fn state(&self) -> &[i32] {
        self.state
    }

    fn is_there(&self) -> bool {
        !self.state.is_empty()
    }
}
