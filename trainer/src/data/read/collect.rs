//! From rows to a [`Table`]: missing values, windows, an even draw if there are too many rows, and
//! classes by number.

use std::collections::BTreeSet;
use std::ops::Range;

use flowlet::format::MAX_WIDTH;
use ndarray::{Array2, ArrayView1, Axis};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::super::circular::Circular;
use super::super::error::{DataErrorKind, Place, quoted};
use super::super::note::{Note, NoteKind};
use super::super::range::ValueRange;
use super::super::{DataError, Labels, Table};
use super::declared::Declared;
use super::far::FarValues;
use super::names::{self, Expanded};
use super::options::{Missing, ReadOptions, Window};
use super::outliers;
use super::precision;
use super::recorder::{self, Recorder};
use super::row::{self, Opened, Row, sorted_names};
use super::time::{self, Times};
use super::watch::Watch;
use super::windows::Lengths;
use crate::text::counted;

/// Most values kept in memory by default: 1 GB.
const MAX_VALUES: usize = 1 << 27;
/// Seed of the draw of rows.
const SEED: u64 = 0x726f_7773;

/// Reads every row, and keeps what the options ask for. `times` are those of a first reading.
pub(super) fn collect(
    mut opened: Opened<'_>,
    times: Option<&Times>,
    options: &ReadOptions,
) -> Result<Table, DataError> {
    let named = names::positions(&opened, options);
    let mut recorder = Recorder::new(&opened, &named, times, options);
    let columns = match recorder.shape() {
        Some(shape) => shape.columns(&opened.columns),
        None => opened.columns.clone(),
    };
    let channels = opened.columns.len() - named.len();
    check_width(&opened.file, columns.len(), channels, options.window)?;
    let max_rows = options.rows.unwrap_or_else(|| {
        let categories = named.len() * names::MAX_CATEGORIES;
        MAX_VALUES / (columns.len() + categories)
    });
    let mut kept = Kept::new(max_rows);
    let mut missing = MissingValues::default();
    let declared = Declared::new(&options.missing_values);
    let mut far = FarValues::new(opened.columns.len(), &named);
    let mut watch = Watch::new(&opened, options);
    let rows = std::mem::replace(&mut opened.rows, Box::new(std::iter::empty()));
    let mut seen = 0;
    for row in rows {
        let mut row = row?;
        seen += 1;
        declared.take(&mut row, &opened.named);
        far.see(&row);
        if seen == 1 && options.window.is_some() {
            check_times(&opened, &row)?;
        }
        watch.see(&row);
        if missing.is_dropped(&opened, &row, options) {
            recorder.leave_out(&row);
        } else if let Some(row) = recorder.push(row)? {
            kept.offer(row);
        }
    }
    missing.check(options.missing)?;
    let lengths = recorder.end();
    if let (Some(window), true) = (options.window, kept.rows.len() < 2 && seen > 1) {
        return Err(no_windows(
            &opened,
            kept.rows.len(),
            &named,
            window,
            &lengths,
        ));
    }
    kept.check(&opened.file, seen)?;
    let recordings = recorder.recordings(&kept.rows);
    let mut notes = std::mem::take(&mut opened.notes);
    notes.append(&mut opened.late.borrow_mut());
    notes.extend(times.iter().flat_map(|times| times.notes.clone()));
    if let Some(window) = options.window {
        notes.extend(recorder::short_note(&opened, &named, window, &lengths));
    }
    notes.extend(watch.notes(&opened));
    notes.extend(far.notes(&opened));
    let (opened, named) = match recorder.shape() {
        Some(shape) => {
            let named: Vec<usize> = named.iter().map(|&at| shape.position(at)).collect();
            (shape.opened(&opened), named)
        }
        None => (opened, named),
    };
    let table = kept.table(&opened, &named, options)?;
    // A code for a missing value is no outlier.
    let is_code = |note: &Note| {
        let place = &note.place;
        let is_same = |known: &&Note| known.place.column == place.column;
        note.kind == NoteKind::Outlier
            && notes
                .iter()
                .filter(is_same)
                .any(|known| known.kind == NoteKind::Recurring)
    };
    let more: Vec<Note> = table
        .notes
        .into_iter()
        .filter(|note| !is_code(note))
        .collect();
    notes.extend(more);
    Ok(Table {
        recordings,
        notes,
        ..table
    })
}

/// The error of too few windows.
fn no_windows(
    opened: &Opened<'_>,
    found: usize,
    named: &[usize],
    window: Window,
    lengths: &Lengths,
) -> DataError {
    let windows = if found == 1 { "window" } else { "windows" };
    let only = format!("only {found} {windows} of {} rows", window.length);
    let changes = lengths.changes.iter().max_by_key(|&(_, changes)| changes);
    if let Some((&column, changes)) = changes
        && 2 * changes >= lengths.count
    {
        let message = format!(
            "{only} have one name in this column, which has {}; leave the column out",
            counted(*changes, "change", "changes")
        );
        let place = Place::file(&opened.file).with_column(&opened.columns[named[column]]);
        let kind = DataErrorKind::UnusableColumn {
            may_be_label: false,
        };
        return DataError::new(kind, place, message);
    }
    let &Lengths {
        count,
        short,
        longest,
        ..
    } = lengths;
    let what = recorder::stretches(opened, named);
    let why = match (count, short) {
        (0 | 1, _) | (_, 0) => String::new(),
        _ if short == count => {
            format!(": all {count} {what} are shorter, and the longest has {longest} rows")
        }
        _ => format!(": {short} of {count} {what} are shorter"),
    };
    let message = format!(
        "{only}, but at least 2 are needed{why}; choose a shorter window or a smaller stride"
    );
    DataError::in_file(&opened.file, message).of_kind(DataErrorKind::NoWindow)
}

/// Refuses times among the categories of windows: each row has another one.
fn check_times(opened: &Opened<'_>, row: &Row) -> Result<(), DataError> {
    let columns = opened.named.iter().zip(&row.names);
    let mut times = columns.filter(|(_, name)| time::parse(name).is_some());
    match times.next() {
        Some((&column, name)) if name.parse::<f64>().is_err() => {
            let place = opened.place(row, column);
            let message = format!(
                "{} is a date or a time, but windows consist of numbers; name the column as the \
                 time, or leave it out",
                quoted(name)
            );
            Err(DataError::new(DataErrorKind::TimeColumn, place, message))
        }
        _ => Ok(()),
    }
}

fn check_width(
    file: &str,
    found: usize,
    channels: usize,
    window: Option<Window>,
) -> Result<(), DataError> {
    let max = usize::from(MAX_WIDTH);
    if found <= max {
        return Ok(());
    }
    Err(match window {
        Some(window) => {
            let names = found - channels * window.length;
            let longest = max.saturating_sub(names) / channels.max(1);
            let message = format!(
                "a window has {found} values, but a model has at most {max}; choose windows of at \
                 most {longest} rows, or leave out columns"
            );
            DataError::in_file(file, message).of_kind(DataErrorKind::WindowTooLong(longest))
        }
        None => {
            let message = format!(
                "a row has {found} values, but a model has at most {max}; leave out columns, or cut \
                 long rows into windows"
            );
            DataError::in_file(file, message).of_kind(DataErrorKind::TooWide)
        }
    })
}

/// Missing values seen so far.
#[derive(Default)]
struct MissingValues {
    count: usize,
    first: Option<Place>,
}

impl MissingValues {
    /// Counts the missing values of a row. Returns whether the row is left out.
    fn is_dropped(&mut self, opened: &Opened<'_>, row: &Row, options: &ReadOptions) -> bool {
        let values = row.values.iter().zip(&opened.columns);
        let values = values.filter(|(value, _)| value.is_nan());
        let is_empty = |cell: &Option<String>| cell.as_ref().is_some_and(String::is_empty);
        let label = opened.label.as_ref().map(|(name, _)| name);
        let keys = [
            (label, &row.label),
            (options.group.as_ref(), &row.origin.group),
            (options.time.as_ref(), &row.origin.time),
        ];
        let keys = keys.into_iter().filter(|(_, cell)| is_empty(cell));
        // A class, a group or a time cannot be filled in.
        let keys: Vec<&String> = keys.filter_map(|(name, _)| name).collect();
        let lacks_key = !keys.is_empty();
        let columns: Vec<&String> = values.map(|(_, name)| name).chain(keys).collect();
        let Some(first) = columns.first() else {
            return false;
        };
        self.count += columns.len();
        self.first
            .get_or_insert_with(|| row::place(&opened.file, row, first));
        match options.missing {
            Missing::Refuse => false,
            Missing::Drop => true,
            Missing::Mean => lacks_key,
        }
    }

    fn check(self, missing: Missing) -> Result<(), DataError> {
        match self.first {
            Some(place) if missing == Missing::Refuse => {
                let message = match self.count {
                    1 => "the value is missing; fill it in, or drop the row".to_owned(),
                    count => format!(
                        "the value is missing, and {count} are missing in all; fill them in, or \
                         drop their rows"
                    ),
                };
                Err(DataError::new(DataErrorKind::MissingValue, place, message))
            }
            _ => Ok(()),
        }
    }
}

/// The rows that are kept: all of them, or an even draw if there are more than `max` (Vitter 1985,
/// *Random sampling with a reservoir*, algorithm R).
struct Kept {
    max: usize,
    offered: u64,
    rows: Vec<Row>,
    rng: Xoshiro256PlusPlus,
}

impl Kept {
    fn new(max: usize) -> Self {
        Self {
            max,
            offered: 0,
            rows: Vec::new(),
            rng: Xoshiro256PlusPlus::seed_from_u64(SEED),
        }
    }

    fn offer(&mut self, row: Row) {
        self.offered += 1;
        if self.rows.len() < self.max {
            self.rows.push(row);
            return;
        }
        let place = self.rng.random_range(0..self.offered);
        if let Some(kept) = self.rows.get_mut(place as usize) {
            *kept = row;
        }
    }

    fn check(&self, file: &str, seen: usize) -> Result<(), DataError> {
        let (kind, message) = match self.rows.len() {
            2.. => return Ok(()),
            _ if seen > 1 => {
                let message = "fewer than 2 rows have no missing values; fill the missing values";
                (DataErrorKind::TooFewComplete, message)
            }
            0 => (
                DataErrorKind::NoRows,
                "the file has no rows; add at least 2",
            ),
            _ => {
                let message = "the file has a single row; add at least one more";
                (DataErrorKind::Other, message)
            }
        };
        Err(DataError::in_file(file, message).of_kind(kind))
    }

    fn table(
        self,
        opened: &Opened<'_>,
        named: &[usize],
        options: &ReadOptions,
    ) -> Result<Table, DataError> {
        let Expanded {
            columns,
            categories,
            circular,
            mut values,
            widths,
            notes,
        } = names::expand(opened, &self.rows, named, options)?;
        let labels = match &opened.label {
            Some((name, position)) => {
                let position = widths[..*position].iter().sum();
                Some(labels(opened, &self.rows, name, position)?)
            }
            None => None,
        };
        if options.missing == Missing::Mean {
            fill(&mut values, &opened.file, &columns, &circular)?;
        }
        let points = circular.iter().map(|of| of.first..of.first + 2);
        let mut others: Vec<Range<usize>> = categories.iter().cloned().chain(points).collect();
        others.sort_by_key(|range| range.start);
        let names = (columns.as_slice(), others.as_slice());
        let outliers = outliers::notes(
            &opened.file,
            &self.rows,
            names,
            &values,
            options.window.is_some(),
        );
        let rounded = precision::notes(&opened.file, names, &values);
        Ok(Table {
            columns,
            categories,
            circular,
            values,
            labels,
            notes: [notes, outliers, rounded].concat(),
            ..Table::default()
        })
    }
}

/// Replaces missing values by the mean of their column, rounded as its values are.
fn fill(
    values: &mut Array2<f64>,
    file: &str,
    columns: &[String],
    circular: &[Circular],
) -> Result<(), DataError> {
    for (at, mut column) in values.axis_iter_mut(Axis(1)).enumerate() {
        let present: Vec<f64> = column
            .iter()
            .copied()
            .filter(|value| !value.is_nan())
            .collect();
        if present.is_empty() {
            return Err(names::no_values(file, &columns[at]));
        }
        let mean = match circular.iter().find(|of| of.first == at) {
            Some(circular) => circular.mean(&present),
            None => {
                let mean = present.iter().sum::<f64>() / present.len() as f64;
                ValueRange::of(ArrayView1::from(&present)).nearest(mean)
            }
        };
        column.mapv_inplace(|value| if value.is_nan() { mean } else { value });
    }
    Ok(())
}

fn labels(
    opened: &Opened<'_>,
    rows: &[Row],
    column: &str,
    position: usize,
) -> Result<Labels, DataError> {
    let class = |row: &Row| row.label.clone().unwrap_or_default();
    let cells: Vec<String> = rows.iter().map(class).collect();
    if let Some((row, class)) = rows
        .iter()
        .zip(&cells)
        .find(|(_, class)| class.contains(char::is_control))
    {
        let place = opened.place(row, opened.columns.len());
        return Err(names::control_character(place, class));
    }
    let classes: BTreeSet<&String> = cells.iter().collect();
    let classes = sorted_names(classes.into_iter().cloned().collect());
    Labels::new(column, position, classes, &cells).map_err(|error| {
        let place = Place::file(&opened.file).with_column(column);
        DataError::new(error.kind, place, error.message)
    })
}
