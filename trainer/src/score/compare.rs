//! How well a model's scores tell anomalies from normal rows, compared with common detectors.

use flowlet::Model;
use ndarray::{Array2, ArrayView2, Axis};
use serde::Serialize;

use super::rows::{RowScore, score};
use crate::baselines::budget;
use crate::data::Table;
use crate::detectors::{Detector, DetectorKind};
use crate::device_columns::transform;
use crate::error::Error;
use crate::metrics::draw;
use crate::metrics::ranking::{auroc, average_precision};

/// Nominal share of false alarms.
pub const LEVEL: f64 = 0.05;
/// Share of the known rows on which the thresholds of detectors are found.
const THRESHOLD_ROWS: f64 = 0.2;

/// How well scores rank anomalies above normal rows.
///
/// ```
/// let scores: [&[f64]; 2] = [&[1.0, 2.0], &[3.0]];
/// let ranking = flowlet_trainer::score::Ranking::new(scores[0], scores[1], Some(0.0));
/// assert_eq!(ranking.auroc, 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ranking {
    /// Area under the ROC curve.
    pub auroc: f64,
    /// Average precision.
    pub average_precision: f64,
    /// Share of normal rows with an alarm at the nominal level; `None` if the level has no
    /// threshold.
    pub false_alarms: Option<f64>,
}

impl Ranking {
    /// Ranks the scores of normal rows and of anomalies.
    ///
    /// # Panics
    /// If either set is empty.
    #[must_use]
    pub fn new(normal: &[f64], anomalies: &[f64], false_alarms: Option<f64>) -> Self {
        Self {
            auroc: auroc(normal, anomalies),
            average_precision: average_precision(normal, anomalies),
            false_alarms,
        }
    }
}

/// A model's scores of normal rows and of anomalies, compared with common detectors.
///
/// ```
/// use flowlet_trainer::score::AnomalyEvaluation;
/// use flowlet_trainer::{Table, Trainer};
///
/// let text: String = (0..60).map(|row| format!("{row},{}\n", row % 7)).collect();
/// let table = Table::parse_csv(format!("x,y\n{text}").as_bytes(), "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(20).calibrate(0.2).fit()?;
/// let [training, validation] = trained.split().tables(&table);
/// let bad = Table::parse_csv(b"x,y\n90,1\n-50,3\n", "bad.csv")?;
/// let evaluation = AnomalyEvaluation::new(&trained.model(), &training, &validation, &bad, 0)?;
/// assert_eq!(evaluation.detectors.len(), 6);
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct AnomalyEvaluation {
    /// Ranking by the model's score.
    pub model: Ranking,
    /// Ranking by each detector.
    pub detectors: Vec<(DetectorKind, Ranking)>,
    /// Scores of the normal rows and of the anomalies.
    #[serde(skip)]
    pub scores: [Vec<RowScore>; 2],
}

impl AnomalyEvaluation {
    /// Scores normal rows and anomalies, and compares the model with detectors that are fitted to
    /// `known` normal rows. All tables have the columns of the model. Without labels of a model
    /// with classes, the best class is found.
    ///
    /// # Errors
    /// [`Error::Model`] if the calibration in the model is invalid.
    ///
    /// # Panics
    /// If a table has no row, or other columns than the model.
    pub fn new(
        model: &Model<'_>,
        known: &Table,
        normal: &Table,
        anomalies: &Table,
        seed: u64,
    ) -> Result<Self, Error> {
        let scores = [
            score(model, normal, false)?,
            score(model, anomalies, false)?,
        ];
        let [of_normal, of_anomalies] = [0, 1].map(|set: usize| values(&scores[set]));
        let alarms = scores[0]
            .iter()
            .map(|score| score.p_value.map(|p| p <= LEVEL));
        let alarms: Option<Vec<bool>> = alarms.collect();
        let rows = |table: &Table| transform(model).standardise(table.values.clone(), seed);
        let [known, normal, anomalies] = [known, normal, anomalies].map(rows);
        let sets = [normal.view(), anomalies.view()];
        let bytes = budget(model);
        let detector = |kind| (kind, detect(kind, &known, sets, bytes, seed));
        Ok(Self {
            model: Ranking::new(
                &of_normal,
                &of_anomalies,
                alarms.map(|alarms| share(&alarms)),
            ),
            detectors: DetectorKind::ALL.into_iter().map(detector).collect(),
            scores,
        })
    }
}

/// Fits a detector to all known rows, and ranks others. Its threshold is found by a second one,
/// which is not fitted to a part of the rows.
fn detect(
    kind: DetectorKind,
    known: &Array2<f32>,
    [normal, anomalies]: [ArrayView2<'_, f32>; 2],
    bytes: usize,
    seed: u64,
) -> Ranking {
    let detector = Detector::fit(kind, known.view(), bytes, seed);
    let count = (known.nrows() as f64 * THRESHOLD_ROWS).round() as usize;
    let alarms = (count > 0 && count < known.nrows()).then(|| {
        let kept = draw(known.nrows(), count, seed);
        let others: Vec<usize> = (0..known.nrows())
            .filter(|row| !kept.contains(row))
            .collect();
        let fitted = Detector::fit(kind, known.select(Axis(0), &others).view(), bytes, seed);
        let threshold = fitted.score(known.select(Axis(0), &kept).view());
        let is_alarm = |score: &f64| {
            let above = threshold.iter().filter(|other| *other >= score).count();
            (above + 1) as f64 / (count + 1) as f64 <= LEVEL
        };
        share(
            &fitted
                .score(normal)
                .iter()
                .map(is_alarm)
                .collect::<Vec<bool>>(),
        )
    });
    Ranking::new(&detector.score(normal), &detector.score(anomalies), alarms)
}

fn values(scores: &[RowScore]) -> Vec<f64> {
    scores.iter().map(|score| score.value).collect()
}

fn share(alarms: &[bool]) -> f64 {
    alarms.iter().filter(|&&alarm| alarm).count() as f64 / alarms.len() as f64
}
