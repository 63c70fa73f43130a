//! The arguments of `eval`, `report` and `plot`: a model, real rows, and how to sample the model.

use clap::Args;
use flowlet::Model;

use super::rows_args::{Opened, RowsArgs};
use super::{Failure, values};
use crate::report::stats::losses::{self, PhaseLosses};
use crate::report::stats::{Comparison, FloatNetwork, Sampling};
use flowlet_trainer::FloatModel;
use flowlet_trainer::device_columns::transform;
use flowlet_trainer::evaluate::Reference;
use flowlet_trainer::findings::{Finding, RealRows, overtraining, sort};

/// A model and the real rows that its samples are compared with.
#[derive(Args, Clone, Debug)]
pub struct ComparisonArgs {
    /// The model and the rows.
    #[command(flatten)]
    pub rows: RowsArgs,
    /// Take this many uniform solver steps per sample, 1 to 256. [default: the model's time grid]
    #[arg(long, value_name = "K", value_parser = values::steps, allow_negative_numbers = true)]
    pub steps: Option<u16>,
    /// Random seed.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub seed: u64,
}

impl ComparisonArgs {
    /// Generates rows and compares them with the real rows.
    pub(super) fn comparison<'o>(&self, opened: &'o Opened) -> Result<Comparison<'o>, Failure> {
        let model = opened.model()?;
        let reference = self.reference(&model, opened)?;
        let split = opened.split.as_ref();
        Ok(Comparison::new(
            model,
            &opened.table,
            split,
            reference,
            self.float(&model),
            Sampling {
                steps: self.steps,
                seed: self.seed,
            },
        )?)
    }

    /// Returns the rows that samples are compared with: the validation rows of the training, if the
    /// data are those of the training, and otherwise all rows in two halves.
    pub(super) fn reference(
        &self,
        model: &Model<'_>,
        opened: &Opened,
    ) -> Result<Reference, Failure> {
        let (transform, table) = (transform(model), &opened.table);
        let reference = match &opened.split {
            Some(split) => {
                let [training, validation] = split.tables(table);
                Reference::new(transform, &training, &validation, self.seed)
            }
            None => Reference::halves(transform, table, self.seed)?,
        };
        Ok(reference.named(opened.data().to_owned()))
    }

    /// Returns what the samples and the training are found to be, with advice.
    pub(super) fn findings(
        &self,
        model: &Model<'_>,
        opened: &Opened,
        float: Option<&FloatModel>,
    ) -> Result<Vec<Finding>, Failure> {
        let (transform, table) = (transform(model), &opened.table);
        let real = match &opened.split {
            Some(split) => {
                let [training, validation] = split.tables(table);
                let numbers = Some(split.training.as_slice());
                RealRows::new(transform, &training, &validation, numbers, self.seed)
            }
            None => RealRows::halves(transform, table, self.seed)?,
        };
        let mut findings = real.examine(model, self.steps, self.seed)?;
        findings.extend(float.and_then(|float| overtraining(&float.losses)));
        sort(&mut findings);
        Ok(findings)
    }

    /// Returns the losses of the run, or why they are missing.
    pub(super) fn losses(&self) -> Result<Vec<PhaseLosses>, String> {
        let (path, bytes) = self.rows.read_run("losses.csv")?;
        let text = String::from_utf8(bytes).map_err(|error| error.to_string());
        let phases = text.and_then(|text| losses::parse(&text));
        phases.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Returns the float network of the run, or why it is missing.
    pub(super) fn float(&self, model: &Model<'_>) -> FloatNetwork {
        let network = self.rows.read_run("network").and_then(|(path, bytes)| {
            let trained = FloatModel::from_bytes(&bytes);
            let trained = trained
                .ok_or_else(|| format!("{} is not a network of this version", path.display()))?;
            match trained.is_source_of(model) {
                true => Ok(trained),
                false => Err(format!("{} belongs to another model", path.display())),
            }
        });
        match network {
            Ok(trained) => FloatNetwork::Available(Box::new(trained)),
            Err(why) => FloatNetwork::Missing(why),
        }
    }
}
