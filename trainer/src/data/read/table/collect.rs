//! From rows to a [`Table`]: missing values, windows, and an even draw if there are too many rows.

use flowlet::format::MAX_WIDTH;

use super::super::options::{ReadOptions, Window};
use super::super::rows::declared::Declared;
use super::super::rows::selection::MAX_CATEGORIES;
use super::super::rows::{Opened, Row};
use super::super::stamp::Stamp;
use super::flaws::{self, far::FarValues};
use super::kept::Kept;
use super::missing::MissingValues;
use super::names;
use super::recordings::times::Times;
use super::recordings::watch::Watch;
use super::recordings::{self, Recorder};
use crate::data::error::{DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};
use crate::data::{DataError, Table};
use crate::text::counted;

/// Most values kept in memory by default: 1 GB.
const MAX_VALUES: usize = 1 << 27;

/// Reads every row, and keeps what the options ask for. `times` are those of a first reading.
pub(crate) fn collect(
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
        let categories = named.len() * MAX_CATEGORIES;
        MAX_VALUES / (columns.len() + categories)
    });
    let mut kept = Kept::new(max_rows);
    let mut missing = MissingValues::default();
    let declared = Declared::new(&options.missing_values);
    let mut far = FarValues::new(opened.columns.len(), &named);
    let mut watch = Watch::new(&opened, options);
    let rows = std::mem::replace(&mut opened.rows, Box::new(std::iter::empty()));
    let (mut seen, mut left_out) = (0, 0);
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
            left_out += 1;
        } else if let Some(row) = recorder.push(row)? {
            kept.offer(row);
        }
    }
    missing.check(options.missing, seen)?;
    let lengths = recorder.end();
    let enough = if options.single { 1 } else { 2 };
    if let (Some(window), true) = (options.window, kept.rows.len() < enough && seen > 1) {
        return Err(recordings::no_windows(
            &opened,
            [kept.rows.len(), enough],
            &named,
            window,
            &lengths,
        ));
    }
    kept.check(&opened.file, seen, enough)?;
    let recordings = recorder.recordings(&kept.rows);
    let mut notes = std::mem::take(&mut opened.notes);
    notes.append(&mut opened.late.borrow_mut());
    notes.extend(times.iter().flat_map(|times| times.notes.clone()));
    if left_out > 0 && options.window.is_none() {
        let place = Place::file(&opened.file);
        let rows = counted(left_out, "row is", "rows are");
        let message = format!("{rows} left out, because values are missing, and not counted");
        notes.push(Note::new(NoteKind::Other, place, message));
    }
    if let Some(window) = options.window {
        notes.extend(recordings::short_note(&opened, &named, window, &lengths));
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
    let flaws = flaws::without_codes(table.notes, &notes);
    notes.extend(flaws);
    Ok(Table {
        recordings,
        notes,
        ..table
    })
}

/// Refuses times among the categories of windows: each row has another one.
fn check_times(opened: &Opened<'_>, row: &Row) -> Result<(), DataError> {
    let columns = opened.named.iter().zip(&row.names);
    let mut times = columns.filter(|(_, name)| Stamp::of(name).is_some());
    match times.next() {
        Some((&column, name)) => {
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
