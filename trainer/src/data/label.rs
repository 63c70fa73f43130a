//! Takes a column of a table as its label.

use std::collections::BTreeSet;

use ndarray::{ArrayView1, Axis};

use super::category::FileColumn;
use super::error::{names_hint, quoted};
use super::read::sorted_names;
use super::{Circular, DataError, Labels, Table};

impl Table {
    /// Returns the same rows with `column` as their label, as if the table had been read with it.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    ///
    /// let table = Table::parse_csv(b"x,kind\n1,b\n2,a\n", "rows.csv")?.with_label("kind")?;
    /// assert_eq!(table.columns, ["x"]);
    /// assert_eq!(table.classes(), Some(&[1, 0][..]));
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`] if there is no such column or no other one, if the table has another label, or
    /// if there are too many classes.
    pub fn with_label(&self, column: &str) -> Result<Self, DataError> {
        match &self.labels {
            Some(labels) if labels.column == column => return Ok(self.clone()),
            Some(labels) => {
                let other = quoted(&labels.column);
                let message = format!("the table already has the label {other}; read it without");
                return Err(DataError::in_column(column, message));
            }
            None => self.check()?,
        }
        let columns = self.file_columns();
        let Some(position) = columns.iter().position(|of| of.name == column) else {
            let names: Vec<&str> = columns.iter().map(|of| of.name).collect();
            let hint = names_hint(&names, column, "columns");
            let message = format!("there is no such column to take as the label; {hint}");
            return Err(DataError::in_column(column, message));
        };
        let label = &columns[position];
        let taken = label.values.clone();
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|at| !taken.contains(at))
            .collect();
        if kept.is_empty() {
            let message = "the label is the only column; add at least one column of numbers";
            return Err(DataError::in_column(column, message));
        }
        let rows = self.values.rows().into_iter();
        let cells: Vec<String> = rows.map(|row| cell(label, row)).collect();
        let classes: BTreeSet<&String> = cells.iter().collect();
        let classes = sorted_names(classes.into_iter().cloned().collect());
        let labels = Labels::new(column, position, classes, &cells)?;
        let others = self.categories.iter().filter(|of| **of != taken);
        let categories = others.map(|of| match of.start > taken.start {
            true => of.start - taken.len()..of.end - taken.len(),
            false => of.clone(),
        });
        let others = self.circular.iter().filter(|of| of.first != taken.start);
        let circular = others.map(|of| Circular {
            first: of.first
                - if of.first > taken.start {
                    taken.len()
                } else {
                    0
                },
            ..of.clone()
        });
        let circular = circular.collect();
        // The order of sums, and so the model's bits, depends on the layout of the values.
        let values = self.values.select(Axis(1), &kept);
        let values = values.as_standard_layout().into_owned();
        Ok(Self {
            conditions: self.conditions.clone(),
            columns: kept.iter().map(|&at| self.columns[at].clone()).collect(),
            categories: categories.collect(),
            circular,
            values,
            labels: Some(labels),
            recordings: self.recordings.clone(),
            notes: self.notes.clone(),
        })
    }
}

/// Returns the text of a cell.
fn cell(column: &FileColumn<'_>, row: ArrayView1<'_, f64>) -> String {
    match column.category(row) {
        Some(name) => name.to_owned(),
        None => row[column.values.start].to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::read::{ReadOptions, parse_csv};

    #[test]
    fn a_label_taken_later_is_the_label_that_is_read() {
        let text = b"x,sky,kind,y,k\n1,sun,b,-1,10\n2,rain,a,-2,9\n3,sun,b,-3,10\n";
        let plain = Table::parse_csv(text, "a.csv").expect("a table");
        for label in ["sky", "kind", "k"] {
            let options = ReadOptions::labelled(Some(label));
            let read = parse_csv(text, "a.csv", &options).expect("a table");
            let taken = plain.with_label(label).expect("a column");
            assert_eq!(format!("{taken:?}"), format!("{read:?}"), "{label}");
        }
    }

    #[test]
    fn what_cannot_be_a_label_is_refused() {
        let table = Table::parse_csv(b"x,y\n1,2\n3,4\n", "a.csv").expect("a table");
        let refused = |label: &str| table.with_label(label).expect_err("refused").to_string();
        assert_eq!(
            refused("z"),
            "column `z`: there is no such column to take as the label; the columns are `x`, `y`"
        );
        let labelled = table.with_label("x").expect("a column");
        let refused = labelled.with_label("y").expect_err("refused").to_string();
        assert_eq!(
            refused,
            "column `y`: the table already has the label `x`; read it without"
        );
    }
}
