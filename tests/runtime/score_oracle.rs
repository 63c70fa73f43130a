//! A naive oracle of scores, which follows the text of the format in i128.

use flowlet::encode::QuantisedModel;
use flowlet::fixed::Scale;
use flowlet::format::{Gauge, ScoreRecord};

use crate::oracle::{dense, latent_layer, saturate, shift_rounded, velocity_at};

/// Returns the number of values that the flow moves.
pub fn state_values(model: &QuantisedModel) -> usize {
    let columns = model.columns.len();
    let latent = model.latent.as_ref().map(|latent| latent.latent);
    latent.map_or(columns, |of| columns - usize::from(of.columns - of.rank))
}

/// Returns the weighed square, Q20.11.
fn weighed(residual: i128, weight: u8) -> i128 {
    let mantissas = [32768, 35734, 38968, 42495, 46341, 50535, 55109, 60097];
    let product = residual * residual * mantissas[usize::from(weight % 8)];
    (product >> 28u32.saturating_sub((weight / 8).into())).min(1 << 20)
}

/// Rounds Q5.26 to Q4.11.
pub fn velocity_format(x: i32) -> i128 {
    saturate(shift_rounded(x.into(), 15))
}

/// What the oracle finds of a row.
pub struct Expected {
    pub sum: i128,
    pub value: i128,
    pub contributions: Vec<i128>,
}

/// Returns the outputs of the latent's layer for values in Q4.11.
fn expanded(model: &QuantisedModel, class: usize, values: &[i128]) -> Vec<i128> {
    let of = model.latent.as_ref().expect("a latent");
    let drop = 11 - u32::from(of.latent.frac);
    let input: Vec<i128> = values
        .iter()
        .map(|value| (value + (1 << drop) / 2) >> drop)
        .collect();
    let layer = latent_layer(of, class);
    dense(layer, &input, |row| layer.biases[row].into())
}

/// Returns the values of the latent nearest to its columns, by the definition of the format.
fn projected(model: &QuantisedModel, class: usize, x: &[i128]) -> Vec<i128> {
    let of = model.latent.as_ref().expect("a latent");
    let rank = usize::from(of.latent.rank);
    let layer = latent_layer(of, class);
    let scales = &layer.scales;
    let bits = |scale: &Scale| i64::from(scale.multiplier.ilog2()) + 1 - i64::from(scale.shift);
    let lift = scales.iter().map(bits).max().expect("a row");
    let weight = |row: usize, value: usize| i128::from(layer.weights[row * rank + value]);
    let shift = |scale: &Scale| (i64::from(scale.shift) + lift).min(31) as u32;
    let square = |(row, scale): (usize, &Scale)| {
        let part = ((weight(row, 0) * i128::from(scale.multiplier)) << 8) >> shift(scale);
        part * part
    };
    let norm: i128 = 1 + scales.iter().enumerate().map(square).sum::<i128>();
    let exponent = i64::from(norm.ilog2()) - 15;
    let n = if exponent < 0 {
        norm << -exponent
    } else {
        norm >> exponent
    };
    let multiplier = i128::from(u32::MAX) / n;
    let total = (exponent - 5 + i64::from(of.latent.frac) + lift).clamp(0, 63);
    let value = |value: usize| {
        let products = scales.iter().enumerate().map(|(row, scale)| {
            let difference = saturate(x[row] - i128::from(layer.biases[row]));
            let factor = saturate((difference * i128::from(scale.multiplier)) >> shift(scale));
            weight(row, value) * factor
        });
        saturate((products.sum::<i128>() * multiplier) >> total)
    };
    (0..rank).map(value).collect()
}

/// Returns what the oracle finds of a row with the standardised values `x`.
pub fn expected(
    quantised: &QuantisedModel,
    record: &ScoreRecord,
    weights: &[u8],
    x: &[i128],
    class: usize,
) -> Expected {
    let latent = quantised.latent.as_ref().map(|of| of.latent);
    let (first, columns, rank) = latent.map_or((0, 0, 0), |of| {
        (
            usize::from(of.first),
            usize::from(of.columns),
            usize::from(of.rank),
        )
    });
    let mut state = x.to_vec();
    let mut distance = 0;
    if latent.is_some() {
        let own = &x[first..first + columns];
        let values = projected(quantised, class, own);
        let nearest = expanded(quantised, class, &values);
        let distances = own.iter().zip(&nearest);
        distance = distances.map(|(x, y)| weighed(saturate(x - y), 16)).sum();
        state.splice(first..first + columns, values);
    }
    let mut contributions = vec![0; x.len()];
    let (mut sum, mut clean) = (0, Vec::new());
    for (number, &time) in record.times.iter().enumerate() {
        let at: Vec<i128> = state.iter().map(|r| r * i128::from(time)).collect();
        clean = velocity_at(quantised, &at, time.into(), class);
        for (index, (&v, &r)) in clean.iter().zip(&state).enumerate() {
            let weight = weights
                .get(number * state.len() + index)
                .copied()
                .unwrap_or(16);
            let square = weighed(saturate(v - r), weight);
            sum += square;
            let is_latent = latent.is_some() && (first..first + rank).contains(&index);
            let column = if index < first || latent.is_none() {
                index
            } else {
                index + columns - rank
            };
            if !is_latent {
                contributions[column] = (contributions[column] + (square >> 3)).min(65_535);
            }
        }
    }
    if latent.is_some() {
        let nearest = expanded(quantised, class, &clean[first..first + rank]);
        for (index, y) in nearest.iter().enumerate() {
            let square = weighed(saturate(x[first + index] - y), record.deviation);
            contributions[first + index] = (square >> 3).min(65_535);
        }
    }
    let value = gauged(record.residual, sum);
    Expected {
        sum,
        value: match latent {
            Some(_) => value.max(gauged(record.outside, distance)),
            None => value,
        },
        contributions,
    }
}

/// Returns a sum on the scale of a gauge.
fn gauged(gauge: Gauge, sum: i128) -> i128 {
    let sum = sum.min(u32::MAX.into());
    let scaled = ((sum - i128::from(gauge.median)) * i128::from(gauge.multiplier)) >> gauge.shift;
    scaled.clamp(i32::MIN.into(), i32::MAX.into())
}
