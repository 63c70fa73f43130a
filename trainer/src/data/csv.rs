//! Reads a CSV file into a [`Table`]: a header row, numbers everywhere but in the label column.
//!
//! The whole file is held in memory while it is read (training needs all of it anyway), so a message can count lines
//! as an editor does, whatever the line endings.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use flowlet::format::{MAX_CLASSES, MAX_WIDTH};
use ndarray::Array2;

use super::error::{Cell, quoted};
use super::{DataError, Labels, Table};

/// Reads a table from a file, or from standard input when the path is `-`.
///
/// # Errors
/// See [`DataError`]: what is wrong, where, and what to do.
pub fn read(path: &Path, label: Option<&str>) -> Result<Table, DataError> {
    if path == Path::new("-") {
        let file = "standard input";
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|source| DataError::Unreadable {
            file: file.into(),
            source,
        })?;
        return parse(&bytes, file, label);
    }
    let file = path.display().to_string();
    if path.is_dir() {
        return Err(DataError::Folder { file });
    }
    match fs::read(path) {
        Ok(bytes) => parse(&bytes, &file, label),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Err(DataError::Missing { file }),
        Err(source) => Err(DataError::Unreadable { file, source }),
    }
}

/// Reads a table from the bytes of a CSV file; `file` is its name in messages.
///
/// # Errors
/// See [`DataError`].
pub fn parse(bytes: &[u8], file: &str, label: Option<&str>) -> Result<Table, DataError> {
    let text = Text::new(bytes, file)?;
    let (header, records) = text.records()?;
    let names: Vec<&str> = header.iter().collect();
    check_header(&names, file)?;
    let position = label
        .map(|label| find_label(&names, label, file))
        .transpose()?;
    let numeric: Vec<usize> = (0..names.len())
        .filter(|&column| Some(column) != position)
        .collect();
    match (numeric.len(), label) {
        (0, Some(label)) => {
            return Err(DataError::LabelAlone {
                file: file.into(),
                label: label.into(),
            });
        }
        (found, _) if found > MAX_WIDTH.into() => {
            return Err(DataError::TooManyColumns {
                file: file.into(),
                found,
            });
        }
        _ => {}
    }
    match records.len() {
        0 => return Err(DataError::HeaderAlone { file: file.into() }),
        1 => return Err(DataError::SingleRow { file: file.into() }),
        _ => {}
    }
    let rows = Rows {
        text,
        names: &names,
        records: &records,
    };
    let mut values = Array2::zeros((records.len(), numeric.len()));
    for ((row, at), value) in values.indexed_iter_mut() {
        *value = rows.number(row, numeric[at])?;
    }
    Ok(Table {
        columns: numeric
            .iter()
            .map(|&column| names[column].to_owned())
            .collect(),
        values,
        labels: position.map(|position| rows.labels(position)).transpose()?,
    })
}

/// A file's text and name.
#[derive(Clone, Copy)]
struct Text<'a> {
    file: &'a str,
    text: &'a str,
}

impl<'a> Text<'a> {
    fn new(bytes: &'a [u8], file: &'a str) -> Result<Self, DataError> {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.trim_start_matches('\u{feff}').trim().is_empty() => {
                Err(DataError::Empty { file: file.into() })
            }
            Ok(text) => Ok(Self { file, text }),
            Err(error) => Err(DataError::NotUtf8 {
                file: file.into(),
                line: line_of(bytes, error.valid_up_to()),
            }),
        }
    }

    fn records(self) -> Result<(StringRecord, Vec<StringRecord>), DataError> {
        let mut reader = ReaderBuilder::new()
            .trim(Trim::All)
            .from_reader(self.text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| self.explain(error))?
            .clone();
        let records = reader
            .records()
            .collect::<Result<_, _>>()
            .map_err(|error| self.explain(error))?;
        Ok((header, records))
    }

    fn explain(self, error: csv::Error) -> DataError {
        let file = self.file.to_owned();
        let line = error.position().map_or(1, |at| self.line(at.byte()));
        match error.into_kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len: expected,
                len: found,
                ..
            } => DataError::Ragged {
                file,
                line,
                found,
                expected,
            },
            csv::ErrorKind::Io(source) => DataError::Unreadable { file, source },
            other => DataError::Unreadable {
                file,
                source: io::Error::other(format!("{other:?}")),
            },
        }
    }

    /// Line of the record that the `csv` crate says begins at `byte`: it counts the blank lines and the second half of
    /// a CRLF before a record as part of it.
    fn line(self, byte: u64) -> usize {
        let bytes = self.text.as_bytes();
        let byte = usize::try_from(byte).map_or(bytes.len(), |byte| byte.min(bytes.len()));
        let blank = bytes[byte..]
            .iter()
            .take_while(|&&b| b == b'\r' || b == b'\n')
            .count();
        line_of(bytes, byte + blank)
    }
}

fn line_of(bytes: &[u8], end: usize) -> usize {
    1 + bytes[..end].iter().filter(|&&byte| byte == b'\n').count()
}

fn check_header(names: &[&str], file: &str) -> Result<(), DataError> {
    let file = || file.to_owned();
    if let [name] = names {
        for (mark, separator) in [(';', "semicolons"), ('\t', "tabs")] {
            if name.contains(mark) {
                return Err(DataError::Separator {
                    file: file(),
                    separator,
                });
            }
        }
    }
    let mut seen = HashMap::new();
    for (number, &name) in (1..).zip(names) {
        if name.is_empty() {
            return Err(DataError::UnnamedColumn {
                file: file(),
                number,
            });
        }
        if name.contains(char::is_control) {
            return Err(DataError::ControlInColumn {
                file: file(),
                number,
                name: name.into(),
            });
        }
        if let Some(first) = seen.insert(name, number) {
            return Err(DataError::RepeatedColumn {
                file: file(),
                first,
                second: number,
                name: name.into(),
            });
        }
    }
    Ok(())
}

fn find_label(names: &[&str], label: &str, file: &str) -> Result<usize, DataError> {
    names
        .iter()
        .position(|&name| name == label)
        .ok_or_else(|| DataError::UnknownLabel {
            file: file.into(),
            label: label.into(),
            hint: label_hint(names, label),
        })
}

/// The nearest column where one is near enough to be a slip, then the columns there are.
fn label_hint(names: &[&str], label: &str) -> String {
    const LISTED: usize = 8;
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &label.to_lowercase());
    let nearest = names
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let meant = nearest.filter(|name| likeness(name) > 0.8);
    let meant = meant
        .map(|name| format!("did you mean {}? ", quoted(name)))
        .unwrap_or_default();
    let listed = names
        .iter()
        .take(LISTED)
        .map(|name| quoted(name))
        .collect::<Vec<_>>()
        .join(", ");
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{meant}the columns are {listed}{more}")
}

/// The rows below the header, all of the header's length.
struct Rows<'a> {
    text: Text<'a>,
    names: &'a [&'a str],
    records: &'a [StringRecord],
}

impl Rows<'_> {
    fn number(&self, row: usize, column: usize) -> Result<f32, DataError> {
        let text = &self.records[row][column];
        let (at, shown) = (|| self.cell(row, column), || text.to_owned());
        if text.is_empty() {
            return Err(DataError::EmptyCell { at: at() });
        }
        match text.parse::<f64>() {
            Ok(value) if (value as f32).is_finite() => Ok(value as f32),
            // Parsing overflows to infinity, so digits tell "1e999" from "inf".
            Ok(_) if text.contains(|c: char| c.is_ascii_digit()) => Err(DataError::Overflow {
                at: at(),
                text: shown(),
            }),
            Ok(_) => Err(DataError::NotFinite {
                at: at(),
                text: shown(),
            }),
            Err(_) if self.is_text(column) => Err(DataError::TextColumn {
                at: at(),
                text: shown(),
            }),
            Err(_) => Err(DataError::Text {
                at: at(),
                text: shown(),
            }),
        }
    }

    fn is_text(&self, column: usize) -> bool {
        self.records
            .iter()
            .all(|record| record[column].parse::<f64>().is_err())
    }

    fn labels(&self, position: usize) -> Result<Labels, DataError> {
        let column = self.names[position];
        let mut found = BTreeMap::new();
        for (row, record) in self.records.iter().enumerate() {
            let text = &record[position];
            if text.is_empty() {
                return Err(DataError::EmptyCell {
                    at: self.cell(row, position),
                });
            }
            if text.contains(char::is_control) {
                return Err(DataError::ControlInClass {
                    at: self.cell(row, position),
                    text: text.into(),
                });
            }
            found.entry(text).or_insert(0_u16);
        }
        if found.len() > MAX_CLASSES.into() {
            let (file, label) = (self.text.file.into(), column.into());
            return Err(DataError::TooManyClasses {
                file,
                label,
                found: found.len(),
            });
        }
        let classes = sorted(found.keys().copied().collect());
        for (index, class) in (0..).zip(&classes) {
            found.insert(class, index);
        }
        let of_row = self
            .records
            .iter()
            .map(|record| found[&record[position]])
            .collect();
        let classes = classes.into_iter().map(str::to_owned).collect();
        Ok(Labels {
            column: column.to_owned(),
            position,
            classes,
            of_row,
        })
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let byte = self.records[row].position().map_or(0, csv::Position::byte);
        Cell {
            file: self.text.file.to_owned(),
            line: self.text.line(byte),
            column: self.names[column].to_owned(),
        }
    }
}

/// Class names in the order a person expects: by value when all are numbers, else by text.
fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    let value = |name: &&str| name.parse::<f64>().ok().filter(|value| value.is_finite());
    if let Some(values) = names.iter().map(value).collect::<Option<Vec<_>>>() {
        let mut both: Vec<_> = values.into_iter().zip(names).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        return both.into_iter().map(|(_, name)| name).collect();
    }
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests;
