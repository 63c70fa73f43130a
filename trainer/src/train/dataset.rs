//! Training data: standardised rows, each with an optional class.

use std::sync::Arc;

use ndarray::{Array2, ArrayView2};

use crate::masks::Masks;

/// Largest magnitude of a standardised value, as the device's formats require.
const LIMIT: f32 = 8.0;

/// What the network is told of a row.
#[derive(Clone, Debug)]
pub enum Queries {
    /// Nothing.
    None,
    /// The values of some columns, drawn anew every time.
    Masked(Arc<Masks>),
    /// The values of the condition columns, one row per row. They are not part of the state.
    Conditions(Array2<f32>),
}

/// Standardised rows, with one class per row if the data are labelled.
#[derive(Clone, Debug)]
pub struct Dataset {
    x: Array2<f32>,
    noise: Option<Array2<f32>>,
    class: Option<Vec<u16>>,
    classes: usize,
    queries: Queries,
}

/// Why rows cannot be trained on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatasetError {
    /// There are no values.
    #[error("there are no rows or no columns to train on")]
    Empty,
    /// A value is not finite or too large.
    #[error("row {row}, column {column}: a standardised value must be finite and within ±8")]
    Value {
        /// Row, counted from 0.
        row: usize,
        /// Column, counted from 0.
        column: usize,
    },
    /// The number of classes differs from the number of rows.
    #[error("there are {classes} class entries for {rows} rows")]
    Length {
        /// Number of class entries.
        classes: usize,
        /// Number of rows.
        rows: usize,
    },
    /// A class number is too large.
    #[error("row {row}: class {class} is not below the number of classes, {classes}")]
    Class {
        /// Row, counted from 0.
        row: usize,
        /// Class of the row.
        class: u16,
        /// Number of classes.
        classes: usize,
    },
}

impl Dataset {
    /// Creates data without classes from `x`, `rows × D`, standardised.
    ///
    /// # Errors
    ///
    /// If there are no values, or if one is not finite or beyond ±8.
    pub fn unlabelled(x: Array2<f32>) -> Result<Self, DatasetError> {
        check_values(x.view())?;
        Ok(Self {
            x,
            noise: None,
            class: None,
            classes: 0,
            queries: Queries::None,
        })
    }

    /// Creates data with one class below `classes` per row from `x`, `rows × D`, standardised.
    ///
    /// # Errors
    ///
    /// As for [`unlabelled`](Self::unlabelled), and if `class` does not fit.
    pub fn labelled(x: Array2<f32>, class: Vec<u16>, classes: usize) -> Result<Self, DatasetError> {
        check_values(x.view())?;
        if class.len() != x.nrows() {
            return Err(DatasetError::Length {
                classes: class.len(),
                rows: x.nrows(),
            });
        }
        if let Some(row) = class.iter().position(|&c| usize::from(c) >= classes) {
            let class = class[row];
            return Err(DatasetError::Class {
                row,
                class,
                classes,
            });
        }
        Ok(Self {
            x,
            noise: None,
            class: Some(class),
            classes,
            queries: Queries::None,
        })
    }

    /// Pairs each row with the noise it came from, `rows × D`.
    ///
    /// # Panics
    ///
    /// If the noise has another shape.
    #[must_use]
    pub fn coupled(self, noise: Array2<f32>) -> Self {
        assert_eq!(noise.dim(), self.x.dim(), "noise for every row");
        Self {
            noise: Some(noise),
            ..self
        }
    }

    /// Sets what the network is told of each row.
    ///
    /// # Panics
    ///
    /// If its shape differs from that of the rows.
    #[must_use]
    pub fn queried(self, queries: Queries) -> Self {
        let fits = match &queries {
            Queries::None => true,
            Queries::Masked(masks) => masks.values() == self.x.ncols(),
            Queries::Conditions(values) => values.nrows() == self.x.nrows(),
        };
        assert!(fits, "a query for every row");
        Self { queries, ..self }
    }

    /// Returns what the network is told of each row.
    pub fn queries(&self) -> &Queries {
        &self.queries
    }

    /// Returns the number of values of a query.
    pub fn query_len(&self) -> usize {
        match &self.queries {
            Queries::None => 0,
            Queries::Masked(masks) => masks.values(),
            Queries::Conditions(values) => values.ncols(),
        }
    }

    /// Returns the noise of each row, if the rows are paired.
    pub fn noise(&self) -> Option<&Array2<f32>> {
        self.noise.as_ref()
    }

    /// Returns the rows, `rows × D`.
    pub fn x(&self) -> ArrayView2<'_, f32> {
        self.x.view()
    }

    /// Returns the class of each row, if there are classes.
    pub fn class(&self) -> Option<&[u16]> {
        self.class.as_deref()
    }

    /// Returns the number of classes, 0 without labels.
    pub fn classes(&self) -> usize {
        self.classes
    }
}

fn check_values(x: ArrayView2<f32>) -> Result<(), DatasetError> {
    if x.is_empty() {
        return Err(DatasetError::Empty);
    }
    let usable = |v: f32| v.is_finite() && v.abs() <= LIMIT;
    match x.indexed_iter().find(|&(_, &v)| !usable(v)) {
        Some(((row, column), _)) => Err(DatasetError::Value { row, column }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn only_usable_rows_are_taken() {
        let error = |x| Dataset::unlabelled(x).unwrap_err();
        assert_eq!(error(Array2::zeros((0, 3))), DatasetError::Empty);
        let out = DatasetError::Value { row: 1, column: 0 };
        assert_eq!(error(array![[1.0], [f32::NAN]]), out);
        assert_eq!(error(array![[1.0], [8.5]]), out);
        assert_eq!(Dataset::unlabelled(array![[8.0]]).unwrap().classes(), 0);
    }

    #[test]
    fn classes_must_fit_the_rows() {
        let labelled = |class, classes| Dataset::labelled(array![[1.0], [2.0]], class, classes);
        assert!(matches!(
            labelled(vec![0], 1),
            Err(DatasetError::Length { .. })
        ));
        let past = DatasetError::Class {
            row: 1,
            class: 2,
            classes: 2,
        };
        assert_eq!(labelled(vec![0, 2], 2).unwrap_err(), past);
        assert_eq!(labelled(vec![0, 1], 2).unwrap().class(), Some(&[0, 1][..]));
    }
}
