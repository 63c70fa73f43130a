//! Condition columns: they are always known, and no part of what a model draws.

use ndarray::{Array2, Axis, concatenate};

use super::circular::Circular;
use super::{DataError, Table, column_list};

/// Values of conditions, row by row, from which samples take theirs.
///
/// ```
/// use flowlet_trainer::Table;
///
/// let table = Table::parse_csv(b"angle,push\n1,2\n3,4\n", "cart.csv")?;
/// let table = table.with_conditions("angle")?;
/// let rows = table.condition_rows().expect("conditions");
/// assert_eq!(rows.values.column(0).to_vec(), [1.0, 3.0]);
/// assert_eq!(rows.classes, None);
/// # Ok::<(), flowlet_trainer::DataError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionRows {
    /// Values in physical units, rows × conditions.
    pub values: Array2<f64>,
    /// Class of each row, if there are labels.
    pub classes: Option<Vec<u16>>,
}

impl ConditionRows {
    /// Returns the rows of a class, or all of them if there are none.
    pub(crate) fn of_class(&self, class: Option<u16>) -> Vec<usize> {
        let all = || 0..self.values.nrows();
        let (Some(class), Some(classes)) = (class, &self.classes) else {
            return all().collect();
        };
        let found: Vec<usize> = all().filter(|&row| classes[row] == class).collect();
        match found.is_empty() {
            true => all().collect(),
            false => found,
        }
    }
}

impl Table {
    /// Takes the columns of a list of names, ranges and wild cards as conditions.
    ///
    /// ```
    /// use flowlet_trainer::Table;
    ///
    /// let table = Table::parse_csv(b"angle,push\n1,2\n3,4\n", "cart.csv")?;
    /// let table = table.with_conditions("angle")?;
    /// assert_eq!(table.columns, ["push"]);
    /// assert_eq!(table.conditions.expect("conditions").columns, ["angle"]);
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`] if there is no such column, or no other one.
    pub fn with_conditions(&self, list: &str) -> Result<Self, DataError> {
        let columns = self.file_columns();
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let refuse = |what: String| DataError::new_plain(format!("conditions: {what}"));
        let chosen = column_list::columns(list, &names, self.label_column()).map_err(refuse)?;
        if !chosen.contains(&true) {
            return Ok(self.clone());
        }
        if !chosen.contains(&false) {
            let what = "all columns are conditions; leave out those to be drawn";
            return Err(refuse(what.to_owned()));
        }
        let mut rest = self.divided(&chosen, false);
        let mut conditions = self.divided(&chosen, true);
        (conditions.labels, conditions.recordings) = (None, None);
        conditions.notes.clear();
        if let Some(labels) = &mut rest.labels {
            let before = chosen.iter().take(labels.position);
            labels.position -= before.filter(|chosen| **chosen).count();
        }
        rest.conditions = Some(Box::new(conditions));
        Ok(rest)
    }

    /// Returns the values of the conditions, if there are any.
    #[must_use]
    pub fn condition_rows(&self) -> Option<ConditionRows> {
        let conditions = self.conditions.as_ref()?;
        Some(ConditionRows {
            values: conditions.values.clone(),
            classes: self.classes().map(<[u16]>::to_vec),
        })
    }

    /// Returns the values, then those of the conditions, if there are any.
    #[must_use]
    pub fn known_values(&self) -> Array2<f64> {
        let conditions = self.conditions.iter().map(|of| of.values.view());
        let all: Vec<_> = std::iter::once(self.values.view())
            .chain(conditions)
            .collect();
        concatenate(Axis(1), &all).expect("as many rows")
    }

    /// Returns the columns of the file that are `wanted`.
    pub(crate) fn divided(&self, chosen: &[bool], wanted: bool) -> Self {
        let mut table = self.clone();
        (table.columns, table.categories, table.circular) = Default::default();
        let mut sources = Vec::new();
        let columns = self.file_columns().into_iter().zip(chosen);
        for (column, _) in columns.filter(|(_, chosen)| **chosen == wanted) {
            let first = sources.len();
            let mut circular = self.circular.iter();
            let circular = circular.find(|of| of.first == column.values.start);
            table.circular.extend(circular.map(|of| Circular {
                first,
                ..of.clone()
            }));
            if column.categories.is_some() {
                table.categories.push(first..first + column.values.len());
            }
            let names = column.values.clone().map(|at| self.columns[at].clone());
            table.columns.extend(names);
            sources.extend(column.values);
        }
        table.values = self.values.select(Axis(1), &sources);
        table
    }
}

#[cfg(test)]
mod tests {
    use crate::data::Table;

    #[test]
    fn conditions_are_divided_from_the_rest() {
        let text = b"sky,x,kind,y\nsun,1,a,2\nrain,3,b,4\n";
        let table = Table::parse_csv(text, "rows.csv").expect("a table");
        let table = table.with_label("kind").expect("a label");
        let divided = table.with_conditions("sky, x").expect("two conditions");
        assert_eq!(divided.columns, ["y"]);
        assert_eq!(divided.labels.as_ref().map(|of| of.position), Some(0));
        let conditions = divided.conditions.clone().expect("conditions");
        assert_eq!(conditions.columns, ["sky=rain", "sky=sun", "x"]);
        assert_eq!(conditions.categories, vec![0..2; 1]);
        let one = divided.select(&[1]);
        assert_eq!(one.conditions.expect("conditions").values.nrows(), 1);
        for (list, words) in [("z", "no column `z`"), ("*", "all columns are conditions")] {
            let error = table.with_conditions(list).expect_err(list).to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
