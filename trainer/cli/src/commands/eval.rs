//! `flowlet eval`: the quality card of a model and real rows.

use clap::Args;

use flowlet::Model;

use super::anomalies::{self, AnomalyArgs};
use super::comparison::ComparisonArgs;
use super::fill::refused;
use super::rows_args::Opened;
use super::{Failure, hint, print};
use flowlet_trainer::Card;
use flowlet_trainer::evaluate::evaluate;
use flowlet_trainer::fill::{self, FillScores, FillTask};

/// Compare a model's samples with real rows.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet eval digits.flow digits.csv --label label --steps 4
  flowlet eval beats.flow beats.csv --anomalies bad.csv
  flowlet eval room.flow room.csv --fill

If the data are those of the training, only the validation rows are used.")]
pub struct EvalArgs {
    /// The model and the rows.
    #[command(flatten)]
    pub comparison: ComparisonArgs,
    /// Anomalies, whose scores are compared in place of samples.
    #[command(flatten)]
    pub anomalies: AnomalyArgs,
    /// Fill in rows instead, and compare the draws with the real values: with the mean of a column,
    /// the ten nearest training rows and a Gaussian. The model was trained with --fill, --query
    /// or --condition.
    #[arg(long)]
    pub fill: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

impl EvalArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let ComparisonArgs { steps, seed, .. } = self.comparison;
        let opened = self.comparison.rows.open()?;
        if let Some(found) = self.anomalies.evaluate(&self.comparison, &opened)? {
            return match self.json {
                true => print::json(&found, false),
                false => print::text(&anomalies::text(&found), false),
            };
        }
        let model = opened.model()?;
        if self.fill {
            return self.fill(&model, &opened);
        }
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

    /// Fills in rows and prints the scores.
    fn fill(&self, model: &Model<'_>, opened: &Opened) -> Result<(), Failure> {
        let [training, test] = opened.sides(self.comparison.seed)?;
        let tasks = fill::evaluate(model, None, &training, &test, self.comparison.seed)
            .map_err(|error| refused(&self.comparison.rows.model, opened.data(), &error))?;
        match self.json {
            true => print::json(&tasks, false),
            false => print::text(&fill_table(&tasks), false),
        }
    }
}

/// Returns the scores of queries as two tables.
fn fill_table(tasks: &[FillTask]) -> String {
    let mut out = format!(
        "{:<16}{:>8}{:>8}{:>10}{:>9}{:>11}{:>12}\n",
        "CRPS", "draws", "mean", "Gaussian", "10-NN", "10-NN all", "coverage"
    );
    for task in tasks {
        let [mean, gaussian, flash, all] = baselines(task).map(|scores| scores.crps);
        out += &format!(
            "{:<16}{:>8.3}{mean:>8.3}{gaussian:>10.3}{flash:>9.3}{all:>11.3}{:>10.1} %\n",
            task.name,
            task.model.crps,
            100.0 * task.model.coverage
        );
    }
    out += &format!(
        "\n{:<16}{:>8}{:>8}{:>10}{:>9}{:>11}{:>12}\n",
        "RMSE", "draws", "mean", "Gaussian", "10-NN", "10-NN all", "prediction"
    );
    for task in tasks {
        let [mean, gaussian, flash, all] = baselines(task).map(|scores| scores.rmse);
        let predicted = task.predicted;
        let predicted = predicted.map_or("–".to_owned(), |of| format!("{:.3}", of.rmse));
        out += &format!(
            "{:<16}{:>8.3}{mean:>8.3}{gaussian:>10.3}{flash:>9.3}{all:>11.3}{predicted:>12}\n",
            task.name, task.model.rmse,
        );
    }
    out + "\nCRPS and RMSE are in standard deviations of the columns; less is better. RMSE is that of the mean\n\
           of the draws. Coverage is the share of real values within the 80 % intervals of the model. 10-NN\n\
           has as many training rows as fit in the bytes of the model, and 10-NN all has all of them. A\n\
           prediction takes one evaluation of the network.\n"
}

/// Returns the scores of the mean, the Gaussian, and the nearest rows: those that fit, and all.
fn baselines(task: &FillTask) -> [&FillScores; 4] {
    [
        &task.mean,
        &task.gaussian,
        &task.nearest_in_flash,
        &task.nearest,
    ]
}
