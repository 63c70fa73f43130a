//! What a training run is told.

use crate::coupling::Coupling;
use crate::network::Conditioning;
use crate::path::Path;

use super::task::CHUNKS;
use super::{TimeDensity, TrainError};

/// Settings of a training run. The defaults suit tables of up to some 64 columns and a model
/// of 30 KB; they take seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainConfig {
    /// Widths of the hidden layers, first to last.
    pub hidden: Vec<usize>,
    /// Which hidden layers see the time and the class.
    pub conditioning: Conditioning,
    /// One Gaussian drift per class instead of one for all rows; without classes it makes no difference.
    pub per_class_drift: bool,
    /// Share of the rows whose label is left out, so that the network learns the velocity of all data
    /// too (Ho and Salimans, *Classifier-Free Diffusion Guidance*, arXiv 2207.12598, section 3.2).
    pub label_dropout: f32,
    /// The interpolant between noise and data.
    pub path: Path,
    /// Which noise goes to which row.
    pub coupling: Coupling,
    /// Which times are looked at.
    pub times: TimeDensity,
    /// Standard deviation of the noise that is added to a row each time it is drawn, in standard deviations of the
    /// data: against copying, where data are few.
    pub augment: f32,
    /// Stop where the held-out loss has not fallen for so many of the 50 times that it is taken, and keep the weights of
    /// its least. Samples may get better for long after that: see `flowlet quality`.
    pub patience: Option<u32>,
    /// Train with the weights rounded to what the device holds: the float network is then the one that is quantised.
    pub quantisation_aware: bool,
    /// Optimiser steps.
    pub iterations: usize,
    /// Rows drawn for each step.
    pub batch: usize,
    /// The only source of randomness: the same seed gives the same weights.
    pub seed: u64,
    /// Peak learning rate of the schedule.
    pub learning_rate: f32,
    /// Decoupled weight decay of the weights; biases have none.
    pub weight_decay: f32,
    /// Decay of the moving average of the weights, below 1; 0 switches it off.
    pub ema: f32,
    /// Longest gradient, as a Euclidean norm over all parameters.
    pub clip: f32,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            hidden: vec![64; 3],
            conditioning: Conditioning::First,
            per_class_drift: true,
            label_dropout: 0.0,
            path: Path::Linear,
            coupling: Coupling::Independent,
            times: TimeDensity::Uniform,
            augment: 0.0,
            patience: None,
            quantisation_aware: true,
            iterations: 8000,
            batch: 256,
            seed: 0,
            learning_rate: 5e-3,
            weight_decay: 0.01,
            ema: 0.999,
            clip: 1.0,
        }
    }
}

impl TrainConfig {
    pub(super) fn check(&self) -> Result<(), TrainError> {
        let demand = |holds: bool, what| {
            if holds {
                Ok(())
            } else {
                Err(TrainError::Config(what))
            }
        };
        let positive = |v: f32| v > 0.0 && v.is_finite();
        demand(
            !self.hidden.is_empty() && !self.hidden.contains(&0),
            "a network needs at least one hidden layer, and every layer at least one neuron",
        )?;
        demand(
            self.iterations > 0,
            "the number of iterations must be at least 1",
        )?;
        demand(self.batch >= CHUNKS, "the batch must have at least 4 rows")?;
        demand(
            positive(self.learning_rate),
            "the learning rate must be above 0",
        )?;
        demand(
            self.weight_decay == 0.0 || positive(self.weight_decay),
            "the weight decay must be 0 or above",
        )?;
        demand(
            (0.0..1.0).contains(&self.ema),
            "the averaging decay must be from 0 to below 1",
        )?;
        demand(
            (0.0..1.0).contains(&self.label_dropout),
            "the label dropout must be from 0 to below 1",
        )?;
        demand(
            (0.0..=1.0).contains(&self.augment),
            "the augmenting noise must be from 0 to 1 standard deviation",
        )?;
        demand(positive(self.clip), "the gradient limit must be above 0")
    }
}
