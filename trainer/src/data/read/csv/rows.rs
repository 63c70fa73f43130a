//! The rows below the header.

use csv::{Position, Reader, StringRecord};

use super::super::super::error::{DataError, DataErrorKind, Place, RowPlace, quoted};
use super::super::columns::Selection;
use super::super::row::{Row, usable};
use super::missing::{is_absent, is_absent_number};
use super::text::{CsvText, line_of};

/// Share of cells that are not numbers from which a column has categories.
const NAME_SHARE: f64 = 0.9;

impl CsvText<'_> {
    /// Returns the positions of the columns of names among the chosen ones: those that are
    /// `declared`, and those with hardly any numbers.
    pub fn named(self, selection: &Selection, declared: &[usize], header: bool) -> Vec<usize> {
        let mut counts = vec![(0_usize, 0_usize); selection.trained.len()];
        for record in self.reader(header).into_records().flatten() {
            for (&column, (names, all)) in selection.trained.iter().zip(&mut counts) {
                let cell = &record[column];
                if !is_absent_number(cell) {
                    *all += 1;
                    *names += usize::from(self.numbers.value(cell).is_none());
                }
            }
        }
        let is_named = |&position: &usize| {
            let (names, all) = counts[position];
            declared.contains(&position) || names > 0 && names as f64 >= NAME_SHARE * all as f64
        };
        (0..counts.len()).filter(is_named).collect()
    }
}

/// The rows below the header, all as long as the header.
pub(super) struct CsvRows<'a> {
    pub text: CsvText<'a>,
    pub names: &'a [&'a str],
    pub selection: &'a Selection,
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
        let trained = self.selection.trained.iter().enumerate();
        let values = trained.map(|(position, &column)| match self.named.contains(&position) {
            true if is_absent(&record[column]) => Ok(f64::NAN),
            true => Ok(0.0),
            false => self.number(record, column),
        });
        let name = |&position: &usize| record[self.selection.trained[position]].to_owned();
        Ok(Row {
            values: values.collect::<Result<_, _>>()?,
            names: self.named.iter().map(name).collect(),
            label: self
                .selection
                .label
                .map(|(column, _)| record[column].to_owned()),
            recording: 0,
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

    fn number(&self, record: &StringRecord, column: usize) -> Result<f64, DataError> {
        let text = &record[column];
        let refuse = |kind, what: &str| {
            let place = Place::file(self.text.file)
                .with_line(self.counted.1)
                .with_column(self.names[column]);
            DataError::new(kind, place, format!("{} {what}", quoted(text)))
        };
        if is_absent_number(text) {
            return Ok(f64::NAN);
        }
        match self.text.numbers.value(text) {
            Some(value) if value.is_nan() => Ok(f64::NAN),
            Some(value) => usable(value).ok_or_else(|| {
                // Parsing overflows to infinity, so digits distinguish "1e999" from "inf".
                let what = match text.contains(|c: char| c.is_ascii_digit()) {
                    true => "is beyond ±1e36; rescale the column",
                    false => "is not a finite number; correct it or remove the row",
                };
                refuse(DataErrorKind::Other, what)
            }),
            None => {
                let what = "is not a number; correct it or remove the row";
                Err(refuse(DataErrorKind::NotANumber, what))
            }
        }
    }
}
