//! Integers that are too large to be read exactly.

use std::cell::RefCell;
use std::rc::Rc;

use super::{LateNotes, Row};
use crate::data::error::{DataError, Place};
use crate::data::note::{Note, NoteKind};

/// The integers of a column, as far as they are beyond ±2⁵³ and rounded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Integers {
    /// The first one that is rounded.
    rounded: Option<i128>,
    /// Smallest and largest.
    ends: Option<(i128, i128)>,
}

/// The integers of all columns, which a reader of rows adds.
pub(crate) type SeenIntegers = Rc<RefCell<Vec<Integers>>>;

impl Integers {
    pub fn add(&mut self, integer: i128) {
        if (integer as f64) as i128 != integer {
            self.rounded.get_or_insert(integer);
        }
        let (min, max) = self.ends.unwrap_or((integer, integer));
        self.ends = Some((min.min(integer), max.max(integer)));
    }

    /// Returns a note on a column whose integers are rounded. Refuses one in which they become a
    /// constant.
    pub fn note(&self, file: &str, column: &str) -> Result<Option<Note>, DataError> {
        let (Some(rounded), Some((min, max))) = (self.rounded, self.ends) else {
            return Ok(None);
        };
        let place = Place::file(file).with_column(column);
        if min != max && min as f64 == max as f64 {
            let message = format!(
                "the integers from {min} to {max} are too large to be told apart; subtract {min} \
                 from all, or leave the column out"
            );
            return Err(DataError::unusable_column(place, message));
        }
        let message = format!(
            "{rounded} is read as {}, because numbers beyond ±2^53 are rounded; subtract a constant \
             from all for exact ones",
            rounded as f64
        );
        Ok(Some(Note::new(NoteKind::Identifier, place, message)))
    }
}

/// Adds an end to the rows of a file. It notes which columns are rounded, or refuses one. The
/// values at `trained` are those of `columns`.
pub(crate) fn checked<'a>(
    rows: impl Iterator<Item = Result<Row, DataError>> + 'a,
    seen: SeenIntegers,
    (file, trained, columns): (String, Vec<usize>, Vec<String>),
    late: LateNotes,
) -> Box<dyn Iterator<Item = Result<Row, DataError>> + 'a> {
    let check = move || {
        let seen = seen.borrow();
        let notes = trained.iter().zip(&columns);
        let notes = notes.filter_map(|(&at, column)| Some((seen.get(at)?, column)));
        let notes = notes.map(|(integers, column)| integers.note(&file, column));
        let notes: Vec<Option<Note>> = notes.collect::<Result<_, _>>()?;
        late.borrow_mut().extend(notes.into_iter().flatten());
        Ok(())
    };
    let end = std::iter::once_with(check).filter_map(Result::err).map(Err);
    Box::new(rows.chain(end))
}

#[cfg(test)]
mod tests {
    use super::Integers;

    fn noted(integers: &[i128]) -> Result<Option<String>, String> {
        let mut seen = Integers::default();
        for &integer in integers {
            seen.add(integer);
        }
        let note = seen.note("a.npy", "id");
        let note = note.map(|note| note.map(|note| note.to_string()));
        note.map_err(|error| error.to_string())
    }

    #[test]
    fn integers_that_are_rounded_are_noted() {
        let large = 1 << 53;
        assert_eq!(noted(&[1, large, -large, large + 2, 1 << 80]), Ok(None));
        let note = "a.npy, column `id`: 9007199254740993 is read as 9007199254740992, because \
                    numbers beyond ±2^53 are rounded; subtract a constant from all for exact ones";
        assert_eq!(noted(&[1, large + 1, large + 3]), Ok(Some(note.to_owned())));
    }

    #[test]
    fn integers_that_become_a_constant_are_refused() {
        let large = 1 << 63;
        let error = "a.npy, column `id`: the integers from 9223372036854775808 to \
                     9223372036854775810 are too large to be told apart; subtract \
                     9223372036854775808 from all, or leave the column out";
        assert_eq!(noted(&[large, large + 2, large + 1]), Err(error.to_owned()));
        assert_eq!(noted(&[large; 3]), Ok(None), "a true constant");
    }
}
