//! Findings about the rows that a model is trained and judged on.

use std::collections::HashSet;

use ndarray::ArrayView1;

use super::statistics::ascending;
use super::words::{also, number};
use super::{Finding, FindingKind, Severity};
use crate::data::Table;
use crate::data::layout::{Layout, channel};
use crate::data::recordings::Recordings;
use crate::text::{MAX_LISTED, listed};

/// Least number of validation rows, and of training rows of a class, to judge by.
const MIN_VALIDATION: usize = 50;
const MIN_OF_CLASS: usize = 10;
/// Share of the rows that may be extreme.
const MAX_EXTREME: f64 = 0.005;
/// An extreme value is this many times farther from the median than 99 % of the other values, and
/// the standard deviation is this many times that of the other values.
const FAR: f64 = 5.0;
const MIN_RATIO: f64 = 2.0;

/// Returns findings about training rows and validation rows. `numbers` are the positions of the
/// training rows in the data.
#[must_use]
pub fn data(training: &Table, validation: &Table, numbers: Option<&[usize]>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(outliers(training, numbers));
    findings.extend(few_rows(validation));
    findings.extend(small_classes(training));
    findings.extend(constants(training));
    findings
}

fn outliers(training: &Table, numbers: Option<&[usize]>) -> Option<Finding> {
    let mut found: Vec<(f64, String, String)> = Vec::new();
    for column in training.file_columns() {
        let place = column.values.start;
        let is_circular = training.circular.iter().any(|of| of.first == place);
        if column.categories.is_none()
            && !is_circular
            && let Some(outlier) = Outlier::of(training.values.column(place))
        {
            let row = numbers.and_then(|numbers| numbers.get(outlier.row));
            let row = row.map_or_else(String::new, |row| format!(" in row {}", row + 1));
            let message = format!(
                "{} has an extreme value, {}{row}; without it, the standard deviation is {}, not \
                 {}. Samples may have such values too.",
                column.name,
                number(outlier.value),
                number(outlier.stddev[1]),
                number(outlier.stddev[0]),
            );
            let name = column.name.to_owned();
            found.push((outlier.stddev[0] / outlier.stddev[1], name, message));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let columns: Vec<String> = found.iter().map(|of| of.1.clone()).collect();
    let message = format!("{}{}", found.first()?.2, also(&columns[1..]));
    Some(Finding::new(
        FindingKind::Outlier,
        Severity::Caution,
        columns,
        message,
    ))
}

/// The most extreme value of a column whose scale a few values set.
struct Outlier {
    row: usize,
    value: f64,
    /// Standard deviation with and without the extreme values.
    stddev: [f64; 2],
}

impl Outlier {
    fn of(column: ArrayView1<'_, f64>) -> Option<Self> {
        let sorted = ascending(column.iter().copied());
        let median = sorted[sorted.len() / 2];
        let distances = ascending(column.iter().map(|value| (value - median).abs()));
        let most = ((MAX_EXTREME * column.len() as f64) as usize).max(1);
        let (usual, extreme) = distances.split_at(column.len().checked_sub(most)?);
        let limit = FAR * usual.last()?;
        let far = extreme.iter().position(|&distance| distance > limit)?;
        // The values below the first gap are usual, too.
        let limit = match far {
            0 => *usual.last()?,
            _ => extreme[far - 1],
        };
        let stddev = |within: f64| {
            let values = || {
                column
                    .iter()
                    .filter(|&value| (value - median).abs() <= within)
            };
            let count = values().count().max(1) as f64;
            let mean = values().sum::<f64>() / count;
            (values().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()
        };
        let stddev = [stddev(f64::INFINITY), stddev(limit)];
        let (row, value) = column
            .iter()
            .copied()
            .enumerate()
            .max_by(|a, b| (a.1 - median).abs().total_cmp(&(b.1 - median).abs()))?;
        let is_outlier = stddev[1] > 0.0 && stddev[0] > MIN_RATIO * stddev[1];
        is_outlier.then_some(Self { row, value, stddev })
    }
}

fn few_rows(validation: &Table) -> Option<Finding> {
    let rows = validation.values.nrows();
    // The 95 % point of the statistic with many samples.
    let chance = 1.36 / (rows as f64).sqrt();
    let message = match rows {
        1 => "The samples are judged on a single row, so no difference can be told.".to_owned(),
        _ => format!(
            "The samples are judged on only {rows} rows. By chance alone, KS reaches \
             {chance:.2}, so smaller differences cannot be told."
        ),
    };
    (rows < MIN_VALIDATION)
        .then(|| Finding::new(FindingKind::FewRows, Severity::Caution, Vec::new(), message))
}

fn small_classes(training: &Table) -> Option<Finding> {
    let labels = training.labels.as_ref()?;
    let mut counts = vec![0; labels.classes.len()];
    for &class in &labels.of_row {
        counts[usize::from(class)] += 1;
    }
    let small: Vec<String> = labels
        .classes
        .iter()
        .zip(&counts)
        .filter(|(_, count)| **count < MIN_OF_CLASS)
        .map(|(name, count)| format!("{name} ({count})"))
        .collect();
    let message = format!(
        "Classes with fewer than {MIN_OF_CLASS} training rows are hardly learnt: {}.",
        listed(&small, MAX_LISTED)
    );
    (!small.is_empty()).then(|| {
        let columns = vec![labels.column.clone()];
        Finding::new(FindingKind::FewRows, Severity::Caution, columns, message)
    })
}

/// Returns the columns that could be left out: no pixels of an image, and of windows only channels
/// of which all moments are constant.
fn constants(training: &Table) -> Option<Finding> {
    let layout = Layout::of(&training.columns, &training.categories);
    if matches!(layout, Layout::Image(_) | Layout::ColourImage(_)) {
        return None;
    }
    let is_constant = |place: &usize| {
        let column = training.values.column(*place);
        column.iter().all(|value| *value == column[0])
    };
    let numbers = training.file_columns();
    let numbers = numbers.iter().filter(|column| column.categories.is_none());
    let columns: Vec<usize> = numbers
        .map(|column| column.values.start)
        .filter(is_constant)
        .collect();
    let recordings = training.recordings.as_ref();
    let (text, names) = match recordings.is_some_and(Recordings::are_windows) {
        true => {
            let channels = constant_channels(training, &columns);
            (channels.join(", "), channels)
        }
        false => {
            let name = |&place: &usize| training.columns[place].clone();
            let names = columns.iter().map(name).collect();
            (super::words::spans(&training.columns, &columns), names)
        }
    };
    let message = format!("All values are equal in {text}.");
    let finding = Finding::new(FindingKind::Constant, Severity::Info, names, message);
    (!finding.columns.is_empty()).then_some(finding)
}

/// Returns the channels of windows of which all moments are among the `constant` columns.
fn constant_channels(training: &Table, constant: &[usize]) -> Vec<String> {
    let columns = training.columns.iter().enumerate();
    let others = columns.filter(|(at, _)| !constant.contains(at));
    let varying: HashSet<&str> = others.map(|(_, name)| channel(name)).collect();
    let channels = constant.iter().map(|&at| channel(&training.columns[at]));
    let mut channels: Vec<&str> = channels.filter(|name| !varying.contains(name)).collect();
    channels.dedup();
    channels.into_iter().map(str::to_owned).collect()
}
