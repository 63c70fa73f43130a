//! What the cells of a column suggest, and what settles it.

use super::super::cell::numbers::Written;
use super::durations;
use super::format::{NumberFormat, Seen, SeenCell};
use super::survey::Role;
use super::{Column, SurveyedFile};
use crate::data::error::{DataError, Place, quoted};
use crate::data::note::{Note, NoteKind};
use crate::data::read::options::{Missing, ReadOptions};
use crate::data::read::rows::selection::MAX_CATEGORIES;

/// Refuses a column that cannot be numbers or names.
pub(crate) fn check(column: &Column, source: SurveyedFile<'_>) -> Result<(), DataError> {
    if column.role != Role::Names {
        column.survey.integers.note(source.file, &column.name)?;
    }
    match column.role {
        Role::MixedUnits => check_units(column, source),
        Role::Names if !column.keeps_all && column.survey.is_unique_text() => {
            let cells = column.survey.cells;
            if cells <= MAX_CATEGORIES {
                return Ok(());
            }
            let message = match unknown_number(column) {
                Some(cell) => format!(
                    "{} is no number, and no two of the {cells} cells are equal; write plain \
                     numbers, or leave the column out",
                    quoted(cell)
                ),
                None => format!(
                    "no two of the {cells} names are equal, so that the column may be an \
                     identifier; leave it out"
                ),
            };
            let place = Place::file(source.file).with_column(&column.name);
            Err(DataError::unusable_column(place, message))
        }
        _ => Ok(()),
    }
}

/// The error of a column that repeats some names, but has too many.
pub(crate) fn too_many(column: &Column, source: SurveyedFile<'_>) -> Option<DataError> {
    let survey = &column.survey;
    let has_names = column.role == Role::Names && !column.keeps_all;
    let has_many = survey.has_many_texts() && !survey.has_dates() && !survey.is_unique_text();
    let place = Place::file(source.file).with_column(&column.name);
    (has_names && has_many).then(|| DataError::unusable_column(place, "too many names"))
}

/// Returns the first cell of a column of names, if it may be a number that is written unusually,
/// such as `0x1F`, `1/2` or `30:15`.
fn unknown_number(column: &Column) -> Option<&str> {
    let cell = &column.survey.texts.first.as_ref()?.text;
    let start = cell.trim_start_matches(|c: char| !c.is_alphanumeric());
    start.starts_with(char::is_numeric).then_some(cell)
}

fn check_units(column: &Column, source: SurveyedFile<'_>) -> Result<(), DataError> {
    let survey = &column.survey;
    let units = survey.units.iter().map(|(unit, seen)| (unit.text(), seen));
    let none = survey
        .numbers
        .is_some()
        .then(|| (String::new(), &survey.numbers));
    let mut all: Vec<(String, &Seen)> = units.chain(none).collect();
    all.sort_by_key(|(_, seen)| std::cmp::Reverse(seen.count));
    let [(usual, _), (_, odd), ..] = all.as_slice() else {
        return Ok(());
    };
    let Some(cell) = &odd.first else {
        return Ok(());
    };
    let has = match usual.is_empty() {
        true => "no unit".to_owned(),
        false => format!("the unit {}", quoted(usual)),
    };
    let advice = match survey.has_opposite_units() {
        true => "write degrees in the south and the west as negative numbers without letters",
        false => "use one unit, or leave the column out",
    };
    let message = format!(
        "{} is unlike other cells of this column, which have {has}; {advice}",
        quoted(&cell.text)
    );
    let place = source.place(&column.name, cell);
    Err(DataError::unusable_column(place, message))
}

/// Describes a text among numbers, as the words after the text.
pub(crate) fn not_a_number(column: &Column, cell: &str) -> String {
    let survey = &column.survey;
    let measured = survey.units.iter().find(|(unit, _)| match &column.role {
        Role::Measured(of) => of == unit,
        _ => false,
    });
    let numbers = match (&column.role, measured) {
        (Role::Durations, _) => survey.durations.seen.count,
        (_, Some((_, seen))) => seen.count,
        _ => survey.numbers.count,
    };
    let others = survey.cells - numbers - 1;
    match others {
        _ if is_limit(cell) => "is a limit of detection and not a number; write a number in such \
                                cells, or leave them empty"
            .to_owned(),
        0 => "is not a number; correct it or remove the row".to_owned(),
        _ if survey.is_only_text(cell) => format!(
            "is not a number, and is in {} cells of this column; declare it if it means a missing \
             value, or correct the cells",
            survey.texts.count
        ),
        _ if others > numbers => format!(
            "is not a number, as {numbers} of the {} cells of this column are; correct it, or \
             declare that the column has categories",
            survey.cells
        ),
        _ => format!(
            "is not a number, like {others} more of the {} cells of this column; correct them or \
             remove the rows",
            survey.cells
        ),
    }
}

/// Returns whether a cell is a limit of detection, such as `<0.006`.
fn is_limit(cell: &str) -> bool {
    let limit = cell.strip_prefix(['<', '>', '≤', '≥']);
    limit.is_some_and(|limit| Written::of(limit.trim_start_matches(['=', ' '])).is_some())
}

/// Notes about a column.
pub(crate) fn notes(
    column: &Column,
    source: SurveyedFile<'_>,
    format: NumberFormat,
    options: &ReadOptions,
) -> Vec<Note> {
    let notes = match column.role {
        Role::Names if column.keeps_all => Vec::new(),
        Role::Names => of_names(column, source, options),
        _ => of_numbers(column, source, format, options),
    };
    notes.into_iter().flatten().collect()
}

fn of_names(column: &Column, source: SurveyedFile<'_>, options: &ReadOptions) -> Vec<Option<Note>> {
    let survey = &column.survey;
    let category = |cell: &SeenCell, message: String| {
        let place = source.place(&column.name, cell);
        Note::new(NoteKind::Category, place, message)
    };
    let identifier = |message| column_note(NoteKind::Identifier, column, source, message);
    let few = survey.numbers.first_if(!survey.has_dates()).map(|cell| {
        let message = format!(
            "{} of the {} cells are numbers, such as {}; the column is read as names",
            survey.numbers.count,
            survey.cells,
            quoted(&cell.text)
        );
        category(cell, message)
    });
    let word = survey.words.first_if(options.missing != Missing::Refuse);
    let word = word.map(|cell| category(cell, missing(&survey.words, cell)));
    let unique = survey
        .is_unique_text()
        .then(|| match unknown_number(column) {
            Some(cell) => format!(
                "{} is read as a name, and no name comes twice; write plain numbers if it is one",
                quoted(cell)
            ),
            None => "no name comes twice, so that the column may be an identifier".to_owned(),
        });
    let odd = survey
        .texts
        .first_if(!survey.is_unique_text() && !survey.has_dates());
    let odd = odd.filter(|cell| is_odd_number(&cell.text)).map(|cell| {
        let cell = quoted(&cell.text);
        format!("{cell} is read as a name; write plain numbers if it is one")
    });
    vec![few, word, unique.map(identifier), odd.map(identifier)]
}

/// Returns whether a name is a number that is written unusually: `0x1F`, `1/8`, `0.5±0.1`, `4k7`.
fn is_odd_number(cell: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let text = cell.trim_start_matches(['-', '+']);
    let mut letters = text
        .trim_matches(|c: char| c.is_ascii_digit() || c == '.')
        .chars();
    let has_mark = text.starts_with("0x") || text.contains(['±', '×', '_', '/', '(', '\'', '[']);
    let has_letter = letters.next().is_some_and(|c| "kKMRuµ".contains(c))
        && letters.next().is_none()
        && is_digit(text.chars().next_back());
    is_digit(text.trim_start_matches(['[', '(']).chars().next()) && (has_mark || has_letter)
}

fn of_numbers(
    column: &Column,
    source: SurveyedFile<'_>,
    format: NumberFormat,
    options: &ReadOptions,
) -> Vec<Option<Note>> {
    let survey = &column.survey;
    let note =
        |kind, cell: &SeenCell, message| Note::new(kind, source.place(&column.name, cell), message);
    let read = |cell: &SeenCell| {
        let value = Written::of(&cell.text).and_then(|written| format.value(&written));
        let value = value.map_or("?".to_owned(), |value| value.to_string());
        format!("{} is read as {value}", quoted(&cell.text))
    };
    let unit = match (&column.role, survey.units.first()) {
        (Role::Measured(unit), Some((_, seen))) => seen.first.as_ref().map(|cell| {
            let message = format!("{}, without the unit {}", read(cell), quoted(&unit.text()));
            note(NoteKind::Category, cell, message)
        }),
        _ => None,
    };
    let duration = survey
        .durations
        .seen
        .first_if(column.role == Role::Durations);
    let duration = duration.and_then(|cell| {
        let seconds = durations::seconds(&cell.text)?;
        let message = format!(
            "the durations are read in seconds: {} is {seconds}",
            quoted(&cell.text)
        );
        Some(note(NoteKind::Category, cell, message))
    });
    let sign = survey.unusual_signs.first.as_ref();
    let sign = sign.map(|cell| note(NoteKind::Other, cell, read(cell)));
    let zeros = survey.leading_zeros.first.as_ref().map(|cell| {
        let message = format!("{}, without its leading zero", read(cell));
        note(NoteKind::Category, cell, message)
    });
    let dotted = survey
        .dotted_zeros
        .first_if(survey.dotted_times == survey.cells);
    let dotted = dotted.map(|cell| {
        let message = format!(
            "{}, but may be a time; if so, write it with a colon",
            read(cell)
        );
        note(NoteKind::Category, cell, message)
    });
    let markers = survey.markers.first_if(options.missing != Missing::Refuse);
    let markers = markers.map(|cell| note(NoteKind::Other, cell, missing(&survey.markers, cell)));
    // Windows have notes of their own about time.
    let is_row = options.window.is_none();
    let identifier = is_row.then(|| identifier(column, source)).flatten();
    let rounded = survey.integers.note(source.file, &column.name);
    let rounded = rounded.ok().flatten();
    vec![
        unit, duration, sign, zeros, dotted, markers, identifier, rounded,
    ]
}

/// A note about numbers in quotes, in a file that has others without.
pub(crate) fn quotes(column: &Column, source: SurveyedFile<'_>) -> Option<Note> {
    let survey = &column.survey;
    let is_quoted = survey.quoted_numbers == survey.cells && survey.cells > 0;
    // Only quotes keep some numbers together.
    let needs_quotes = survey.marks.has_comma() && source.delimiter == b',';
    let is_note = column.role == Role::Numbers && is_quoted && !needs_quotes;
    is_note.then(|| {
        let message = "the cells are read as numbers, but are quoted as names are";
        column_note(NoteKind::Category, column, source, message.to_owned())
    })
}

/// A note about a column that counts the rows, or has dates in digits.
fn identifier(column: &Column, source: SurveyedFile<'_>) -> Option<Note> {
    let survey = &column.survey;
    let progression = &survey.progression;
    let first = survey.compact_dates.first.as_ref();
    if let Some(cell) = first.filter(|_| survey.compact_dates.count == survey.cells) {
        let message = format!(
            "{} looks like a date, but is read as a number; samples may have dates that do not exist",
            quoted(&cell.text)
        );
        let place = source.place(&column.name, cell);
        return Some(Note::new(NoteKind::Identifier, place, message));
    }
    // Excel counts days since 1900.
    let serial = survey.numbers.first.as_ref().filter(|cell| {
        let value = cell.text.replace(',', ".").parse::<f64>();
        let name = column.name.to_lowercase();
        let is_date = ["date", "datum", "fecha"]
            .iter()
            .any(|word| name.contains(word));
        is_date && value.is_ok_and(|value| (20_000.0..80_000.0).contains(&value))
    });
    if let Some(cell) = serial {
        let message = format!(
            "{} may be a date that Excel wrote as a number of days; give the cells the format of a \
             date, and save again",
            quoted(&cell.text)
        );
        let place = source.place(&column.name, cell);
        return Some(Note::new(NoteKind::Identifier, place, message));
    }
    let message = match progression.even() {
        Some(step) => format!(
            "the values change by {} from each row to the next, like a row number or a time; a \
             model cannot learn this",
            (step * 1e9).round() / 1e9
        ),
        None if progression.is_index() => {
            "each integer of its range comes once, like a row number; a model cannot learn this"
                .to_owned()
        }
        None => return None,
    };
    Some(column_note(NoteKind::Identifier, column, source, message))
}

fn column_note(kind: NoteKind, column: &Column, source: SurveyedFile<'_>, message: String) -> Note {
    let place = Place::file(source.file).with_column(&column.name);
    Note::new(kind, place, message)
}

fn missing(seen: &Seen, cell: &SeenCell) -> String {
    let cell = quoted(&cell.text);
    match seen.count {
        1 => format!("{cell} counts as a missing value"),
        count => format!(
            "{cell} counts as a missing value, and so do {} more cells",
            count - 1
        ),
    }
}
