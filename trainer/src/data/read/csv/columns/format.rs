//! The number format of a file: its decimal separator and its separator of thousands.
//!
//! `1.234` alone may be a little more than one, or a thousand. Other cells decide: `22,5` has a
//! decimal comma, so the dots of its file separate thousands.

use std::fmt;

use super::super::cell::numbers::{Form, Separator, Written};
use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};
use crate::data::read::options::ReadOptions;
use Reading::{Decimal, Either, Grouped};

/// How the numbers of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumberFormat {
    pub decimal: Separator,
    pub thousands: Option<Separator>,
}

impl NumberFormat {
    pub fn value(self, written: &Written<'_>) -> Option<f64> {
        written.value(self.decimal, self.thousands)
    }

    /// Returns the format in which a dot and a comma have changed places.
    fn swapped(self) -> Self {
        let (decimal, thousands) = match self.decimal {
            Separator::Dot => (Separator::Comma, Separator::Dot),
            _ => (Separator::Dot, Separator::Comma),
        };
        Self {
            decimal,
            thousands: Some(thousands),
        }
    }
}

impl fmt::Display for NumberFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |mark| match mark {
            Separator::Dot => "dots",
            Separator::Comma => "commas",
            Separator::Apostrophe => "apostrophes",
            Separator::Space => "spaces",
        };
        write!(
            f,
            "numbers in which {} separate decimals",
            name(self.decimal)
        )?;
        match self.thousands {
            Some(mark) => write!(f, ", and {} thousands", name(mark)),
            None => Ok(()),
        }
    }
}

/// A cell as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenCell {
    pub text: String,
    /// Line of its row.
    pub line: usize,
}

/// Equal evidence from several cells, the first of which is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub count: usize,
    pub first: Option<SeenCell>,
}

impl Seen {
    pub fn add(&mut self, text: &str, line: usize) {
        self.count += 1;
        self.first.get_or_insert_with(|| SeenCell {
            text: text.to_owned(),
            line,
        });
    }

    pub fn is_some(&self) -> bool {
        self.count > 0
    }

    /// Returns the first cell, if a condition holds.
    pub fn first_if(&self, holds: bool) -> Option<&SeenCell> {
        self.first.as_ref().filter(|_| holds)
    }
}

/// Readings of a separator that a cell allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Decimal,
    Either,
    Grouped,
}

/// Separators in the cells of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    seen: [[Seen; 4]; 3],
    /// An integer of three digits without a separator, which three decimals in each cell exclude.
    three_digits: Seen,
}

impl Marks {
    pub fn add(&mut self, written: &Written<'_>, text: &str, line: usize) {
        match written.form {
            Form::Plain => {
                let digits = written.digits();
                if digits.len() == 3 && !digits.starts_with('0') {
                    self.three_digits.add(text, line);
                }
            }
            Form::Decimal(mark) => self.at(Decimal, mark).add(text, line),
            Form::Either(mark) => self.at(Either, mark).add(text, line),
            Form::Grouped(mark) => self.at(Grouped, mark).add(text, line),
            Form::Both(groups, mark) => {
                self.at(Grouped, groups).add(text, line);
                self.at(Decimal, mark).add(text, line);
            }
        }
    }

    /// Returns whether a cell has a comma.
    pub fn has_comma(&self) -> bool {
        let mut readings = self.seen.iter();
        readings.any(|of| of[Separator::Comma as usize].is_some())
    }

    fn at(&mut self, reading: Reading, mark: Separator) -> &mut Seen {
        &mut self.seen[reading as usize][mark as usize]
    }

    fn get(&self, reading: Reading, mark: Separator) -> &Seen {
        &self.seen[reading as usize][mark as usize]
    }
}

/// The name of a column, and its separators.
pub(crate) type NamedMarks<'a> = (&'a str, &'a Marks);

/// The separators of all numeric columns of a file, and what is known about the file.
pub(crate) struct Evidence<'a> {
    /// Names of the chosen columns, and their separators.
    pub columns: Vec<NamedMarks<'a>>,
    /// The same of the other columns. They matter if the chosen ones leave a doubt.
    pub others: Vec<NamedMarks<'a>>,
    pub delimiter: u8,
    pub file: &'a str,
}

/// A cell and the name of its column.
#[derive(Clone, Copy)]
struct At<'a> {
    column: &'a str,
    cell: &'a SeenCell,
}

/// Why a decimal separator was chosen.
#[derive(Clone, Copy)]
enum Why<'a> {
    /// The file has no separator.
    Default,
    /// This cell has only one reading.
    Shown(At<'a>),
    /// This cell has two readings, and nothing decides between them.
    Guessed(At<'a>),
    /// The same, but no careful reader would doubt it.
    Usual,
}

/// Returns the first cell of these columns with this evidence.
fn first<'a>(columns: &[NamedMarks<'a>], reading: Reading, mark: Separator) -> Option<At<'a>> {
    columns.iter().find_map(|&(column, marks)| {
        let cell = marks.get(reading, mark).first.as_ref()?;
        Some(At { column, cell })
    })
}

impl<'a> Evidence<'a> {
    /// Decides how numbers are read. Adds a note unless the format is evident or declared.
    pub fn decide(&self, options: &ReadOptions) -> Result<(NumberFormat, Option<Note>), DataError> {
        let (decimal, thousands) = self.declared(options)?;
        let (decimal, why) = match decimal {
            Some(decimal) => (decimal, Why::Default),
            None => self.decimal()?,
        };
        let (thousands, at) = match (thousands, self.thousands(decimal)) {
            (Some(_), _) => (thousands, None),
            (None, found) => found?.map_or((None, None), |(mark, at)| (Some(mark), Some(at))),
        };
        let format = NumberFormat { decimal, thousands };
        let note = match (why, at) {
            _ if options.decimal.is_some() => None,
            (Why::Guessed(at), _) => Some(self.note(format, at, None)),
            (Why::Shown(shown), Some(at)) if shown.cell != at.cell => {
                Some(self.note(format, at, Some(shown)))
            }
            (_, Some(at)) => Some(self.note(format, at, Some(at))),
            (_, None) => None,
        };
        Ok((format, note))
    }

    /// Returns the separators that the options declare. One of them may imply the other.
    fn declared(
        &self,
        options: &ReadOptions,
    ) -> Result<(Option<Separator>, Option<Separator>), DataError> {
        let separator = |c: Option<char>, choice: &str| match c.map(|c| (c, Separator::of(c))) {
            Some((c, None)) => {
                let message = format!("{c:?} cannot separate digits; choose {choice}");
                Err(DataError::in_file(self.file, message))
            }
            other => Ok(other.and_then(|(_, mark)| mark)),
        };
        let decimal = separator(options.decimal, "a dot or a comma")?;
        let thousands = separator(
            options.thousands,
            "a dot, a comma, an apostrophe or a space",
        )?;
        if decimal.is_some() && decimal == thousands {
            let message = "decimals and thousands have the same separator; change one";
            return Err(DataError::in_file(self.file, message));
        }
        let implied = match thousands {
            Some(Separator::Dot) => Some(Separator::Comma),
            Some(Separator::Comma) => Some(Separator::Dot),
            _ => None,
        };
        Ok((decimal.or(implied), thousands))
    }

    /// Returns the first cell with two readings in a column that also has integers of three digits.
    /// There `987` and `1.006` are neighbours, which thousands explain better than decimals.
    fn neighbours(&self, mark: Separator) -> Option<At<'a>> {
        let mut columns = self.columns.iter();
        columns.find_map(|&(column, marks)| {
            let cell = marks.get(Either, mark).first.as_ref()?;
            marks.three_digits.is_some().then_some(At { column, cell })
        })
    }

    /// Returns the decimal separator that a cell of these columns shows, and the cell.
    fn shown(&self, columns: &[NamedMarks<'a>]) -> Result<Option<(Separator, At<'a>)>, DataError> {
        use Separator::{Comma, Dot};
        let find =
            |mark, other| first(columns, Decimal, mark).or_else(|| first(columns, Grouped, other));
        match (find(Dot, Comma), find(Comma, Dot)) {
            (Some(dot), Some(comma)) => Err(self.contradiction(dot, comma)),
            (Some(dot), None) => Ok(Some((Dot, dot))),
            (None, comma) => Ok(comma.map(|comma| (Comma, comma))),
        }
    }

    fn decimal(&self) -> Result<(Separator, Why<'a>), DataError> {
        use Separator::{Comma, Dot};
        let chosen = self.shown(&self.columns)?;
        let shown = chosen.or_else(|| self.shown(&self.others).ok().flatten());
        if let Some((mark, at)) = shown {
            return Ok((mark, Why::Shown(at)));
        }
        // Where commas separate cells, dots separate decimals.
        let is_comma_file = self.delimiter == b',';
        match (
            first(&self.columns, Either, Dot),
            first(&self.columns, Either, Comma),
        ) {
            (None, None) => Ok((Dot, Why::Default)),
            (Some(dot), None) => match self.neighbours(Dot) {
                Some(at) => Ok((Comma, Why::Guessed(at))),
                None if is_comma_file || self.delimiter == b' ' => Ok((Dot, Why::Usual)),
                None => Ok((Dot, Why::Guessed(dot))),
            },
            (None, Some(comma)) => match self.neighbours(Comma) {
                Some(at) => Ok((Dot, Why::Guessed(at))),
                None if is_comma_file => Ok((Dot, Why::Guessed(comma))),
                None => Ok((Comma, Why::Guessed(comma))),
            },
            (Some(dot), Some(comma)) => match (self.neighbours(Dot), self.neighbours(Comma)) {
                (Some(at), None) => Ok((Comma, Why::Guessed(at))),
                (None, Some(at)) => Ok((Dot, Why::Guessed(at))),
                _ if is_comma_file => Ok((Dot, Why::Guessed(comma))),
                _ => Err(self.contradiction(dot, comma)),
            },
        }
    }

    /// Returns the separator of thousands that is in use if decimals have this one, and a cell.
    fn thousands(&self, decimal: Separator) -> Result<Option<(Separator, At<'a>)>, DataError> {
        let all = [
            Separator::Dot,
            Separator::Comma,
            Separator::Apostrophe,
            Separator::Space,
        ];
        let others = all.into_iter().filter(|&mark| mark != decimal);
        let in_use = others.filter_map(|mark| {
            let at = first(&self.columns, Grouped, mark)
                .or_else(|| first(&self.columns, Either, mark))?;
            Some((mark, at))
        });
        match in_use.collect::<Vec<_>>().as_slice() {
            [] => Ok(None),
            &[one] => Ok(Some(one)),
            &[(_, one), (_, other), ..] => Err(self.contradiction(one, other)),
        }
    }

    fn place(&self, at: At<'_>) -> Place {
        Place::file(self.file)
            .with_line(at.cell.line)
            .with_column(at.column)
    }

    fn contradiction(&self, one: At<'_>, other: At<'_>) -> DataError {
        // The later cell is more likely to be the odd one.
        let (one, other) = if one.cell.line <= other.cell.line {
            (one, other)
        } else {
            (other, one)
        };
        let message = format!(
            "{} and {} in column {} on line {} are written in different number formats; correct \
             one, or declare the format",
            quoted(&other.cell.text),
            quoted(&one.cell.text),
            quoted(one.column),
            one.cell.line,
        );
        DataError::new(DataErrorKind::NumberFormat, self.place(other), message)
    }

    /// Returns a note about how the cell `at` is read, and which cell shows it.
    fn note(&self, format: NumberFormat, at: At<'_>, shown: Option<At<'_>>) -> Note {
        let written = Written::of(&at.cell.text);
        let value = |format: NumberFormat| written.and_then(|written| format.value(&written));
        let shown_value = |format| value(format).map_or("?".to_owned(), |value| value.to_string());
        let text = quoted(&at.cell.text);
        let read = format!("{text} is read as {}", shown_value(format));
        let message = match shown {
            None => {
                let other = format.swapped();
                format!("{read}, but it may mean {}", shown_value(other))
            }
            Some(shown) if shown.cell == at.cell => read,
            Some(shown) => {
                let (cell, column) = (quoted(&shown.cell.text), quoted(shown.column));
                format!("{read}, because of {cell} in column {column}")
            }
        };
        Note::new(NoteKind::NumberFormat, self.place(at), message)
    }
}
