//! Combinations of two columns that no real row has: categories, integers, and values at a limit.

use std::collections::BTreeMap;

use super::evidence::EXACT;
use super::statistics::{Share, ascending, critical};
use super::words::{number, of_real_rows, percent};
use super::{Evidence, Finding, FindingKind, Severity};

/// Most values of a column of integers that are compared one by one.
const MAX_VALUES: usize = 24;
/// Share of the rows at a limit, and away from it, from which both are compared.
const MIN_PILE: f64 = 0.05;
/// Most columns that are paired.
const MAX_COLUMNS: usize = 64;
/// Share of the real rows up to which they (almost) never have a combination.
const MAX_EXCEPTIONS: f64 = 1e-3;
/// Least share of samples that is reported, and the share that is a problem.
const MIN_SHARE: f64 = 0.01;
const PROBLEM_SHARE: f64 = 0.05;

/// A column of few different values.
struct Symbols {
    /// Name in the file.
    name: String,
    /// Texts of the values, as in `sky = sun`.
    texts: Vec<String>,
    /// Value of each real row and of each sample. Values that no real row has are `None`.
    real: Vec<Option<usize>>,
    generated: Vec<Option<usize>>,
    /// Whether the values are those of a class or category, or at a limit or not.
    source: Source,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Name,
    Integer,
    Limit,
}

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let symbols = symbols(evidence);
    let symbols = &symbols[..symbols.len().min(MAX_COLUMNS)];
    let mut found: Vec<(Share, [usize; 2], String)> = Vec::new();
    let critical = critical(symbols.len() * symbols.len().saturating_sub(1) / 2);
    for (index, a) in symbols.iter().enumerate() {
        for (other, b) in symbols[..index].iter().enumerate() {
            // A limit and a class or category are compared as leaks.
            let is_leak = [(a, b), (b, a)]
                .iter()
                .any(|(a, b)| a.source == Source::Limit && b.source == Source::Name);
            if !is_leak && let Some((share, message)) = compare(b, a, critical) {
                found.push((share, [other, index], message));
            }
        }
    }
    found.sort_by(|a, b| b.0.value().total_cmp(&a.0.value()));
    let (share, pair, message) = found.first()?;
    let name = |index: usize| symbols[index].name.clone();
    let others: Vec<String> = found[1..]
        .iter()
        .map(|(_, [a, b], _)| format!("{} with {}", name(*a), name(*b)))
        .collect();
    let severity = match share.value() >= PROBLEM_SHARE {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    let message = format!("{message}{}", super::words::also(&others));
    Some(Finding::new(
        FindingKind::Combination,
        severity,
        pair.map(name).to_vec(),
        message,
    ))
}

/// Compares the combinations of two columns.
fn compare(a: &Symbols, b: &Symbols, critical: f64) -> Option<(Share, String)> {
    let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let pairs = |a: &[Option<usize>], b: &[Option<usize>]| -> Vec<Option<(usize, usize)>> {
        a.iter().zip(b).map(|(a, b)| a.zip(*b)).collect()
    };
    let real = pairs(&a.real, &b.real);
    let generated = pairs(&a.generated, &b.generated);
    for &pair in real.iter().flatten() {
        *counts.entry(pair).or_default() += 1;
    }
    let most = (MAX_EXCEPTIONS * real.len() as f64) as usize;
    let count = |pair: &(usize, usize)| counts.get(pair).copied().unwrap_or(0);
    let is_new = |pair: &Option<(usize, usize)>| pair.is_some_and(|pair| count(&pair) <= most);
    let samples = Share::of(&generated, is_new);
    // Rows whose combination would be new if they were not among the real rows.
    let expected = Share::of(&real, |pair| {
        pair.is_some_and(|pair| count(&pair) <= most + 1)
    });
    if samples.excess(expected) <= critical || samples.value() < MIN_SHARE + 2.0 * expected.value()
    {
        return None;
    }
    let mut new: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for pair in generated
        .iter()
        .flatten()
        .filter(|pair| count(pair) <= most)
    {
        *new.entry(*pair).or_default() += 1;
    }
    let (&commonest, &times) = new.iter().max_by_key(|(_, times)| **times)?;
    let example = format!("{} with {}", a.texts[commonest.0], b.texts[commonest.1]);
    let found = Share::of(&real, is_new);
    let message = match new.len() {
        1 => format!(
            "{} of the samples combine {example}, and {} do.",
            percent(samples.value()),
            of_real_rows(found)
        ),
        _ => format!(
            "{} of the samples combine values of {} and {} that {} combine, such as {example} ({} \
             of the samples).",
            percent(samples.value()),
            a.name,
            b.name,
            of_real_rows(found),
            percent(times as f64 / generated.len() as f64)
        ),
    };
    Some((samples, message))
}

/// Returns the label, the category columns, and numbers of few values.
fn symbols(evidence: &Evidence<'_>) -> Vec<Symbols> {
    let mut all = Vec::new();
    let classes = evidence
        .real_classes
        .as_ref()
        .zip(evidence.generated.classes.as_ref());
    if let Some((real, generated)) = classes {
        let known = |of: &[u16]| of.iter().map(|&class| Some(class.into())).collect();
        all.push(Symbols {
            name: "the label".to_owned(),
            texts: evidence
                .classes
                .iter()
                .map(|name| format!("class {name}"))
                .collect(),
            real: known(real),
            generated: known(generated),
            source: Source::Name,
        });
    }
    for column in evidence.file_columns() {
        let Some(names) = &column.categories else {
            continue;
        };
        let of = |rows: &ndarray::Array2<f64>| {
            let chosen = |row: ndarray::ArrayView1<'_, f64>| {
                column.values.clone().position(|value| row[value] == 1.0)
            };
            rows.rows().into_iter().map(chosen).collect()
        };
        all.push(Symbols {
            name: column.name.to_owned(),
            texts: names
                .iter()
                .map(|name| format!("{} = {name}", column.name))
                .collect(),
            real: of(&evidence.real),
            generated: of(&evidence.generated.values),
            source: Source::Name,
        });
    }
    for place in evidence.independent_numbers() {
        all.extend(integers(evidence, place).or_else(|| limit(evidence, place)));
    }
    all
}

/// Returns the values of a column of few integers.
fn integers(evidence: &Evidence<'_>, place: usize) -> Option<Symbols> {
    let real = evidence.real.column(place);
    if !evidence.transform.ranges[place].integer {
        return None;
    }
    let mut values = ascending(real.iter().copied());
    values.dedup();
    if !(2..=MAX_VALUES).contains(&values.len()) {
        return None;
    }
    let name = &evidence.names[place];
    let of = |value: f64| values.iter().position(|&other| (other - value).abs() < 0.5);
    Some(Symbols {
        name: name.clone(),
        texts: values
            .iter()
            .map(|value| format!("{name} = {}", number(*value)))
            .collect(),
        real: real.iter().map(|&value| of(value)).collect(),
        generated: evidence
            .generated
            .values
            .column(place)
            .iter()
            .map(|&value| of(value))
            .collect(),
        source: Source::Integer,
    })
}

/// Returns whether each row is at the limit of a column at which many rows are.
fn limit(evidence: &Evidence<'_>, place: usize) -> Option<Symbols> {
    let real = evidence.real.column(place);
    let [min, max] = evidence.limits(place);
    let name = &evidence.names[place];
    let pile = |limit: f64| {
        let tolerance = EXACT * evidence.transform.scaling.scale[place];
        let of = |values: ndarray::ArrayView1<'_, f64>| -> Vec<Option<usize>> {
            let is_off = |value: &f64| usize::from((value - limit).abs() > tolerance);
            values.iter().map(|value| Some(is_off(value))).collect()
        };
        let symbols = Symbols {
            name: name.clone(),
            texts: ["=", "≠"]
                .map(|sign| format!("{name} {sign} {}", number(limit)))
                .to_vec(),
            real: of(real),
            generated: of(evidence.generated.values.column(place)),
            source: Source::Limit,
        };
        let off = Share::of(&symbols.real, |off| *off == Some(1)).value();
        (MIN_PILE..=1.0 - MIN_PILE)
            .contains(&off)
            .then_some(symbols)
    };
    min.and_then(pile).or_else(|| max.and_then(pile))
}
