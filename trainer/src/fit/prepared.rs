//! A table made ready for training: split, column ranges known, standardised.

use std::sync::Arc;

use ndarray::Array2;

use super::config::FitConfig;
use crate::data::range::ValueRange;
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::device_columns;
use crate::error::Error;
use crate::train::{Dataset, DatasetError, Queries};

/// Data of a training.
pub(super) struct Prepared {
    pub split: Split,
    /// Training and validation rows, physical units.
    pub training: Table,
    pub validation: Table,
    pub transform: Transform,
    /// States of the same rows.
    pub data: Dataset,
    pub validation_data: Dataset,
}

impl Prepared {
    pub fn new(table: &Table, config: &FitConfig) -> Result<Self, Error> {
        let seed = config.train.seed;
        if let Some(recordings) = &table.recordings {
            recordings.check()?;
        }
        let split = Split::new(table, config.validation, seed)?;
        let [training, validation] = split.tables(table);
        training.check_categories()?;
        let schema = &config.schema;
        schema
            .check_limits(&training)
            .map_err(DataError::new_plain)?;
        let ranges = ValueRange::of_table(&training);
        let ranges = schema.apply(&training.columns, ranges);
        let (transform, standardised) =
            Transform::fit_declared(&training, ranges, schema, config.latent, seed);
        if let Some(column) = device_columns::unrepresentable(&transform) {
            let message = "the values are too large or too small for a device; rescale them to \
                           between 1e-30 and 1e36";
            return Err(DataError::in_column(&table.columns[column], message).into());
        }
        if let Some((column, step)) = device_columns::unresolved(&transform) {
            let near = transform.scaling.centre(column);
            let message = format!(
                "the values are close together compared with their size, and a device only \
                 resolves steps of {} here; subtract a constant, such as {near}, from all",
                step as f32
            );
            return Err(DataError::in_column(&table.columns[column], message).into());
        }
        let queries = match config.fill.masks(&training) {
            Some(masks) => Queries::Masked(Arc::new(masks)),
            None => Queries::None,
        };
        let data = dataset(&training, transform.to_state(standardised))?.queried(queries.clone());
        let standardised = transform.standardise(validation.values.clone(), seed);
        let validation_data =
            dataset(&validation, transform.to_state(standardised))?.queried(queries);
        Ok(Self {
            split,
            training,
            validation,
            transform,
            data,
            validation_data,
        })
    }
}

/// Joins standardised rows with the table's classes.
fn dataset(table: &Table, x: Array2<f32>) -> Result<Dataset, DatasetError> {
    match &table.labels {
        Some(labels) => Dataset::labelled(x, labels.of_row.clone(), labels.classes.len()),
        None => Dataset::unlabelled(x),
    }
}
