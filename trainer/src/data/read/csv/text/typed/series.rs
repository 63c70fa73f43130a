//! Series as aeon and sktime write them (`.ts`): a row for each series, or for several that were
//! recorded together, and its class.

use super::{Declarations, TypedCell, TypedTable, declaration, refusal, row};
use crate::data::error::DataError;
use crate::data::read::files::list::LABEL;
use crate::data::read::rows::selection::{moments, numbered};

/// Name of the column of numbers that is predicted from the series.
const TARGET: &str = "target";

/// Returns the table of a text with `@problemName` and `@data`.
pub(crate) fn table(text: &str, file: &str) -> Result<TypedTable, DataError> {
    let is_row = |line: &str| !line.is_empty() && !line.starts_with(['#', '%']);
    let mut lines = text.lines().map(str::trim).zip(1..);
    let mut label = None;
    let header_line = loop {
        let Some((line, number)) = lines.next() else {
            let message = "the file of series has no line `@data`; add it above the rows";
            return Err(DataError::in_file(file, message));
        };
        let Some((word, rest)) = declaration(line) else {
            continue;
        };
        let is_true = rest.to_lowercase().starts_with("true");
        match word.as_str() {
            "classlabel" if is_true => label = Some(LABEL),
            "targetlabel" if is_true => label = Some(TARGET),
            "timestamps" if is_true => {
                let message = "the values have time stamps; convert the file to CSV with a row for \
                               each series";
                return Err(refusal(file, number, message));
            }
            "data" => break number,
            _ => {}
        }
    };
    let mut shape: Option<Vec<usize>> = None;
    let mut rows = String::with_capacity(text.len());
    for (line, number) in lines {
        rows.push('\n');
        if !is_row(line) {
            continue;
        }
        let (series, class) = match label {
            Some(_) => line.rsplit_once(':').ok_or_else(|| {
                refusal(file, number, "the row has no class after a colon; add it")
            })?,
            None => (line, ""),
        };
        let lengths = series.split(':').map(|of| of.split(',').count());
        let lengths: Vec<usize> = lengths.collect();
        let first = shape.get_or_insert_with(|| lengths.clone());
        check(&lengths, first).map_err(|message| refusal(file, number, message))?;
        rows += &series.replace(':', ",");
        match label {
            Some(LABEL) => rows += &format!(",{}", row([TypedCell::name(class)].into_iter())),
            Some(_) => rows += &format!(",{class}"),
            None => {}
        }
    }
    let shape = shape.unwrap_or_else(|| vec![1]);
    let mut names = match shape[..] {
        [only] => numbered("t", only),
        _ => {
            let channels = numbered("d", shape.len()).into_iter().zip(shape);
            channels
                .flat_map(|(name, length)| moments(&name, length))
                .collect()
        }
    };
    names.extend(label.map(str::to_owned));
    let header = row(names.iter().map(|name| TypedCell::name(name)));
    Ok(TypedTable {
        text: "\n".repeat(header_line - 1) + &header + &rows,
        columns: Declarations {
            header_line,
            categories: label
                .filter(|&of| of == LABEL)
                .map(str::to_owned)
                .into_iter()
                .collect(),
        },
    })
}

/// Checks that the series of a row are as long as those of the first row.
fn check(lengths: &[usize], first: &[usize]) -> Result<(), String> {
    if lengths.len() != first.len() {
        return Err(format!(
            "the row has {} series, but the first row has {}; make all rows alike",
            lengths.len(),
            first.len()
        ));
    }
    match lengths.iter().zip(first).find(|(one, other)| one != other) {
        None => Ok(()),
        Some((length, first)) => Err(format!(
            "a series has {length} values, but that of the first row has {first}; cut all series to \
             one length"
        )),
    }
}
