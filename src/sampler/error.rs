//! Why a sampler cannot do what it is asked.

use core::convert::Infallible;
use core::fmt;

use crate::format::{MAX_STEPS, MIN_STEP};

/// Why a sampler cannot do what it is asked.
///
/// ```
/// use flowlet::{Model, Sampler, SamplerError};
/// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// let model = Model::parse(bytes).unwrap();
/// let error = Sampler::<1, 64>::new(&model).unwrap_err();
/// assert_eq!(error, SamplerError::Dim { needed: 2, capacity: 1 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SamplerError {
    /// The model's samples have more values than the sampler has room for.
    Dim {
        /// Values in a sample.
        needed: usize,
        /// `DIM`.
        capacity: usize,
    },
    /// The model's widest layer is wider than the sampler has room for.
    Width {
        /// Units of the widest layer.
        needed: usize,
        /// `WIDTH`.
        capacity: usize,
    },
    /// The number of steps is not 1 to 256.
    Steps(u16),
    /// The times of a grid do not rise from 0 to 1 (32768) by 3 or more, 2 to 257 of them.
    Grid,
    /// The model was trained without label dropout, so it cannot be guided.
    NotGuidable,
    /// Guidance takes two lanes a sample, and the sampler has fewer.
    Lanes {
        /// Lanes that it takes.
        needed: usize,
        /// `LANES`.
        capacity: usize,
    },
    /// The model has no such class.
    Class {
        /// The class asked for.
        class: u16,
        /// Number of classes.
        classes: u16,
    },
}

impl fmt::Display for SamplerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Dim { needed, capacity } => {
                write!(
                    f,
                    "the model has {needed} values a sample, the sampler room for {capacity}"
                )
            }
            Self::Width { needed, capacity } => {
                write!(
                    f,
                    "the model is {needed} units wide, the sampler has room for {capacity}"
                )
            }
            Self::Steps(steps) => write!(f, "{steps} steps; 1 to {MAX_STEPS} are possible"),
            Self::Grid => write!(
                f,
                "the times of a grid rise from 0 to 32768 by {MIN_STEP} or more, 2 to {} of them",
                MAX_STEPS + 1
            ),
            Self::NotGuidable => f.write_str("the model was trained without label dropout"),
            Self::Lanes { needed, capacity } => {
                write!(
                    f,
                    "guidance takes {needed} lanes, the sampler has {capacity}"
                )
            }
            Self::Class { class, classes } => {
                write!(f, "class {class}; the model has {classes} classes")
            }
        }
    }
}

impl core::error::Error for SamplerError {}

impl From<Infallible> for SamplerError {
    /// Lets `?` take the error of a generator that cannot fail.
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
