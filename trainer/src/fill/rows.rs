//! Rows that are filled in by the runtime itself, so that they have the bits of the device.

use flowlet::{ColumnKind, Filler, Model, SamplerError};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2};
use rand::{Rng, SeedableRng};
use rayon::prelude::*;

use crate::data::column_list;
use crate::generate::{
    Generated, Generator, Request, Samples, exact_values, know, known_columns, normal,
};
use crate::text;

/// The largest filler, which runs every model.
type Largest<'m> = Filler<'m, 1024, 1024>;

/// Number of names in a list; the others are counted.
const MAX_LISTED: usize = 12;
/// Bits by which rows are apart in the seed.
const ROW_SHIFT: u32 = 20;

/// Why a row cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// The model cannot fill in rows at all.
    #[error("the model was not trained to fill in rows")]
    NoFill,
    /// The model predicts no rows.
    #[error("the model was not trained to predict; draw rows, or train it without distillation")]
    NoPrediction,
    /// The runtime refuses the section of the model.
    #[error("the runtime refuses the model: {0}")]
    Model(flowlet::ModelError),
    /// The model does not accept what is known: the reason, and what to do.
    #[error("{0}")]
    Known(String),
    /// The model does not accept what is known of a row.
    #[error("row {row}: {reason}")]
    Row {
        /// Row, counted from 1.
        row: usize,
        /// Reason, and what to do.
        reason: String,
    },
}

/// Rows of which some values are known.
#[derive(Clone, Copy, Debug)]
pub struct Partial<'a> {
    /// Values in physical units, then those of the conditions, if there are any: `rows × (D +
    /// conditions)`. NaN if they are not known.
    pub values: ArrayView2<'a, f64>,
    /// One class per row. `None` draws classes in the proportions of the training rows.
    pub classes: Option<&'a [u16]>,
}

/// Draws each row `draws` times. Returns complete rows in physical units, one array per draw.
///
/// # Errors
/// [`FillError`] if the model does not fill in rows, or not those with these known values.
pub fn fill(
    model: &Model<'_>,
    rows: Partial<'_>,
    draws: usize,
    steps: Option<u16>,
    seed: u64,
) -> Result<Vec<Array2<f64>>, FillError> {
    let dim = model.dim();
    let each = each_row(model, rows, |filler, row| {
        if let Some(steps) = steps {
            filler.set_steps(steps)?;
        }
        let mut rng = row_generator(seed, row);
        let mut values = Vec::with_capacity(draws * dim);
        for _ in 0..draws {
            values.extend(exact_values(&filler.sample(&mut rng)?));
        }
        Ok(values)
    })?;
    let draw = |draw: usize| {
        let cells = each
            .iter()
            .flat_map(|values| &values[draw * dim..(draw + 1) * dim]);
        let cells = cells.copied().collect();
        Array2::from_shape_vec((each.len(), dim), cells).expect("D values per row")
    };
    Ok((0..draws).map(draw).collect())
}

/// Returns the standard normal noise from which [`fill`] starts the draws of these rows, one array
/// per draw, so that the float network can start from it too. `draws_class` if the runtime draws a
/// class for each.
pub(super) fn noise(
    (rows, dim): (usize, usize),
    draws: usize,
    draws_class: bool,
    seed: u64,
) -> Vec<Array2<f32>> {
    let mut all = vec![Array2::zeros((rows, dim)); draws];
    for row in 0..rows {
        let mut rng = row_generator(seed, row);
        for draw in &mut all {
            if draws_class {
                rng.next_u32();
            }
            draw.row_mut(row).mapv_inplace(|_| normal(&mut rng));
        }
    }
    all
}

/// Returns the random numbers of a row.
fn row_generator(seed: u64, row: usize) -> Generator {
    Generator::seed_from_u64(seed ^ (row as u64) << ROW_SHIFT)
}

/// Predicts each row: the mean of the unknown values in one evaluation of the network. Returns
/// complete rows in physical units.
///
/// # Errors
/// [`FillError`] as for [`fill`], and if the model does not predict.
pub fn predict(model: &Model<'_>, rows: Partial<'_>) -> Result<Array2<f64>, FillError> {
    let dim = model.dim();
    let each = each_row(model, rows, |filler, _| {
        Ok(exact_values(&filler.predict()?).collect())
    })?;
    let shape = (each.len(), dim);
    Ok(Array2::from_shape_vec(shape, each.concat()).expect("D values per row"))
}

/// Calls `make` for each row with a filler that knows what is known of it, and the number of the
/// row.
fn each_row<'m>(
    model: &Model<'m>,
    rows: Partial<'_>,
    make: impl Fn(&mut Largest<'m>, usize) -> Result<Vec<f64>, SamplerError> + Sync,
) -> Result<Vec<Vec<f64>>, FillError> {
    let columns = known_columns(model);
    let filler = Box::new(Largest::new(*model).map_err(refused)?);
    let each = (0..rows.values.nrows()).into_par_iter().map_init(
        || filler.clone(),
        |filler, row| {
            let refuse = |error| {
                let (row, reason) = (row + 1, reason(model, error));
                match error {
                    SamplerError::NotPredicting => FillError::NoPrediction,
                    _ => FillError::Row { row, reason },
                }
            };
            filler.forget();
            let class = rows.classes.map(|classes| classes[row]);
            filler.set_class(class).map_err(refuse)?;
            know(filler, &columns, &rows.values.row(row).to_vec()).map_err(refuse)?;
            make(filler, row).map_err(refuse)
        },
    );
    each.collect()
}

/// Draws samples whose known values are those of the row `known`, NaN if they are not known, from a
/// single stream of random numbers, as the firmware does. Time grid, solver, guidance and mirrored
/// noise of the request are not used.
///
/// # Errors
/// [`FillError`] as for [`fill`].
pub fn generate_given(
    model: &Model<'_>,
    known: ArrayView1<'_, f64>,
    request: &Request<'_>,
) -> Result<Generated, FillError> {
    let refuse = |error| FillError::Known(reason(model, error));
    let mut filler = Box::new(Largest::new(*model).map_err(refused)?);
    filler.set_class(request.class).map_err(refuse)?;
    if let Some(steps) = request.steps {
        filler.set_steps(steps).map_err(refuse)?;
    }
    know(&mut filler, &known_columns(model), &known.to_vec()).map_err(refuse)?;
    let mut rng = Generator::seed_from_u64(request.seed);
    let mut samples = Samples::new(model, request.count);
    for _ in 0..request.count {
        samples.push(&filler.sample(&mut rng).map_err(refuse)?);
    }
    Ok(samples.finish())
}

/// Returns a row of a model, with its conditions, of which some columns are known, each given as
/// `COLUMN=VALUE`. The others are NaN.
///
/// # Errors
/// A line that says what is wrong, and what to do.
pub fn known_row(model: &Model<'_>, given: &[String]) -> Result<Array1<f64>, String> {
    let all = known_columns(model);
    let known: Vec<&str> = all.iter().map(|column| column.name.as_str()).collect();
    let label = model.label().map(|(label, _)| label);
    let mut row = Array1::from_elem(all.last().map_or(0, |last| last.values.end), f64::NAN);
    for one in given {
        let (name, value) = one
            .split_once('=')
            .ok_or_else(|| format!("`{one}` has no value; write COLUMN=VALUE"))?;
        let (name, value) = (name.trim(), value.trim());
        let column = &all[column_list::position(name, &known, label)?];
        if !row[column.values.start].is_nan() {
            return Err(format!("column `{name}` is given twice; remove one"));
        }
        let Some(categories) = &column.categories else {
            let number = value.parse().ok().filter(|number: &f64| number.is_finite());
            let number =
                number.ok_or_else(|| format!("`{value}` of `{name}` is no number; correct it"))?;
            let most = f64::from(i32::MAX) * 2f64.powi(-i32::from(column.column.frac));
            if number.abs() > most {
                return Err(format!(
                    "`{value}` of `{name}` is too large for the device; give at most {most:.0}"
                ));
            }
            if column.column.kind == ColumnKind::Integer && number.fract() != 0.0 {
                return Err(format!(
                    "`{value}` of `{name}` is no integer, as in the training; give {:.0} or {:.0}",
                    number.floor(),
                    number.ceil()
                ));
            }
            row[column.values.start] = number;
            continue;
        };
        let chosen = categories.iter().position(|category| *category == value);
        let chosen = chosen.ok_or_else(|| {
            let names = text::listed(categories, MAX_LISTED);
            format!("column `{name}` has no category `{value}`; the categories are {names}")
        })?;
        for (place, at) in column.values.clone().enumerate() {
            row[at] = f64::from(u8::from(place == chosen));
        }
    }
    Ok(row)
}

fn refused(error: flowlet::Error) -> FillError {
    match error {
        flowlet::Error::Model(error) => FillError::Model(error),
        _ => FillError::NoFill,
    }
}

/// Says why the runtime refuses a row, and what to do.
fn reason(model: &Model<'_>, error: SamplerError) -> String {
    let Ok(Some(fill)) = model.fill() else {
        return error.to_string();
    };
    let columns = known_columns(model);
    let conditions = || {
        let all = columns.iter().filter(|of| of.values.start >= model.dim());
        let names: Vec<&str> = all.map(|of| of.name.as_str()).collect();
        text::listed(&names, MAX_LISTED)
    };
    match error {
        SamplerError::Query => {
            let names: Vec<&str> = fill.query_names().collect();
            match names.is_empty() {
                true => format!(
                    "only the conditions may be known ({}); leave out the other values",
                    conditions()
                ),
                false => format!(
                    "{error}; the queries are {}",
                    text::listed(&names, MAX_LISTED)
                ),
            }
        }
        SamplerError::Condition(index) => {
            let missing = columns.iter().find(|of| of.values.contains(&index));
            let missing = missing.map_or("", |of| of.name.as_str());
            format!(
                "the condition `{missing}` is not known; give a value of each condition: {}",
                conditions()
            )
        }
        SamplerError::NeedsClass => {
            let label = model.label().map_or("", |(name, _)| name);
            format!("{error}; name it in a column `{label}`")
        }
        _ => error.to_string(),
    }
}
