//! Leaks: columns that (almost) always have one value in the real rows of a class, and that some
//! sample leaves. Light at night is the example.
//!
//! Each column may be right in nearly every sample while most samples are wrong somewhere. So the
//! event is that any of the columns leaves its value. Its share in further real rows is not 0,
//! because the columns were chosen by the rows: a row that is the only exception of a column would
//! be counted if the row were new. The share of such rows is an honest estimate (Good, *The
//! population frequencies of species*, Biometrika 40, 1953), and samples are compared with it.

use super::evidence::{EXACT, Group};
use super::statistics::{Share, ascending, critical, rank};
use super::words::{also, number, of_real_rows, percent, spans};
use super::{Evidence, Finding, FindingKind, Severity};

/// Share of exceptions up to which a column (almost) always has one value.
pub(super) const MAX_EXCEPTIONS: f64 = 0.005;
/// Least number of real rows, and of samples, of a class.
const MIN_ROWS: usize = 20;
/// Least share of samples that is reported, and the share that is a problem.
const MIN_SHARE: f64 = 0.02;
const PROBLEM_SHARE: f64 = 0.1;
/// Share of a column's range within which a sample counts as equal to a value that is no limit.
const TOLERANCE: f64 = 1e-3;

/// Samples of a class that leave the value of a column.
struct Leak {
    group: String,
    columns: Vec<usize>,
    message: String,
    samples: Share,
}

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let groups = [evidence.groups(), evidence.category_groups()].concat();
    let numbers = evidence.numbers();
    let critical = critical(groups.len());
    let mut leaks: Vec<Leak> = groups
        .iter()
        .filter(|group| group.has(MIN_ROWS))
        .filter_map(|group| leak(evidence, group, &numbers, critical))
        .collect();
    leaks.sort_by(|a, b| b.samples.value().total_cmp(&a.samples.value()));
    let worst = leaks.first()?;
    let others: Vec<String> = leaks[1..]
        .iter()
        .map(|leak| {
            format!(
                "{} of the samples{}",
                percent(leak.samples.value()),
                leak.group
            )
        })
        .collect();
    let severity = match worst.samples.value() >= PROBLEM_SHARE {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    let names = worst
        .columns
        .iter()
        .map(|&place| evidence.names[place].clone());
    let message = format!("{}{}", worst.message, also(&others));
    Some(Finding::new(
        FindingKind::Leak,
        severity,
        names.collect(),
        message,
    ))
}

/// A column that (almost) always has one value in the real rows of a group.
struct Still {
    place: usize,
    value: f64,
    tolerance: f64,
    exceptions: usize,
}

impl Still {
    fn of(evidence: &Evidence<'_>, real: &[f64], place: usize, most: usize) -> Option<Self> {
        let sorted = ascending(real.iter().copied());
        // A value that most rows have is the median.
        let value = rank(&sorted, 0.5);
        let all = evidence.real.column(place);
        let ends = all.iter().fold((value, value), |ends, &value| {
            (ends.0.min(value), ends.1.max(value))
        });
        let span = ends.1 - ends.0;
        let is_limit = evidence.limits(place).contains(&Some(value));
        let tolerance = if is_limit { EXACT } else { TOLERANCE } * span;
        // Constant columns are constant in samples too.
        let exceptions = real.iter().filter(|&&of| of != value).count();
        (span > 0.0 && exceptions <= most + 1).then_some(Self {
            place,
            value,
            tolerance,
            exceptions,
        })
    }
}

fn leak(evidence: &Evidence<'_>, group: &Group, numbers: &[usize], critical: f64) -> Option<Leak> {
    let most = (MAX_EXCEPTIONS * group.real.len() as f64) as usize;
    let mut columns: Vec<Still> = Vec::new();
    // Whether a row would be an exception if it were not among the rows that chose the columns.
    let mut is_exception = vec![false; group.real.len()];
    let mut is_off = vec![false; group.real.len()];
    let mut excess = vec![0.0_f64; group.generated.len()];
    let mut is_above = true;
    for &place in numbers {
        let [real, generated] = group.column(evidence, place);
        let Some(still) = Still::of(evidence, &real, place, most) else {
            continue;
        };
        let is_member = still.exceptions <= most;
        for (row, value) in real.iter().enumerate() {
            let off = *value != still.value;
            is_exception[row] |= off;
            is_off[row] |= off && is_member;
        }
        if !is_member {
            continue;
        }
        let mut leaks = false;
        for (most, value) in excess.iter_mut().zip(&generated) {
            let distance = value - still.value;
            if distance.abs() > still.tolerance {
                *most = most.max(distance.abs());
                is_above &= distance > 0.0;
                leaks = true;
            }
        }
        if leaks {
            columns.push(still);
        }
    }
    let samples = Share::of(&excess, |&most| most > 0.0);
    let expected = Share::of(&is_exception, |&is| is);
    let is_more = samples.excess(expected) > critical
        && samples.value() >= MIN_SHARE + 2.0 * expected.value();
    if columns.is_empty() || !is_more {
        return None;
    }
    let value = columns[0].value;
    let is_same = columns.iter().all(|column| column.value == value);
    let what = match (is_same, is_above) {
        (true, true) => format!("a value above {}", number(value)),
        (true, false) => format!("a value other than {}", number(value)),
        (false, _) => "a value that differs from that of real rows".to_owned(),
    };
    let places: Vec<usize> = columns.iter().map(|column| column.place).collect();
    let place = match places.len() {
        1 => String::new(),
        _ => "at least one of ".to_owned(),
    };
    let real = of_real_rows(Share::of(&is_off, |&is| is));
    let sizes = ascending(excess.into_iter().filter(|&most| most > 0.0));
    let message = format!(
        "{} of the samples{} have {what} in {place}{}, where {real} do. It is off by {} in the \
         median.",
        percent(samples.value()),
        group.name,
        spans(&evidence.names, &places),
        number(rank(&sizes, 0.5)),
    );
    Some(Leak {
        group: group.name.clone(),
        columns: places,
        message,
        samples,
    })
}
