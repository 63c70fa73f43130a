//! Settings of a fit, with every choice made.

use std::fmt;

use flowlet::Solver;
use serde::{Deserialize, Serialize};

use crate::data::Table;
use crate::data::latent_rank::LatentRank;
use crate::data::schema::Schema;
use crate::defaults;
use crate::masks::Masks;
use crate::query::Query;
use crate::train::TrainConfig;

/// Number of parts into which the rows of a small table are divided to calibrate scores.
pub(super) const FOLDS: u32 = 5;

/// Settings of a fit.
#[derive(Clone, Debug)]
pub(crate) struct FitConfig {
    /// The training.
    pub train: TrainConfig,
    /// Solver steps that the model is calibrated and evaluated with, 1..=256.
    pub steps: u16,
    /// Whether the fewest steps that are nearly as good as many replace these after the training.
    pub chooses_steps: bool,
    /// Solver that the model is calibrated and evaluated with.
    pub solver: Solver,
    /// Whether the better solver for rows that are filled in replaces it after the training.
    pub chooses_solver: bool,
    /// Share of the rows kept for validation, above 0 and below 1.
    pub validation: f64,
    /// Calibrate scores on the validation rows.
    pub calibrate: bool,
    /// Calibrate the scores of small tables on all rows, with further trainings.
    pub crosses: bool,
    /// Column types and limits that override those inferred from the data.
    pub schema: Schema,
    /// Whether the flow runs in principal components.
    pub latent: LatentRank,
    /// What may be known when rows are drawn.
    pub fill: FillConfig,
    /// Phases after the training.
    pub post_training: PostTraining,
    /// Optimiser steps after which each phase ends; 0 for all of them, as for phases beyond the
    /// end of the list.
    pub stop_after: Vec<usize>,
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            train: TrainConfig::default(),
            steps: defaults::STEPS,
            chooses_steps: false,
            solver: Solver::ExponentialEuler,
            chooses_solver: false,
            validation: defaults::VALIDATION,
            calibrate: false,
            crosses: false,
            schema: Schema::default(),
            latent: LatentRank::Auto,
            fill: FillConfig::default(),
            post_training: PostTraining::default(),
            stop_after: Vec::new(),
        }
    }
}

impl FitConfig {
    /// Returns the optimiser steps of each phase, unless the data or a time budget end it early.
    pub fn phase_steps(&self) -> Vec<usize> {
        let PostTraining { reflow, distil, .. } = self.post_training;
        let mut phases = vec![self.train.iterations; 1 + reflow as usize];
        phases.extend(distil.then(|| self.distillation_steps()));
        for (steps, &stop) in phases.iter_mut().zip(&self.stop_after) {
            if stop > 0 {
                *steps = stop.min(*steps);
            }
        }
        phases
    }

    /// Returns the optimiser steps of a distillation, half as many as those of the training.
    pub fn distillation_steps(&self) -> usize {
        self.train.iterations.div_ceil(2)
    }
}

/// What may be known when rows are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FillConfig {
    /// Any columns.
    pub any: bool,
    /// The known columns of declared queries.
    pub queries: Vec<Query>,
    /// Names of the condition columns; empty without any.
    pub conditions: Vec<String>,
}

impl FillConfig {
    /// Returns whether anything may be known.
    pub fn is_used(&self) -> bool {
        self.is_masked() || !self.conditions.is_empty()
    }

    /// Returns whether the network has masks.
    pub fn is_masked(&self) -> bool {
        self.any || !self.queries.is_empty()
    }

    /// Returns the masks that the network is trained with, if it has any.
    pub fn masks(&self, table: &Table) -> Option<Masks> {
        let known = self.queries.iter().map(|query| query.known.clone());
        self.is_masked().then(|| Masks::new(table, known.collect()))
    }
}

/// Phases after the training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PostTraining {
    /// Rounds of reflow, each with as many optimiser steps as the training.
    pub reflow: u32,
    /// Search a time grid. Otherwise the solver steps are uniform.
    pub time_grid: bool,
    /// Distil to the solver steps, with half as many optimiser steps as the training.
    pub distil: bool,
    /// Refit the columns to samples of the quantised model.
    pub recalibrate: bool,
}

impl Default for PostTraining {
    /// A time grid and recalibration, which take a second or two.
    fn default() -> Self {
        Self {
            reflow: 0,
            time_grid: true,
            distil: false,
            recalibrate: true,
        }
    }
}

impl PostTraining {
    /// Number of phases before `phase`.
    pub fn phases_before(&self, phase: Phase) -> usize {
        match phase {
            Phase::Training => 0,
            Phase::Reflow(round) => round as usize,
            Phase::Distillation => 1 + self.reflow as usize,
        }
    }

    /// Optimiser steps up to the end of `phase`, in units of the training's steps.
    pub fn trainings_until(&self, phase: Phase) -> f64 {
        match phase {
            Phase::Training => 1.0,
            Phase::Reflow(round) => 1.0 + f64::from(round),
            Phase::Distillation => {
                let distillation = if self.distil { 0.5 } else { 0.0 };
                1.0 + f64::from(self.reflow) + distillation
            }
        }
    }
}

/// Returns the name of a phase of a fit, or of a model that calibrates scores.
pub(super) fn stage(fold: Option<u32>, phase: Phase) -> String {
    match fold {
        Some(fold) => format!("{phase} for calibration {fold}/{FOLDS}"),
        None => phase.to_string(),
    }
}

/// A part of a fit that takes optimiser steps.
///
/// ```
/// use flowlet_trainer::Phase;
///
/// assert!(Phase::Training < Phase::Reflow(1));
/// assert_eq!(Phase::Distillation.to_string(), "distillation");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub enum Phase {
    /// Training on the data.
    Training,
    /// A round of reflow, counted from 1.
    Reflow(u32),
    /// Distillation to few solver steps.
    Distillation,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Training => f.write_str("training"),
            Self::Reflow(round) => write!(f, "reflow {round}"),
            Self::Distillation => f.write_str("distillation"),
        }
    }
}
