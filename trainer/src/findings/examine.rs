//! Examines a model: draws samples and compares them with the rows it was trained and judged on.

use flowlet::{Model, SamplerError};

use super::{Evidence, Finding, RowSet, data, find, sort};
use crate::data::conditions::ConditionRows;
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::unit::Unit;
use crate::data::{DataError, Table};
use crate::generate::{Request, generate};
use crate::metrics::{MAX_ROWS, draw};

/// Mixed into the seed, so that no other use of the seed has the same noise.
const SEED: u64 = 0x6669_6e64_0000_0000;

/// Real rows that a model is examined by.
#[derive(Clone, Debug)]
pub struct RealRows {
    transform: Transform,
    unit: Unit,
    names: Vec<String>,
    classes: Vec<String>,
    training: RowSet,
    validation: RowSet,
    of_data: Vec<Finding>,
    /// Values of the conditions, if there are any.
    conditions: Option<ConditionRows>,
}

impl RealRows {
    /// Takes training and validation rows in physical units, at most [`MAX_ROWS`] of each.
    /// `numbers` are the positions of the training rows in the data, if they are known.
    ///
    /// # Panics
    /// If a table has no rows.
    #[must_use]
    pub fn new(
        transform: Transform,
        training: &Table,
        validation: &Table,
        numbers: Option<&[usize]>,
        seed: u64,
    ) -> Self {
        let unit = Unit::fit(training);
        let set = |table: &Table| {
            let kept = table.select(&draw(table.values.nrows(), MAX_ROWS, seed));
            RowSet {
                standardised: unit.standardise(kept.values.view()),
                classes: kept.classes().map(<[u16]>::to_vec),
                values: kept.values,
            }
        };
        let labels = training.labels.as_ref();
        Self {
            names: training.columns.clone(),
            classes: labels.map_or_else(Vec::new, |labels| labels.classes.clone()),
            of_data: data(training, validation, numbers),
            conditions: validation.condition_rows(),
            training: set(training),
            validation: set(validation),
            transform,
            unit,
        }
    }

    /// Divides `table` in two halves, for a model whose training rows are unknown.
    ///
    /// # Errors
    /// [`DataError`] if every class has a single row.
    ///
    /// # Panics
    /// If the table has fewer than 2 rows.
    pub fn halves(transform: Transform, table: &Table, seed: u64) -> Result<Self, DataError> {
        let split = Split::new(table, 0.5, seed)?;
        let [one, other] = split.tables(table);
        let numbers = Some(split.training.as_slice());
        Ok(Self::new(transform, &one, &other, numbers, seed))
    }

    /// Compares samples of `model` with these rows. Uses uniform `steps`, or those of the model.
    ///
    /// # Errors
    /// [`SamplerError`] for a number of steps that the model does not accept.
    ///
    /// # Panics
    /// If the rows have other columns or classes than the model.
    pub fn examine(
        &self,
        model: &Model<'_>,
        steps: Option<u16>,
        seed: u64,
    ) -> Result<Vec<Finding>, SamplerError> {
        let request = Request {
            count: MAX_ROWS,
            steps,
            conditions: self.conditions.as_ref(),
            seed: seed ^ SEED,
            ..Request::default()
        };
        let generated = generate(model, &request)?;
        let generated = RowSet {
            standardised: self.unit.standardise(generated.values.view()),
            classes: generated.classes,
            values: generated.values,
        };
        let classes: Vec<&str> = self.classes.iter().map(String::as_str).collect();
        let sets = [&generated, &self.training, &self.validation];
        let evidence = Evidence::new(&self.names, &classes, &self.transform, sets);
        let mut findings = self.of_data.clone();
        findings.extend(find(&evidence));
        sort(&mut findings);
        Ok(findings)
    }
}
