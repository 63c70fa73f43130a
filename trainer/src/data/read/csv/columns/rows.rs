//! Values and names in the rows of a text.

use super::super::cell::{self, Look};
use super::super::lines::body::{Body, Cursor};
use super::super::records::{Cell, Record};
use super::plan::Plan;
use super::survey::ColumnSurvey;
use crate::data::error::{DataError, DataErrorKind, Place, RowPlace};
use crate::data::read::rows::declared::Declared;
use crate::data::read::rows::selection::Selection;
use crate::data::read::rows::{Origin, Row};

/// Looks at all cells of a file.
pub(crate) fn survey(body: &Body<'_>, declared: &Declared) -> Result<Vec<ColumnSurvey>, DataError> {
    let mut columns = vec![ColumnSurvey::new(); body.width];
    let mut cursor = body.start();
    while let Some(record) = body.next(&mut cursor) {
        let record = record?;
        for (Cell { text, quoted }, survey) in record.cells.iter().zip(&mut columns) {
            survey.add(text, record.start.line, declared, *quoted);
        }
    }
    Ok(columns)
}

/// The rows of a text, as a model needs them.
pub(crate) struct CsvRows<'a> {
    pub file: &'a str,
    pub body: Body<'a>,
    pub cursor: Cursor<'a>,
    pub selection: Selection,
    pub plan: Plan,
    /// Positions of the chosen columns that are read as names.
    pub named: Vec<usize>,
}

impl Iterator for CsvRows<'_> {
    type Item = Result<Row, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.body.next(&mut self.cursor)?;
        Some(record.and_then(|record| self.row(&record)))
    }
}

impl CsvRows<'_> {
    fn row(&self, record: &Record<'_>) -> Result<Row, DataError> {
        let trained = self.selection.trained.iter().enumerate();
        let values = trained.map(|(position, &column)| {
            let Cell { text, quoted } = &record.cells[column];
            if !self.named.contains(&position) {
                return self.plan.number(position, text).map_err(|error| {
                    if self.is_of_texts(record) {
                        return other_header(self.file, record);
                    }
                    DataError {
                        place: Box::new(self.place(position, record, text)),
                        ..error
                    }
                });
            }
            match self.plan.is_missing_name(position, text, *quoted) {
                true => Ok(f64::NAN),
                false => Ok(0.0),
            }
        });
        let name = |&position: &usize| {
            let cell = record.cell(self.selection.trained[position]);
            cell::name(cell).into_owned()
        };
        let label = |(column, _): (usize, usize)| {
            let Cell { text, quoted } = &record.cells[column];
            match self.plan.is_missing_label(text, *quoted) {
                true => String::new(),
                false => cell::name(text).into_owned(),
            }
        };
        Ok(Row {
            values: values.collect::<Result<_, _>>()?,
            names: self.named.iter().map(name).collect(),
            label: self.selection.label.map(label),
            origin: Origin {
                group: self
                    .selection
                    .group
                    .map(|at| self.plan.group(&cell::name(record.cell(at)))),
                time: self
                    .selection
                    .time
                    .map(|at| self.plan.time(record.cell(at))),
                ..Origin::default()
            },
            at: RowPlace::Line(record.start.line),
        })
    }

    /// Returns whether a row has texts in all columns of numbers, of which there are several.
    fn is_of_texts(&self, record: &Record<'_>) -> bool {
        let trained = self.selection.trained.iter().enumerate();
        let numbers = trained.filter(|(position, _)| !self.named.contains(position));
        let texts = numbers.map(|(_, &column)| Look::of(record.cell(column)) == Look::Text);
        texts.clone().count() > 1 && texts.clone().all(|is_text| is_text)
    }

    fn place(&self, position: usize, record: &Record<'_>, cell: &str) -> Place {
        Place {
            cell: self.plan.token(position, cell),
            ..Place::file(self.file)
                .with_line(record.start.line)
                .with_column(&self.plan.columns[position].name)
        }
    }
}

/// The error of a row of texts among rows of numbers.
fn other_header(file: &str, record: &Record<'_>) -> DataError {
    let shown: Vec<&str> = record.texts().take(3).collect();
    let message = format!(
        "this row has no numbers ({}), like the header of another table; split the file above it, \
         or remove the line",
        shown.join(", ")
    );
    let place = Place::file(file).with_line(record.start.line);
    DataError::new(DataErrorKind::Other, place, message)
}
