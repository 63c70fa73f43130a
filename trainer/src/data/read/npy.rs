//! NumPy's arrays: `.npy`, and `.npz` archives of them. The first axis has the rows; the others are flattened.

mod format;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::DataError;
use super::super::error::{At, quoted};
use super::ReadOptions;
use super::columns::{Selection, hint, numbered};
use super::row::{Opened, Row, product, usable};
use format::{Array, Kind};

/// Arrays of an archive that have the rows, in the order they are looked for.
const ROWS: [&str; 4] = ["x", "X", "data", "arr_0"];
/// What NumPy adds to an array's name in an archive.
const SUFFIX: &str = ".npy";

/// An array of rows, read as they are asked for.
pub(super) fn npy<'a, R: Read + 'a>(
    reader: R,
    file: &str,
    options: &ReadOptions,
) -> Result<Opened<'a>, DataError> {
    let array =
        Array::new(reader).map_err(|what| unusable(file, format!("not a NumPy array: {what}")))?;
    let (shape, values) = numbers(array, file)?;
    let names = match options.window {
        // A recording of one channel has no use for a number.
        Some(_) if shape.1 == 1 => vec!["v".to_owned()],
        _ => numbered("v", shape.1),
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let selection = Selection::new(&names, file, options)?;
    opened(file, &names, selection, values, shape)
}

fn opened<'a>(
    file: &str,
    names: &[&str],
    selection: Selection,
    mut values: Values<'a>,
    (rows, width): (usize, usize),
) -> Result<Opened<'a>, DataError> {
    let (columns, label) = (selection.names(names), selection.label_of(names));
    let name = file.to_owned();
    let row = move |number: usize| {
        let row: Vec<f64> = values.by_ref().take(width).collect::<Result<_, _>>()?;
        let value = |&column: &usize| {
            usable(row[column]).ok_or_else(|| {
                let what = format!(
                    "row {}, value {column}: not finite, or beyond ±1e36; correct or rescale it",
                    number + 1
                );
                unusable(&name, what)
            })
        };
        Ok(Row {
            values: selection
                .numeric
                .iter()
                .map(value)
                .collect::<Result<_, _>>()?,
            label: selection.label.map(|(column, _)| class(row[column])),
            names: Vec::new(),
            recording: 0,
            at: At::Row(number + 1),
        })
    };
    Ok(Opened {
        file: file.into(),
        columns,
        named: Vec::new(),
        label,
        rows: Box::new((0..rows).map(row)),
    })
}

/// A number as the name of a class; none for a missing one.
fn class(value: f64) -> String {
    match value.is_nan() {
        true => String::new(),
        false => value.to_string(),
    }
}

/// The array of an archive that has the rows, with the one that has their labels.
pub(super) fn npz(
    path: &Path,
    file: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let broken = |error: ZipError| unusable(file, format!("not a NumPy archive: {error}"));
    let mut archive = ZipArchive::new(super::opened(path)?).map_err(broken)?;
    let members: Result<Vec<_>, _> = archive.file_names().collect();
    let members = members.map_err(broken)?;
    let arrays = members.iter().filter_map(|name| name.strip_suffix(SUFFIX));
    let mut names: Vec<String> = arrays.map(str::to_owned).collect();
    names.sort();
    let labels = match options
        .label
        .as_deref()
        .filter(|label| names.iter().any(|name| name == label))
    {
        Some(name) => Some((name.to_owned(), array(&mut archive, name, file)?)),
        None => None,
    };
    let chosen = choose(&names, file, options)?;
    let ((rows, width), values) = array(&mut archive, &chosen, file)?;
    let columns = numbered("v", width);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let Some((name, ((count, each), labels))) = labels else {
        // One of the values may be the label too.
        if let Some(name) = options
            .label
            .as_deref()
            .filter(|&name| !columns.contains(&name))
        {
            return Err(unusable(file, no_array(&names, name)));
        }
        let selection = Selection::new(&columns, file, options)?;
        return opened(
            file,
            &columns,
            selection,
            Box::new(values.into_iter().map(Ok)),
            (rows, width),
        );
    };
    if (count, each) != (rows, 1) {
        return Err(unusable(
            file,
            format!(
                "{} has {count}×{each} values, but {} has {rows} rows; give each row one class",
                quoted(&name),
                quoted(&chosen)
            ),
        ));
    }
    // The labels become a last column.
    let columns: Vec<&str> = columns.into_iter().chain([name.as_str()]).collect();
    let selection = Selection::new(&columns, file, options)?;
    let values = values
        .chunks(width)
        .zip(&labels)
        .flat_map(|(row, label)| row.iter().chain([label]))
        .copied();
    let values: Vec<f64> = values.collect();
    opened(
        file,
        &columns,
        selection,
        Box::new(values.into_iter().map(Ok)),
        (rows, width + 1),
    )
}

/// Says which arrays there are in place of the one that was asked for.
fn no_array(names: &[String], wanted: &str) -> String {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let there_are = hint(&known, wanted, "arrays");
    format!("no array {}; {there_are}", quoted(wanted))
}

fn choose(names: &[String], file: &str, options: &ReadOptions) -> Result<String, DataError> {
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    if let Some(name) = &options.array {
        return match names.contains(name) {
            true => Ok(name.clone()),
            false => Err(unusable(file, no_array(names, name))),
        };
    }
    let mut others = known
        .iter()
        .filter(|name| Some(**name) != options.label.as_deref());
    if let (Some(one), None) = (others.next(), others.next()) {
        return Ok((*one).to_owned());
    }
    let usual = ROWS.iter().find(|name| known.contains(name));
    usual.map(|name| (*name).to_owned()).ok_or_else(|| {
        unusable(
            file,
            format!(
                "which array has the rows? pass --array with one of {}",
                names.join(", ")
            ),
        )
    })
}

type Values<'a> = Box<dyn Iterator<Item = Result<f64, DataError>> + 'a>;

/// A whole array of an archive.
fn array(
    archive: &mut ZipArchive<BufReader<File>>,
    name: &str,
    file: &str,
) -> Result<((usize, usize), Vec<f64>), DataError> {
    let broken = |what: String| unusable(file, format!("array {}: {what}", quoted(name)));
    let stored = archive
        .by_name(&format!("{name}{SUFFIX}"))
        .map_err(|error| broken(error.to_string()))?;
    let array = Array::new(BufReader::new(stored)).map_err(broken)?;
    let (shape, values) = numbers(array, &format!("{file}, array {}", quoted(name)))?;
    Ok((shape, values.collect::<Result<_, _>>()?))
}

/// Rows, values a row, and all values row by row.
fn numbers<'a, R: Read + 'a>(
    array: Array<R>,
    file: &str,
) -> Result<((usize, usize), Values<'a>), DataError> {
    let Some((&rows, others)) = array.shape.split_first() else {
        return Err(unusable(file, "a single number; rows are expected"));
    };
    let (Some(width), Some(count)) = (product(others), product(&array.shape)) else {
        return Err(unusable(
            file,
            "more elements than there can be; it is damaged",
        ));
    };
    if array.fortran && others.len() > 1 {
        return Err(unusable(
            file,
            "an array of more than two axes in Fortran order; save `numpy.ascontiguousarray` of it",
        ));
    }
    let by_columns = array.fortran && width > 1;
    let values = elements(array, count, file)?;
    if !by_columns {
        return Ok(((rows, width), values));
    }
    let all: Vec<f64> = values.collect::<Result<_, _>>()?;
    let turned = (0..count).map(move |at| Ok(all[at % width * rows + at / width]));
    Ok(((rows, width), Box::new(turned)))
}

/// The elements in the file's order.
fn elements<'a, R: Read + 'a>(
    array: Array<R>,
    count: usize,
    file: &str,
) -> Result<Values<'a>, DataError> {
    let number = match &array.kind {
        Kind::Number(number) => *number,
        Kind::Text => {
            return Err(unusable(
                file,
                "texts; number them: `numpy.unique(…, return_inverse=True)[1]`",
            ));
        }
        Kind::Other(name) => {
            return Err(unusable(
                file,
                format!("values of type {}; save them as float32", quoted(name)),
            ));
        }
    };
    let name = file.to_owned();
    let values = array.elements(number, count).map(move |value| {
        value.map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                unusable(&name, "the file ends before its last row; it is damaged")
            }
            _ => unusable(&name, format!("cannot be read to its end: {error}")),
        })
    });
    Ok(Box::new(values))
}

fn unusable(file: &str, what: impl Into<String>) -> DataError {
    DataError::Unusable {
        file: file.into(),
        what: what.into(),
    }
}
