//! Pairs of columns whose correlation differs.

use super::statistics::{MIN_VARIED, ascending, critical, varied};
use super::words::also;
use super::{Evidence, Finding, FindingKind, Severity};
use crate::metrics::marginals::correlations;
use ndarray::{Array2, ArrayView1};

/// Least difference of correlation coefficients that is reported, and one that is a problem.
const MIN_DIFFERENCE: f64 = 0.2;
const PROBLEM: f64 = 0.4;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let [real, generated] = [&evidence.real, &evidence.generated.values].map(|rows| {
        let mut rows = rows.clone();
        for mut column in rows.columns_mut() {
            let mean = column.mean().unwrap_or(0.0);
            let stddev = column
                .iter()
                .map(|value| (value - mean).powi(2))
                .sum::<f64>();
            let stddev = (stddev / column.len() as f64).sqrt();
            let scale = if stddev > 0.0 { stddev.recip() } else { 0.0 };
            column.mapv_inplace(|value| (value - mean) * scale);
        }
        rows
    });
    let is_varied =
        |column: ArrayView1<'_, f64>| varied(&ascending(column.iter().copied())) >= MIN_VARIED;
    let places: Vec<usize> = evidence
        .numbers()
        .into_iter()
        .filter(|&place| {
            [&real, &generated]
                .iter()
                .all(|rows| is_varied(rows.column(place)))
        })
        .collect();
    let [of_real, of_samples] =
        [&real, &generated].map(|rows| correlations(rows.mapv(|value| value as f32).view()));
    let critical = critical(places.len() * places.len().saturating_sub(1) / 2);
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (index, &a) in places.iter().enumerate() {
        for &b in &places[..index] {
            let difference = (of_samples[[a, b]] - of_real[[a, b]]).abs();
            if difference > MIN_DIFFERENCE {
                let error = error(&real, [b, a], of_real[[a, b]]).hypot(error(
                    &generated,
                    [b, a],
                    of_samples[[a, b]],
                ));
                if difference > critical * error {
                    pairs.push((difference, b, a));
                }
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let &(difference, a, b) = pairs.first()?;
    let name = |place: usize| evidence.names[place].clone();
    let others: Vec<String> = pairs[1..]
        .iter()
        .map(|&(_, a, b)| format!("{} and {}", name(a), name(b)))
        .collect();
    let message = format!(
        "The correlation of {} and {} is {:.2} in samples and {:.2} in real rows.{}",
        name(a),
        name(b),
        of_samples[[a, b]],
        of_real[[a, b]],
        also(&others)
    );
    let severity = match difference >= PROBLEM {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    Some(Finding::new(
        FindingKind::Correlation,
        severity,
        vec![name(a), name(b)],
        message,
    ))
}

/// Returns the standard error of the correlation `r` of two standardised columns of any
/// distribution, by the influence of each row.
fn error(rows: &Array2<f64>, [a, b]: [usize; 2], r: f64) -> f64 {
    let influence = rows
        .column(a)
        .into_iter()
        .zip(rows.column(b))
        .map(|(x, y)| x * y - r / 2.0 * (x * x + y * y));
    let count = rows.nrows() as f64;
    (influence.map(|of| of * of).sum::<f64>() / count / count).sqrt()
}
