//! Checks a table that a program made.

use flowlet::format::MAX_WIDTH;

use super::error::quoted;
use super::{DataError, Table};

/// Largest magnitude of a value. Samples reach 16 standard deviations, which must be finite in f32.
pub(super) const MAX_MAGNITUDE: f64 = 1e36;

impl Table {
    /// Checks that a table can be trained on, whoever made it.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    ///
    /// assert!(Table::default().check().is_err());
    /// ```
    ///
    /// # Errors
    /// [`DataError`]: lengths that differ, too few rows, or values that are not finite.
    pub fn check(&self) -> Result<(), DataError> {
        let refuse = |message: String| Err(DataError::new_plain(message));
        let (rows, columns) = self.values.dim();
        if columns != self.columns.len() {
            let names = self.columns.len();
            return refuse(format!(
                "{names} names for {columns} columns; give each one a name"
            ));
        }
        if columns == 0 || columns > MAX_WIDTH.into() {
            return refuse(format!("{columns} columns; a model has 1 to {MAX_WIDTH}"));
        }
        if rows < 2 {
            return refuse(format!("{rows} rows; at least 2 are needed"));
        }
        let is_valid = |value: f64| value.is_finite() && value.abs() <= MAX_MAGNITUDE;
        let mut values = self.values.indexed_iter();
        if let Some(((row, column), _)) = values.find(|&(_, &value)| !is_valid(value)) {
            let message = format!(
                "the value of row {} is not finite, or beyond ±1e36; correct or rescale it",
                row + 1
            );
            return Err(DataError::in_column(&self.columns[column], message));
        }
        let mut end = 0;
        for of in &self.categories {
            if of.start < end || of.is_empty() || of.end > columns {
                return refuse(format!(
                    "the categories {of:?} are not columns; correct them"
                ));
            }
            end = of.end;
        }
        self.check_labels(rows)
    }

    fn check_labels(&self, rows: usize) -> Result<(), DataError> {
        let Some(labels) = &self.labels else {
            return Ok(());
        };
        let refuse = |message: String| Err(DataError::in_column(&labels.column, message));
        if labels.of_row.len() != rows {
            let count = labels.of_row.len();
            return refuse(format!("{count} labels for {rows} rows; give each row one"));
        }
        let classes = labels.classes.len();
        match labels.of_row.iter().find(|&&of| usize::from(of) >= classes) {
            Some(class) => refuse(format!("class {class}, but there are {classes} classes")),
            None => Ok(()),
        }?;
        let repeated = (1..classes).find(|&k| labels.classes[..k].contains(&labels.classes[k]));
        match repeated {
            Some(k) => refuse(format!(
                "two classes are named {}; rename one",
                quoted(&labels.classes[k])
            )),
            None => Ok(()),
        }
    }
}
