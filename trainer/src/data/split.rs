//! Divides rows into training and validation rows at random, class by class if there are labels.
//!
//! The split is stratified, because a class that is rare in the validation rows by chance would
//! make label metrics noisy. Rows of one group stay on one side, because validation rows of a known
//! person or machine would flatter the model. So would copies of training rows. Windows are split
//! by recordings or by blocks of time, because neighbouring windows are much alike.

mod copies;
mod strata;
#[cfg(test)]
mod tests;
mod units;
mod windows;

use std::fmt;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro128PlusPlus;

use super::error::quoted;
use super::recordings::Recordings;
use super::{DataError, DataErrorKind, Table};
pub(crate) use copies::originals;
use units::{Unit, choose};

/// Row numbers of a table in two ascending lists, neither of which is empty. No row is in both.
///
/// ```
/// use flowlet_trainer::Table;
/// use flowlet_trainer::data::split::Split;
///
/// let table = Table::parse_csv(b"x\n1\n2\n3\n4\n5\n", "rows.csv")?;
/// let split = Split::new(&table, 0.2, 0)?;
/// assert_eq!((split.training.len(), split.validation.len()), (4, 1));
/// # Ok::<(), flowlet_trainer::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Training rows.
    pub training: Vec<usize>,
    /// Validation rows.
    pub validation: Vec<usize>,
    /// What was kept on one side.
    pub by: SplitBy,
}

/// What a split keeps on one side. `Display` is a line for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SplitBy {
    /// Nothing: each row is on its own.
    Rows,
    /// Equal rows, which are copies of each other.
    Copies {
        /// Rows that equal an earlier one.
        copies: usize,
        /// Different rows of the training and of the validation.
        counts: [usize; 2],
    },
    /// Groups of rows.
    Groups {
        /// The column that names the groups.
        column: String,
        /// Groups of the training rows and of the validation rows.
        counts: [usize; 2],
    },
    /// Recordings that were cut into windows.
    Recordings {
        /// Recordings of the training rows and of the validation rows.
        counts: [usize; 2],
    },
    /// Consecutive windows of a recording.
    Blocks {
        /// Blocks of the training rows and of the validation rows.
        counts: [usize; 2],
        /// Windows on neither side, because they share moments with validation rows.
        left_out: usize,
        /// Whether training and validation windows share moments, because none are left otherwise.
        overlap: bool,
    },
}

impl Split {
    /// Returns the training rows and the validation rows of the table that was divided.
    ///
    /// # Panics
    /// If the table has fewer rows.
    #[must_use]
    pub fn tables(&self, table: &Table) -> [Table; 2] {
        [&self.training, &self.validation].map(|rows| table.select(rows))
    }

    /// Keeps about `fraction` (in 0..1) of the rows for validation. Each class gives its share and
    /// keeps at least one training row. So does each category, if rows are on their own.
    ///
    /// # Errors
    /// [`DataError`] if every class has a single row or a single group.
    ///
    /// # Panics
    /// If the table has fewer than 2 rows.
    pub fn new(table: &Table, fraction: f64, seed: u64) -> Result<Self, DataError> {
        let rows = table.values.nrows();
        assert!(rows >= 2, "a split needs at least 2 rows");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let split = match &table.recordings {
            Some(recordings) if recordings.column.is_some() && distinct(recordings) > 1 => {
                by_groups(table, recordings, fraction, &mut rng)?
            }
            Some(recordings) if recordings.of_row.iter().any(|span| span.length > 1) => {
                windows::split(table, recordings, fraction, &mut rng)
            }
            _ => match originals(table) {
                Some(originals) => by_copies(table, &originals, fraction, &mut rng)?,
                None => by_rows(table, fraction, &mut rng)?,
            },
        };
        Ok(split.sorted())
    }

    fn sorted(mut self) -> Self {
        self.training.sort_unstable();
        self.validation.sort_unstable();
        self
    }
}

fn by_rows(table: &Table, fraction: f64, rng: &mut Xoshiro128PlusPlus) -> Result<Split, DataError> {
    let rows = table.values.nrows();
    let wanted = ((rows as f64 * fraction).round() as usize).clamp(1, rows - 1);
    let (mut validation, mut training) = strata::split(table, wanted, rng);
    if let (true, Some(labels)) = (validation.is_empty(), &table.labels) {
        let message = "every class has a single row, so none can be kept for validation; check \
                       that the column is a label";
        return Err(DataError::in_column(&labels.column, message));
    }
    keep_categories(table, &mut training, &mut validation);
    Ok(Split {
        training,
        validation,
        by: SplitBy::Rows,
    })
}

/// Divides the rows so that equal ones are on one side, each of which has the number of its first
/// one.
fn by_copies(
    table: &Table,
    originals: &[usize],
    fraction: f64,
    rng: &mut Xoshiro128PlusPlus,
) -> Result<Split, DataError> {
    let units = Unit::all(table, |row| originals[row]);
    let chosen = choose(&units, fraction, rng);
    if !chosen.contains(&true) {
        return by_rows(table, fraction, rng);
    }
    let (mut validation, mut training) = Unit::divided(&units, &chosen);
    keep_categories(table, &mut training, &mut validation);
    Ok(Split {
        training,
        validation,
        by: SplitBy::Copies {
            copies: originals.len() - units.len(),
            counts: counts(&chosen),
        },
    })
}

/// Moves a validation row of each category that no training row has to the training rows, unless it
/// is the only validation row.
fn keep_categories(table: &Table, training: &mut Vec<usize>, validation: &mut Vec<usize>) {
    for table in [Some(table), table.conditions.as_deref()]
        .into_iter()
        .flatten()
    {
        let columns = table.file_columns().into_iter();
        let named = columns.filter(|column| column.categories.is_some());
        for category in named.flat_map(|column| column.values) {
            let has = |&row: &usize| table.values[[row, category]] == 1.0;
            if training.iter().any(has) || validation.len() == 1 {
                continue;
            }
            if let Some(at) = validation.iter().position(has) {
                training.push(validation.swap_remove(at));
            }
        }
    }
}

fn by_groups(
    table: &Table,
    recordings: &Recordings,
    fraction: f64,
    rng: &mut Xoshiro128PlusPlus,
) -> Result<Split, DataError> {
    let units = Unit::all(table, |row| (recordings.of_row[row].recording, 0));
    let column = recordings.column.clone().unwrap_or_default();
    let chosen = choose(&units, fraction, rng);
    if !chosen.contains(&true) {
        let message = "every class is in a single group, so none can be kept for validation; \
                       record each class in more groups, or read without groups";
        return Err(DataError::in_column(&column, message).of_kind(DataErrorKind::OneGroup));
    }
    let (validation, training) = Unit::divided(&units, &chosen);
    let by = SplitBy::Groups {
        column,
        counts: counts(&chosen),
    };
    Ok(Split {
        training,
        validation,
        by,
    })
}

/// Returns how many units are of the training rows and of the validation rows.
fn counts(chosen: &[bool]) -> [usize; 2] {
    let validation = chosen.iter().filter(|&&chosen| chosen).count();
    [chosen.len() - validation, validation]
}

/// Returns the number of recordings that have rows.
fn distinct(recordings: &Recordings) -> usize {
    let mut numbers: Vec<usize> = recordings.of_row.iter().map(|of| of.recording).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len()
}

impl fmt::Display for SplitBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |f: &mut fmt::Formatter<'_>, what: &str, [training, validation]: [usize; 2]| {
            write!(f, "{validation} of {} {what}", training + validation)
        };
        match self {
            Self::Rows => write!(f, "rows drawn at random"),
            Self::Copies { copies, counts } => {
                of(f, "different rows", *counts)?;
                write!(
                    f,
                    "; {copies} rows are copies of others, which stay on one side; remove them if \
                     they count an observation twice"
                )
            }
            Self::Groups { column, counts } => {
                of(f, "groups", *counts)?;
                write!(f, " in {}", quoted(column))
            }
            Self::Recordings { counts } => of(f, "recordings", *counts),
            Self::Blocks {
                counts,
                left_out,
                overlap,
            } => {
                of(f, "blocks of time", *counts)?;
                match (left_out, overlap) {
                    (_, true) => write!(
                        f,
                        ", and its windows overlap those of the training; record more, or choose \
                         shorter windows"
                    ),
                    (0, _) => Ok(()),
                    _ => write!(f, "; {left_out} windows that overlap them are left out"),
                }
            }
        }
    }
}
