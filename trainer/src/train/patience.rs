//! When a training ends early, and which weights it keeps.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::state::ValidationLosses;

/// Rise of the validation loss, as a share of the least one, beyond which samples are compared with
/// the training rows.
const WATCHED_RISE: f32 = 0.005;
/// Evaluations in a row without weights to keep after which a training ends.
const PATIENCE: u32 = 8;
/// Least numbers of training and of validation rows for the automatic rule.
const MIN_ROWS: (usize, usize) = (20, 10);

/// When a training ends early, and which weights it keeps. There are about 50 evaluations of the
/// validation loss, each after 12 % more optimiser steps than the one before.
///
/// ```
/// use flowlet_trainer::Patience;
///
/// assert_eq!("auto".parse(), Ok(Patience::Automatic));
/// assert_eq!("5".parse(), Ok(Patience::from(5)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum Patience {
    /// Keeps the last weights whose samples are not nearer to training rows than those are to each
    /// other, once the validation loss rises. Ends after 8 evaluations without such weights.
    #[default]
    Automatic,
    /// Keeps the weights with the least validation loss. Ends after this many evaluations without
    /// improvement.
    Evaluations(u32),
    /// Takes all optimiser steps and keeps the last weights.
    Off,
}

impl Patience {
    /// Returns this patience for data of these numbers of rows. Few rows say too little about the
    /// loss.
    pub(super) fn for_rows(self, training: usize, validation: usize) -> Self {
        let are_enough = training >= MIN_ROWS.0 && validation >= MIN_ROWS.1;
        match self {
            Self::Automatic if !are_enough => Self::Off,
            patience => patience,
        }
    }

    /// Returns whether to keep the weights of the last evaluation. `sees_copies` says whether their
    /// samples are copies.
    pub(super) fn keeps(
        self,
        losses: &ValidationLosses,
        sees_copies: impl FnOnce() -> bool,
    ) -> bool {
        let last = losses.points.last().map_or(f32::NAN, |&(_, loss)| loss);
        let before = losses.points.iter().rev().skip(1).map(|&(_, loss)| loss);
        let least = before.fold(f32::INFINITY, f32::min);
        match self {
            Self::Automatic if last > (1.0 + WATCHED_RISE) * least => !sees_copies(),
            Self::Evaluations(_) => last < least,
            _ => true,
        }
    }

    /// Returns the evaluations in a row without weights to keep after which a training ends.
    pub(super) fn evaluations(self) -> u32 {
        match self {
            Self::Automatic => PATIENCE,
            Self::Evaluations(evaluations) => evaluations,
            Self::Off => u32::MAX,
        }
    }
}

impl From<u32> for Patience {
    fn from(evaluations: u32) -> Self {
        Self::Evaluations(evaluations)
    }
}

impl fmt::Display for Patience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Automatic => f.write_str("auto"),
            Self::Evaluations(evaluations) => write!(f, "{evaluations}"),
            Self::Off => f.write_str("off"),
        }
    }
}

impl FromStr for Patience {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse()) {
            ("auto", _) => Ok(Self::Automatic),
            ("off", _) => Ok(Self::Off),
            (_, Ok(evaluations @ 1..)) => Ok(Self::Evaluations(evaluations)),
            _ => Err("choose auto, off, or a number of evaluations above 0"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(losses: &[f32]) -> ValidationLosses {
        ValidationLosses {
            points: (1..).zip(losses.iter().copied()).collect(),
            keeps_best: true,
        }
    }

    #[test]
    fn weights_are_kept_until_the_loss_rises_or_samples_are_copies() {
        let keeps = |all: &[f32], copies| Patience::Automatic.keeps(&losses(all), || copies);
        assert!(keeps(&[1.0], true));
        assert!(keeps(&[1.0, 0.8, 0.803], true));
        assert!(keeps(&[1.0, 0.8, 0.86], false));
        assert!(!keeps(&[1.0, 0.8, 0.86], true));
        let keeps = |patience: Patience, all: &[f32]| patience.keeps(&losses(all), || true);
        assert!(keeps(Patience::Off, &[1.0, 9.0]));
        assert!(keeps(Patience::from(3), &[1.0, 0.9]));
        assert!(!keeps(Patience::from(3), &[1.0, 1.0]));
    }

    #[test]
    fn few_rows_are_trained_to_the_end() {
        assert_eq!(Patience::Automatic.for_rows(20, 9), Patience::Off);
        assert_eq!(Patience::Automatic.for_rows(20, 10), Patience::Automatic);
        assert_eq!(Patience::from(2).for_rows(2, 1), Patience::from(2));
    }

    #[test]
    fn names_are_read_and_written() {
        for text in ["auto", "off", "5"] {
            assert_eq!(
                text.parse::<Patience>().map(|p| p.to_string()),
                Ok(text.to_owned())
            );
        }
        assert!("0".parse::<Patience>().is_err() && "-1".parse::<Patience>().is_err());
    }
}
