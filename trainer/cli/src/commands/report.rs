//! `flowlet report`: a page that compares a model with real rows.

use std::path::PathBuf;

use clap::Args;
use flowlet::Model;

use super::anomalies::AnomalyArgs;
use super::comparison::ComparisonArgs;
use super::data_args::input_name;
use super::progress::StageBar;
use super::rows_args::Opened;
use super::{Failure, hint, output};
use crate::report::html::Report;
use crate::report::stats::columns::columns;
use crate::report::stats::cost::costs;
use crate::report::stats::nearest::Nearest;
use crate::report::stats::steps::StepDistances;
use flowlet_trainer::Card;
use flowlet_trainer::evaluate::evaluate;
use flowlet_trainer::fill::{FillExample, examples};

/// Rows of each query that are drawn.
const FILLED_ROWS: usize = 2;

/// Write a page that compares a model with real rows: plots, checks, costs.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet report beats.flow beats.csv -o beats.html
  flowlet report digits.flow digits.csv --label label --steps 4 -o digits.html

The page is one file and needs no network. Use the rows that the model was
trained on, because the report searches them for memorised rows. It judges by
the validation rows among them. `flowlet plot` writes single plots.")]
pub struct ReportArgs {
    /// The model and the rows.
    #[command(flatten)]
    pub comparison: ComparisonArgs,
    /// Anomalies, which get a section of their own.
    #[command(flatten)]
    pub anomalies: AnomalyArgs,
    /// Write the page to this file; `-` is standard output.
    #[arg(short, long, value_name = "REPORT.html")]
    pub output: PathBuf,
}

impl ReportArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut read = self.comparison.rows.files();
        read.extend(self.anomalies.anomalies.as_deref());
        output::check_writable(&self.output, &read)?;
        let bar = StageBar::new(6);
        bar.begin("reading");
        let opened = self.comparison.rows.open()?;
        bar.begin("sampling");
        let comparison = self.comparison.comparison(&opened)?;
        bar.begin("scoring");
        let evaluation = evaluate(
            &comparison.model,
            comparison.float.network(),
            &comparison.reference,
            comparison.sampling.steps,
            comparison.sampling.seed,
        )?;
        bar.begin("sampling in 1 to 16 steps");
        let steps = StepDistances::of(&comparison);
        bar.begin("searching for memorised rows");
        let nearest = Nearest::of(&comparison);
        bar.begin("drawing");
        let (model, float) = (&comparison.model, comparison.float.network());
        let findings = self.comparison.findings(model, &opened, float)?;
        let mut card = Card::new(opened.bytes(), &evaluation, findings)?;
        card.findings = hint::advised(card.findings);
        let report = Report {
            model: input_name(std::slice::from_ref(&self.comparison.rows.model)),
            data: opened.data().to_owned(),
            columns: columns(&comparison, &card.findings),
            card,
            losses: self.comparison.losses(),
            costs: costs(
                &comparison.model,
                comparison.file_bytes(),
                comparison.steps(),
            ),
            steps,
            nearest,
            fill: self.fill(model, &opened)?,
            anomalies: self.anomalies.evaluate(&self.comparison, &opened)?,
            comparison,
        };
        Ok(output::write(&self.output, &report.html())?)
    }

    /// Returns rows that are filled in, if the model does so.
    fn fill(&self, model: &Model<'_>, opened: &Opened) -> Result<Vec<FillExample>, Failure> {
        if !matches!(model.fill(), Ok(Some(_))) {
            return Ok(Vec::new());
        }
        let seed = self.comparison.seed;
        let [training, test] = opened.sides(seed)?;
        let found = examples(model, &training, &test, FILLED_ROWS, seed);
        found.map_err(|error| Failure::Input(format!("{}: {error}", opened.data())))
    }
}
