//! Scores in floating point, with which those of the device are compared.

use flowlet::Model;
use flowlet::fixed::TIME_ONE;
use flowlet::format::{Gauge, SCORE_LEN, ScoreRecord, Section};
use ndarray::Array2;

use super::rows::{fixed, fractional_bits};
use super::weight::factor;
use crate::data::Table;
use crate::data::latent::Latent;
use crate::known::Known;
use crate::train::FloatModel;

/// Scores rows by the float network of a model, with the calibration of the model. Every row is
/// compared with the class in which it is least unusual. `None` if the model has no calibration.
///
/// ```
/// use flowlet_trainer::score::{float_scores, score};
/// use flowlet_trainer::{Table, Trainer};
///
/// let text: String = (0..60).map(|row| format!("{row},{}\n", row % 7)).collect();
/// let table = Table::parse_csv(format!("x,y\n{text}").as_bytes(), "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(20).calibrate(0.2).fit()?;
/// let model = trained.model();
/// let float = float_scores(&model, trained.float(), &table).unwrap();
/// let int8 = score(&model, &table, false)?;
/// assert!((float[0] - int8[0].value).abs() < 0.5);
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
///
/// # Panics
/// If the columns or the network are not those of the model.
#[must_use]
pub fn float_scores(model: &Model<'_>, float: &FloatModel, table: &Table) -> Option<Vec<f64>> {
    let (head, rest) = model
        .section(Section::Score)?
        .split_first_chunk::<SCORE_LEN>()?;
    let record = ScoreRecord::from_bytes(head);
    let x = standardised(model, table);
    let latent = Latent::of_model(model);
    let of_class = |class: Option<u16>| -> Vec<f64> {
        let classes = class.map(|class| vec![class; table.values.nrows()]);
        let classes = classes.as_deref();
        let state = match &latent {
            Some(latent) => latent.to_state(x.view(), classes),
            None => x.clone(),
        };
        let field = float.field(classes, &Known::Nothing);
        let mut sums = vec![0.0; table.values.nrows()];
        for (time, weights) in record.times.iter().zip(rest.chunks(state.ncols())) {
            let t = f32::from(*time) / f32::from(TIME_ONE);
            let residuals = field.velocity(&(&state * t), t) - &state;
            for (sum, row) in sums.iter_mut().zip(residuals.outer_iter()) {
                let squares = row.iter().map(|&of| f64::from(of).powi(2));
                let weighed = squares
                    .zip(weights)
                    .map(|(of, &weight)| of * factor(weight));
                *sum += weighed.sum::<f64>();
            }
        }
        let mut scores: Vec<f64> = sums
            .iter()
            .map(|&sum| gauged(record.residual, sum))
            .collect();
        if let Some(latent) = &latent {
            let outside = &x - latent.to_standardised(state.view(), classes);
            for (score, row) in scores.iter_mut().zip(outside.outer_iter()) {
                let distance = row.iter().map(|&of| f64::from(of).powi(2)).sum();
                *score = score.max(gauged(record.outside, distance));
            }
        }
        scores
    };
    Some(match model.classes() {
        0 => of_class(None),
        classes => {
            let each: Vec<Vec<f64>> = (0..classes).map(|class| of_class(Some(class))).collect();
            let least = |row: usize| each.iter().map(|of| of[row]).fold(f64::INFINITY, f64::min);
            (0..table.values.nrows()).map(least).collect()
        }
    })
}

/// Returns the rows as the device standardises them.
fn standardised(model: &Model<'_>, table: &Table) -> Array2<f32> {
    let fracs = fractional_bits(model);
    let rows: Vec<_> = table
        .values
        .outer_iter()
        .map(|row| fixed(row, &fracs))
        .collect();
    Array2::from_shape_fn(table.values.dim(), |(row, index)| {
        let found = model.standardise(&rows[row], index);
        found.map_or(0.0, |of| of.x as f32 / (1 << 26) as f32)
    })
}

/// Standardises a sum, as [`Gauge::of`] does.
fn gauged(gauge: Gauge, sum: f64) -> f64 {
    let units = (sum * 2048.0 - f64::from(gauge.median)) * f64::from(gauge.multiplier);
    units / 2f64.powi(gauge.shift.into()) / 65_536.0
}
