//! Settings of a training run.

use super::task::CHUNKS;
use super::{Patience, TimeDensity, TrainError};
use crate::coupling::Coupling;
use crate::defaults;
use crate::network::Conditioning;
use crate::path::Path;

/// Most rows per optimiser step, for which there is memory.
const MAX_BATCH: usize = 1 << 16;

/// Settings of a training run. The defaults suit tables of up to about 64 columns and a model of
/// 30 KB, and take seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainConfig {
    /// Widths of the hidden layers, first to last.
    pub hidden: Vec<usize>,
    /// Hidden layers that see time and class.
    pub conditioning: Conditioning,
    /// Whether each class has a Gaussian drift of its own. Without classes there is one drift.
    pub per_class_drift: bool,
    /// Largest share of the variances that the drift takes, above 0 and at most 1.
    pub max_drift_share: f32,
    /// Share of the rows shown without their label, so that the network also learns the velocity of
    /// all data (Ho and Salimans, *Classifier-Free Diffusion Guidance*, arXiv 2207.12598, section
    /// 3.2).
    pub label_dropout: f32,
    /// Interpolant between noise and data.
    pub path: Path,
    /// Pairing of noise and rows.
    pub coupling: Coupling,
    /// Density of the times.
    pub time_density: TimeDensity,
    /// Standard deviation of the noise added to a row each time it is drawn, in standard deviations
    /// of the data. It reduces memorisation if there are few rows.
    pub augment: f32,
    /// When the training ends early, and which weights it keeps.
    pub patience: Patience,
    /// Whether the second half trains with weights rounded as on the device.
    pub quantisation_aware: bool,
    /// Optimiser steps.
    pub iterations: usize,
    /// Rows per optimiser step, 4 to 65536.
    pub batch: usize,
    /// Random seed, the only source of randomness.
    pub seed: u64,
    /// Peak learning rate.
    pub learning_rate: f32,
    /// Decoupled weight decay of the weights. Biases have none.
    pub weight_decay: f32,
    /// Decay of the moving average of the weights, 0 to below 1. 0 turns it off.
    pub ema: f32,
    /// Largest Euclidean norm of the gradient.
    pub clip: f32,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            hidden: defaults::HIDDEN.to_vec(),
            conditioning: Conditioning::First,
            per_class_drift: true,
            max_drift_share: 1.0,
            label_dropout: 0.0,
            path: Path::Linear,
            coupling: Coupling::Independent,
            time_density: TimeDensity::Uniform,
            augment: 0.0,
            patience: Patience::Automatic,
            quantisation_aware: true,
            iterations: defaults::ITERATIONS,
            batch: defaults::BATCH,
            seed: 0,
            learning_rate: defaults::LEARNING_RATE,
            weight_decay: 0.01,
            ema: defaults::EMA,
            clip: 1.0,
        }
    }
}

impl TrainConfig {
    /// Checks that every setting is in range.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        let positive = |v: f32| v > 0.0 && v.is_finite();
        let rules: [(bool, &'static str); 12] = [
            (
                !self.hidden.is_empty() && !self.hidden.contains(&0),
                "the network has no hidden layer, or one without units; give every layer at least 1",
            ),
            (
                self.iterations > 0,
                "there are no optimiser steps; take at least 1",
            ),
            (
                self.max_drift_share > 0.0 && self.max_drift_share <= 1.0,
                "the largest share of the drift is out of range; choose above 0 to 1",
            ),
            (
                (CHUNKS..=MAX_BATCH).contains(&self.batch),
                "the batch is out of range; take 4 to 65536 rows",
            ),
            (
                positive(self.learning_rate),
                "the learning rate is not above 0; choose a number such as 0.005",
            ),
            (
                self.weight_decay == 0.0 || positive(self.weight_decay),
                "the weight decay is below 0; choose 0 or more",
            ),
            (
                (0.0..1.0).contains(&self.ema),
                "the decay of the weights' average is out of range; choose 0 to below 1",
            ),
            (
                (0.0..1.0).contains(&self.label_dropout),
                "the label dropout is out of range; choose 0 to below 1",
            ),
            (
                (0.0..=1.0).contains(&self.augment),
                "the noise added to rows is out of range; choose 0 to 1 standard deviation",
            ),
            (
                positive(self.clip),
                "the gradient limit is not above 0; choose a number such as 1",
            ),
            (
                self.path.is_valid() && self.coupling.is_valid(),
                "the width of the path or of the coupling is out of range; choose 0.01 to 8",
            ),
            (
                self.time_density.is_valid(),
                "the scale of the time density is out of range; choose 0.1 to 4",
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, what)) => Err(TrainError::Setting(what)),
            None => Ok(()),
        }
    }
}
