//! Brings a table to a model's columns and class numbers, by name: the order in a file is its
//! own affair.

use flowlet::Model;
use ndarray::Axis;

use super::{Labels, Table};

/// Why a table is not of the model's kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConformError {
    /// A column that the model has and the table lacks.
    #[error("the data have no column `{0}`, which the model was trained on")]
    Missing(String),
    /// A column that the table has and the model lacks.
    #[error("the model was not trained on column `{0}`; remove it from the data")]
    Unknown(String),
    /// A class that the model was not trained on.
    #[error("the model was not trained on class `{class}` of column `{column}`; remove its rows")]
    Class {
        /// Its name.
        class: String,
        /// The label column.
        column: String,
    },
}

impl Table {
    /// The same rows with the columns and the class numbers of `model`. Labels are dropped where
    /// the model has no classes.
    ///
    /// # Errors
    /// [`ConformError`], naming the first column or class that does not fit.
    pub fn conform(mut self, model: &Model<'_>) -> Result<Self, ConformError> {
        let place = |name: &str| {
            let place = self.columns.iter().position(|column| column == name);
            place.ok_or_else(|| ConformError::Missing(name.to_owned()))
        };
        let order = model.columns().map(place).collect::<Result<Vec<_>, _>>()?;
        if let Some(column) = (0..self.columns.len()).find(|column| !order.contains(column)) {
            return Err(ConformError::Unknown(self.columns.swap_remove(column)));
        }
        let labels = match self.labels {
            Some(labels) if model.classes() > 0 => Some(renumber(labels, model)?),
            _ => None,
        };
        Ok(Self {
            columns: model.columns().map(str::to_owned).collect(),
            values: self.values.select(Axis(1), &order),
            labels,
        })
    }
}

fn renumber(labels: Labels, model: &Model<'_>) -> Result<Labels, ConformError> {
    let number = |class: &String| {
        let number = model.class_names().position(|name| name == class);
        number
            .map(|number| number as u16)
            .ok_or_else(|| ConformError::Class {
                class: class.clone(),
                column: labels.column.clone(),
            })
    };
    let numbers = labels
        .classes
        .iter()
        .map(number)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Labels {
        of_row: labels
            .of_row
            .iter()
            .map(|&class| numbers[usize::from(class)])
            .collect(),
        classes: model.class_names().map(str::to_owned).collect(),
        ..labels
    })
}

#[cfg(test)]
mod tests {
    use flowlet::Model;
    use ndarray::array;

    use super::ConformError;
    use crate::data::read::ReadOptions;
    use crate::data::{Table, csv};
    use crate::encode::tests::standard_normal;

    /// A table brought to the model of columns a and b and classes red, green and blue.
    fn conform(text: &str, labelled: bool) -> Result<Table, ConformError> {
        let bytes = standard_normal(&["a", "b"], labelled)
            .encode()
            .expect("a model");
        let label = text.contains("kind").then_some("kind");
        let table =
            csv::parse(text.as_bytes(), "a.csv", &ReadOptions::labelled(label)).expect("a table");
        table.conform(&Model::parse(&bytes).expect("a model"))
    }

    #[test]
    fn columns_and_classes_go_by_name() {
        let table = conform("kind,b,a\nred,2,1\nblue,4,3\n", true).expect("it fits");
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
        let labels = table.labels.expect("labels");
        assert_eq!(labels.classes, ["red", "green", "blue"]);
        assert_eq!(labels.of_row, [0, 2]);
    }

    #[test]
    fn labels_are_left_out_where_either_has_none() {
        let table = conform("a,b,kind\n1,2,pink\n3,4,pink\n", false).expect("it fits");
        assert!(table.labels.is_none());
        let table = conform("a,b\n1,2\n3,4\n", true).expect("it fits");
        assert!(table.labels.is_none());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let refused = |text| conform(text, true).expect_err("refused");
        assert_eq!(
            refused("a,c\n1,2\n3,4\n"),
            ConformError::Missing("b".to_owned())
        );
        assert_eq!(
            refused("a,c,b\n1,2,3\n3,4,5\n"),
            ConformError::Unknown("c".to_owned())
        );
        let class = ConformError::Class {
            class: "pink".to_owned(),
            column: "kind".to_owned(),
        };
        assert_eq!(refused("a,b,kind\n1,2,red\n3,4,pink\n"), class);
    }
}
