//! Values that recur within the range of real rows, but not in samples: a zero that means "none".
//!
//! Values of few decimals all recur, so a value must stand out from its neighbours.

use super::statistics::{Share, ascending, critical};
use super::words::{number, of_real_rows, percent};
use super::{Evidence, Finding, FindingKind, Severity};
use crate::text::listed;

/// Least share of the real rows with the value, and how often it occurs compared with the other
/// values.
const MIN_SHARE: f64 = 0.02;
const MIN_TIMES: f64 = 5.0;
/// Samples have the value if they are this near, as a share of the standard deviation, and less
/// than half as near as the next value.
const NEAR: f64 = 1e-3;
/// The value is lost if the share of samples is below this part of the real one.
const MAX_PART: f64 = 0.5;
/// Share of real rows whose loss is a problem.
const PROBLEM_SHARE: f64 = 0.2;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let numbers = evidence.numbers();
    let critical = critical(numbers.len());
    let mut lost: Vec<(Share, Share, f64, usize)> = numbers
        .into_iter()
        .filter_map(|place| lost(evidence, place, critical))
        .collect();
    lost.sort_by(|a, b| b.0.value().total_cmp(&a.0.value()));
    let &(real, samples, value, worst) = lost.first()?;
    let columns: Vec<String> = lost.iter().map(|of| evidence.names[of.3].clone()).collect();
    let others = match columns.len() {
        1 => String::new(),
        _ => format!(
            " Other columns lose a value too: {}.",
            listed(&columns[1..], 6)
        ),
    };
    let severity = match real.value() >= PROBLEM_SHARE {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    let message = format!(
        "{} is exactly {} in {}, but in {} of the samples.{others}",
        evidence.names[worst],
        number(value),
        of_real_rows(real),
        percent(samples.value()),
    );
    Some(Finding::new(
        FindingKind::Recurring,
        severity,
        columns,
        message,
    ))
}

/// Returns the shares of real rows and of samples with the commonest value inside the range, if
/// the samples lack it.
fn lost(
    evidence: &Evidence<'_>,
    place: usize,
    critical: f64,
) -> Option<(Share, Share, f64, usize)> {
    if evidence.transform.ranges[place].integer {
        return None;
    }
    let real = ascending(evidence.real.column(place).iter().copied());
    let limits = evidence.limits(place);
    let runs: Vec<&[f64]> = real.chunk_by(|a, b| a == b).collect();
    let inside = runs
        .iter()
        .enumerate()
        .filter(|(_, run)| !limits.contains(&Some(run[0])));
    let (at, run) = inside.max_by_key(|(_, run)| run.len())?;
    let share = Share {
        count: run.len(),
        of: real.len(),
    };
    let others = (real.len() - run.len()) as f64 / (runs.len() - 1).max(1) as f64;
    if share.value() < MIN_SHARE || (run.len() as f64) < MIN_TIMES * others {
        return None;
    }
    let value = run[0];
    let gap = |other: Option<&&[f64]>| other.map_or(f64::INFINITY, |run| (run[0] - value).abs());
    let nearest = gap(at.checked_sub(1).and_then(|at| runs.get(at))).min(gap(runs.get(at + 1)));
    let scale = evidence.transform.scaling.scale[place];
    let tolerance = (NEAR * scale).max(nearest / 2.0).min(0.02 * scale);
    let samples = evidence.generated.values.column(place);
    let samples = Share::of(samples, |sample| (sample - value).abs() <= tolerance);
    // Real rows near the value count too.
    let near = Share::of(&real, |real| (real - value).abs() <= tolerance);
    let is_lost = samples.value() < MAX_PART * near.value() && samples.excess(near) < -critical;
    is_lost.then_some((share, samples, value, place))
}
