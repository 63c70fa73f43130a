//! Options that say how a model is sampled, shared by the commands that draw.

use clap::Args;
use flowlet::{Guidance, Model, Solver};
use flowlet_trainer::generate::Request;

use super::model_file::class_of;
use super::{Failure, values};

/// Most values that are drawn at once, which take about 3 GB with the text of their file.
const MAX_VALUES: usize = 1 << 27;

/// Refuses a `count` of draws that does not fit in memory, if each has so many values.
pub(super) fn check_count(option: &str, count: u32, values: usize) -> Result<(), Failure> {
    let most = (MAX_VALUES / values.max(1)).max(1);
    match count as usize <= most {
        true => Ok(()),
        false => Err(Failure::Input(format!(
            "{option} {count}: so many draws do not fit in memory; take at most {most} at once"
        ))),
    }
}

/// Options that say how a model is sampled.
#[derive(Args, Clone, Debug)]
pub struct SamplingArgs {
    /// Draw only this class. [default: classes in the training proportions]
    #[arg(long, value_name = "NAME")]
    pub class: Option<String>,
    /// Take this many uniform solver steps per sample, 1 to 256. [default: the model's time grid]
    #[arg(long, value_name = "K", value_parser = values::steps, allow_negative_numbers = true)]
    pub steps: Option<u16>,
    /// Set the solver: euler, exponential (exact for the drift), midpoint or heun (two evaluations
    /// per step). [default: the model's solver]
    #[arg(long, value_name = "NAME", value_parser = values::solver)]
    pub solver: Option<Solver>,
    /// Set the strength of classifier-free guidance, 0 to below 8. 1 has no effect; larger values
    /// give samples that are more typical of the class. Needs a model trained with --label-dropout.
    /// [default: off]
    #[arg(long, value_name = "W", value_parser = values::guidance, allow_negative_numbers = true)]
    pub guidance: Option<Guidance>,
    /// Set the random seed. A device with the same seed draws the same samples.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub seed: u64,
}

impl SamplingArgs {
    /// Returns a request of no samples with these options.
    pub(super) fn request<'a>(&self, model: &Model<'_>) -> Result<Request<'a>, Failure> {
        let class = self.class.as_deref();
        Ok(Request {
            class: class.map(|name| class_of(model, name)).transpose()?,
            steps: self.steps,
            solver: self.solver,
            guidance: self.guidance,
            seed: self.seed,
            ..Request::default()
        })
    }
}
