//! Failures of commands: a message of one line, and an exit code.

use flowlet::{ModelError, SamplerError};

use super::hint;
use flowlet_trainer::files::WriteError;
use flowlet_trainer::{DataError, Error};

/// Exit code of an interrupted training, as shells report ctrl-C.
pub(super) const INTERRUPTED: u8 = 130;

/// Reason why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Bad input: exit code 2, as for a wrong command line.
    #[error("{0}")]
    Input(String),
    /// Bad data: exit code 2.
    #[error("{}", hint::with_data_options(.0))]
    Data(DataError),
    /// Interrupted by the user: exit code 130. Says what was saved and how to resume.
    #[error("{0}")]
    Interrupted(String),
    /// Internal error: exit code 1.
    #[error("{0}; this is a bug in flowlet, please report it")]
    Internal(String),
}

impl Failure {
    /// Returns the exit code of the process.
    pub(super) fn code(&self) -> u8 {
        match self {
            Self::Input(_) | Self::Data(_) => 2,
            Self::Interrupted(_) => INTERRUPTED,
            Self::Internal(_) => 1,
        }
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<Error> for Failure {
    /// A model that the runtime refuses is an internal error. All others are due to data or
    /// settings.
    fn from(error: Error) -> Self {
        match error {
            Error::Model(_) | Error::Dataset(_) => Self::Internal(error.to_string()),
            Error::Data(error) => error.into(),
            _ => Self::Input(hint::with_options(&error)),
        }
    }
}

impl From<SamplerError> for Failure {
    fn from(error: SamplerError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<ModelError> for Failure {
    /// `ModelFile` refuses files of the user, so this model was made by flowlet.
    fn from(error: ModelError) -> Self {
        Self::Internal(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use flowlet_trainer::Table;

    #[test]
    fn bad_input_and_internal_errors_differ_in_code() {
        let missing = Table::from_csv("nowhere.csv").expect_err("missing");
        let failure = Failure::from(missing);
        assert_eq!(
            failure.to_string(),
            "nowhere.csv: no such file; check the path"
        );
        assert_eq!(failure.code(), 2);
        let failure = Failure::Internal("the sums overflowed".into());
        assert_eq!(
            failure.to_string(),
            "the sums overflowed; this is a bug in flowlet, please report it"
        );
        assert_eq!(failure.code(), 1);
    }
}
