//! The option `--anomalies` of `eval` and `report`: how well scores tell anomalies from normal rows.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::Failure;
use super::comparison::ComparisonArgs;
use super::data_args::input_name;
use super::rows_args::Opened;
use crate::text::grouped;
use flowlet_trainer::data::split::Split;
use flowlet_trainer::score::{AnomalyEvaluation, LEVEL, Ranking};

/// Anomalies to compare with the real rows.
#[derive(Args, Clone, Debug)]
pub struct AnomalyArgs {
    /// Compare the scores of these rows, which are anomalies, with those of the real rows, which
    /// are normal, and with other detectors: a file or a folder with the columns of the model.
    #[arg(long, value_name = "BAD")]
    pub anomalies: Option<PathBuf>,
}

/// An evaluation, and the rows that it is about.
#[derive(Clone, Debug, Serialize)]
pub struct NamedEvaluation {
    /// Names of the data.
    pub normal_data: String,
    /// Name of the anomalies' data.
    pub anomaly_data: String,
    /// Numbers of normal rows and of anomalies.
    pub rows: [usize; 2],
    /// Whether the normal rows are those kept from the training, which calibrate the model.
    pub is_validation: bool,
    /// The rankings.
    #[serde(flatten)]
    pub evaluation: AnomalyEvaluation,
}

impl AnomalyArgs {
    /// Evaluates the scores of the rows that were opened. Detectors are fitted to the training rows,
    /// or to half of the rows if the model was trained on others.
    pub(super) fn evaluate(
        &self,
        path: &Path,
        comparison: &ComparisonArgs,
        opened: &Opened,
    ) -> Result<NamedEvaluation, Failure> {
        let model = opened.model()?;
        let paths = [path.to_owned()];
        let anomalies = comparison.rows.read_unlabelled(&paths, &model)?;
        let (split, is_validation) = match &opened.split {
            Some(split) => (split.clone(), true),
            None => (Split::new(&opened.table, 0.5, comparison.seed)?, false),
        };
        let [known, normal] = split.tables(&opened.table);
        let seed = comparison.seed;
        let mut evaluation = AnomalyEvaluation::new(&model, &known, &normal, &anomalies, seed)?;
        if is_validation {
            // Its own rows have the nominal share of alarms.
            evaluation.model.false_alarms = None;
        }
        Ok(NamedEvaluation {
            normal_data: opened.data().to_owned(),
            anomaly_data: input_name(&paths),
            rows: [normal.values.nrows(), anomalies.values.nrows()],
            is_validation,
            evaluation,
        })
    }
}

impl NamedEvaluation {
    /// Returns the rankings with the names of the methods, that of the model first.
    pub(crate) fn rankings(&self) -> Vec<(String, Ranking)> {
        let detectors = self.evaluation.detectors.iter();
        let detectors = detectors.map(|(kind, ranking)| (kind.to_string(), *ranking));
        let own = ("score of the model".to_owned(), self.evaluation.model);
        std::iter::once(own).chain(detectors).collect()
    }

    /// Returns a sentence about the rows.
    pub(crate) fn sentence(&self) -> String {
        let [normal, anomalies] = self.rows.map(grouped);
        let kept = if self.is_validation {
            "validation "
        } else {
            ""
        };
        format!(
            "{anomalies} anomalies of {} against {normal} normal {kept}rows of {}",
            self.anomaly_data, self.normal_data
        )
    }

    /// Returns a table for a terminal.
    pub(super) fn text(&self) -> String {
        let level = format!("false alarms at {:.0} %", 100.0 * LEVEL);
        let mut text = format!("{}\n\n", self.sentence());
        text += &format!("{:<24}  AUROC  average precision  {level}\n", "");
        for (name, ranking) in self.rankings() {
            let alarms = ranking
                .false_alarms
                .map(|share| format!("{:.1} %", 100.0 * share));
            text += &format!(
                "{name:<24}  {:.3}  {:>17.3}  {:>19}\n",
                ranking.auroc,
                ranking.average_precision,
                alarms.unwrap_or_else(|| "–".to_owned())
            );
        }
        if self.is_validation {
            text += "\nThe validation rows calibrate the model, so their share of false alarms says \
                     nothing. Other normal rows tell it.\n";
        }
        text
    }
}
