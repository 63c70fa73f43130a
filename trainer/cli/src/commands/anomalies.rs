//! The option `--anomalies` of `eval` and `report`.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use super::comparison::ComparisonArgs;
use super::data_args::input_name;
use super::rows_args::Opened;
use crate::report::stats::anomalies::{Anomalies, Named};
use flowlet_trainer::score::LEVEL;

/// Anomalies to compare with the real rows.
#[derive(Args, Clone, Debug)]
pub struct AnomalyArgs {
    /// Compare the scores of these rows, which are anomalies, with those of the real rows, which
    /// are normal, and with other detectors: a file or a folder with the columns of the model.
    #[arg(long, value_name = "BAD")]
    pub anomalies: Option<PathBuf>,
}

impl AnomalyArgs {
    /// Scores the rows that were opened and the anomalies, if there are any.
    pub(super) fn evaluate(
        &self,
        comparison: &ComparisonArgs,
        opened: &Opened,
    ) -> Result<Option<Anomalies>, Failure> {
        let Some(path) = &self.anomalies else {
            return Ok(None);
        };
        let model = opened.model()?;
        let paths = std::slice::from_ref(path);
        let anomalies = comparison.rows.read_unlabelled(paths, &model)?;
        let normal = Named {
            table: &opened.table,
            name: opened.data(),
        };
        let anomalies = Named {
            table: &anomalies,
            name: &input_name(paths),
        };
        let split = opened.split.as_ref();
        let found = Anomalies::new(&model, normal, split, anomalies, comparison.seed)?;
        Ok(Some(found))
    }
}

/// Returns a table for a terminal.
pub(super) fn text(found: &Anomalies) -> String {
    let level = format!("false alarms at {:.0} %", 100.0 * LEVEL);
    let mut text = format!("{}\n\n", found.sentence());
    text += &format!("{:<24}  AUROC  average precision  {level}\n", "");
    for [name, auroc, precision, alarms] in found.cells() {
        text += &format!("{name:<24}  {auroc}  {precision:>17}  {alarms:>19}\n");
    }
    if let Some(caution) = found.caution() {
        text += &format!("\n{caution}\n");
    }
    text
}
