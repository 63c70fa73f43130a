//! The data of a model: a table of numbers with an optional label, read from many formats.

pub mod category;
mod check;
mod checksum;
pub mod circular;
pub(crate) mod column_list;
pub mod conditions;
pub mod curve;
mod curve_fit;
pub(crate) mod cycle;
mod error;
mod label;
pub mod latent;
mod latent_fit;
pub mod latent_rank;
pub mod layout;
pub mod note;
mod piles;
pub mod range;
pub mod read;
pub mod recordings;
pub mod scaling;
pub mod schema;
pub mod series;
pub mod split;
pub mod transform;
pub mod unit;
mod value_name;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use flowlet::format::MAX_CLASSES;
use ndarray::{Array2, Axis, s};

use circular::Circular;
pub use error::{DataError, DataErrorKind, Place, RowPlace};
pub use note::{Note, NoteKind};
use read::ReadOptions;
use recordings::Recordings;

/// A table of numbers in physical units, as read from the user's file.
///
/// ```
/// use flowlet_trainer::Table;
///
/// let table = Table::parse_csv(b"x,sky\n1,sun\n3,rain\n", "days.csv")?;
/// assert_eq!(table.columns, ["x", "sky=rain", "sky=sun"]);
/// # Ok::<(), flowlet_trainer::DataError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Names of the values, in file order and without the label. A category column has one value
    /// [per category](category::value_name).
    pub columns: Vec<String>,
    /// Positions of the values of each category column, ascending. In every row one of them is 1
    /// and the others are 0.
    pub categories: Vec<Range<usize>>,
    /// Circular columns, ascending. Each has two values: its own, and 0.
    pub circular: Vec<Circular>,
    /// Values, `rows × columns`, physical units, all finite.
    pub values: Array2<f64>,
    /// The label column, if there is one.
    pub labels: Option<Labels>,
    /// Columns that are always known, with as many rows, if there are any.
    pub conditions: Option<Box<Table>>,
    /// The recordings of the rows, if there are groups or windows.
    pub recordings: Option<Recordings>,
    /// What the reader noticed, or decided for the user.
    pub notes: Vec<Note>,
}

/// A label column: every row belongs to one class.
#[derive(Clone, Debug)]
pub struct Labels {
    /// Name of the column.
    pub column: String,
    /// Position among all columns of the file, counted from 0.
    pub position: usize,
    /// Class names, sorted (by value if all are numbers), without repeats.
    pub classes: Vec<String>,
    /// Class of each row, an index into `classes`.
    pub of_row: Vec<u16>,
}

impl Labels {
    /// Numbers the classes of `cells`, which are all among `classes`.
    pub(crate) fn new(
        column: &str,
        position: usize,
        classes: Vec<String>,
        cells: &[String],
    ) -> Result<Self, DataError> {
        if classes.len() > MAX_CLASSES.into() {
            let message = format!(
                "{} classes, but a model has at most {MAX_CLASSES}; check that the column is a label",
                classes.len()
            );
            return Err(DataError::in_column(column, message));
        }
        let numbers: BTreeMap<&String, u16> = classes.iter().zip(0..).collect();
        let of_row = cells.iter().map(|class| numbers[class]).collect();
        Ok(Self {
            column: column.to_owned(),
            position,
            of_row,
            classes,
        })
    }
}

impl Table {
    /// Reads a CSV file, without a label.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    ///
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let path = folder.path().join("beats.csv");
    /// std::fs::write(&path, "x,y\n1,2\n3,4\n").expect("written");
    /// let table = Table::from_csv(&path)?;
    /// assert_eq!(table.values.dim(), (2, 2));
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`]: what is wrong, where, and what to do.
    pub fn from_csv(path: impl AsRef<Path>) -> Result<Self, DataError> {
        read::read_csv(path.as_ref(), &ReadOptions::default())
    }

    /// Reads a table from the text of a CSV file. `file` is its name in messages.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    ///
    /// let table = Table::parse_csv(b"x;y\n1;2,5\n3;4\n", "rows.csv")?;
    /// assert_eq!(table.values[[0, 1]], 2.5);
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`]: what is wrong, where, and what to do.
    pub fn parse_csv(text: &[u8], file: &str) -> Result<Self, DataError> {
        read::parse_csv(text, file, &ReadOptions::default())
    }

    /// Reads a file of any supported format, or a folder of PNG or WAV files.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    /// use flowlet_trainer::data::read::ReadOptions;
    ///
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let path = folder.path().join("beats.csv");
    /// std::fs::write(&path, "x,kind\n1,a\n3,b\n").expect("written");
    /// let table = Table::read(&path, &ReadOptions::labelled(Some("kind")))?;
    /// assert_eq!(table.columns, ["x"]);
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`]: what is wrong, where, and what to do.
    pub fn read(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Self, DataError> {
        read::read(path.as_ref(), options)
    }

    /// Reads several files and folders, which have the same columns in any order. Each file is a
    /// recording of its own.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    /// use flowlet_trainer::data::read::ReadOptions;
    ///
    /// # let folder = tempfile::tempdir().expect("a folder");
    /// # let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
    /// std::fs::write(&paths[0], "x,y\n1,2\n").expect("written");
    /// std::fs::write(&paths[1], "y,x\n4,3\n").expect("written");
    /// let table = Table::read_all(&paths, &ReadOptions::default())?;
    /// assert_eq!(table.values[[1, 0]], 3.0);
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`]: what is wrong, where, and what to do.
    pub fn read_all(paths: &[PathBuf], options: &ReadOptions) -> Result<Self, DataError> {
        read::read_all(paths, options)
    }

    /// Returns some rows, in the order given, with all class names.
    ///
    /// # Panics
    /// If a row is out of range.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            columns: self.columns.clone(),
            categories: self.categories.clone(),
            circular: self.circular.clone(),
            values: self.values.select(Axis(0), rows),
            labels: self.labels.as_ref().map(|labels| Labels {
                of_row: rows.iter().map(|&row| labels.of_row[row]).collect(),
                ..labels.clone()
            }),
            conditions: self.conditions.as_ref().map(|of| Box::new(of.select(rows))),
            recordings: self.recordings.as_ref().map(|of| of.select(rows)),
            notes: self.notes.clone(),
        }
    }

    /// Returns the columns as they are in the file.
    #[must_use]
    pub fn file_columns(&self) -> Vec<category::FileColumn<'_>> {
        let names: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        category::columns(&names, &self.categories, &self.circular)
    }

    /// Checks that each category column has at least two categories among these rows, as a model
    /// needs.
    ///
    /// # Errors
    /// [`DataError`] that names the column.
    pub fn check_categories(&self) -> Result<(), DataError> {
        let single = |column: &category::FileColumn<'_>| {
            let values = self.values.slice(s![.., column.values.clone()]);
            let present = values.columns().into_iter().filter(|of| of.sum() > 0.0);
            column.categories.is_some() && present.count() < 2
        };
        let columns = self.file_columns().into_iter().filter(single);
        let refused = columns.map(|column| {
            let message = "all training rows have the same category; leave the column out";
            let may_be_label = false;
            DataError::in_column(column.name, message)
                .of_kind(DataErrorKind::UnusableColumn { may_be_label })
        });
        DataError::first_of(refused).map_or(Ok(()), Err)
    }

    /// Returns the class of each row, if the table has a label.
    #[must_use]
    pub fn classes(&self) -> Option<&[u16]> {
        self.labels.as_ref().map(|labels| labels.of_row.as_slice())
    }

    /// Returns the name of the label column, if the table has a label.
    pub(crate) fn label_column(&self) -> Option<&str> {
        self.labels.as_ref().map(|labels| labels.column.as_str())
    }
}
