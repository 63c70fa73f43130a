//! Reflow: training on the network's own pairs of noise and sample, whose paths do not cross (Liu
//! and others 2022, *Flow Straight and Fast*, arXiv:2209.03003, section 2.2). Euler's steps are
//! exact on straight paths. Exponential steps suit the curved paths of independent pairs.

use super::Starts;
use crate::coupling::Coupling;
use crate::path::Path;
use crate::train::{Dataset, FloatModel, RunObserver, RunState, TrainConfig, TrainError, train_on};

/// Learning rate relative to the training, lower because the network changes little.
const RATE: f32 = 0.5;

/// Runs one round of reflow on the pairs of `starts`, from the beginning or from a `state`.
///
/// # Errors
/// As for training.
pub fn reflow(
    trained: FloatModel,
    starts: Starts,
    config: &TrainConfig,
    state: Option<RunState>,
    observer: &mut dyn RunObserver,
) -> Result<FloatModel, TrainError> {
    let ends = starts.exact(&trained).mapv(|x| x.clamp(-8.0, 8.0));
    let classes = trained.net.shape().classes;
    let data = match starts.class {
        Some(class) => Dataset::labelled(ends, class, classes),
        None => Dataset::unlabelled(ends),
    };
    // Training keeps the weights within the device's limits.
    let data = data.expect("finite samples").coupled(starts.noise);
    let config = TrainConfig {
        coupling: Coupling::Independent,
        path: Path::Linear,
        label_dropout: 0.0,
        augment: 0.0,
        learning_rate: RATE * config.learning_rate,
        ..config.clone()
    };
    train_on(trained, &data, &config, state, observer)
}
