//! The rows below the header.

use csv::{Position, Reader, StringRecord};

use super::super::super::error::{DataError, Place, RowPlace};
use super::super::columns::Selection;
use super::super::declared::Declared;
use super::super::row::Row;
use super::cells::Plan;
use super::missing::is_quoted;
use super::survey::ColumnSurvey;
use super::text::{CsvText, line_of};

impl CsvText<'_> {
    /// Looks at all cells of the file, which has this number of columns.
    pub fn survey(self, columns: usize, header: bool, declared: &Declared) -> Vec<ColumnSurvey> {
        let mut columns = vec![ColumnSurvey::new(); columns];
        for record in self.reader(header).into_records().flatten() {
            let byte = record.position().map_or(0, Position::byte);
            for (column, (cell, survey)) in record.iter().zip(&mut columns).enumerate() {
                survey.add(cell, byte, declared, || self.is_quoted(byte, column));
            }
        }
        columns
    }

    /// Returns whether a cell of the record at this byte is quoted.
    fn is_quoted(self, byte: u64, column: usize) -> bool {
        let record = &self.text[self.start(byte)..];
        is_quoted(record, column, self.delimiter, self.quote)
    }
}

/// The rows below the header, all as long as the header.
pub(super) struct CsvRows<'a> {
    pub text: CsvText<'a>,
    pub selection: Selection,
    pub plan: Plan,
    /// Positions of the chosen columns that are read as names.
    pub named: Vec<usize>,
    pub reader: Reader<&'a [u8]>,
    /// A byte and its line, from which lines are counted on.
    pub counted: (usize, usize),
}

impl Iterator for CsvRows<'_> {
    type Item = Result<Row, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = StringRecord::new();
        match self.reader.read_record(&mut record) {
            Ok(true) => {
                self.count(&record);
                Some(self.row(&record))
            }
            Ok(false) => None,
            Err(error) => Some(Err(self.text.explain(error))),
        }
    }
}

impl CsvRows<'_> {
    fn row(&self, record: &StringRecord) -> Result<Row, DataError> {
        let byte = record.position().map_or(0, Position::byte);
        let trained = self.selection.trained.iter().enumerate();
        let values = trained.map(|(position, &column)| {
            let cell = &record[column];
            if !self.named.contains(&position) {
                return self.plan.number(position, cell).map_err(|error| DataError {
                    place: Box::new(self.place(position, cell)),
                    ..error
                });
            }
            let quoted = || self.text.is_quoted(byte, column);
            match self.plan.is_missing_name(position, cell, quoted) {
                true => Ok(f64::NAN),
                false => Ok(0.0),
            }
        });
        let name = |&position: &usize| record[self.selection.trained[position]].to_owned();
        let label = |(column, _)| {
            let quoted = || self.text.is_quoted(byte, column);
            match &record[column] {
                cell if self.plan.is_missing_label(cell, quoted) => String::new(),
                cell => cell.to_owned(),
            }
        };
        Ok(Row {
            values: values.collect::<Result<_, _>>()?,
            names: self.named.iter().map(name).collect(),
            label: self.selection.label.map(label),
            origin: self
                .selection
                .origin(|column| self.plan.text(&record[column])),
            at: RowPlace::Line(self.counted.1),
        })
    }

    /// Counts lines up to the record.
    fn count(&mut self, record: &StringRecord) {
        let start = self.text.start(record.position().map_or(0, Position::byte));
        let (byte, line) = self.counted;
        let passed = &self.text.text.as_bytes()[byte.min(start)..start];
        self.counted = (start, line_of(passed, passed.len()) - 1 + line);
    }

    fn place(&self, position: usize, cell: &str) -> Place {
        Place {
            cell: self.plan.token(position, cell),
            ..Place::file(self.text.file)
                .with_line(self.counted.1)
                .with_column(&self.plan.columns[position].name)
        }
    }
}
