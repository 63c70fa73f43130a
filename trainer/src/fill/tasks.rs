//! What is known of test rows when a model that fills in is measured.

use flowlet::Model;
use ndarray::Array2;
use rand::{Rng, RngExt};

use crate::data::category;
use crate::data::series::series;
use crate::device_columns::{categories, file_columns};

/// Which values are known, and what is asked for.
pub(super) struct Task {
    pub name: String,
    /// 1 for each known value, `rows × D`.
    pub mask: Array2<f32>,
    /// Declared query, by its number.
    pub query: Option<usize>,
}

/// Returns the usual tasks: missing values at random, and parts of series or single columns.
pub(super) fn usual(model: &Model<'_>, rows: usize, rng: &mut impl Rng) -> Vec<Task> {
    let names: Vec<String> = model.column_names().map(str::to_owned).collect();
    let columns = file_columns(model);
    let mut task = |name: &str, known: &mut dyn FnMut(&mut dyn Rng) -> Vec<bool>| {
        let mut mask = Array2::zeros((rows, names.len()));
        for mut row in mask.rows_mut() {
            let known = known(rng);
            for (column, _) in columns.iter().zip(known).filter(|(_, known)| *known) {
                row.slice_mut(ndarray::s![column.values.clone()]).fill(1.0);
            }
        }
        Task {
            name: name.to_owned(),
            mask,
            query: None,
        }
    };
    let count = columns.len();
    let missing = |share: f32| {
        move |rng: &mut dyn Rng| {
            let mut known: Vec<bool> = (0..count).map(|_| rng.random::<f32>() >= share).collect();
            // At least one column is missing, and one is known.
            let (one, other) = (
                rng.random_range(0..count),
                rng.random_range(1..count.max(2)),
            );
            if known.iter().all(|known| *known) {
                known[one] = false;
            } else if known.iter().all(|known| !*known) && count > 1 {
                known[(one + other) % count] = true;
            }
            known
        }
    };
    let mut all = vec![task("30 % missing", &mut missing(0.3))];
    let series = series(&names, &categories(model));
    if series.is_empty() {
        all.push(task("70 % missing", &mut missing(0.7)));
        all.push(task("one column", &mut |rng: &mut dyn Rng| {
            let unknown = rng.random_range(0..count);
            (0..count).map(|column| column != unknown).collect()
        }));
        return all;
    }
    let without = |from: f64, to: f64| {
        let mut known = vec![true; count];
        for one in &series {
            let length = one.columns.len() as f64;
            let range = (from * length).round() as usize..(to * length).round() as usize;
            for value in &one.columns[range] {
                let is_in = |column: &category::FileColumn<'_>| column.values.contains(value);
                if let Some(column) = columns.iter().position(is_in) {
                    known[column] = false;
                }
            }
        }
        known
    };
    all.push(task("second half", &mut |_: &mut dyn Rng| {
        without(0.5, 1.0)
    }));
    all.push(task("gap", &mut |_: &mut dyn Rng| without(0.375, 0.625)));
    all
}
