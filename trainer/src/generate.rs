//! Samples on the host, drawn by the runtime itself, so that they have the bits of the device. The
//! float network can start from the same noise.

use std::ops::Range;

use flowlet::noise::{self, Antithetic};
use flowlet::{
    Column, ColumnKind, Filler, Fixed, Given, Guidance, Model, Sample, Sampler, SamplerError,
    Solver, Time,
};
use ndarray::Array2;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use crate::data::category::{FileColumn, SEPARATOR};
use crate::data::conditions::ConditionRows;

/// The largest sampler, which runs every model, with guidance too.
type Largest<'m> = Sampler<'m, 1024, 1024, 2>;

/// The random number generator of host and firmware.
pub type Generator = Xoshiro128PlusPlus;

/// Settings of a draw of samples.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Number of samples.
    pub count: usize,
    /// Class of all samples. `None` draws classes in the proportions of the training rows.
    pub class: Option<u16>,
    /// Number of uniform solver steps. `None` takes what the model recommends.
    pub steps: Option<u16>,
    /// Time grid, Q0.15, in the place of uniform steps.
    pub time_grid: Option<&'a [Time]>,
    /// Solver. `None` takes what the model recommends.
    pub solver: Option<Solver>,
    /// Strength of classifier-free guidance.
    pub guidance: Option<Guidance>,
    /// Values of the conditions. Each sample has those of the next row of its class, from the first
    /// again after the last; without a class, it has that of the row. A model with conditions needs
    /// them.
    pub conditions: Option<&'a ConditionRows>,
    /// Random seed.
    pub seed: u64,
    /// Whether every second sample has the class and the mirrored noise of the one before it.
    pub antithetic: bool,
}

/// Samples of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// Standardised values, count × D.
    pub standardised: Array2<f32>,
    /// Values in physical units, count × D. Integers, and numbers with the decimal places of their
    /// column, are exact.
    pub values: Array2<f64>,
    /// Values in physical units as [`flowlet::Sample::values`] returns them on a device.
    pub device_values: Array2<f32>,
    /// One class per sample, for conditional models; none if samples are of all classes.
    pub classes: Option<Vec<u16>>,
    /// CRC-32 of each sample's bits, as the firmware prints it.
    pub crc32: Vec<u32>,
}

/// The random numbers of consecutive samples.
struct Stream {
    rng: Generator,
    /// State before the last sample, if the next one is to mirror it.
    before: Option<Generator>,
    antithetic: bool,
}

impl Stream {
    fn new(request: &Request<'_>) -> Self {
        Self {
            rng: Generator::seed_from_u64(request.seed),
            before: None,
            antithetic: request.antithetic,
        }
    }

    /// Calls `draw` with the random numbers of the next sample.
    fn next<T>(&mut self, draw: impl FnOnce(&mut dyn Rng) -> T) -> T {
        if let Some(before) = self.before.take() {
            return draw(&mut Antithetic(before));
        }
        self.before = self.antithetic.then(|| self.rng.clone());
        draw(&mut self.rng)
    }
}

/// Draws samples one by one from a single stream of random numbers, as the firmware does.
///
/// # Errors
/// [`SamplerError`] for steps, a time grid, a class or guidance that the model does not accept.
pub fn generate(model: &Model<'_>, request: &Request<'_>) -> Result<Generated, SamplerError> {
    if model.has_conditions() {
        return generate_conditioned(model, request);
    }
    let mut sampler = Box::new(Largest::new(*model)?);
    sampler.set_class(request.class)?;
    if let Some(steps) = request.steps {
        sampler.set_steps(steps)?;
    }
    if let Some(times) = request.time_grid {
        sampler.set_time_grid(times)?;
    }
    if let Some(solver) = request.solver {
        sampler.set_solver(solver);
    }
    sampler.set_guidance(request.guidance)?;
    let mut stream = Stream::new(request);
    let mut samples = Samples::new(model, request.count);
    for _ in 0..request.count {
        samples.push(&stream.next(|rng| sampler.sample(rng))?);
    }
    Ok(samples.finish())
}

/// Draws samples of a model with conditions. Time grid, solver, guidance and mirrored noise of the
/// request are not used.
fn generate_conditioned(
    model: &Model<'_>,
    request: &Request<'_>,
) -> Result<Generated, SamplerError> {
    let missing = SamplerError::Condition(model.dim());
    let mut filler = Box::new(Filler::<1024, 1024>::new(*model).map_err(|_| missing)?);
    if let Some(steps) = request.steps {
        filler.set_steps(steps)?;
    }
    let conditions = request.conditions.filter(|of| of.values.nrows() > 0);
    let conditions = conditions.ok_or(missing)?;
    let rows = conditions.of_class(request.class);
    let classes = conditions.classes.as_ref().filter(|_| model.classes() > 0);
    let columns = known_columns(model);
    let mut rng = Generator::seed_from_u64(request.seed);
    let mut samples = Samples::new(model, request.count);
    for number in 0..request.count {
        let at = rows[number % rows.len()];
        let row = conditions.values.row(at);
        filler.set_class(request.class.or_else(|| Some(classes?[at])))?;
        let before = std::iter::repeat_n(f64::NAN, model.dim());
        let row: Vec<f64> = before.chain(row.iter().copied()).collect();
        know(&mut filler, &columns, &row)?;
        samples.push(&filler.sample(&mut rng)?);
    }
    Ok(samples.finish())
}

/// A column of a model, or one of its conditions, whose value may be known.
pub(crate) struct KnownColumn {
    /// Name.
    pub name: String,
    /// Its dimensions. Those of conditions follow those of the data.
    pub values: Range<usize>,
    /// Names of categories.
    pub categories: Option<Vec<String>>,
    /// The first of its dimensions.
    pub column: Column,
}

impl KnownColumn {
    /// Returns the column as a file has it.
    pub fn in_file(&self) -> FileColumn<'_> {
        let categories = self.categories.as_ref();
        FileColumn {
            name: &self.name,
            values: self.values.clone(),
            categories: categories.map(|names| names.iter().map(String::as_str).collect()),
        }
    }
}

/// Returns the columns of a model, then its conditions.
pub(crate) fn known_columns(model: &Model<'_>) -> Vec<KnownColumn> {
    let fill = model.fill().ok().flatten();
    let conditions = fill.iter().flat_map(|fill| fill.condition_names());
    let names: Vec<&str> = model.column_names().chain(conditions).collect();
    let column = |at| match at < model.dim() {
        true => model.column(at),
        false => fill?.condition(at - model.dim()),
    };
    let columns: Vec<Column> = (0..names.len()).filter_map(column).collect();
    let is_first = |&at: &usize| {
        let kind = columns[at].kind;
        !matches!(kind, ColumnKind::NextCategory | ColumnKind::NextCircular)
    };
    let starts: Vec<usize> = (0..columns.len()).filter(is_first).collect();
    let known = |(place, &start): (usize, &usize)| {
        let end = starts.get(place + 1).copied().unwrap_or(columns.len());
        let is_category = columns[start].kind == ColumnKind::Category;
        let single = end - start == 1 && !is_category;
        let split = |name: &str| match name.split_once(SEPARATOR) {
            Some((column, category)) if !single => (column.to_owned(), category.to_owned()),
            _ => (name.to_owned(), String::new()),
        };
        let categories = names[start..end].iter().map(|name| split(name).1);
        KnownColumn {
            name: split(names[start]).0,
            categories: is_category.then(|| categories.collect()),
            column: columns[start],
            values: start..end,
        }
    };
    starts.iter().enumerate().map(known).collect()
}

/// Gives a filler the known values of a row: NaN if they are not known.
pub(crate) fn know(
    filler: &mut Filler<'_, 1024, 1024>,
    columns: &[KnownColumn],
    row: &[f64],
) -> Result<(), SamplerError> {
    for column in columns {
        let values = &row[column.values.clone()];
        if values[0].is_nan() {
            continue;
        }
        let value = match column.categories {
            Some(_) => {
                let chosen = values.iter().position(|&value| value == 1.0);
                Fixed::from(chosen.unwrap_or(0) as i32)
            }
            None => rounded(values[0], column.column),
        };
        filler.know(column.values.start, value)?;
    }
    Ok(())
}

/// Rounds a value to the fractional bits of its column. A circular value outside of its period is
/// wrapped.
fn rounded(value: f64, column: Column) -> Fixed {
    let frac = column.frac;
    let mut raw = (value * 2f64.powi(frac.into())).round();
    if column.kind == ColumnKind::Circular {
        let [start, end] = [column.min, column.max].map(f64::from);
        raw = start + (raw - start).rem_euclid(end - start);
    }
    Fixed {
        raw: raw.clamp(f64::from(i32::MIN + 1), f64::from(i32::MAX)) as i32,
        frac,
    }
}

/// Samples that are collected.
pub(crate) struct Samples {
    count: usize,
    has_classes: bool,
    standardised: Vec<f32>,
    values: Vec<f64>,
    device_values: Vec<f32>,
    classes: Vec<u16>,
    crc32: Vec<u32>,
}

impl Samples {
    /// Allocates memory for `count` samples.
    pub fn new(model: &Model<'_>, count: usize) -> Self {
        let values = count * model.dim();
        Self {
            count,
            has_classes: model.classes() > 0,
            standardised: Vec::with_capacity(values),
            values: Vec::with_capacity(values),
            device_values: Vec::with_capacity(values),
            classes: Vec::new(),
            crc32: Vec::with_capacity(count),
        }
    }

    /// Adds a sample.
    pub fn push<G: Given>(&mut self, sample: &Sample<'_, G>) {
        let standardised = sample.standardised().iter();
        self.standardised.extend(standardised.map(|&x| real(x)));
        self.values.extend(exact_values(sample));
        self.device_values.extend(sample.values());
        self.classes.extend(sample.class());
        self.crc32.push(sample.crc32());
    }

    /// Returns all samples.
    pub fn finish(self) -> Generated {
        let dim = self.values.len() / self.count.max(1);
        let shape = (self.count, dim);
        let array = |values| Array2::from_shape_vec(shape, values).expect("D values per sample");
        Generated {
            standardised: array(self.standardised),
            values: Array2::from_shape_vec(shape, self.values).expect("D values per sample"),
            device_values: array(self.device_values),
            classes: (self.has_classes && self.classes.len() == self.count).then_some(self.classes),
            crc32: self.crc32,
        }
    }
}

/// Returns the standard normal noise, one value per value of the state, from which [`generate`]
/// starts with the same request, so that the float network can start from it too.
pub fn noise(model: &Model<'_>, request: &Request<'_>, classes: Option<&[u16]>) -> Array2<f32> {
    let mut stream = Stream::new(request);
    let drawn = classes.is_some() && request.class.is_none();
    let dim = model.state_dim();
    let mut values = Vec::with_capacity(request.count * dim);
    for _ in 0..request.count {
        stream.next(|rng| {
            if drawn {
                rng.next_u32();
            }
            values.extend((0..dim).map(|_| normal(rng)));
        });
    }
    Array2::from_shape_vec((request.count, dim), values).expect("D values per sample")
}

/// Returns the next value of noise.
pub(crate) fn normal<R: Rng + ?Sized>(rng: &mut R) -> f32 {
    real(noise::normal(rng.next_u32()))
}

/// Returns the values of a sample in physical units, with the decimal places of their columns if
/// these have any.
pub(crate) fn exact_values<G: Given>(sample: &Sample<'_, G>) -> impl Iterator<Item = f64> {
    (0..sample.standardised().len()).filter_map(|at| match sample.decimal(at) {
        Some(decimal) => Some(decimal.to_f64()),
        None => {
            let Fixed { raw, frac } = sample.fixed(at)?;
            Some(f64::from(raw) * 2f64.powi(-i32::from(frac)))
        }
    })
}

/// Converts a state from Q5.26.
fn real(x: i32) -> f32 {
    x as f32 / (1u32 << flowlet::fixed::STATE_FRAC) as f32
}

#[cfg(test)]
mod tests;
