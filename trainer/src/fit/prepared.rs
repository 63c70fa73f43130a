//! A table made ready: split, its columns' kinds told, standardised.

use ndarray::Array2;

use super::{FitConfig, FitError};
use crate::data::range::ValueRange;
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::device_columns;
use crate::train::{Dataset, DatasetError};

/// What a training begins with.
pub(super) struct Prepared {
    pub split: Split,
    /// Rows to learn, and rows to judge by, in physical units.
    pub training: Table,
    pub held_out: Table,
    pub transform: Transform,
    /// The same, standardised.
    pub data: Dataset,
    pub judged: Dataset,
}

impl Prepared {
    pub fn new(table: &Table, config: &FitConfig) -> Result<Self, FitError> {
        let seed = config.train.seed;
        let split = Split::new(table, config.holdout, seed)?;
        let (training, held_out) = (table.select(&split.train), table.select(&split.held_out));
        training.check_categories()?;
        let ranges = ValueRange::of_each(training.values.view());
        let ranges = config.schema.apply(&training.columns, ranges);
        let (transform, standardised) = Transform::fit(&training, ranges, seed);
        if let Some(column) = device_columns::unrepresentable(&transform) {
            return Err(FitError::Data(DataError::BeyondDevice {
                column: table.columns[column].clone(),
            }));
        }
        let data = dataset(&training, standardised)?;
        let judged = transform.standardise(held_out.values.clone(), seed);
        let judged = dataset(&held_out, judged)?;
        Ok(Self {
            split,
            training,
            held_out,
            transform,
            data,
            judged,
        })
    }
}

/// Standardised rows with the table's classes.
fn dataset(table: &Table, x: Array2<f32>) -> Result<Dataset, DatasetError> {
    match &table.labels {
        Some(labels) => Dataset::labelled(x, labels.of_row.clone(), labels.classes.len()),
        None => Dataset::unlabelled(x),
    }
}
