//! Reflow: training again on the pairs of noise and sample that the network itself makes, whose paths no longer cross
//! (Liu and others 2022, *Flow Straight and Fast*, arXiv:2209.03003, section 2.2). Straight paths are exact in Euler's
//! step; the exponential one follows the curved paths of noise and data that are independent.

use super::Starts;
use crate::train::{Dataset, FloatModel, RunObserver, RunState, TrainConfig, TrainError, train_on};

/// Share of the training's learning rate: the network has its shape already.
const RATE: f32 = 0.5;

/// One round of reflow on the pairs that `starts` make, from its beginning or from a `state` of it.
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
    // A network that diverged was refused before.
    let data = data.expect("finite samples").coupled(starts.noise);
    let config = TrainConfig {
        coupling: crate::coupling::Coupling::Independent,
        path: crate::path::Path::Linear,
        label_dropout: 0.0,
        augment: 0.0,
        learning_rate: RATE * config.learning_rate,
        ..config.clone()
    };
    train_on(trained, &data, &config, state, observer)
}
