//! Values and names in the rows of a text.

use super::super::super::error::{DataError, Place, RowPlace};
use super::super::columns::Selection;
use super::super::declared::Declared;
use super::super::row::{Origin, Row};
use super::body::{Body, Cursor};
use super::cells::Plan;
use super::record::{Cell, Record};
use super::survey::ColumnSurvey;

/// Looks at all cells of a file.
pub(super) fn survey(body: &Body<'_>, declared: &Declared) -> Result<Vec<ColumnSurvey>, DataError> {
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
pub(super) struct CsvRows<'a> {
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
                return self.plan.number(position, text).map_err(|error| DataError {
                    place: Box::new(self.place(position, record, text)),
                    ..error
                });
            }
            match self.plan.is_missing_name(position, text, *quoted) {
                true => Ok(f64::NAN),
                false => Ok(0.0),
            }
        });
        let name = |&position: &usize| record.cell(self.selection.trained[position]).to_owned();
        let label = |(column, _): (usize, usize)| {
            let Cell { text, quoted } = &record.cells[column];
            match self.plan.is_missing_label(text, *quoted) {
                true => String::new(),
                false => text.to_string(),
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
                    .map(|at| self.plan.group(record.cell(at))),
                time: self
                    .selection
                    .time
                    .map(|at| self.plan.time(record.cell(at))),
                ..Origin::default()
            },
            at: RowPlace::Line(record.start.line),
        })
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
