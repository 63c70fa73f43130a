//! `flowlet eval`: the quality card of a model and real rows.

use clap::Args;

use super::comparison::ComparisonArgs;
use super::{Failure, hint, print};
use flowlet_trainer::Card;
use flowlet_trainer::evaluate::evaluate;

/// Compare a model's samples with real rows.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet eval digits.flow digits.csv --label label --steps 4

If the data are those of the training, only the validation rows are used.")]
pub struct EvalArgs {
    /// The model and the rows.
    #[command(flatten)]
    pub comparison: ComparisonArgs,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

impl EvalArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let ComparisonArgs { steps, seed, .. } = self.comparison;
        let opened = self.comparison.open()?;
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
