//! Converts between physical values and the standardised ones that a model works with, as the
//! device decodes them.
//!
//! A category column has one value per category, 1 or 0, and its values share a scale. The largest
//! decoded value is the category. A circular column has a cosine and a sine, and its value is their
//! angle.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, ArrayView2, ArrayViewMut1, s};

use super::Table;
use super::circular::{self, Circular};
use super::curve::Curve;
use super::curve_fit;
use super::latent::{self, Latent};
use super::latent_rank::LatentRank;
use super::piles::{self, Gap};
use super::range::ValueRange;
use super::scaling::{MIN_STEPS, Scaling, curve_step};
use super::schema::Schema;
use super::series::series;

/// A change of standardised values: x becomes shift + gain · x.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Line {
    pub shift: f64,
    pub gain: f64,
}

impl Line {
    /// No change.
    pub const SAME: Self = Self {
        shift: 0.0,
        gain: 1.0,
    };

    /// Returns the line that changes two values to two others.
    pub fn through(from: [f64; 2], to: [f64; 2]) -> Self {
        let gain = (to[1] - to[0]) / (from[1] - from[0]);
        Self::through_one(from[0], to[0], gain)
    }

    /// Returns the line with this gain that changes one value to another.
    pub fn through_one(from: f64, to: f64, gain: f64) -> Self {
        let shift = to - gain * from;
        Self { shift, gain }
    }

    pub fn of(self, x: f64) -> f64 {
        self.shift + self.gain * x
    }
}

/// Largest share of the cells of series that are piled up at limits, with a latent. Components mix
/// the cells of a row, so a pile would leak.
const MAX_PILED: f64 = 0.05;

/// A scaling and a range for every column.
#[derive(Clone, Debug, PartialEq)]
pub struct Transform {
    /// Scaling of each column.
    pub scaling: Scaling,
    /// Range of decoded values of each column.
    pub ranges: Vec<ValueRange>,
    /// Whether values pile up at the two limits of each column.
    pub piles: Vec<[bool; 2]>,
    /// Curve of each column that has one in the place of its scaling, which is about that of the
    /// middle of the curve.
    pub curves: Vec<Option<Curve>>,
    /// Positions of the values of each category column.
    pub categories: Vec<Range<usize>>,
    /// Circular columns. The scaling of their two values is that of cosine and sine.
    pub circular: Vec<Circular>,
    /// Latent of a series or of an image.
    pub latent: Option<Latent>,
}

impl Transform {
    /// Fits the transform to rows. Returns the rows too, standardised within ±8, `rows × columns`.
    ///
    /// # Panics
    /// If there is no row, or not one range per column.
    #[must_use]
    pub fn fit(training: &Table, ranges: Vec<ValueRange>, seed: u64) -> (Self, Array2<f32>) {
        let schema = Schema::default();
        Self::fit_declared(training, ranges, &schema, LatentRank::Off, seed)
    }

    /// Fits the transform to rows, with the series that a schema declares, and with a latent if the
    /// columns call for one.
    ///
    /// # Panics
    /// As for [`fit`](Self::fit).
    #[must_use]
    pub fn fit_declared(
        training: &Table,
        ranges: Vec<ValueRange>,
        schema: &Schema,
        latent: LatentRank,
        seed: u64,
    ) -> (Self, Array2<f32>) {
        let columns = match latent {
            LatentRank::Off => None,
            _ => latent::candidate(training, schema),
        };
        let columns = columns.filter(|columns| {
            let is_wanted = latent != LatentRank::Auto || latent::is_image(training);
            is_wanted || piles::share(training, &ranges, columns) <= MAX_PILED
        });
        if let Some(columns) = columns {
            let some = columns.clone();
            let (mut transform, x) = Self::scaled(training, ranges.clone(), schema, some, seed);
            let labels = training.labels.as_ref();
            if let Some(latent) = Latent::fit(x.view(), columns, latent, labels) {
                transform.latent = Some(latent);
                return (transform, x);
            }
        }
        Self::scaled(training, ranges, schema, 0..0, seed)
    }

    /// Fits everything but the latent. The series of the columns `latent` have a common scale,
    /// and their piles have no gap.
    fn scaled(
        training: &Table,
        mut ranges: Vec<ValueRange>,
        schema: &Schema,
        latent: Range<usize>,
        seed: u64,
    ) -> (Self, Array2<f32>) {
        let circular = training.circular.clone();
        for column in &circular {
            ranges[column.first..column.first + 2].fill(ValueRange::REAL);
        }
        let mut piles = piles::of_each(training.values.view(), &ranges);
        let mut values = training.values.clone();
        piles::limit(&mut values, &ranges);
        circular::spread(&circular, &mut values);
        let categories = training.categories.clone();
        let mut scales = shared_scales(training, schema, latent.clone());
        for column in &categories {
            scales[column.clone()].fill(column.start);
            ranges[column.clone()].fill(ValueRange::ONE_HOT);
            piles[column.clone()].fill([false; 2]);
        }
        for column in &circular {
            scales[column.first + 1] = column.first;
        }
        let mut transform = Self {
            scaling: Scaling::fit(values.view(), &scales),
            curves: vec![None; ranges.len()],
            ranges,
            piles,
            categories,
            circular,
            latent: None,
        };
        let mut curved = curved(training, schema, &transform);
        curved.retain(|column| !latent.contains(column));
        for column in curved {
            let declared = schema.has_curve(&training.columns[column]);
            transform.fit_curve(column, values.column(column), declared);
        }
        let standardised = transform.placed(values, &latent, seed);
        (transform, standardised)
    }

    /// Returns the number of values of a state.
    #[must_use]
    pub fn state_values(&self) -> usize {
        let columns = self.ranges.len();
        match &self.latent {
            Some(latent) => columns - latent.columns.len() + latent.rank(),
            None => columns,
        }
    }

    /// Returns the states of standardised rows of these classes: the values that the flow
    /// integrates.
    ///
    /// # Panics
    /// If each class has a latent, and there is not one class per row.
    #[must_use]
    pub fn to_state(&self, standardised: Array2<f32>, classes: Option<&[u16]>) -> Array2<f32> {
        match &self.latent {
            Some(latent) => latent.to_state(standardised.view(), classes),
            None => standardised,
        }
    }

    /// Returns the standardised values of states of these classes.
    ///
    /// # Panics
    /// As for [`to_state`](Self::to_state).
    #[must_use]
    pub fn to_standardised(&self, state: Array2<f32>, classes: Option<&[u16]>) -> Array2<f32> {
        match &self.latent {
            Some(latent) => latent.to_standardised(state.view(), classes),
            None => state,
        }
    }

    /// Standardises other rows of the same columns. Values beyond ±8 are cut off.
    ///
    /// # Panics
    /// If the number of columns differs.
    #[must_use]
    pub fn standardise(&self, mut values: Array2<f64>, seed: u64) -> Array2<f32> {
        piles::limit(&mut values, &self.ranges);
        circular::spread(&self.circular, &mut values);
        let latent = self
            .latent
            .as_ref()
            .map_or(0..0, |latent| latent.columns.clone());
        self.placed(values, &latent, seed)
    }

    /// Decodes standardised values as the device does.
    ///
    /// # Panics
    /// If the number of columns differs.
    #[must_use]
    pub fn decode(&self, standardised: ArrayView2<'_, f32>) -> Array2<f64> {
        let mut values = self.scaling.to_physical(standardised);
        for mut row in values.rows_mut() {
            for column in &self.categories {
                choose(row.slice_mut(s![column.clone()]));
            }
        }
        for (at, mut column) in values.columns_mut().into_iter().enumerate() {
            if let Some(curve) = &self.curves[at] {
                let x = standardised.column(at);
                column.zip_mut_with(&x, |value, &x| *value = curve.value(x.into()));
            }
            column.mapv_inplace(|value| self.ranges[at].nearest(value));
        }
        circular::gather(&self.circular, &mut values);
        values
    }

    /// Returns the columns of numbers that vary.
    pub(crate) fn numbers(&self) -> Vec<usize> {
        let is_number = |at: &usize| {
            let is_category = self.categories.iter().any(|of| of.contains(at));
            let is_circular = |of: &Circular| (of.first..of.first + 2).contains(at);
            !is_category && !self.circular.iter().any(is_circular) && self.scaling.scale[*at] > 0.0
        };
        (0..self.ranges.len()).filter(is_number).collect()
    }

    /// Decodes a value of a column of numbers.
    pub(crate) fn value(&self, column: usize, x: f64) -> f64 {
        let value = match &self.curves[column] {
            Some(curve) => curve.value(x),
            None => self.scaling.mean[column] + self.scaling.scale[column] * x,
        };
        self.ranges[column].nearest(value)
    }

    /// Returns whether the smallest and the largest value of a column of numbers have a gap.
    pub(crate) fn gaps(&self, column: usize) -> [bool; 2] {
        let latent = self.latent.as_ref().map(|latent| &latent.columns);
        let is_latent = latent.is_some_and(|columns| columns.contains(&column));
        match is_latent || self.curves[column].is_some() {
            true => [false; 2],
            false => self.piles[column],
        }
    }

    /// Returns the standardised x below which, and above which, a column is decoded to a limit with
    /// a pile. A column of a latent may have piles, although it has no gaps.
    pub(crate) fn boundaries(&self, column: usize) -> [Option<f64>; 2] {
        let range = self.ranges[column];
        let standardised =
            |value: f64| (value - self.scaling.mean[column]) / self.scaling.scale[column];
        let half = range.step() / 2.0;
        let latent = self.latent.as_ref().map(|latent| &latent.columns);
        let is_latent = latent.is_some_and(|columns| columns.contains(&column));
        let [low, high] = match is_latent {
            true => [range.min, range.max].map(f64::is_finite),
            false => self.piles[column],
        };
        if let Some(curve) = &self.curves[column] {
            return [
                low.then(|| curve.upper(range.min + half)),
                high.then(|| curve.lower(range.max - half)),
            ];
        }
        [
            low.then(|| standardised(range.min + half)),
            high.then(|| standardised(range.max - half)),
        ]
    }

    /// Changes the decoding of a column of numbers, so that x is decoded as `line.of(x)` was.
    pub(crate) fn adjust(&mut self, column: usize, line: Line) {
        self.scaling.adjust(column, line.shift, line.gain);
        if let Some(curve) = &mut self.curves[column] {
            *curve = curve.adjusted(line.shift, line.gain);
        }
    }

    /// Narrows the plateaus inside the curve of a column, as [`Curve::narrow`] does.
    pub(crate) fn narrow(&mut self, column: usize, half: impl Fn(f64, f64) -> f64) {
        if let Some(curve) = &mut self.curves[column] {
            curve.narrow(half);
        }
    }

    /// Fits a curve to the limited values of a column, if they call for one, or if it is declared.
    fn fit_curve(&mut self, at: usize, values: ArrayView1<'_, f64>, declared: Option<bool>) {
        let range = self.ranges[at];
        let column =
            curve_fit::Column::new(values.to_vec(), [range.min, range.max], self.piles[at]);
        let mut reasons = column.reasons(range.integer);
        reasons.is_far |= declared == Some(true);
        if reasons == curve_fit::Reasons::default() {
            return;
        }
        let scaling = &mut self.scaling;
        let fitted = column.curve(&reasons, scaling.mean[at], scaling.scale[at]);
        // A device does not resolve the bulk if others are too far away.
        let (mean, scale) = fitted.line();
        if scale >= MIN_STEPS * curve_step(&fitted) {
            (scaling.mean[at], scaling.scale[at]) = (mean, scale);
            self.curves[at] = Some(fitted);
        }
    }

    /// Standardises limited values. Piles have a gap, but not in the columns `latent`.
    fn placed(&self, values: Array2<f64>, latent: &Range<usize>, seed: u64) -> Array2<f32> {
        let mut standardised = self.scaling.standardise(values.view());
        for (at, curve) in self.curves.iter().enumerate() {
            if let Some(curve) = curve {
                let mut column = standardised.column_mut(at);
                column.zip_mut_with(&values.column(at), |x, &value| {
                    *x = curve.standardised(value) as f32;
                });
            }
        }
        let gap = |at: usize, value: f64| match &self.curves[at] {
            Some(curve) => curve.recurs(value).then_some(Gap::NONE),
            None => piles::gap(value, self.ranges[at], self.piles[at], latent.contains(&at)),
        };
        piles::open_gaps(&mut standardised, values.view(), &self.numbers(), gap, seed);
        standardised.mapv(|value| value.clamp(-8.0, 8.0))
    }
}

/// Replaces the highest score by 1 and the others by 0. Of equal scores, the first is the highest.
fn choose(mut scores: ArrayViewMut1<'_, f64>) {
    let mut chosen = 0;
    for (place, score) in scores.iter().enumerate() {
        if *score > scores[chosen] {
            chosen = place;
        }
    }
    scores.fill(0.0);
    scores[chosen] = 1.0;
}

/// Returns the columns that may have a curve: numbers that belong to no series and no image, or
/// those that are declared.
fn curved(table: &Table, schema: &Schema, transform: &Transform) -> Vec<usize> {
    let series = series(&table.columns, &table.categories);
    let mut numbers = transform.numbers();
    numbers.retain(|column| {
        let is_alone = !series.iter().any(|one| one.columns.contains(column));
        schema
            .has_curve(&table.columns[*column])
            .unwrap_or(is_alone)
    });
    numbers
}

/// Returns a number for each column, which is the same for columns that share a scale.
fn shared_scales(table: &Table, schema: &Schema, latent: Range<usize>) -> Vec<usize> {
    let mut scales: Vec<usize> = (0..table.columns.len()).collect();
    let is_image = latent::is_image(table);
    for one in series(&table.columns, &table.categories) {
        let is_shared = schema
            .has_common_scale(&one, &table.columns)
            .unwrap_or(is_image || latent.contains(&one.columns[0]));
        if is_shared {
            for &column in &one.columns {
                scales[column] = one.columns[0];
            }
        }
    }
    scales
}

#[cfg(test)]
mod tests;
