//! The unit of distances. It does not depend on how a model scales its columns, so figures of
//! different models can be compared.

use ndarray::{Array2, ArrayView2, Axis};

use flowlet_trainer::Table;
use flowlet_trainer::data::series::series;

/// Unit of each column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unit {
    /// Standard deviation of the training rows.
    Deviation,
    /// Fixed units, one for each series of the table.
    PerSeries(&'static [f64]),
}

/// Scale of each column.
#[derive(Clone, Debug)]
pub(super) struct Scale(Vec<f64>);

impl Scale {
    pub(super) fn new(unit: Unit, table: &Table, training: &[usize]) -> Self {
        match unit {
            Unit::Deviation => {
                let rows = table.values.select(Axis(0), training);
                // Columns that vary in no training row do not count.
                let scale = |of: f64| if of > 0.0 { of } else { f64::INFINITY };
                Self(rows.std_axis(Axis(0), 0.0).mapv(scale).to_vec())
            }
            Unit::PerSeries(units) => {
                let mut scale = vec![1.0; table.columns.len()];
                let all = series(&table.columns, &table.categories);
                assert_eq!(all.len(), units.len(), "a unit per series");
                for (of, unit) in all.iter().zip(units) {
                    of.columns.iter().for_each(|&column| scale[column] = *unit);
                }
                Self(scale)
            }
        }
    }

    /// Scales each column from its least to its largest value in the training rows to 0 to 1.
    pub(super) fn min_max(training: ArrayView2<'_, f64>) -> Self {
        let range = |column: ndarray::ArrayView1<'_, f64>| {
            let ends = column
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |ends, &value| {
                    (ends.0.min(value), ends.1.max(value))
                });
            if ends.1 > ends.0 {
                ends.1 - ends.0
            } else {
                1.0
            }
        };
        Self(training.columns().into_iter().map(range).collect())
    }

    /// Divides rows by the scale of their columns.
    pub(super) fn apply(&self, values: ArrayView2<'_, f64>) -> Array2<f32> {
        Array2::from_shape_fn(values.dim(), |(row, column)| {
            (values[[row, column]] / self.0[column]) as f32
        })
    }
}
