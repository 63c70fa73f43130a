//! Selection of the columns of a file, and of the label.

use std::collections::HashMap;

use flowlet::format::MAX_WIDTH;

use super::super::options::ReadOptions;
use super::{LateNotes, Opened, Origin};
use crate::data::error::{DataError, DataErrorKind, names_hint, quoted};
use crate::data::{column_list, layout};

/// Chosen columns of a file, by their positions in it.
pub(crate) struct Selection {
    /// Columns to train on, in the order of the model.
    pub trained: Vec<usize>,
    /// The label, and its position among the chosen columns.
    pub label: Option<(usize, usize)>,
    /// The columns of the group and of the time.
    pub group: Option<usize>,
    pub time: Option<usize>,
}

impl Selection {
    /// Applies the options to the column names of a file.
    pub fn new(names: &[&str], file: &str, options: &ReadOptions) -> Result<Self, DataError> {
        Self::without(names, &[], file, options)
    }

    /// Applies the options to the column names of a file. The columns `left_out` are only taken if
    /// an option names them.
    pub fn without(
        names: &[&str],
        left_out: &[usize],
        file: &str,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let key = |name: &Option<String>, what: &str| {
            let Some(name) = name else { return Ok(None) };
            let found = find(names, name, &format!(" to take as the {what}"), file);
            let found = found.map_err(|error| match what {
                "label" => error.of_kind(DataErrorKind::NoLabelColumn),
                _ => error,
            });
            match found?[..] {
                [only] => Ok(Some(only)),
                _ => {
                    let message = format!("{} is not a single column", quoted(name));
                    Err(DataError::in_file(file, message))
                }
            }
        };
        let label = key(&options.label, "label")?;
        let group = key(&options.group, "group")?;
        let time = key(&options.time, "time")?;
        let keys = [label, group, time];
        let twice =
            (1..keys.len()).find(|&at| keys[at].is_some() && keys[..at].contains(&keys[at]));
        if let Some(column) = twice.and_then(|at| keys[at]) {
            let message = format!(
                "column {} has two of the roles label, group and time; name one column for each",
                quoted(names[column])
            );
            return Err(DataError::in_file(file, message));
        }
        let mut wanted: Vec<usize> = Vec::new();
        for name in &options.columns {
            match dated(names, name) {
                Some(column) if wanted.contains(&column) => {}
                Some(column) => wanted.push(column),
                None => wanted.extend(find(names, name, "", file)?),
            }
        }
        if options.columns.is_empty() {
            wanted.extend((0..names.len()).filter(|column| !left_out.contains(column)));
        }
        let repeated = (1..wanted.len()).find(|&at| wanted[..at].contains(&wanted[at]));
        if let Some(at) = repeated {
            let message = format!(
                "column {} is chosen twice; name it once",
                quoted(names[wanted[at]])
            );
            return Err(DataError::in_file(file, message));
        }
        let mut dropped: Vec<usize> = Vec::new();
        for name in options
            .drop
            .iter()
            .filter(|name| dated(names, name).is_none())
        {
            dropped.extend(find(names, name, "", file)?);
        }
        let trained: Vec<usize> = wanted
            .into_iter()
            .filter(|column| !keys.contains(&Some(*column)) && !dropped.contains(column))
            .collect();
        if trained.is_empty() {
            let is_label = dropped.is_empty() && group.is_none() && time.is_none();
            let message = match &options.label {
                Some(label) if is_label => format!(
                    "the label {} is the only column; add at least one column of numbers",
                    quoted(label)
                ),
                _ => "no columns are left; leave out fewer of them".to_owned(),
            };
            return Err(DataError::in_file(file, message));
        }
        let mut taken: Vec<usize> = trained
            .iter()
            .copied()
            .chain(keys.into_iter().flatten())
            .collect();
        taken.sort_unstable();
        check(names, &taken, file)?;
        // A label that follows the chosen columns in the file follows them in samples too.
        let before = |label: usize| trained.iter().filter(|&&column| column < label).count();
        Ok(Self {
            label: label.map(|label| (label, before(label))),
            group,
            time,
            trained,
        })
    }

    /// Opens a file whose values, and the label after them, have no names of their own.
    pub fn unnamed(
        values: &[String],
        file: &str,
        options: &ReadOptions,
    ) -> Result<(Self, Opened<'static>), DataError> {
        let mut names: Vec<&str> = values.iter().map(String::as_str).collect();
        names.extend(options.label.as_deref());
        let selection = Self::new(&names, file, options)?;
        let opened = selection.opened(&names, file);
        Ok((selection, opened))
    }

    /// Returns the origin of a row, with the cells that say more about it.
    pub fn origin(&self, cell: impl Fn(usize) -> String) -> Origin {
        Origin {
            group: self.group.map(&cell),
            time: self.time.map(&cell),
            ..Origin::default()
        }
    }

    /// Returns a file with these column names, without rows so far.
    pub fn opened(&self, names: &[&str], file: &str) -> Opened<'static> {
        Opened {
            file: file.to_owned(),
            columns: self.names(names),
            named: Vec::new(),
            label: self.label_of(names),
            notes: Vec::new(),
            late: LateNotes::default(),
            rows: Box::new(std::iter::empty()),
        }
    }

    /// Returns the names of the columns to train on.
    pub fn names(&self, names: &[&str]) -> Vec<String> {
        self.trained
            .iter()
            .map(|&column| names[column].to_owned())
            .collect()
    }

    /// Returns the name of the label and its position among the chosen columns.
    pub fn label_of(&self, names: &[&str]) -> Option<(String, usize)> {
        self.label
            .map(|(column, position)| (names[column].to_owned(), position))
    }
}

/// Most categories of a column that was not declared to have categories. More are usually texts or
/// dates.
pub(crate) const MAX_CATEGORIES: usize = 32;

/// Most values in a row of a file, of which columns can be chosen.
pub(crate) const MAX_FILE_WIDTH: usize = 1 << 20;

/// Refuses rows that are too wide to read, before memory is taken for them.
pub(crate) fn check_width(width: usize, file: &str) -> Result<(), DataError> {
    if width <= MAX_FILE_WIDTH {
        return Ok(());
    }
    let message =
        format!("a row has {width} values, but a model has at most {MAX_WIDTH}; check the file");
    Err(DataError::in_file(file, message).of_kind(DataErrorKind::TooWide))
}

/// Returns `name0`, `name1`, …, all of one length, for values that have no names.
pub(crate) fn numbered(name: &str, count: usize) -> Vec<String> {
    let width = count.saturating_sub(1).to_string().len();
    (0..count).map(|at| format!("{name}{at:0width$}")).collect()
}

/// Returns the names of the pixels of an image, line by line. Those of a square are numbered,
/// because their count gives the width. Others consist of a line number and a place of equally many
/// digits.
pub(crate) fn pixels(prefix: &str, width: usize, height: usize) -> Vec<String> {
    if width == height || width == 1 || height == 1 {
        return numbered(prefix, width * height);
    }
    let digits = (width.max(height) - 1).to_string().len();
    // Lines of 10 (100, …) places would look like the numbers of a series.
    let full = width == 10usize.pow(digits as u32);
    let digits = digits + usize::from(full);
    let name = |line, place| format!("{prefix}{line:0digits$}{place:0digits$}");
    (0..height)
        .flat_map(|line| (0..width).map(move |place| name(line, place)))
        .collect()
}

/// Returns the names of a channel's moments.
pub(crate) fn moments(channel: &str, length: usize) -> Vec<String> {
    let ends_in_digit = channel.ends_with(|c: char| c.is_ascii_digit());
    // Separates a digit at the end of the name from the number, and a pixel's name too, because
    // moments are no image.
    let prefix = match (ends_in_digit, layout::means_pixel(channel)) {
        (_, true) => format!("{channel}_t"),
        (true, _) => format!("{channel}_"),
        _ => channel.to_owned(),
    };
    numbered(&prefix, length)
}

/// Names of the parts of a date, which follow the name of its column: `when.hour`.
pub(crate) const DATE_PARTS: [&str; 2] = ["day_of_year", "hour"];

/// Returns the column of dates that a name such as `when.hour` is a part of.
pub(crate) fn column_of(part: &str) -> Option<&str> {
    let (column, part) = part.rsplit_once('.')?;
    DATE_PARTS.contains(&part).then_some(column)
}

/// Returns the column of dates, one part of which an option names: `when.hour`.
fn dated(names: &[&str], wanted: &str) -> Option<usize> {
    let column = column_of(wanted).filter(|_| !names.contains(&wanted))?;
    names.iter().position(|name| *name == column)
}

/// Returns the columns that an option names: by the name, by positions such as `:3` and `:3-5`, by
/// a range of names, or by a name with wild cards. `what` says what they are for.
fn find(names: &[&str], wanted: &str, what: &str, file: &str) -> Result<Vec<usize>, DataError> {
    let named: Vec<usize> = (0..names.len())
        .filter(|&column| names[column] == wanted)
        .collect();
    match (named.as_slice(), positions(wanted)) {
        ([_], _) => Ok(named),
        ([], Some((first, last))) if last <= names.len() => Ok((first - 1..last).collect()),
        ([], Some(_)) => {
            let (wanted, count) = (quoted(wanted), names.len());
            let message =
                format!("there is no column {wanted}{what}; the file has {count} columns");
            Err(DataError::in_file(file, message))
        }
        ([], None) if column_list::is_pattern(wanted) => {
            let found = column_list::matching(wanted, names, None);
            found.map_err(|message| DataError::in_file(file, message))
        }
        ([], None) => {
            let (wanted, hint) = (quoted(wanted), names_hint(names, wanted, "columns"));
            let message = format!("there is no column {wanted}{what}; {hint}");
            Err(DataError::in_file(file, message))
        }
        ([first, second, ..], _) => Err(repeated(*first, *second, wanted, file)),
    }
}

/// Returns the first and the last position in `:3` or `:3-5`, counted from 1.
fn positions(text: &str) -> Option<(usize, usize)> {
    let text = text.strip_prefix(':')?;
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (1 <= first && first <= last).then_some((first, last))
}

fn repeated(first: usize, second: usize, name: &str, file: &str) -> DataError {
    let message = format!(
        "columns {} and {} are both named {}; rename one, or choose by position",
        first + 1,
        second + 1,
        quoted(name)
    );
    DataError::in_file(file, message).of_kind(DataErrorKind::Name(second + 1))
}

/// Checks the names of the columns that are taken, ascending.
fn check(names: &[&str], taken: &[usize], file: &str) -> Result<(), DataError> {
    let mut seen = HashMap::new();
    let mut refused: Vec<(usize, DataError)> = Vec::new();
    for &column in taken {
        let (name, number) = (names[column], column + 1);
        let first = seen.insert(name, column);
        let message = match first {
            _ if name.is_empty() => format!("column {number} of the header has no name; name it"),
            _ if name.contains(char::is_control) => {
                let name = quoted(name);
                format!("the name {name} of column {number} has a control character; rename it")
            }
            Some(first) => {
                refused.push((number, repeated(first, column, name, file)));
                continue;
            }
            None => continue,
        };
        let error = DataError::in_file(file, message).of_kind(DataErrorKind::Name(number));
        refused.push((number, error));
    }
    let mut refused = refused.into_iter();
    let Some((_, mut error)) = refused.next() else {
        return Ok(());
    };
    error.place.other_columns = refused.map(|(number, _)| format!(":{number}")).collect();
    match error.place.other_columns.len() {
        0 => {}
        1 => error.message += "; the name of 1 more column cannot be used either",
        more => {
            error.message += &format!("; the names of {more} more columns cannot be used either")
        }
    }
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::pixels;

    #[test]
    fn names_of_pixels_tell_the_width() {
        assert_eq!(pixels("p", 2, 2), ["p0", "p1", "p2", "p3"]);
        assert_eq!(
            pixels("p", 3, 2),
            ["p00", "p01", "p02", "p10", "p11", "p12"]
        );
        assert_eq!(pixels("p", 3, 1), ["p0", "p1", "p2"]);
        assert_eq!(pixels("p", 10, 2)[10], "p0100");
        assert_eq!(pixels("p", 16, 6)[95], "p0515");
    }
}
