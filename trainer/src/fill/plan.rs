//! How a model fills in rows, in floating point: what a training chose.

use flowlet::encode::Condition;
use ndarray::Array2;

use super::measures::FillScores;
use crate::data::Table;
use crate::query::Query;

/// What a model needs to fill in rows, in floating point: the plan of a training.
#[derive(Clone, Debug, Default)]
pub struct FillPlan {
    /// Whether any columns may be known.
    pub(crate) masked: bool,
    /// Factor of the noise for masks.
    pub(crate) spread: f32,
    /// Scores of masks, if any columns may be known.
    pub(crate) scores: Option<FillScores>,
    /// The declared queries.
    pub(crate) queries: Vec<PlannedQuery>,
    /// Condition columns.
    pub(crate) conditions: Vec<Condition>,
}

/// A declared query, and how it is answered.
#[derive(Clone, Debug)]
pub(crate) struct PlannedQuery {
    /// Name.
    pub name: String,
    /// Whether each value is known.
    pub known: Vec<bool>,
    /// Factor of the noise.
    pub spread: f32,
    /// Times at which the steps start; none if they are those of the model.
    pub times: Vec<f32>,
    /// Matrices of the steps, divided by 1 − t; none with masks.
    pub gains: Vec<Array2<f32>>,
    /// Scores with masks and with the gain, if they were measured.
    pub scores: Option<[FillScores; 2]>,
}

impl FillPlan {
    /// Returns whether the first layer has inputs that are folded into its biases.
    pub(crate) fn has_inputs(&self) -> bool {
        self.masked || !self.conditions.is_empty()
    }

    /// Returns a plan of the greatest size: with masks, and a gain for every query.
    pub(crate) fn largest(queries: &[Query], table: &Table, steps: usize) -> Self {
        let planned = |query: &Query| {
            let known = query.known_values(&values(table));
            let count = known.iter().filter(|known| **known).count();
            let gain = Array2::zeros((known.len() - count, count));
            PlannedQuery {
                name: query.name.clone(),
                spread: 1.0,
                times: starts(steps),
                gains: vec![gain; steps],
                scores: None,
                known,
            }
        };
        Self {
            masked: true,
            spread: 1.0,
            queries: queries.iter().map(planned).collect(),
            conditions: Vec::new(),
            scores: None,
        }
    }
}

/// Returns the values of each column of the file.
pub(super) fn values(table: &Table) -> Vec<std::ops::Range<usize>> {
    table
        .file_columns()
        .into_iter()
        .map(|column| column.values)
        .collect()
}

/// Returns the times at which uniform steps start.
pub(super) fn starts(steps: usize) -> Vec<f32> {
    (0..steps).map(|step| step as f32 / steps as f32).collect()
}
