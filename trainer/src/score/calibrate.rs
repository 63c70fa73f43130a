//! The calibration of a model's scores on rows that it was not trained on.

use flowlet::encode::with_section;
use flowlet::fixed::TIME_ONE;
use flowlet::format::{Gauge, ScoreRecord, Section};
use flowlet::{Model, Ranks};
use serde::{Deserialize, Serialize};

use super::rows::{RowScore, score};
use super::weight::{factor, gauge, weight};
use crate::data::Table;
use crate::error::Error;
use crate::metrics::draw;

/// Times of the residuals: those of the best mean AUROC over the tables of `cargo xtask anomalies`.
const TIMES: [u16; 2] = [TIME_ONE / 5 * 2, TIME_ONE / 5 * 4];
/// Most rows of a calibration.
const MAX_ROWS: usize = 4096;
/// Percentile that becomes a score of 1; the median becomes 0.
const PERCENTILE: f64 = 0.9;
/// Gauge with which a score is the sum of the weighed squares.
const SUM: Gauge = Gauge {
    median: 0,
    multiplier: 32,
    shift: 0,
};
/// Weight with which contributions are measured, because they have few fractional bits.
const MEASURING: u8 = 40;
/// Least mean square of a column relative to that of all.
const LEAST: f64 = 1e-3;
/// Mean of the contributions of a column of normal rows.
const CONTRIBUTION: f64 = 2.0;

/// Calibrates the scores of a model on normal rows that it was not trained on, and returns its file
/// with the calibration. The rows have the columns and classes of the model.
///
/// ```
/// use flowlet_trainer::score::{calibrate, score};
/// use flowlet_trainer::{HostModel, Table, Trainer};
///
/// let text: String = (0..60).map(|row| format!("{row},{}\n", row % 7)).collect();
/// let table = Table::parse_csv(format!("x,y\n{text}").as_bytes(), "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(20).fit()?;
/// let [_, validation] = trained.split().tables(&table);
/// let file = calibrate(trained.bytes(), &validation)?;
/// let model = HostModel::parse(&file)?;
/// let scores = score(&model, &validation, false)?;
/// assert!(scores.iter().all(|score| score.p_value >= Some(0.0769))); // 1 / 13
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
///
/// # Errors
/// [`Error::Model`] if the bytes are no model.
///
/// # Panics
/// If there is no row, or if the columns are not those of the model.
pub fn calibrate(bytes: &[u8], rows: &Table) -> Result<Vec<u8>, Error> {
    calibrate_with(bytes, rows, &FoldScores::default())
}

/// Scores of rows by models like the one that is calibrated.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(crate) struct FoldScores {
    /// Scores with the class of each row.
    pub known: Vec<f64>,
    /// Scores with the best class of each row.
    pub best: Vec<f64>,
}

/// Calibrates as [`calibrate`] does, but takes the quantiles from scores of other rows if there are
/// some.
pub(crate) fn calibrate_with(
    bytes: &[u8],
    rows: &Table,
    others: &FoldScores,
) -> Result<Vec<u8>, Error> {
    assert!(rows.values.nrows() > 0, "a calibration needs rows");
    let rows = &rows.select(&draw(rows.values.nrows(), MAX_ROWS, 0));
    let mut trial = Trial::new(bytes, rows)?;
    trial.weigh()?;
    trial.gauge()?;
    let scores = match others.known.is_empty() {
        false => others.clone(),
        true => FoldScores {
            known: trial.values(true)?,
            best: trial.values(false)?,
        },
    };
    trial.record.rows = scores.known.len() as u16;
    trial.quantiles = quantiles(scores.known);
    if trial.has_classes {
        trial.quantiles.extend(quantiles(scores.best));
    }
    trial.file()
}

/// A calibration that is being made.
struct Trial<'a> {
    bytes: &'a [u8],
    rows: &'a Table,
    record: ScoreRecord,
    /// Weights at each time of each value of the state.
    weights: [Vec<u8>; 2],
    quantiles: Vec<i16>,
    has_classes: bool,
}

impl<'a> Trial<'a> {
    fn new(bytes: &'a [u8], rows: &'a Table) -> Result<Self, Error> {
        let model = Model::parse(bytes)?;
        let has_classes = model.classes() > 0;
        Ok(Self {
            bytes,
            rows,
            record: ScoreRecord {
                rows: 1,
                times: TIMES,
                residual: SUM,
                outside: Gauge::NONE,
                deviation: if model.latent().is_some() {
                    MEASURING
                } else {
                    0
                },
            },
            weights: [
                vec![MEASURING; model.state_dim()],
                vec![MEASURING; model.state_dim()],
            ],
            quantiles: vec![0; if has_classes { 2 } else { 1 }],
            has_classes,
        })
    }

    /// Returns the file with the calibration as it is now.
    fn file(&self) -> Result<Vec<u8>, Error> {
        let quantiles = self.quantiles.iter().flat_map(|value| value.to_le_bytes());
        let weights = self.weights.iter().flatten().copied();
        let record = self.record.to_bytes().into_iter();
        let content: Vec<u8> = record.chain(weights).chain(quantiles).collect();
        Ok(with_section(self.bytes, Section::Score, Some(&content))?)
    }

    fn scores(&self, known: bool) -> Result<Vec<RowScore>, Error> {
        score(&Model::parse(&self.file()?)?, self.rows, known)
    }

    fn values(&self, known: bool) -> Result<Vec<f64>, Error> {
        let scores = self.scores(known)?.into_iter();
        Ok(scores.map(|score| score.value).collect())
    }

    /// Weighs the squared residuals: halfway between equal weights, and weights with which each
    /// column has the same mean.
    fn weigh(&mut self) -> Result<(), Error> {
        let model = Model::parse(self.bytes)?;
        let latent = model.latent().map(|latent| {
            let first = usize::from(latent.first);
            (first, usize::from(latent.columns), usize::from(latent.rank))
        });
        let mut weights = [Vec::new(), Vec::new()];
        for (weights, time) in weights.iter_mut().zip(TIMES) {
            // Both residuals are those of one time, so that contributions are twice their squares.
            self.record.times = [time; 2];
            let scores = self.scores(true)?;
            let count = scores.len() as f64;
            let unit = 2.0 * factor(MEASURING) * count;
            let square = |index: usize| -> f64 {
                let all = scores.iter().map(|score| score.contributions[index]);
                all.sum::<f64>() / unit
            };
            let mut squares: Vec<f64> = (0..model.dim()).map(square).collect();
            if let Some((first, columns, rank)) = latent {
                let contributions: f64 = squares[first..first + columns].iter().sum();
                let deviation = 2.0 * contributions / columns as f64;
                self.record.deviation = weight(CONTRIBUTION / deviation.max(LEAST));
                // Values of the latent share a weight, because their residuals are not known one
                // by one.
                let all = scores.iter().map(|score| score.value).sum::<f64>() / unit;
                let others: f64 = squares.iter().sum::<f64>() - contributions;
                let each = (all - others).max(0.0) / rank as f64;
                squares.splice(first..first + columns, std::iter::repeat_n(each, rank));
            }
            let mean = squares.iter().sum::<f64>() / squares.len() as f64;
            let mean = mean.max(1.0 / 65_536.0);
            let byte = |square: &f64| weight(1.0 / (square.max(LEAST * mean) * mean).sqrt());
            *weights = squares.iter().map(byte).collect();
        }
        self.weights = weights;
        self.record.times = TIMES;
        Ok(())
    }

    /// Finds the gauges of the two sums, each alone.
    fn gauge(&mut self) -> Result<(), Error> {
        let of = |scores: Vec<RowScore>| {
            let mut sums: Vec<f64> = scores.into_iter().map(|score| score.value).collect();
            sums.sort_unstable_by(f64::total_cmp);
            let at = |share: f64| sums[(share * (sums.len() - 1) as f64).round() as usize];
            gauge(at(0.5), at(PERCENTILE) - at(0.5))
        };
        let residual = of(self.scores(true)?);
        if self.record.deviation > 0 {
            (self.record.residual, self.record.outside) = (Gauge::NONE, SUM);
            self.record.outside = of(self.scores(true)?);
        }
        self.record.residual = residual;
        Ok(())
    }
}

/// Returns the scores at the ranks of a calibration, Q7.8, rounded up so that p-values do not
/// become smaller.
fn quantiles(mut values: Vec<f64>) -> Vec<i16> {
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    let ranks = Ranks::of(values.len() as u16);
    ranks
        .map(|rank| (values[usize::from(rank) - 1] * 256.0).ceil() as i16)
        .collect()
}

#[cfg(test)]
mod tests {
    use flowlet::Model;
    use flowlet::format::Section;

    use super::calibrate;
    use crate::Trainer;
    use crate::data::Table;
    use crate::score::score;

    /// Returns rows whose second column follows the first, in two classes.
    fn rows(count: usize) -> Table {
        let row = |row: usize| {
            let x = (row * 37 % 101) as f64 / 10.0;
            let noise = (row * 53 % 17) as f64 / 40.0;
            let class = row % 2;
            format!(
                "{x},{},{}\n",
                x * (1.0 + class as f64) + noise,
                ["a", "b"][class]
            )
        };
        let text: String = (0..count).map(row).collect();
        Table::parse_csv(format!("x,y,kind\n{text}").as_bytes(), "rows.csv").expect("a table")
    }

    #[test]
    fn calibrated_rows_have_uniform_p_values() {
        let table = rows(400).with_label("kind").expect("a label");
        let trainer = Trainer::new(&table).hidden([8; 2]).iterations(200);
        let trained = trainer.fit().expect("a model");
        let [_, validation] = trained.split().tables(&table);
        let file = calibrate(trained.bytes(), &validation).expect("a calibration");
        let model = Model::parse(&file).expect("a model");
        assert!(
            model
                .section(Section::Score)
                .is_some_and(|content| content.len() < 150)
        );
        for known in [true, false] {
            let scores = score(&model, &validation, known).expect("scores");
            let n = scores.len() as f64;
            for level in [0.05, 0.2, 0.5, 0.9] {
                let alarms = scores.iter().filter(|of| of.is_alarm(level)).count();
                let share = alarms as f64 / n;
                assert!((share - level).abs() < 0.03, "{known} {level}: {share}");
            }
            let tails = |of: &crate::score::RowScore| of.p_value.zip(of.lower_tail);
            assert!(
                scores
                    .iter()
                    .filter_map(tails)
                    .all(|(p, lower)| p + lower >= 0.999)
            );
            let mut values: Vec<f64> = scores.iter().map(|of| of.value).collect();
            values.sort_unstable_by(f64::total_cmp);
            if known {
                assert!(values[values.len() / 2].abs() < 0.1, "{values:?}");
            }
        }
    }

    #[test]
    fn a_row_off_the_line_is_unusual_because_of_y() {
        let table = rows(400).with_label("kind").expect("a label");
        let trainer = Trainer::new(&table).hidden([16; 2]).iterations(600);
        let trained = trainer.fit().expect("a model");
        let [_, validation] = trained.split().tables(&table);
        let file = calibrate(trained.bytes(), &validation).expect("a calibration");
        let mut odd = table.select(&[0]);
        odd.values[[0, 1]] += 400.0;
        let model = Model::parse(&file).expect("a model");
        let scores = score(&model, &odd, true).expect("scores");
        assert!(scores[0].p_value < Some(0.02), "{scores:?}");
        assert!(scores[0].out_of_range);
        assert_eq!(scores[0].largest(&odd, 1)[0].column, "y");
    }
}
