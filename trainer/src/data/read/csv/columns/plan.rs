//! How the cells of each chosen column are read.

use super::super::cell::numbers::Written;
use super::super::cell::words::{is_missing_marker, is_missing_word};
use super::durations;
use super::format::{Evidence, NumberFormat, SeenCell};
use super::suggest;
use super::survey::{ColumnSurvey, Role};
use super::{Column, SurveyedFile};
use crate::data::error::{DataError, DataErrorKind, Place, RowPlace, names_hint, quoted};
use crate::data::note::Note;
use crate::data::read::options::ReadOptions;
use crate::data::read::rows::declared::Declared;
use crate::data::read::rows::usable;

/// How the cells of each chosen column are read.
pub(crate) struct Plan {
    pub columns: Vec<Column>,
    pub format: NumberFormat,
    declared: Declared,
    /// The user says that the classes are names, even `NA`.
    keeps_labels: bool,
    /// What was decided.
    pub notes: Vec<Note>,
}

impl Plan {
    /// Decides how the `chosen` columns are read. All columns of the file were surveyed, each with
    /// its name, because the number format belongs to the file.
    pub fn new(
        surveyed: Vec<(String, ColumnSurvey)>,
        chosen: &[usize],
        source: SurveyedFile<'_>,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let names: Vec<&str> = surveyed.iter().map(|(name, _)| &name[..]).collect();
        let mut declared = options.categories.iter();
        if let Some(unknown) = declared.find(|name| !names.contains(&&name[..])) {
            let hint = names_hint(&names, unknown, "columns");
            let message = format!("there is no column {}; {hint}", quoted(unknown));
            return Err(DataError::in_file(source.file, message));
        }
        let columns = surveyed.into_iter().map(|(name, survey)| {
            let keeps_all = options.has_names(&name);
            let are_durations = || {
                let is_meant = durations::is_name(&name) || options.has_no_dates(&name);
                survey.durations.are_most(survey.cells, is_meant)
            };
            Column {
                role: match () {
                    () if keeps_all => Role::Names,
                    () if are_durations() => Role::Durations,
                    () => survey.role(),
                },
                is_declared: options.categories.contains(&name),
                keeps_all,
                name,
                survey,
            }
        });
        let columns: Vec<Column> = columns.collect();
        let is_chosen = |position: usize| chosen.contains(&position);
        let marks = |is_meant: &dyn Fn(usize) -> bool| {
            let numeric = columns
                .iter()
                .enumerate()
                .filter(|(position, column)| column.role != Role::Names && is_meant(*position));
            let marks = numeric.map(|(_, column)| (&column.name[..], &column.survey.marks));
            marks.collect()
        };
        let evidence = Evidence {
            columns: marks(&is_chosen),
            others: marks(&|position| !is_chosen(position)),
            delimiter: source.delimiter,
            file: source.file,
        };
        let (format, note) = evidence.decide(options)?;
        // Quotes mean nothing in a file that quotes every number.
        let has_bare = |column: &Column| column.survey.quoted_numbers < column.survey.numbers.count;
        let has_bare = columns.iter().any(has_bare);
        let columns = chosen.iter().map(|&position| columns[position].clone());
        let columns: Vec<Column> = columns.collect();
        let mut notes: Vec<Note> = note.into_iter().collect();
        let refused = columns
            .iter()
            .filter_map(|column| suggest::check(column, source).err());
        let too_many = columns
            .iter()
            .filter_map(|column| suggest::too_many(column, source));
        let mut refused = refused.peekable();
        // Many names alone may be those of rows that are left out.
        if refused.peek().is_some()
            && let Some(error) = DataError::first_of(refused.chain(too_many))
        {
            return Err(error);
        }
        for column in &columns {
            notes.extend(suggest::notes(column, source, format, options));
            notes.extend(has_bare.then(|| suggest::quotes(column, source)).flatten());
        }
        Ok(Self {
            columns,
            format,
            declared: Declared::new(&options.missing_values),
            keeps_labels: options
                .label
                .as_ref()
                .is_some_and(|of| options.categories.contains(of)),
            notes,
        })
    }

    /// Returns the positions of the columns of names.
    pub fn named(&self) -> Vec<usize> {
        let is_named = |&position: &usize| self.columns[position].role == Role::Names;
        (0..self.columns.len()).filter(is_named).collect()
    }

    /// Returns whether the cell of a column of names means a missing value.
    pub fn is_missing_name(&self, position: usize, cell: &str, quoted: bool) -> bool {
        let Column {
            is_declared,
            keeps_all,
            survey,
            ..
        } = &self.columns[position];
        let is_dash = !keeps_all && survey.has_dates() && is_missing_marker(cell);
        cell.is_empty() || is_dash || !is_declared && is_missing_word(cell) && !quoted
    }

    /// Returns whether the cell of the label column means a missing class.
    pub fn is_missing_label(&self, cell: &str, quoted: bool) -> bool {
        cell.is_empty() || !self.keeps_labels && is_missing_word(cell) && !quoted
    }

    /// Returns a cell that is no number, unless there are others in the column that are not equal.
    pub fn token(&self, position: usize, cell: &str) -> Option<String> {
        let survey = &self.columns[position].survey;
        survey.is_only_text(cell).then(|| cell.to_owned())
    }

    /// Returns the name of a group. Empty if it is missing.
    pub fn group(&self, cell: &str) -> String {
        match self.declared.has_cell(cell) || is_missing_word(cell) {
            true => String::new(),
            false => cell.to_owned(),
        }
    }

    /// Returns the text of a time, numbers with a decimal point. Empty if it is missing.
    pub fn time(&self, cell: &str) -> String {
        let has_no_unit = |of: &Written<'_>| of.prefix.is_empty() && of.suffix.is_empty();
        let written = Written::of(cell).filter(has_no_unit);
        match written.and_then(|written| self.format.value(&written)) {
            Some(value) => value.to_string(),
            None => self.group(cell),
        }
    }

    /// Names the cell of a missing value, unless it is empty.
    pub fn explain(&self, error: DataError) -> DataError {
        let name = error.place.column.as_ref();
        let column = self
            .columns
            .iter()
            .find(|column| Some(&column.name) == name);
        let is_name = column.is_some_and(|column| column.role == Role::Names);
        let first = column.and_then(|Column { survey, .. }| match is_name {
            true => survey.words.first.as_ref(),
            false => survey.missing.first.as_ref(),
        });
        let is_it = |cell: &&SeenCell| {
            let line = RowPlace::Line(cell.line);
            !cell.text.is_empty() && error.place.row == Some(line)
        };
        let Some(cell) = first.filter(is_it).map(|cell| quoted(&cell.text)) else {
            return error;
        };
        let (kind, what) = match is_name {
            true => (DataErrorKind::MissingName, "without quotes means"),
            false => (error.kind, "means"),
        };
        let message = format!("{cell} {what} that {}", error.message);
        DataError {
            kind,
            message,
            ..error
        }
    }

    /// Reads a number, NaN if it is missing. The error is without a place.
    pub fn number(&self, position: usize, cell: &str) -> Result<f64, DataError> {
        let column = &self.columns[position];
        let refuse = |kind, what: &str| {
            let message = format!("{} {what}", quoted(cell));
            Err(DataError::new(kind, Place::default(), message))
        };
        if cell.is_empty() || self.declared.has_cell(cell) {
            return Ok(f64::NAN);
        }
        let value = match Written::of(cell) {
            _ if column.role == Role::Durations && !is_missing_marker(cell) => {
                durations::seconds(cell)
            }
            Some(written) if column.role.has_unit_of(&written) => {
                match self.format.value(&written) {
                    None => {
                        let what = format!("does not fit {}; correct it", self.format);
                        return refuse(DataErrorKind::NumberFormat, &what);
                    }
                    value => value,
                }
            }
            Some(_) => None,
            None if is_missing_marker(cell) => return Ok(f64::NAN),
            None => cell.parse().ok(),
        };
        match value {
            Some(value) => match usable(value) {
                Some(value) => Ok(value),
                // Parsing overflows to infinity, so digits distinguish "1e999" from "inf".
                None if cell.contains(|c: char| c.is_ascii_digit()) => refuse(
                    DataErrorKind::NotFinite,
                    "is beyond ±1e36; rescale the column",
                ),
                None => refuse(
                    DataErrorKind::NotFinite,
                    "is not a finite number; correct it or remove the row",
                ),
            },
            None => refuse(
                DataErrorKind::NotANumber,
                &suggest::not_a_number(column, cell),
            ),
        }
    }
}
