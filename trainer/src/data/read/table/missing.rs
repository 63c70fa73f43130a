//! Missing values: counts them, and refuses them or drops their rows.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::super::options::{Missing, ReadOptions};
use super::super::rows::{self, Opened, Row};
use crate::data::DataError;
use crate::data::error::{DataErrorKind, Place};

/// Percentage of missing values from which a column is refused, and the fewest rows that show it.
const MOSTLY: usize = 80;
const MIN_ROWS: usize = 20;

/// Missing values seen so far.
#[derive(Default)]
pub(crate) struct MissingValues {
    count: usize,
    first: Option<Place>,
    /// Number of each column's missing values, and where the first one is.
    of_columns: HashMap<String, (usize, Place)>,
}

impl MissingValues {
    /// Counts the missing values of a row. Returns whether the row is left out.
    pub fn is_dropped(&mut self, opened: &Opened<'_>, row: &Row, options: &ReadOptions) -> bool {
        let values = row.values.iter().zip(&opened.columns);
        let values = values.filter(|(value, _)| value.is_nan());
        let is_empty = |cell: &Option<String>| cell.as_ref().is_some_and(String::is_empty);
        let label = opened.label.as_ref().map(|(name, _)| name);
        let keys = [
            (label, &row.label),
            (options.group.as_ref(), &row.origin.group),
            (options.time.as_ref(), &row.origin.time),
        ];
        let keys = keys.into_iter().filter(|(_, cell)| is_empty(cell));
        // A class, a group or a time cannot be filled in.
        let keys: Vec<&String> = keys.filter_map(|(name, _)| name).collect();
        let key = keys.first().copied();
        let columns: Vec<&String> = values.map(|(_, name)| name).chain(keys).collect();
        let Some(first) = columns.first() else {
            return false;
        };
        self.count += columns.len();
        for &name in &columns {
            let place = || (0, rows::place(&opened.file, row, name));
            let of = self.of_columns.entry(name.clone()).or_insert_with(place);
            of.0 += 1;
        }
        let refused = match options.missing {
            Missing::Keep => key,
            _ => Some(*first),
        };
        if let Some(name) = refused {
            self.first
                .get_or_insert_with(|| rows::place(&opened.file, row, name));
        }
        match options.missing {
            Missing::Refuse | Missing::Keep => false,
            Missing::Drop => true,
            Missing::Mean => key.is_some(),
        }
    }

    /// Refuses missing values, unless they were treated. Names a column that hardly has others in
    /// `rows` rows.
    pub fn check(self, missing: Missing, rows: usize) -> Result<(), DataError> {
        let emptiest = self.of_columns.into_iter();
        let emptiest = emptiest.max_by_key(|(name, (count, _))| (*count, Reverse(name.clone())));
        if let Some((_, (count, place))) = emptiest
            && missing == Missing::Refuse
            && rows >= MIN_ROWS
            && count >= MOSTLY * rows / 100
        {
            let message = format!(
                "{count} of the {rows} values are missing; leave the column out, or fill them in"
            );
            return Err(DataError::new(DataErrorKind::MostlyMissing, place, message));
        }
        match self.first {
            Some(place) if missing == Missing::Refuse => {
                let message = match self.count {
                    1 => "the value is missing; fill it in, or drop the row".to_owned(),
                    count => format!(
                        "the value is missing, and {count} are missing in all; fill them in, or \
                         drop their rows"
                    ),
                };
                Err(DataError::new(DataErrorKind::MissingValue, place, message))
            }
            Some(place) if missing == Missing::Keep => {
                let message = "the value is missing, but a class, a group or a time cannot be filled \
                               in; give it in all rows, or leave the column out";
                Err(DataError::unusable_column(place, message))
            }
            _ => Ok(()),
        }
    }
}
