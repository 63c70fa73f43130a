//! Windows: entire recordings if there are enough, otherwise blocks of time with gaps between them.

use std::collections::{BTreeMap, BTreeSet};

use rand_xoshiro::Xoshiro128PlusPlus;

use super::super::Table;
use super::super::recordings::{Recordings, Span};
use super::units::{Unit, choose, class};
use super::{Split, SplitBy, counts};

/// Number of recordings of each class from which they are not divided.
const ENOUGH: usize = 10;
/// Greatest number of blocks of a class, and the number that a class needs.
const BLOCKS: [usize; 2] = [50, 5];
/// Least length of a block, in windows, because a gap of a window may follow it.
const WINDOWS: usize = 4;

/// Divides windows. The rows are in no order.
pub(super) fn split(
    table: &Table,
    recordings: &Recordings,
    fraction: f64,
    rng: &mut Xoshiro128PlusPlus,
) -> Split {
    if has_enough(table, recordings) {
        let units = Unit::all(table, |row| recordings.of_row[row].recording);
        let chosen = choose(&units, fraction, rng);
        let (validation, training) = Unit::divided(&units, &chosen);
        return Split {
            training,
            validation,
            by: SplitBy::Recordings {
                counts: counts(&chosen),
            },
        };
    }
    let blocks = blocks(table, recordings);
    let units = Unit::all(table, |row| blocks[row]);
    let chosen = choose(&units, fraction, rng);
    let (validation, training) = match chosen.contains(&true) {
        true => Unit::divided(&units, &chosen),
        false => latest(recordings, fraction),
    };
    let mut split = apart(table, recordings, validation, training);
    let lost = |split: &Split| match split.by {
        SplitBy::Blocks { overlap: true, .. } => usize::MAX,
        SplitBy::Blocks { left_out, .. } => left_out,
        _ => 0,
    };
    if lost(&split) > split.training.len() {
        let (validation, training) = latest(recordings, fraction);
        let other = apart(table, recordings, validation, training);
        if lost(&other) < lost(&split) {
            split = other;
        }
    }
    if let SplitBy::Blocks { counts: of, .. } = &mut split.by {
        let blocks_of = |rows: &[usize]| {
            let distinct: BTreeSet<_> = rows.iter().map(|&row| blocks[row]).collect();
            distinct.len()
        };
        *of = [blocks_of(&split.training), blocks_of(&split.validation)];
    }
    split
}

/// Returns whether each class has enough recordings.
fn has_enough(table: &Table, recordings: &Recordings) -> bool {
    let mut of_class: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (row, span) in recordings.of_row.iter().enumerate() {
        of_class
            .entry(class(table, row))
            .or_default()
            .insert(span.recording);
    }
    of_class
        .values()
        .all(|recordings| recordings.len() >= ENOUGH)
}

/// Returns the block of each row: its class, its recording, and a number.
fn blocks(table: &Table, recordings: &Recordings) -> Vec<(usize, usize, usize)> {
    // First and last start of each stretch, which has one class and one recording.
    let mut stretches: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
    let key = |row: usize| (class(table, row), recordings.of_row[row].recording);
    for (row, span) in recordings.of_row.iter().enumerate() {
        let ends = stretches
            .entry(key(row))
            .or_insert((span.start, span.start));
        *ends = (ends.0.min(span.start), ends.1.max(span.start));
    }
    let length = recordings
        .of_row
        .iter()
        .map(|span| span.length)
        .max()
        .unwrap_or(1);
    let of_class = |class: usize| {
        let of = stretches.iter().filter(|((of, _), _)| *of == class);
        let all: usize = of.map(|(_, (first, last))| last - first + length).sum();
        let [most, least] = BLOCKS;
        (all / most).max(WINDOWS * length).min(all / least).max(1)
    };
    let block = |row: usize| {
        let (class, recording) = key(row);
        let (first, last) = stretches[&(class, recording)];
        let extent = last - first + 1;
        let count = (extent as f64 / of_class(class) as f64).round().max(1.0) as usize;
        let start = recordings.of_row[row].start - first;
        (class, recording, start * count / extent)
    };
    (0..recordings.of_row.len()).map(block).collect()
}

/// Returns the last windows of each recording, and the others.
fn latest(recordings: &Recordings, fraction: f64) -> (Vec<usize>, Vec<usize>) {
    let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, span) in recordings.of_row.iter().enumerate() {
        of.entry(span.recording).or_default().push(row);
    }
    let (mut validation, mut training) = (Vec::new(), Vec::new());
    let all = recordings.of_row.len() as f64;
    for mut rows in of.into_values() {
        rows.sort_by_key(|&row| recordings.of_row[row].start);
        // Rounds the sum over recordings, not each share.
        let seen = (validation.len() + training.len() + rows.len()) as f64;
        let wanted = (seen * fraction).round() as usize;
        let wanted = if seen == all { wanted.max(1) } else { wanted };
        let wanted = wanted.saturating_sub(validation.len());
        let kept = rows.len() - wanted.min(rows.len() - 1);
        validation.extend_from_slice(&rows[kept..]);
        training.extend_from_slice(&rows[..kept]);
    }
    if validation.is_empty() {
        validation.extend(training.pop());
    }
    (validation, training)
}

/// Leaves out training windows that share moments with validation windows, unless a class would
/// have none left.
fn apart(
    table: &Table,
    recordings: &Recordings,
    validation: Vec<usize>,
    training: Vec<usize>,
) -> Split {
    let mut spans: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
    for &row in &validation {
        let span = recordings.of_row[row];
        spans.entry(span.recording).or_default().push(span);
    }
    for spans in spans.values_mut() {
        spans.sort_unstable_by_key(|span| span.start);
    }
    let overlaps = |row: usize| {
        let span = recordings.of_row[row];
        let Some(others) = spans.get(&span.recording) else {
            return false;
        };
        // All windows are equally long, so one of the two neighbours overlaps if any does.
        let next = others.partition_point(|other| other.start < span.start);
        let near = others[next.saturating_sub(1)..].iter().take(2);
        near.into_iter().any(|other| span.overlaps(other))
    };
    let classes =
        |rows: &[usize]| -> BTreeSet<usize> { rows.iter().map(|&row| class(table, row)).collect() };
    let kept: Vec<usize> = training
        .iter()
        .copied()
        .filter(|&row| !overlaps(row))
        .collect();
    let overlap = classes(&kept) != classes(&training);
    let left_out = if overlap {
        0
    } else {
        training.len() - kept.len()
    };
    Split {
        training: if overlap { training } else { kept },
        validation,
        by: SplitBy::Blocks {
            counts: [0; 2],
            left_out,
            overlap,
        },
    }
}
