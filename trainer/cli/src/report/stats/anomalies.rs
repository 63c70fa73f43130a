//! How well the scores of a model tell anomalies from normal rows.

use flowlet::Model;
use ndarray::Array2;
use serde::Serialize;

use crate::text::grouped;
use flowlet_trainer::data::layout::Layout;
use flowlet_trainer::data::split::Split;
use flowlet_trainer::device_columns::categories;
use flowlet_trainer::metrics::draw;
use flowlet_trainer::score::{AnomalyEvaluation, Detectors, RowScore};
use flowlet_trainer::{Error, Table};

/// Most rows to which detectors are fitted, and most normal rows that are compared. More take long,
/// because a method searches all of them for neighbours.
const MAX_ROWS: usize = 10_000;
/// Number of columns that are named for an anomaly.
const NAMED: usize = 3;

/// An evaluation, and the rows that it is about.
#[derive(Clone, Debug, Serialize)]
pub struct Anomalies {
    /// Name of the normal rows' data.
    pub normal_data: String,
    /// Name of the anomalies' data.
    pub anomaly_data: String,
    /// Number of normal rows that are compared.
    pub normal_rows: usize,
    /// Number of normal rows from which those were drawn.
    pub all_normal_rows: usize,
    /// Number of anomalies.
    pub anomaly_rows: usize,
    /// Whether the normal rows are those kept from the training, which calibrate the model.
    pub is_validation: bool,
    /// The rankings of the model and of the detectors.
    #[serde(flatten)]
    pub evaluation: AnomalyEvaluation,
    /// Normal rows and anomalies in physical units.
    #[serde(skip)]
    pub values: [Array2<f64>; 2],
    /// Names of the values.
    #[serde(skip)]
    pub columns: Vec<String>,
    /// How the columns belong together.
    #[serde(skip)]
    pub layout: Layout,
    /// The columns that contribute most to the score of each anomaly.
    #[serde(skip)]
    pub reasons: Vec<Vec<String>>,
}

/// A table and its name.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Rows with the columns of the model.
    pub table: &'a Table,
    /// Name of the data.
    pub name: &'a str,
}

impl Anomalies {
    /// Scores normal rows and anomalies. Detectors are fitted to the training rows of the split, or
    /// to half of the rows if the model was trained on others.
    ///
    /// # Errors
    /// [`Error`] if the rows cannot be divided or scored.
    pub fn new(
        model: &Model<'_>,
        normal: Named<'_>,
        split: Option<&Split>,
        anomalies: Named<'_>,
        seed: u64,
    ) -> Result<Self, Error> {
        let halves = match split {
            Some(split) => split.clone(),
            None => Split::new(normal.table, 0.5, seed)?,
        };
        let sides = halves.tables(normal.table);
        let all_normal_rows = sides[1].values.nrows();
        let [known, test] = sides.map(|side| {
            let rows = side.values.nrows();
            match rows > MAX_ROWS {
                true => side.select(&draw(rows, MAX_ROWS, seed)),
                false => side,
            }
        });
        let detectors = Detectors::fit(*model, &known, seed);
        let mut evaluation = AnomalyEvaluation::new(&detectors, &test, anomalies.table)?;
        if split.is_some() {
            // The rows that calibrate have the nominal share of alarms.
            evaluation.model.false_alarms = None;
        }
        let names = |score: &RowScore| {
            let largest = score.largest(anomalies.table, NAMED).into_iter();
            largest.map(|of| of.column).collect()
        };
        Ok(Self {
            normal_data: normal.name.to_owned(),
            anomaly_data: anomalies.name.to_owned(),
            normal_rows: test.values.nrows(),
            all_normal_rows,
            anomaly_rows: anomalies.table.values.nrows(),
            is_validation: split.is_some(),
            reasons: evaluation.scores[1].iter().map(names).collect(),
            layout: Layout::of(&test.columns, &categories(model)),
            columns: test.columns,
            values: [test.values, anomalies.table.values.clone()],
            evaluation,
        })
    }

    /// Returns the methods, that of the model first, and their AUROC, average precision and share
    /// of false alarms.
    #[must_use]
    pub fn cells(&self) -> Vec<[String; 4]> {
        let own = ("score of the model".to_owned(), self.evaluation.model);
        let detectors = self.evaluation.detectors.iter();
        let detectors = detectors.map(|(kind, ranking)| (kind.to_string(), *ranking));
        let cells = |(name, ranking): (String, flowlet_trainer::score::Ranking)| {
            let alarms = ranking.false_alarms;
            let alarms = alarms.map(|share| format!("{:.1} %", 100.0 * share));
            [
                name,
                format!("{:.3}", ranking.auroc),
                format!("{:.3}", ranking.average_precision),
                alarms.unwrap_or_else(|| "–".to_owned()),
            ]
        };
        std::iter::once(own).chain(detectors).map(cells).collect()
    }

    /// Returns a sentence about the rows.
    #[must_use]
    pub fn sentence(&self) -> String {
        let normal = self.normal_rows;
        let anomalies = match self.anomaly_rows {
            1 => "1 anomaly".to_owned(),
            more => format!("{} anomalies", grouped(more)),
        };
        let kept = if self.is_validation {
            "validation "
        } else {
            ""
        };
        let rows = match self.all_normal_rows {
            1 => format!("1 normal {kept}row"),
            all if all > normal => {
                format!("{} of {} normal {kept}rows", grouped(normal), grouped(all))
            }
            all => format!("{} normal {kept}rows", grouped(all)),
        };
        format!(
            "{anomalies} of {}, {rows} of {}",
            self.anomaly_data, self.normal_data
        )
    }

    /// Returns what the reader must know about the false alarms, if anything.
    #[must_use]
    pub fn caution(&self) -> Option<&'static str> {
        self.is_validation.then_some(
            "The validation rows calibrate the model, so their share of false alarms says nothing. \
             Use other normal rows to measure it.",
        )
    }

    /// Returns the scores of the normal rows and of the anomalies.
    #[must_use]
    pub fn scores(&self) -> [Vec<f64>; 2] {
        let values = |scores: &Vec<RowScore>| scores.iter().map(|score| score.value).collect();
        self.evaluation.scores.each_ref().map(values)
    }

    /// Returns the anomalies, most unusual first.
    #[must_use]
    pub fn worst(&self) -> Vec<usize> {
        let [_, scores] = self.scores();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        order
    }
}
