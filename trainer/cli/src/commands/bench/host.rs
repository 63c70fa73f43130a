//! How fast this machine samples: the runtime is also what judges models, thousands of samples
//! at a time.

use std::time::{Duration, Instant};

use super::Failure;
use crate::commands::model_file::ModelFile;
use crate::commands::readme::checkout;
use flowlet_trainer::generate::{Request, generate};

const TIME: Duration = Duration::from_secs(1);

/// Multiply-accumulates a second of sampling digits on one core, everything included.
pub(super) fn multiply_accumulates_a_second() -> Result<f64, Failure> {
    let file = ModelFile::read(&checkout().join("firmware-examples/models/digits.flow"))?;
    let model = file.model()?;
    let request = Request {
        count: 100,
        ..Request::default()
    };
    let (start, mut samples) = (Instant::now(), 0);
    while start.elapsed() < TIME {
        samples += generate(&model, &request)?.values.nrows();
    }
    let a_sample = f64::from(model.multiply_accumulates()) * f64::from(model.steps());
    Ok(samples as f64 * a_sample / start.elapsed().as_secs_f64())
}
