//! How a command ends that could not do its work: one line on standard error and an exit code scripts can tell apart.

use flowlet::{ModelError, SamplerError};

use flowlet_trainer::data::DataError;
use flowlet_trainer::files::WriteError;
use flowlet_trainer::fit::FitError;

/// Exit code of a training that was interrupted, as shells give it for ctrl-C.
pub(super) const INTERRUPTED: u8 = 130;

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The user can mend it: exit code 2, as for a wrong command line.
    #[error("{0}")]
    Input(String),
    /// The user asked for it: exit code 130. What is left, and how to go on.
    #[error("{0}")]
    Interrupted(String),
    /// The user cannot, so it is ours: exit code 1.
    #[error("{0}; this is a fault of flowlet, please report it")]
    Internal(String),
}

impl Failure {
    /// Returns the exit code of the process.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Interrupted(_) => INTERRUPTED,
            Self::Internal(_) => 1,
        }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<FitError> for Failure {
    /// What a user can mend is their data or their settings; a model that our own runtime refuses is not.
    fn from(error: FitError) -> Self {
        match error {
            FitError::Model(_) | FitError::Dataset(_) => Self::Internal(error.to_string()),
            FitError::Data(_)
            | FitError::Train(_)
            | FitError::Quantise(_)
            | FitError::Stopped
            | FitError::OtherRun => Self::Input(error.to_string()),
        }
    }
}

impl From<SamplerError> for Failure {
    fn from(error: SamplerError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<ModelError> for Failure {
    /// A file that the user named is refused with its name, by `ModelFile`; this one is our own.
    fn from(error: ModelError) -> Self {
        Self::Internal(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Failure;
    use flowlet_trainer::data::read::ReadOptions;

    #[test]
    fn bad_input_and_our_faults_differ_in_code() {
        let missing =
            flowlet_trainer::data::read(Path::new("nowhere.csv"), &ReadOptions::default())
                .expect_err("missing");
        let failure = Failure::from(missing);
        assert_eq!(
            failure.to_string(),
            "nowhere.csv: no such file; check the path"
        );
        assert_eq!(failure.code(), 2);
        let failure = Failure::Internal("the sums overflowed".into());
        assert_eq!(
            failure.to_string(),
            "the sums overflowed; this is a fault of flowlet, please report it"
        );
        assert_eq!(failure.code(), 1);
    }
}
