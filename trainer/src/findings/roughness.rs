//! Series whose samples are rougher or smoother than real rows: noise that no single column shows.

use ndarray::{Array2, ArrayView1};

use super::statistics::{Moments, critical};
use super::words::{also, number};
use super::{Evidence, Finding, FindingKind, Severity};
use crate::data::series::{Series, series};

/// Least ratio of roughness that is reported, and one that is a problem.
const MIN_RATIO: f64 = 1.25;
const PROBLEM: f64 = 2.0;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let all = series(evidence.value_names, evidence.categories());
    let critical = critical(all.len());
    let mut found: Vec<(f64, String, String)> = all
        .iter()
        .filter_map(|one| compare(evidence, one, critical))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (size, span, message) = found.first()?;
    let others: Vec<String> = found[1..].iter().map(|of| of.1.clone()).collect();
    let severity = match *size >= PROBLEM {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    let message = format!("{message}{}", also(&others));
    Some(Finding::new(
        FindingKind::Roughness,
        severity,
        vec![span.clone()],
        message,
    ))
}

/// Returns the ratio of roughness, at least 1, the ends of the series, and a sentence.
fn compare(
    evidence: &Evidence<'_>,
    series: &Series,
    critical: f64,
) -> Option<(f64, String, String)> {
    let [real, samples] = [&evidence.real, &evidence.generated.values]
        .map(|rows| Moments::of(roughness(rows, &series.columns).into_iter()));
    let ratio = samples.mean / real.mean;
    let size = ratio.max(ratio.recip());
    let error = real.mean_error.hypot(samples.mean_error);
    let is_off = size >= MIN_RATIO && (samples.mean - real.mean).abs() > critical * error;
    if !is_off || real.mean == 0.0 {
        return None;
    }
    let end = |place: Option<&usize>| place.map_or("", |&place| evidence.names[place].as_str());
    let span = format!(
        "{} … {}",
        end(series.columns.first()),
        end(series.columns.last())
    );
    let message = format!(
        "Samples of the series {span} are {} than real rows: the root mean square bend between \
         neighbouring values is {}, and {} in real rows.",
        if ratio > 1.0 { "rougher" } else { "smoother" },
        number(samples.mean),
        number(real.mean)
    );
    Some((size, span, message))
}

/// Returns the root mean square second difference of each row.
fn roughness(rows: &Array2<f64>, columns: &[usize]) -> Vec<f64> {
    let of = |row: ArrayView1<'_, f64>| {
        let bends = columns
            .windows(3)
            .map(|at| row[at[0]] - 2.0 * row[at[1]] + row[at[2]]);
        let count = columns.len().saturating_sub(2).max(1) as f64;
        (bends.map(|bend| bend * bend).sum::<f64>() / count).sqrt()
    };
    rows.rows().into_iter().map(of).collect()
}
