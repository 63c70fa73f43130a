//! How well a model's scores tell anomalies from normal rows, compared with common detectors.

use flowlet::Model;
use ndarray::Axis;
use serde::{Serialize, Serializer};

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

/// Detectors that know the normal rows that a model knows.
///
/// See [`AnomalyEvaluation`] for an example.
#[derive(Clone, Debug)]
pub struct Detectors<'m> {
    model: Model<'m>,
    seed: u64,
    all: Vec<(DetectorKind, Detector, Threshold)>,
}

/// Threshold of alarms: a second detector, which is not fitted to a part of the rows, and its
/// scores of these. `None` if there are too few rows.
type Threshold = Option<(Detector, Vec<f64>)>;

impl<'m> Detectors<'m> {
    /// Fits every method to `known` normal rows with the columns of the model.
    ///
    /// # Panics
    /// If there is no row.
    #[must_use]
    pub fn fit(model: Model<'m>, known: &Table, seed: u64) -> Self {
        let known = transform(&model).standardise(known.values.clone(), seed);
        let bytes = budget(&model);
        let count = (known.nrows() as f64 * THRESHOLD_ROWS).round() as usize;
        let kept = draw(known.nrows(), count, seed);
        let mut is_kept = vec![false; known.nrows()];
        kept.iter().for_each(|&row| is_kept[row] = true);
        let others: Vec<usize> = (0..known.nrows()).filter(|&row| !is_kept[row]).collect();
        let detector = |kind| {
            let threshold = (count > 0 && count < known.nrows()).then(|| {
                let others = known.select(Axis(0), &others);
                let fitted = Detector::fit(kind, others.view(), bytes, seed);
                let scores = fitted.score(known.select(Axis(0), &kept).view());
                (fitted, scores)
            });
            let all = Detector::fit(kind, known.view(), bytes, seed);
            (kind, all, threshold)
        };
        let all = DetectorKind::ALL.into_iter().map(detector).collect();
        Self { model, seed, all }
    }

    /// Ranks anomalies above normal rows by each detector.
    fn rank(&self, normal: &Table, anomalies: &Table) -> Vec<(DetectorKind, Ranking)> {
        let rows = |of: &Table| transform(&self.model).standardise(of.values.clone(), self.seed);
        let [normal, anomalies] = [normal, anomalies].map(rows);
        let rank = |(kind, detector, threshold): &(DetectorKind, Detector, Threshold)| {
            let alarms = threshold.as_ref().map(|(fitted, known)| {
                let is_alarm = |score: &f64| {
                    let above = known.iter().filter(|other| *other >= score).count();
                    (above + 1) as f64 / (known.len() + 1) as f64 <= LEVEL
                };
                let scores = fitted.score(normal.view());
                share(&scores.iter().map(is_alarm).collect::<Vec<bool>>())
            });
            let scores = [&normal, &anomalies].map(|rows| detector.score(rows.view()));
            (*kind, Ranking::new(&scores[0], &scores[1], alarms))
        };
        self.all.iter().map(rank).collect()
    }
}

/// A model's scores of normal rows and of anomalies, compared with common detectors.
///
/// ```
/// use flowlet_trainer::score::{AnomalyEvaluation, Detectors};
/// use flowlet_trainer::{Table, Trainer};
///
/// let text: String = (0..60).map(|row| format!("{row},{}\n", row % 7)).collect();
/// let table = Table::parse_csv(format!("x,y\n{text}").as_bytes(), "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(20).calibrate(0.2).fit()?;
/// let [training, validation] = trained.split().tables(&table);
/// let bad = Table::parse_csv(b"x,y\n90,1\n-50,3\n", "bad.csv")?;
/// let model = trained.model();
/// let detectors = Detectors::fit(*model, &training, 0);
/// let evaluation = AnomalyEvaluation::new(&detectors, &validation, &bad)?;
/// assert_eq!(evaluation.detectors.len(), 6);
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct AnomalyEvaluation {
    /// Ranking by the model's score.
    pub model: Ranking,
    /// Ranking by each detector.
    #[serde(serialize_with = "as_map")]
    pub detectors: Vec<(DetectorKind, Ranking)>,
    /// Scores of the normal rows and of the anomalies.
    #[serde(skip)]
    pub scores: [Vec<RowScore>; 2],
}

impl AnomalyEvaluation {
    /// Scores normal rows and anomalies with the columns of the model, and compares the model with
    /// detectors. If the model has classes, the best one is found.
    ///
    /// # Errors
    /// [`Error::Model`] if the calibration in the model is invalid.
    ///
    /// # Panics
    /// If a table has no row, or other columns than the model.
    pub fn new(
        detectors: &Detectors<'_>,
        normal: &Table,
        anomalies: &Table,
    ) -> Result<Self, Error> {
        let model = &detectors.model;
        let scores = [
            score(model, normal, false)?,
            score(model, anomalies, false)?,
        ];
        let [of_normal, of_anomalies] = [0, 1].map(|set: usize| values(&scores[set]));
        let alarms = scores[0]
            .iter()
            .map(|score| score.p_value.map(|_| score.is_alarm(LEVEL)));
        let alarms: Option<Vec<bool>> = alarms.collect();
        let alarms = alarms.map(|alarms| share(&alarms));
        Ok(Self {
            model: Ranking::new(&of_normal, &of_anomalies, alarms),
            detectors: detectors.rank(normal, anomalies),
            scores,
        })
    }
}

fn as_map<S: Serializer>(
    detectors: &[(DetectorKind, Ranking)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(detectors.iter().copied())
}

fn values(scores: &[RowScore]) -> Vec<f64> {
    scores.iter().map(|score| score.value).collect()
}

fn share(alarms: &[bool]) -> f64 {
    alarms.iter().filter(|&&alarm| alarm).count() as f64 / alarms.len() as f64
}
