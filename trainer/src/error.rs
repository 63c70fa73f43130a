//! Why the library refuses work.

use flowlet::{ModelError, SamplerError, Solver};

use crate::data::DataError;
use crate::device_columns::AlignError;
use crate::files::WriteError;
use crate::quantise::QuantiseError;
use crate::train::{DatasetError, TrainError};

/// Why a model cannot be trained, sampled, evaluated or saved.
///
/// ```
/// use flowlet_trainer::{Error, Table};
///
/// match Table::from_csv("nowhere.csv").map_err(Error::from) {
///     Err(Error::Data(error)) => assert!(error.to_string().starts_with("nowhere.csv: ")),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data cannot be read or trained on.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The standardised rows cannot be trained on.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The table does not have the columns of the model.
    #[error(transparent)]
    Align(#[from] AlignError),
    /// A setting is out of range.
    #[error("{setting} is {value}; choose {allowed}")]
    Setting {
        /// What is set.
        setting: &'static str,
        /// The value it was set to.
        value: String,
        /// Which values are allowed.
        allowed: &'static str,
    },
    /// The solver evaluates the network twice per step, so the model cannot be distilled for it.
    #[error(
        "a model cannot be distilled for the solver {solver:?}, which evaluates the network twice \
         per step; choose Euler or exponential Euler"
    )]
    Distil {
        /// The solver.
        solver: Solver,
    },
    /// A model has either conditions or masks.
    #[error("a model has either conditions or any other known columns; leave one of them out")]
    Conditions,
    /// A model with conditions scores no rows.
    #[error("a model with conditions scores no rows; train one without conditions")]
    ScoredConditions,
    /// A setting does not fit known columns.
    #[error(
        "known columns need independent noise, no reflow and no latent; leave out the coupling, \
         the reflow and the latent"
    )]
    Known,
    /// No columns can have components.
    #[error(
        "no columns can have principal components: a series or an image of at least 16 columns \
         that vary is needed; leave out the number of components"
    )]
    NoLatent,
    /// Classes cannot have their own components.
    #[error(
        "components of each class need a label column and no label dropout; name the label, or \
         leave the label dropout out"
    )]
    LatentOfClasses,
    /// Even the narrowest network exceeds a limit.
    #[error(
        "no network fits: even with hidden layers of {width} units, {reason}; use fewer columns"
    )]
    NoFit {
        /// Units in each hidden layer of the narrowest network.
        width: usize,
        /// The limit that it exceeds.
        reason: String,
    },
    /// The training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The weights do not fit the device's integers.
    #[error(transparent)]
    Quantise(#[from] QuantiseError),
    /// The observer stopped the fit.
    #[error("the training was stopped")]
    Stopped,
    /// The checkpoint was made with other data or settings.
    #[error("the checkpoint was made with other {what}; restore them, or start the training again")]
    OtherCheckpoint {
        /// "data", "settings", or both.
        what: &'static str,
    },
    /// The runtime refuses the model.
    #[error("the runtime refuses the model: {0}")]
    Model(#[from] ModelError),
    /// The model does not accept a sampling setting.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<flowlet::Error> for Error {
    fn from(error: flowlet::Error) -> Self {
        match error {
            flowlet::Error::Model(error) => error.into(),
            flowlet::Error::Sampler(error) => error.into(),
            _ => unreachable!("an error of a model or of a sampler"),
        }
    }
}
