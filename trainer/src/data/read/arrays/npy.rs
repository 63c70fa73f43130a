//! NumPy's arrays: `.npy`, and `.npz` archives of them. The first axis has the rows. The others are
//! flattened.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::files;
use super::super::options::ReadOptions;
use super::super::rows::integers::{self, Integers, SeenIntegers};
use super::super::rows::selection::{MAX_FILE_WIDTH, Selection, check_width, numbered};
use super::super::rows::{LateNotes, Opened, Row, product, usable};
use super::Element;
use super::format::{ElementType, NpyArray};
use crate::data::error::{DataError, DataErrorKind, Place, RowPlace, names_hint, quoted};
use crate::data::note::{Note, NoteKind};
use crate::text::counted;

/// Usual names of the array with the rows, in the order of the search.
const ROWS: [&str; 4] = ["x", "X", "data", "arr_0"];
/// Array of the names of the columns.
const COLUMNS: &str = "columns";
/// Suffix of an array's name in an archive.
const SUFFIX: &str = ".npy";

/// Opens an array of rows.
pub(crate) fn npy<'a, R: Read + 'a>(
    reader: R,
    file: &str,
    options: &ReadOptions,
) -> Result<Opened<'a>, DataError> {
    let array = NpyArray::new(reader)
        .map_err(|what| DataError::in_file(file, format!("not a NumPy array: {what}")))?;
    let numbers = numbers(array, file)?;
    let width = numbers.shape.1;
    check_width(width, file)?;
    let names = match options.window {
        // The single channel of a recording needs no number.
        Some(_) if width == 1 => vec!["v".to_owned()],
        _ => numbered("v", width),
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let selection = Selection::new(&names, file, options)?;
    Ok(opened(file, &names, selection, numbers, Vec::new()))
}

/// Opens rows. The label, the group and the time are values, or columns of `others` after them.
fn opened<'a>(
    file: &str,
    names: &[&str],
    selection: Selection,
    numbers: Numbers<'a>,
    others: Vec<Vec<String>>,
) -> Opened<'a> {
    let Numbers {
        shape: (rows, width),
        mut values,
        integers,
    } = numbers;
    let trained = selection.trained.clone();
    let opened = selection.opened(names, file);
    let name = file.to_owned();
    let titles: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let row = move |number: usize| {
        let row: Vec<f64> = values.by_ref().take(width).collect::<Result<_, _>>()?;
        let value = |&column: &usize| {
            usable(row[column]).ok_or_else(|| {
                let place = Place {
                    row: Some(RowPlace::Row(number + 1)),
                    ..Place::file(&name).with_column(&titles[column])
                };
                let message = "the value is not finite, or beyond ±1e36; correct or rescale it";
                DataError::new(DataErrorKind::Other, place, message)
            })
        };
        let cell = |column: usize| match column.checked_sub(width) {
            Some(other) => others[other][number].clone(),
            None => class(row[column]),
        };
        let selected = selection.trained.iter();
        Ok(Row {
            values: selected.map(value).collect::<Result<_, _>>()?,
            label: selection.label.map(|(column, _)| cell(column)),
            names: Vec::new(),
            origin: selection.origin(cell),
            at: RowPlace::Row(number + 1),
        })
    };
    let of = (file.to_owned(), trained, opened.columns.clone());
    let late = LateNotes::clone(&opened.late);
    Opened {
        rows: integers::checked((0..rows).map(row), integers, of, late),
        ..opened
    }
}

/// Returns a number as the name of a class. Empty for a missing one.
fn class(value: f64) -> String {
    match value.is_nan() {
        true => String::new(),
        false => value.to_string(),
    }
}

/// Opens the array of an archive that has the rows, and those of their labels, groups and times.
pub(crate) fn npz(
    path: &Path,
    file: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let broken =
        |error: ZipError| DataError::in_file(file, format!("not a NumPy archive: {error}"));
    let mut archive = ZipArchive::new(files::file(path)?).map_err(broken)?;
    let members: Result<Vec<_>, _> = archive.file_names().collect();
    let members = members.map_err(broken)?;
    let arrays = members.iter().filter_map(|name| name.strip_suffix(SUFFIX));
    let mut names: Vec<String> = arrays.map(str::to_owned).collect();
    names.sort();
    let asked = [&options.label, &options.group, &options.time];
    let asked: Vec<&str> = asked.into_iter().flatten().map(String::as_str).collect();
    let is_array = |name: &&str| names.iter().any(|array| array == name);
    let chosen = choose(&names, &asked, file, options)?;
    let (shape, values, integers) = array(&mut archive, &chosen, file)?;
    let (rows, width) = shape;
    check_width(width, file)?;
    let columns = match Some(COLUMNS).filter(is_array) {
        Some(name) if !asked.contains(&name) && chosen != name => texts(&mut archive, name, file)?,
        _ => None,
    };
    if let Some(names) = columns.as_ref().filter(|names| names.len() != width) {
        let message = format!(
            "the array `{COLUMNS}` has {}, but a row of {} has {}; name each value",
            counted(names.len(), "name", "names"),
            quoted(&chosen),
            counted(width, "value", "values")
        );
        return Err(DataError::in_file(file, message));
    }
    let columns = columns.unwrap_or_else(|| numbered("v", width));
    let mut columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    // A name is that of an array or of a value. The arrays become the last columns.
    let mut others = Vec::new();
    for name in asked {
        if !is_array(&name) && !columns.contains(&name) {
            return Err(DataError::in_file(file, no_array(&names, name)));
        }
        if !is_array(&name) || columns[width..].contains(&name) {
            continue;
        }
        let cells = cells(&mut archive, name, file)?;
        if cells.len() != rows {
            let message = format!(
                "the array {} has {} values, but {} has {rows} rows; give each row one",
                quoted(name),
                cells.len(),
                quoted(&chosen)
            );
            return Err(DataError::in_file(file, message));
        }
        columns.push(name);
        others.push(cells);
    }
    let selection = Selection::new(&columns, file, options)?;
    let numbers = Numbers {
        shape,
        values: Box::new(values.into_iter().map(Ok)),
        integers,
    };
    let opened = opened(file, &columns, selection, numbers, others);
    let is_unread =
        |name: &&String| **name != chosen && *name != COLUMNS && !columns.contains(&name.as_str());
    let unread = names.iter().filter(is_unread);
    let unread = unread.map(|name| {
        let message = format!("the array {} is not read", quoted(name));
        Note::new(
            NoteKind::UnreadArray,
            Place::file(file).with_column(name),
            message,
        )
    });
    let is_open = options.label.is_none() && options.array.is_none();
    Ok(Opened {
        notes: unread.filter(|_| is_open).collect(),
        ..opened
    })
}

/// Reads an array with a text or a number for each row.
fn cells(archive: &mut Archive, name: &str, file: &str) -> Result<Vec<String>, DataError> {
    if let Some(texts) = texts(archive, name, file)? {
        return Ok(texts);
    }
    let (_, values, _) = array(archive, name, file)?;
    Ok(values.into_iter().map(class).collect())
}

/// Lists the arrays of an archive without the wanted one.
fn no_array(names: &[String], wanted: &str) -> String {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let hint = names_hint(&known, wanted, "arrays");
    format!("there is no array {}; {hint}", quoted(wanted))
}

/// Chooses the array with the rows, which is none of those `asked` for as a label or the like.
fn choose(
    names: &[String],
    asked: &[&str],
    file: &str,
    options: &ReadOptions,
) -> Result<String, DataError> {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    if let Some(name) = &options.array {
        return match names.contains(name) {
            true => Ok(name.clone()),
            false => Err(DataError::in_file(file, no_array(names, name))),
        };
    }
    if known.is_empty() {
        return Err(DataError::in_file(
            file,
            "the archive has no arrays; check the file".to_owned(),
        ));
    }
    let mut others = known
        .iter()
        .filter(|name| !asked.contains(*name) && **name != COLUMNS);
    if let (Some(one), None) = (others.next(), others.next()) {
        return Ok((*one).to_owned());
    }
    let usual = ROWS.iter().find(|name| known.contains(name));
    usual.map(|name| (*name).to_owned()).ok_or_else(|| {
        let message = format!("choose the array that has the rows: {}", names.join(", "));
        DataError::in_file(file, message).of_kind(DataErrorKind::ChooseArray)
    })
}

/// An opened archive.
type Archive = ZipArchive<BufReader<File>>;

type Values<'a> = Box<dyn Iterator<Item = Result<f64, DataError>> + 'a>;

/// Opens an array of an archive.
fn open_array<'a>(
    archive: &'a mut Archive,
    name: &str,
    file: &str,
) -> Result<NpyArray<impl Read + use<'a>>, DataError> {
    let broken = |what: String| DataError::in_file(file, format!("array {}: {what}", quoted(name)));
    let stored = archive
        .by_name(&format!("{name}{SUFFIX}"))
        .map_err(|error| broken(error.to_string()))?;
    NpyArray::new(BufReader::new(stored)).map_err(broken)
}

/// Shape and values of an array, and its integers that may be rounded.
type ArrayValues = ((usize, usize), Vec<f64>, SeenIntegers);

/// Reads an array of numbers.
fn array(archive: &mut Archive, name: &str, file: &str) -> Result<ArrayValues, DataError> {
    let array = open_array(archive, name, file)?;
    let numbers = numbers(array, &format!("{file}, array {}", quoted(name)))?;
    let values = numbers.values.collect::<Result<_, _>>()?;
    Ok((numbers.shape, values, numbers.integers))
}

/// Reads an array of texts. `None` if it has no texts.
fn texts(archive: &mut Archive, name: &str, file: &str) -> Result<Option<Vec<String>>, DataError> {
    let array = open_array(archive, name, file)?;
    let (ElementType::Text(text), Some(count)) = (&array.element_type, product(&array.shape))
    else {
        return Ok(None);
    };
    let text = *text;
    let texts: io::Result<Vec<String>> = array.texts(text, count).collect();
    texts
        .map(Some)
        .map_err(|error| files::cut_short(file, &error))
}

/// An array of numbers.
struct Numbers<'a> {
    /// The number of rows, and of values per row.
    shape: (usize, usize),
    /// All values, row by row.
    values: Values<'a>,
    /// The integers of each column of the values that were taken.
    integers: SeenIntegers,
}

/// Opens an array of numbers.
fn numbers<'a, R: Read + 'a>(array: NpyArray<R>, file: &str) -> Result<Numbers<'a>, DataError> {
    let Some((&rows, others)) = array.shape.split_first() else {
        return Err(DataError::in_file(
            file,
            "a single number, but rows are needed; save an array with rows",
        ));
    };
    let (Some(width), Some(count)) = (product(others), product(&array.shape)) else {
        return Err(DataError::in_file(
            file,
            "the header has an impossible shape; save the array again",
        ));
    };
    if array.fortran && others.len() > 1 {
        return Err(DataError::in_file(
            file,
            "an array of more than two axes in Fortran order; save `numpy.ascontiguousarray` of it",
        ));
    }
    let by_columns = array.fortran && width > 1;
    let integers = SeenIntegers::new(vec![Integers::default(); width.min(MAX_FILE_WIDTH)].into());
    let seen = SeenIntegers::clone(&integers);
    let elements = elements(array, count, file)?.enumerate();
    let values = elements.map(move |(at, element)| {
        let Element { value, integer } = element?;
        let column = if by_columns { at / rows } else { at % width };
        if let Some(integer) = integer
            && let Some(of) = seen.borrow_mut().get_mut(column)
        {
            of.add(integer);
        }
        Ok(value)
    });
    let values: Values<'a> = match by_columns {
        true => {
            let all: Vec<f64> = values.collect::<Result<_, _>>()?;
            Box::new((0..count).map(move |at| Ok(all[at % width * rows + at / width])))
        }
        false => Box::new(values),
    };
    Ok(Numbers {
        shape: (rows, width),
        values,
        integers,
    })
}

/// Returns the elements in the order of the file.
fn elements<'a, R: Read + 'a>(
    array: NpyArray<R>,
    count: usize,
    file: &str,
) -> Result<impl Iterator<Item = Result<Element, DataError>> + use<'a, R>, DataError> {
    let number = match &array.element_type {
        ElementType::Number(number) => *number,
        ElementType::Text(_) => {
            return Err(DataError::in_file(
                file,
                "the array has texts; save numbers, and classes as a label in an NPZ file",
            ));
        }
        ElementType::Other(name) => {
            let message = format!(
                "the values have the type {}; {}",
                quoted(name),
                advice(name)
            );
            return Err(DataError::in_file(file, message));
        }
    };
    let name = file.to_owned();
    Ok(array.elements(number, count).map(move |value| {
        value.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                DataError::in_file(&name, "the file ends before its last row; copy it again")
            }
            io::ErrorKind::InvalidData => DataError::in_file(&name, error.to_string()),
            _ => DataError::in_file(&name, format!("cannot be read to its end: {error}")),
        })
    }))
}

/// Returns what to do with values of a type that is not read.
fn advice(element_type: &str) -> &'static str {
    match element_type.trim_start_matches(['<', '>', '|', '=']) {
        "record" => "save its fields as arrays of numbers, or the table as CSV",
        "O" => "save numbers as float32, and texts with `.astype(str)`",
        dates if dates.starts_with(['M', 'm']) => "save the table with its dates as CSV",
        complex if complex.starts_with('c') => "save real and imaginary parts as float32",
        _ => "save them as float32",
    }
}

#[cfg(test)]
mod tests;
