//! The calibration of a score, which a file may have: weights, gauges and quantiles.

use super::ranks::Ranks;
use crate::error::Error;
use crate::fixed::TIME_ONE;
use crate::format::{Field, Gauge, ModelError, SCORE_LEN, ScoreRecord, Section};
use crate::int_math::share;
use crate::model::Model;
use crate::sampler::SamplerError;

/// Weight of 1, which a model without a calibration has everywhere.
pub(super) const WEIGHT_ONE: u8 = 16;

/// Calibration of a model, checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calibration<'a> {
    record: &'a [u8; SCORE_LEN],
    /// Weights of the residuals: times × values of the state. Empty without a calibration.
    weights: &'a [u8],
    /// Quantiles of the score, decreasing, Q7.8: if the class is known, then if it is found.
    quantiles: &'a [[u8; 2]],
}

impl<'a> Calibration<'a> {
    /// What a model without a calibration has: weights of 1, and the sum as the score.
    const NONE: Self = Self {
        record: const {
            &ScoreRecord {
                rows: 0,
                times: [TIME_ONE / 5 * 2, TIME_ONE / 5 * 4],
                residual: Gauge {
                    median: 0,
                    multiplier: 1 << 5,
                    shift: 0,
                },
                outside: Gauge::NONE,
                deviation: WEIGHT_ONE,
            }
            .to_bytes()
        },
        weights: &[],
        quantiles: &[],
    };

    /// Reads the calibration of a model. A file without one has weights of 1.
    ///
    /// # Errors
    /// [`Field::Score`] if it is invalid.
    #[inline(never)]
    pub(super) fn of(model: &Model<'a>) -> Result<Self, ModelError> {
        let read = match model.section(Section::Score) {
            Some(content) => Self::read(content, model),
            None => Some(Self::NONE),
        };
        read.ok_or(ModelError::Invalid(Field::Score))
    }

    /// Reads the calibration of a model that is to score rows.
    ///
    /// # Errors
    /// [`SamplerError::Condition`] if the model has conditions; those of [`of`](Self::of).
    pub(super) fn of_scorer(model: &Model<'a>) -> Result<Self, Error> {
        match model.has_conditions() {
            true => Err(SamplerError::Condition(model.dim()).into()),
            false => Ok(Self::of(model)?),
        }
    }

    fn read(content: &'a [u8], model: &Model<'a>) -> Option<Self> {
        let (bytes, rest) = content.split_first_chunk()?;
        let record = ScoreRecord::from_bytes(bytes);
        let (weights, quantiles) = rest.split_at_checked(2 * model.state_dim())?;
        let (quantiles, odd) = quantiles.as_chunks();
        let no_latent = model.latent().is_none();
        let ranks = Ranks::of(record.rows).count();
        let tables = if model.classes() > 0 { 2 } else { 1 };
        let [early, late] = record.times;
        let fits = record.rows > 0
            && early <= TIME_ONE
            && late <= TIME_ONE
            && record.residual.shift < 48
            && record.outside.shift < 48
            && !(no_latent && record.outside != Gauge::NONE)
            && odd.is_empty()
            && quantiles.len() == tables * ranks;
        let calibration = Self {
            record: bytes,
            weights,
            quantiles,
        };
        fits.then_some(calibration)
    }

    /// Returns the record.
    #[inline(always)]
    pub(super) const fn record(&self) -> ScoreRecord {
        ScoreRecord::from_bytes(self.record)
    }

    /// Returns whether rows were scored to calibrate the model.
    pub(super) fn is_calibrated(&self) -> bool {
        self.record().rows > 0
    }

    /// Returns the weight of value `index` of the state at time number `number`.
    pub(super) fn weight(&self, number: usize, values: usize, index: usize) -> u8 {
        let weights = if number == 0 {
            Some(self.weights)
        } else {
            self.weights.get(values..)
        };
        let weight = weights.and_then(|weights| weights.get(index));
        weight.copied().unwrap_or(WEIGHT_ONE)
    }

    /// Returns (1 + rows with at least this score) / (n + 1), and (1 + rows with at most this
    /// score) / (n + 1), in units of 2^−16 below 1, compared with rows whose best class `is_found`.
    pub(super) fn tails(&self, score: i32, is_found: bool) -> [u16; 2] {
        let above = self.rows_above(score, is_found);
        let all = u32::from(self.record().rows).wrapping_add(1) << 8;
        [above.wrapping_add(1 << 8), all.wrapping_sub(above)]
            .map(|part| share(1 << 16, part.into(), all.into()).min(u16::MAX.into()) as u16)
    }

    /// Returns the number of rows with at least this score (Q15.16), Q16.8, interpolated between
    /// the quantiles.
    #[inline(never)]
    fn rows_above(&self, score: i32, is_found: bool) -> u32 {
        let rows = self.record().rows;
        let mut quantiles = self.quantiles;
        if is_found {
            quantiles = quantiles.get(quantiles.len() / 2..).unwrap_or_default();
        }
        let mut before: Option<(i32, u16)> = None;
        for (quantile, rank) in quantiles.iter().zip(Ranks::of(rows)) {
            let quantile = i32::from(i16::from_le_bytes(*quantile)) << 8;
            if quantile < score {
                let Some((high, count)) = before else {
                    return 0;
                };
                let part = i64::from(high).wrapping_sub(score.into());
                let all = i64::from(high).wrapping_sub(quantile.into());
                let more = u32::from(rank.wrapping_sub(count)) << 8;
                // 0 ≤ part < all, and the ranks increase.
                let more = share(more, part as u64, all as u64);
                return (u32::from(count) << 8).wrapping_add(more);
            }
            before = Some((quantile, rank));
        }
        u32::from(rows) << 8
    }
}
