//! `flowlet eval`: the quality card of a model and real rows.

use clap::Args;

use super::anomalies::AnomalyArgs;
use super::comparison::ComparisonArgs;
use super::{Failure, hint, print};
use flowlet_trainer::Card;
use flowlet_trainer::evaluate::evaluate;

/// Compare a model's samples with real rows.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet eval digits.flow digits.csv --label label --steps 4
  flowlet eval beats.flow beats.csv --anomalies bad.csv

If the data are those of the training, only the validation rows are used.")]
pub struct EvalArgs {
    /// The model and the rows.
    #[command(flatten)]
    pub comparison: ComparisonArgs,
    /// Anomalies, whose scores are compared in place of samples.
    #[command(flatten)]
    pub anomalies: AnomalyArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

impl EvalArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let ComparisonArgs { steps, seed, .. } = self.comparison;
        let opened = self.comparison.rows.open()?;
        if let Some(path) = &self.anomalies.anomalies {
            let found = self.anomalies.evaluate(path, &self.comparison, &opened)?;
            return match self.json {
                true => print::json(&found, false),
                false => print::text(&found.text(), false),
            };
        }
        let model = opened.model()?;
        let (reference, float) = (
            self.comparison.reference(&model, &opened)?,
            self.comparison.float(&model),
        );
        let evaluation = evaluate(&model, float.network(), &reference, steps, seed)?;
        let findings = self.comparison.findings(&model, &opened, float.network())?;
        let mut card = Card::new(opened.bytes(), &evaluation, findings)?;
        card.findings = hint::advised(card.findings);
        print::card(&card, self.json, false)
    }
}
