//! Columns that are off, each by itself: values out of range, shares at a limit, shares of
//! categories, mean, standard deviation, and shape. The worst column is always named.

use rayon::prelude::*;

use super::evidence::{EXACT, Group};
use super::joint::MAX_EXCEPTIONS;
use super::statistics::{MIN_VARIED, Moments, Share, ascending, critical, critical_ks, varied};
use super::words::{also, number, of_real_rows, percent};
use super::{Evidence, Finding, FindingKind, Severity};

/// Least number of real rows, and of samples, of a class.
const MIN_ROWS: usize = 30;
/// Part of the real rows' range by which a value is out of range.
const MARGIN: f64 = 0.1;
/// Least differences that are reported: of shares out of range, of other shares, of means in
/// standard deviations, of standard deviations as a ratio, and of distribution functions.
const MIN_OUTSIDE: f64 = 0.01;
const MIN_SHARE: f64 = 0.05;
const MIN_SHIFT: f64 = 0.2;
const MIN_RATIO: f64 = 1.2;
const MIN_KS: f64 = 0.1;
/// Least ratio of standard deviations, because a logarithm of 0 is infinite.
const MIN_STDDEV: f64 = 0.01;
/// Multiple of these differences that is a problem.
const PROBLEM: f64 = 2.0;

/// A difference of one column in one group.
struct Deviation {
    kind: FindingKind,
    column: usize,
    /// Difference in multiples of the least one that is reported.
    size: f64,
    name: String,
    message: String,
}

pub(super) fn find(evidence: &Evidence<'_>) -> Vec<Finding> {
    let groups = evidence.groups();
    let mut tests: Vec<(usize, usize)> = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        if index == 0 || group.has(MIN_ROWS) {
            tests.extend(evidence.numbers().into_iter().map(|place| (index, place)));
        }
    }
    let errors = critical(tests.len());
    let found = |&(index, place): &(usize, usize)| numbers(evidence, &groups[index], place, errors);
    let mut all: Vec<Deviation> = tests.par_iter().flat_map_iter(found).collect();
    all.extend(categories(evidence, &groups));
    all.extend(shapes(evidence, &groups[0], &all));
    let mut findings = merged(evidence, all);
    findings.extend(worst(evidence, &groups[0]));
    findings
}

/// Makes one finding per kind, about the column with the largest difference.
fn merged(evidence: &Evidence<'_>, mut all: Vec<Deviation>) -> Vec<Finding> {
    all.sort_by(|a, b| a.kind.cmp(&b.kind).then(b.size.total_cmp(&a.size)));
    let one = |same: &[Deviation]| {
        let worst = &same[0];
        let mut columns: Vec<String> = Vec::new();
        let mut others: Vec<String> = Vec::new();
        for deviation in same {
            let name = &evidence.names[deviation.column];
            if !columns.contains(name) {
                columns.push(name.clone());
            }
            if deviation.name != worst.name && !others.contains(&deviation.name) {
                others.push(deviation.name.clone());
            }
        }
        let severity = match worst.size >= PROBLEM {
            true => Severity::Problem,
            false => Severity::Caution,
        };
        let message = format!("{}{}", worst.message, also(&others));
        Finding::new(worst.kind, severity, columns, message)
    };
    all.chunk_by(|a, b| a.kind == b.kind).map(one).collect()
}

/// Returns the differences of a column of numbers.
fn numbers(evidence: &Evidence<'_>, group: &Group, place: usize, critical: f64) -> Vec<Deviation> {
    let name = &evidence.names[place];
    let [real, generated] = group.column(evidence, place).map(ascending);
    let deviation = |kind, size, message| Deviation {
        kind,
        column: place,
        size,
        name: format!("{name}{}", group.name),
        message,
    };
    let mut found = Vec::new();
    let sorted = [real.as_slice(), &generated];
    if let Some((size, message)) = outside(name, group, sorted, critical) {
        found.push(deviation(FindingKind::Range, size, message));
    }
    let mut is_off_limit = false;
    for limit in evidence.limits(place).into_iter().flatten() {
        let tolerance = EXACT * (real[real.len() - 1] - real[0]);
        let [in_real, in_samples] = [&real, &generated]
            .map(|values| Share::of(values, |&value| (value - limit).abs() <= tolerance));
        let difference = (in_samples.value() - in_real.value()).abs();
        // Rows that are (almost) always at a limit are judged together, as leaks.
        let is_leak = in_real.value() > 1.0 - MAX_EXCEPTIONS;
        if difference > MIN_SHARE && !is_leak && in_samples.excess(in_real).abs() > critical {
            is_off_limit = true;
            let message = format!(
                "{name} is at its limit {} in {} of the samples{}, and in {}.",
                number(limit),
                percent(in_samples.value()),
                group.name,
                of_real_rows(in_real)
            );
            let size = difference / MIN_SHARE;
            found.push(deviation(FindingKind::LimitShare, size, message));
        }
    }
    let varied = varied(&real);
    let [real, generated] = sorted.map(|values| Moments::of(values.iter().copied()));
    if varied < MIN_VARIED {
        return found;
    }
    let shift = (generated.mean - real.mean) / real.stddev;
    let error = real.mean_error.hypot(generated.mean_error) / real.stddev;
    if shift.abs() > MIN_SHIFT && shift.abs() > critical * error && !is_off_limit {
        let message = format!(
            "The mean of {name} is {} in samples{} and {} in real rows, {:.2} standard deviations \
             {}.",
            number(generated.mean),
            group.name,
            number(real.mean),
            shift.abs(),
            if shift > 0.0 { "too high" } else { "too low" },
        );
        found.push(deviation(
            FindingKind::Mean,
            shift.abs() / MIN_SHIFT,
            message,
        ));
    }
    let change = (generated.stddev / real.stddev).max(MIN_STDDEV).ln();
    let error = real.log_error.hypot(generated.log_error);
    if change.abs() > MIN_RATIO.ln() && change.abs() > critical * error {
        let message = format!(
            "The standard deviation of {name} is {} in samples{} and {} in real rows, {:.2} times \
             the real one.",
            number(generated.stddev),
            group.name,
            number(real.stddev),
            change.exp(),
        );
        let size = change.abs() / MIN_RATIO.ln();
        found.push(deviation(FindingKind::Spread, size, message));
    } else if let Some((size, message)) = unreached(name, group, sorted, critical) {
        found.push(deviation(FindingKind::Range, size, message));
    }
    found
}

/// Finds samples outside the range of real rows, of ascending values.
fn outside(
    name: &str,
    group: &Group,
    [real, generated]: [&[f64]; 2],
    critical: f64,
) -> Option<(f64, String)> {
    let (low, high) = (real[0], real[real.len() - 1]);
    let margin = MARGIN * (high - low);
    let is_positive = low >= 0.0 && high > 0.0;
    // A positive column has no negative values, however small they are.
    let floor = match is_positive {
        true => (low - margin).max(-EXACT * high),
        false => low - margin,
    };
    let outside = |&value: &f64| value < floor || value > high + margin;
    let samples = Share::of(generated, outside);
    // The least and the greatest real row would be outside if they were new.
    let none = Share {
        count: 2.min(real.len()),
        of: real.len(),
    };
    if margin == 0.0 || samples.value() <= MIN_OUTSIDE || samples.excess(none) <= critical {
        return None;
    }
    let below = Share::of(generated, |&value| value < 0.0);
    let message = match is_positive && below.value() > MIN_OUTSIDE {
        true => format!(
            "{name} is below 0 in {} of the samples{}; in real rows it is at least {}.",
            percent(below.value()),
            group.name,
            number(low)
        ),
        false => format!(
            "{name} is far outside the range of real rows, {} to {}, in {} of the samples{}.",
            number(low),
            number(high),
            percent(samples.value()),
            group.name,
        ),
    };
    Some((samples.value() / MIN_OUTSIDE, message))
}

/// Finds real rows outside the range of samples, of ascending values.
fn unreached(
    name: &str,
    group: &Group,
    [real, generated]: [&[f64]; 2],
    critical: f64,
) -> Option<(f64, String)> {
    let (least, greatest) = (generated[0], generated[generated.len() - 1]);
    let beyond = Share::of(real, |&value| value < least || value > greatest);
    // The least and the greatest sample would be beyond the others.
    let none = Share {
        count: 2.min(generated.len()),
        of: generated.len(),
    };
    let is_less = beyond.value() > MIN_OUTSIDE && beyond.excess(none) > critical;
    is_less.then(|| {
        let message = format!(
            "{name} is beyond all samples{} in {} of the real rows: samples reach from {} to {}, \
             real rows from {} to {}.",
            group.name,
            percent(beyond.value()),
            number(least),
            number(greatest),
            number(real[0]),
            number(real[real.len() - 1])
        );
        (beyond.value() / MIN_OUTSIDE, message)
    })
}

/// Returns the categories whose shares differ.
fn categories(evidence: &Evidence<'_>, groups: &[Group]) -> Vec<Deviation> {
    let values: usize = evidence
        .categories()
        .iter()
        .map(ExactSizeIterator::len)
        .sum();
    let critical = critical(values * groups.len());
    let mut found = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        if index > 0 && !group.has(MIN_ROWS) {
            continue;
        }
        for column in evidence.file_columns() {
            for (category, place) in column
                .categories
                .iter()
                .flatten()
                .zip(column.values.clone())
            {
                let [real, samples] = group
                    .column(evidence, place)
                    .map(|scores| Share::of(scores, |score| score == 1.0));
                let difference = (samples.value() - real.value()).abs();
                let is_lost = real.value() > 2.0 * samples.value() && real.value() > MIN_OUTSIDE;
                if (difference <= MIN_SHARE && !is_lost) || samples.excess(real).abs() <= critical {
                    continue;
                }
                let size = match samples.count {
                    0 => PROBLEM,
                    _ => (difference / MIN_SHARE).max(1.0),
                };
                found.push(Deviation {
                    kind: FindingKind::CategoryShare,
                    column: place,
                    size,
                    name: format!("{} = {category}{}", column.name, group.name),
                    message: format!(
                        "{} = {category} has {} of the samples{} and {} of the real rows.",
                        column.name,
                        percent(samples.value()),
                        group.name,
                        percent(real.value())
                    ),
                });
            }
        }
    }
    found
}

/// Returns the columns whose distributions differ in another way than those found before.
fn shapes(evidence: &Evidence<'_>, all: &Group, found: &[Deviation]) -> Vec<Deviation> {
    let numbers = evidence.numbers();
    let limit = critical_ks(all.real.len(), all.generated.len(), numbers.len());
    let new = numbers
        .into_iter()
        .filter(|place| found.iter().all(|other| other.column != *place));
    let shape = |place: usize| {
        let name = &evidence.names[place];
        let [real, generated] = all.column(evidence, place).map(ascending);
        let (ks, at) = largest_gap(&real, &generated);
        let below = |values: &[f64]| Share::of(values, |&value| value <= at).value();
        (ks > MIN_KS && ks > limit).then(|| Deviation {
            kind: FindingKind::Shape,
            column: place,
            size: ks / MIN_KS,
            name: name.clone(),
            message: format!(
                "{name} is at most {} in {} of the samples and in {} of the real rows.",
                number(at),
                percent(below(&generated)),
                percent(below(&real))
            ),
        })
    };
    new.filter_map(shape).collect()
}

/// Returns the largest gap of the distribution functions of ascending values, and its place.
fn largest_gap(a: &[f64], b: &[f64]) -> (f64, f64) {
    let below = |values: &[f64], at: f64| {
        values.partition_point(|&value| value <= at) as f64 / values.len() as f64
    };
    let gaps = a
        .iter()
        .chain(b)
        .map(|&at| ((below(a, at) - below(b, at)).abs(), at));
    let larger = |a: (f64, f64), b: (f64, f64)| if b.0 > a.0 { b } else { a };
    gaps.reduce(larger).expect("values")
}

/// Names the column that differs most.
fn worst(evidence: &Evidence<'_>, all: &Group) -> Option<Finding> {
    let ks = |place: usize| {
        let [real, generated] = all.column(evidence, place).map(ascending);
        largest_gap(&real, &generated).0
    };
    let all_ks: Vec<f64> = (0..evidence.names.len()).into_par_iter().map(ks).collect();
    let larger = |a: &usize, b: &usize| all_ks[*a].total_cmp(&all_ks[*b]).then(b.cmp(a));
    let worst = (0..all_ks.len()).max_by(larger)?;
    let name = evidence.names[worst].clone();
    let message = format!(
        "Worst column: {name}, KS {:.2} against {} real rows.",
        all_ks[worst],
        all.real.len()
    );
    Some(Finding::new(
        FindingKind::WorstColumn,
        Severity::Info,
        vec![name],
        message,
    ))
}
