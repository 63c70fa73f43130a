//! The metrics of a card.

use serde::Serialize;

use crate::evaluate::Evaluation;
use crate::metrics::Scores;

/// One metric of the float model, the quantised model and the real baseline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// Name in JSON.
    pub name: &'static str,
    /// Name in tables.
    #[serde(skip)]
    pub label: &'static str,
    /// Samples of the float network, if it is available.
    pub float: Option<f64>,
    /// Samples of the quantised model, as a device draws them.
    pub int8: f64,
    /// Samples of one Gaussian per class.
    pub gaussian: Option<f64>,
    /// Training rows with noise.
    pub table: Option<f64>,
    /// Real rows in the place of samples.
    pub real_baseline: f64,
}

type Score = fn(&Scores) -> Option<f64>;

/// Name in JSON, name in tables, and value of each metric.
const METRICS: [(&str, &str, Score); 14] = [
    ("sliced_w2", "sliced W2", |scores| Some(scores.sliced_w2)),
    ("w2", "W2", |scores| Some(scores.exact_w2)),
    ("energy_distance", "energy distance", |scores| {
        Some(scores.energy)
    }),
    ("mmd", "MMD", |scores| Some(scores.mmd)),
    ("c2st", "C2ST", |scores| scores.c2st),
    ("coverage", "coverage", |scores| scores.coverage),
    ("mean_ks", "KS, mean", |scores| Some(scores.mean_ks)),
    ("worst_ks", "KS, worst column", |scores| {
        Some(scores.worst_ks)
    }),
    ("correlation_error", "correlation error", |scores| {
        Some(scores.correlation_error)
    }),
    ("label_accuracy", "label accuracy", |scores| {
        scores.label_accuracy
    }),
    ("tstr", "TSTR", |scores| scores.tstr),
    ("nearest_training_row", "nearest training row", |scores| {
        Some(scores.nearest_training)
    }),
    ("roughness", "roughness", |scores| scores.roughness),
    ("spectrum_error", "spectrum error, dB", |scores| {
        scores.spectrum_error
    }),
];

/// Returns the metrics; those of labels only if there are labels, those of series only if there are
/// series.
#[must_use]
pub fn metrics(evaluation: &Evaluation) -> Vec<Metric> {
    let metric = |(name, label, of): (&'static str, &'static str, Score)| {
        Some(Metric {
            name,
            label,
            float: evaluation.float.as_ref().and_then(of),
            int8: of(&evaluation.int8)?,
            gaussian: of(&evaluation.gaussian.scores),
            table: of(&evaluation.table.scores),
            real_baseline: of(&evaluation.real_baseline)?,
        })
    };
    METRICS.into_iter().filter_map(metric).collect()
}

impl Metric {
    /// Returns the values in the order of the card: float, int8, Gaussian, table, real baseline.
    #[must_use]
    pub fn values(&self) -> [Option<f64>; 5] {
        let (int8, real) = (Some(self.int8), Some(self.real_baseline));
        [self.float, int8, self.gaussian, self.table, real]
    }
}
