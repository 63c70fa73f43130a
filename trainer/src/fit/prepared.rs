//! A table made ready for training: split, column ranges known, standardised.

use std::borrow::Cow;
use std::sync::Arc;

use flowlet::encode::Condition;
use ndarray::Array2;

use super::config::FitConfig;
use crate::data::latent_rank::LatentRank;
use crate::data::range::ValueRange;
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::device_columns::{self, columns};
use crate::error::Error;
use crate::train::{Dataset, DatasetError, Queries};

/// Data of a training.
pub(crate) struct Prepared<'a> {
    /// All rows, physical units.
    pub table: Cow<'a, Table>,
    pub split: Split,
    /// Training and validation rows.
    pub training: Table,
    pub validation: Table,
    pub transform: Transform,
    /// Transform of the conditions, if there are any.
    pub conditions: Option<Transform>,
    /// States of the same rows.
    pub data: Dataset,
    pub validation_data: Dataset,
}

impl<'a> Prepared<'a> {
    /// Checks that `table` can be trained on, and prepares it.
    pub fn new(table: Cow<'a, Table>, config: &FitConfig) -> Result<Self, Error> {
        let seed = config.train.seed;
        if let Some(recordings) = &table.recordings {
            recordings.check()?;
        }
        let split = Split::new(&table, config.validation, seed)?;
        let [training, validation] = split.tables(&table);
        training.check_categories()?;
        if matches!(config.latent, LatentRank::PerClass(_)) && training.labels.is_none() {
            return Err(Error::LatentOfClasses);
        }
        let schema = &config.schema;
        schema
            .check_limits(&training)
            .map_err(DataError::new_plain)?;
        let ranges = ValueRange::of_table(&training);
        let ranges = schema.apply(&training.columns, ranges);
        let (transform, standardised) =
            Transform::fit_declared(&training, ranges, schema, config.latent, seed);
        if config.latent.asked().is_some() && transform.latent.is_none() {
            return Err(Error::NoLatent);
        }
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
        let conditions = training.conditions.as_ref().map(|of| linear(of, seed));
        let queries = |table: &Table| match (config.fill.masks(table), &conditions) {
            (_, Some(transform)) => {
                let of = table.conditions.as_ref().expect("as in the training");
                Queries::Conditions(transform.standardise(of.values.clone(), seed))
            }
            (Some(masks), None) => Queries::Masked(Arc::new(masks)),
            (None, None) => Queries::None,
        };
        let data = dataset(
            &training,
            transform.to_state(standardised, training.classes()),
        )?
        .queried(queries(&training));
        let standardised = transform.standardise(validation.values.clone(), seed);
        let validation_data = dataset(
            &validation,
            transform.to_state(standardised, validation.classes()),
        )?
        .queried(queries(&validation));
        Ok(Self {
            table,
            split,
            training,
            validation,
            transform,
            conditions,
            data,
            validation_data,
        })
    }
}

impl Prepared<'_> {
    /// Returns the conditions as a file has them.
    pub fn named_conditions(&self) -> Vec<Condition> {
        let (Some(table), Some(transform)) = (&self.training.conditions, &self.conditions) else {
            return Vec::new();
        };
        let each = table.columns.iter().cloned().zip(columns(transform));
        each.map(|(name, column)| Condition { name, column })
            .collect()
    }
}

/// Fits a transform to conditions. It has no curves, which a device does not keep for them.
fn linear(conditions: &Table, seed: u64) -> Transform {
    let ranges = ValueRange::of_table(conditions);
    let (mut transform, _) = Transform::fit(conditions, ranges, seed);
    transform.curves.fill(None);
    transform
}

/// Joins standardised rows with the table's classes.
fn dataset(table: &Table, x: Array2<f32>) -> Result<Dataset, DatasetError> {
    match &table.labels {
        Some(labels) => Dataset::labelled(x, labels.of_row.clone(), labels.classes.len()),
        None => Dataset::unlabelled(x),
    }
}
