//! Orders of two columns that real rows keep: a minimum is at most the maximum of the same day.

use super::statistics::{Share, ascending, critical};
use super::words::{also, of_real_rows, percent};
use super::{Evidence, Finding, FindingKind, Severity};

/// Most columns that are paired.
const MAX_COLUMNS: usize = 64;
/// Share of the real rows up to which they (almost) never break an order.
const MAX_EXCEPTIONS: f64 = 1e-3;
/// Share of rows that would break an order if the columns were independent. Below it, the order
/// follows from the ranges of the columns.
const MIN_OVERLAP: f64 = 0.05;
/// Least share of samples that is reported, and the share that is a problem.
const MIN_SHARE: f64 = 0.01;
const PROBLEM_SHARE: f64 = 0.05;
/// Least number of real rows.
const MIN_ROWS: usize = 50;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let mut places = evidence.independent_numbers();
    places.truncate(MAX_COLUMNS);
    if evidence.real.nrows() < MIN_ROWS {
        return None;
    }
    let critical = critical(places.len() * places.len().saturating_sub(1));
    let mut found: Vec<(Share, Share, usize, usize)> = Vec::new();
    for &low in &places {
        for &high in places.iter().filter(|&&high| high != low) {
            if let Some((samples, real)) = broken(evidence, low, high, critical) {
                found.push((samples, real, low, high));
            }
        }
    }
    found.sort_by(|a, b| b.0.value().total_cmp(&a.0.value()));
    let &(samples, real, low, high) = found.first()?;
    let name = |place: usize| evidence.names[place].clone();
    let others: Vec<String> = found[1..]
        .iter()
        .map(|(_, _, low, high)| format!("{} above {}", name(*low), name(*high)))
        .collect();
    let severity = match samples.value() >= PROBLEM_SHARE {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    let message = format!(
        "{} is above {} in {} of the samples and in {}.{}",
        name(low),
        name(high),
        percent(samples.value()),
        of_real_rows(real),
        also(&others)
    );
    Some(Finding::new(
        FindingKind::Order,
        severity,
        vec![name(low), name(high)],
        message,
    ))
}

/// Returns the shares of samples and of real rows in which `low` is above `high`, if the samples
/// break an order that real rows keep.
fn broken(
    evidence: &Evidence<'_>,
    low: usize,
    high: usize,
    critical: f64,
) -> Option<(Share, Share)> {
    let share = |rows: &ndarray::Array2<f64>| {
        let pairs = rows.column(low).into_iter().zip(rows.column(high));
        Share::of(pairs, |(low, high)| low > high)
    };
    let real = share(&evidence.real);
    let most = (MAX_EXCEPTIONS * real.of as f64) as usize;
    if real.count > most {
        return None;
    }
    let samples = share(&evidence.generated.values);
    let is_more = samples.value() >= MIN_SHARE && samples.excess(real) > critical;
    (is_more && overlap(evidence, low, high) >= MIN_OVERLAP).then_some((samples, real))
}

/// Returns the share of pairs of rows in which `low` of one row is above `high` of the other.
fn overlap(evidence: &Evidence<'_>, low: usize, high: usize) -> f64 {
    let highs = ascending(evidence.real.column(high).iter().copied());
    let below = |low: &f64| highs.partition_point(|high| high < low);
    let pairs: usize = evidence.real.column(low).iter().map(below).sum();
    pairs as f64 / (highs.len() as f64).powi(2)
}
