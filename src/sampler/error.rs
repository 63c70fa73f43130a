//! Errors of samplers.

use core::fmt;

use crate::format::{MAX_STEPS, MIN_STEP};

/// Reason why a sampler cannot be made or set, or cannot draw.
///
/// ```
/// use flowlet::{Model, Sampler, SamplerError};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = Model::parse(bytes).unwrap();
/// let error = Sampler::<1, 64>::new(model).unwrap_err();
/// assert_eq!(error, SamplerError::Dim { needed: 2, capacity: 1 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SamplerError {
    /// The data dimension of the model exceeds the sampler's.
    Dim {
        /// Data dimension of the model.
        needed: usize,
        /// `DIM` of the sampler.
        capacity: usize,
    },
    /// The widest layer of the model exceeds the sampler's width.
    Width {
        /// Units of the model's widest layer.
        needed: usize,
        /// `WIDTH` of the sampler.
        capacity: usize,
    },
    /// The number of steps is not in 1..=256.
    Steps(u16),
    /// A time grid does not have 2 to 257 times that rise from 0 to 1 in steps of at least 3/32768.
    TimeGrid,
    /// The model was trained without label dropout, so guidance is impossible.
    NotGuidable,
    /// Guidance needs two slots per sample, and the sampler has fewer.
    Batch {
        /// Number of slots per guided sample.
        needed: usize,
        /// `BATCH` of the sampler, its number of slots.
        capacity: usize,
    },
    /// The model has no such class.
    Class {
        /// Requested class.
        class: u16,
        /// Number of classes of the model.
        classes: u16,
    },
    /// The model has no section that fills in rows.
    NoFill,
    /// No column or condition starts at this dimension.
    Column(usize),
    /// The column that starts at this dimension does not have the category.
    Category(usize),
    /// The value for this dimension does not fit the fractional bits of its column.
    Value(usize),
    /// The condition at this dimension is not known.
    Condition(usize),
    /// The model is not masked, and no query has these known columns.
    Query,
    /// The model was not trained to predict in one evaluation.
    NotPredicting,
    /// A prediction needs a class, because the model has no null class.
    NeedsClass,
    /// The caller's generator returned an error.
    Generator,
    /// The caller's generator returned the same word four times in a row, in one or several
    /// samples: it is broken, not seeded or switched off. A good generator does so with a
    /// probability of 2^−96 per word. This is the repetition count test of NIST SP 800-90B, 4.4.1.
    StuckGenerator,
}

impl fmt::Display for SamplerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Dim { needed, capacity } => {
                write!(
                    f,
                    "the model has {needed} values per sample, but DIM is {capacity}"
                )
            }
            Self::Width { needed, capacity } => {
                write!(
                    f,
                    "the model is {needed} units wide, but WIDTH is {capacity}"
                )
            }
            Self::Steps(steps) => write!(f, "{steps} steps: choose 1 to {MAX_STEPS}"),
            Self::TimeGrid => write!(
                f,
                "invalid time grid: give 2 to {} times that rise from 0 to 1 \
                 in steps of at least {MIN_STEP}/32768",
                MAX_STEPS + 1
            ),
            Self::NotGuidable => {
                f.write_str("guidance needs a model that was trained with label dropout")
            }
            Self::Batch { needed, capacity } => {
                write!(
                    f,
                    "guidance needs {needed} slots per sample, but BATCH is {capacity}"
                )
            }
            Self::Class { class, classes } => {
                write!(
                    f,
                    "class {class} does not exist: the model has {classes} classes"
                )
            }
            Self::NoFill => f.write_str("the model was not trained to fill in rows"),
            Self::Column(index) => write!(f, "no column starts at dimension {index}"),
            Self::Category(index) => {
                write!(
                    f,
                    "the column at dimension {index} does not have this category"
                )
            }
            Self::Value(index) => write!(f, "the value for dimension {index} is too large"),
            Self::Condition(index) => write!(f, "the condition at dimension {index} is not known"),
            Self::Query => f.write_str("the model has no query with these known columns"),
            Self::NotPredicting => f.write_str("the model was not trained to predict"),
            Self::NeedsClass => f.write_str("a prediction needs a class"),
            Self::Generator => f.write_str("the random generator failed"),
            Self::StuckGenerator => {
                f.write_str("the random generator returns the same word again and again")
            }
        }
    }
}

impl core::error::Error for SamplerError {}
