//! Settings that a training does not have.

use flowlet::Solver;
use flowlet::format::{MAX_HIDDEN, MAX_STEPS, MAX_WIDTH};

use crate::coupling::Coupling;
use crate::data::latent_rank::LatentRank;
use crate::error::Error;
use crate::fit::FitConfig;

/// Checks a number of solver steps.
pub(super) fn check_steps(steps: u16) -> Result<(), Error> {
    match (1..=MAX_STEPS).contains(&steps) {
        true => Ok(()),
        false => Err(setting("the number of solver steps", steps, "1 to 256")),
    }
}

/// Checks the settings that the training itself does not check.
pub(super) fn check_settings(config: &FitConfig) -> Result<(), Error> {
    check_steps(config.steps)?;
    let share = config.validation;
    if !(share > 0.0 && share < 1.0) {
        let what = "the share of validation rows";
        return Err(setting(what, share, "a share above 0 and below 1"));
    }
    let hidden = &config.train.hidden;
    if hidden.len() > MAX_HIDDEN {
        return Err(setting(
            "the number of hidden layers",
            hidden.len(),
            "1 to 8",
        ));
    }
    if let Some(&width) = hidden.iter().find(|&&width| width > MAX_WIDTH.into()) {
        return Err(setting("the width of a hidden layer", width, "1 to 1024"));
    }
    let solver = config.solver;
    if config.fill.is_masked() && !config.fill.conditions.is_empty() {
        return Err(Error::Conditions);
    }
    if config.calibrate && !config.fill.conditions.is_empty() {
        return Err(Error::ScoredConditions);
    }
    if config.fill.is_used() {
        let free = config.train.coupling != Coupling::Independent;
        if free || config.post_training.reflow > 0 || config.latent != LatentRank::Off {
            return Err(Error::Known);
        }
    }
    if matches!(config.latent, LatentRank::PerClass(_)) && config.train.label_dropout > 0.0 {
        return Err(Error::LatentOfClasses);
    }
    if config.post_training.distil && matches!(solver, Solver::Midpoint | Solver::Heun) {
        return Err(Error::Distil { solver });
    }
    Ok(config.train.check()?)
}

fn setting(setting: &'static str, value: impl ToString, allowed: &'static str) -> Error {
    Error::Setting {
        setting,
        value: value.to_string(),
        allowed,
    }
}
