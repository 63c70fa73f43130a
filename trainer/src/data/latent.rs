//! Linear latent: the flow runs in the first principal components of the columns of a series or of
//! an image, in the place of the columns.
//!
//! Neighbouring moments and pixels are so alike that few directions hold nearly all of their
//! variance. A small network that makes every column on its own leaves noise in the other
//! directions, so its series are jagged. In the latent these directions are empty, and the first
//! and the last layer and the state are smaller. The components are rotated, not whitened: they
//! have one common scale, so each counts as much as the variance it has.
//!
//! Each class may have its own components. Then samples keep to the directions of their class.

use std::ops::Range;

use flowlet::Model;
use flowlet::encode::{QuantisedLatent, QuantisedLayer};
use flowlet::fixed::{MULTIPLIER_FRAC, VELOCITY_FRAC};
use ndarray::{Array1, Array2, ArrayView2, Axis, concatenate, s};

use super::Table;
use super::layout::Layout;
use super::scaling::MAX_STANDARDISED;
use super::schema::Schema;
use super::series::series;

/// Fewest columns of a latent.
const MIN_COLUMNS: usize = 16;
/// Fractional bits of the columns that the device computes.
const VALUE_FRAC: i32 = VELOCITY_FRAC as i32;
/// Principal components of some columns, of all rows or of each class.
#[derive(Clone, Debug, PartialEq)]
pub struct Latent {
    /// Columns that the components stand for.
    pub columns: Range<usize>,
    /// One basis, or one per class.
    pub bases: Vec<Basis>,
    /// Share of the columns' variance that the components hold; `None` for a model file.
    pub share: Option<f64>,
}

/// Directions of components, of equal length: x = mean + vectors · z for standardised x.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    /// Mean of each column.
    pub mean: Array1<f32>,
    /// Change of each column per 1.0 of each component, columns × rank.
    pub vectors: Array2<f32>,
    /// Transposed inverse of the vectors on their directions, columns × rank.
    pub(super) projection: Array2<f32>,
}

impl Basis {
    /// Reads the basis of a layer, as the device computes it.
    fn of_layer(layer: &QuantisedLayer, latent: &flowlet::format::Latent) -> Self {
        let (rows, rank) = (usize::from(latent.columns), usize::from(latent.rank));
        let mut vectors = Array2::zeros((rows, rank));
        let weights = layer.weights.chunks(rank).zip(&layer.scales);
        for (mut row, (weights, scale)) in vectors.rows_mut().into_iter().zip(weights) {
            let shift = i32::from(latent.frac) - VALUE_FRAC - MULTIPLIER_FRAC as i32;
            let step = f32::from(scale.multiplier) * 2f32.powi(shift - i32::from(scale.shift));
            row.assign(&Array1::from_iter(
                weights.iter().map(|&w| step * f32::from(w)),
            ));
        }
        let mean = layer
            .biases
            .iter()
            .map(|&of| f32::from(of) / 2f32.powi(VALUE_FRAC));
        let square = vectors.iter().map(|of| of * of).sum::<f32>() / rank as f32;
        Self {
            mean: mean.collect(),
            projection: vectors.mapv(|of| of / square),
            vectors,
        }
    }

    /// Returns the components of columns, within ±8.
    fn components(&self, columns: ArrayView2<'_, f32>) -> Array2<f32> {
        let limit = MAX_STANDARDISED as f32;
        let z = (&columns - &self.mean).dot(&self.projection);
        z.mapv_into(|z| z.clamp(-limit, limit))
    }

    /// Returns the columns that components stand for.
    fn columns(&self, z: ArrayView2<'_, f32>) -> Array2<f32> {
        z.dot(&self.vectors.t()) + &self.mean
    }
}

impl Latent {
    /// Returns the latent of a model file, as the device computes it. Means and vectors have the
    /// precision of the file.
    #[must_use]
    pub fn of_model(model: &Model<'_>) -> Option<Self> {
        let QuantisedLatent { latent, layers } = flowlet::encode::latent(model)?;
        let first = usize::from(latent.first);
        let bases = layers.iter().map(|layer| Basis::of_layer(layer, &latent));
        Some(Self {
            columns: first..first + usize::from(latent.columns),
            bases: bases.collect(),
            share: None,
        })
    }

    /// Returns the number of components.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.bases[0].vectors.ncols()
    }

    /// Replaces the columns of standardised rows by their components, within ±8.
    ///
    /// # Panics
    /// If each class has a basis, and there is not one class per row.
    #[must_use]
    pub fn to_state(&self, x: ArrayView2<'_, f32>, classes: Option<&[u16]>) -> Array2<f32> {
        let own = x.slice(s![.., self.columns.clone()]);
        let z = self.each(own, classes, Basis::components);
        replaced(x, self.columns.clone(), z)
    }

    /// Replaces the components in states by the columns that they stand for.
    ///
    /// # Panics
    /// As for [`to_state`](Self::to_state).
    #[must_use]
    pub fn to_standardised(
        &self,
        state: ArrayView2<'_, f32>,
        classes: Option<&[u16]>,
    ) -> Array2<f32> {
        let part = self.columns.start..self.columns.start + self.rank();
        let own = self.each(state.slice(s![.., part.clone()]), classes, Basis::columns);
        replaced(state, part, own)
    }

    /// Applies the basis of each row's class.
    fn each(
        &self,
        rows: ArrayView2<'_, f32>,
        classes: Option<&[u16]>,
        apply: impl Fn(&Basis, ArrayView2<'_, f32>) -> Array2<f32>,
    ) -> Array2<f32> {
        if let [basis] = self.bases.as_slice() {
            return apply(basis, rows);
        }
        let classes = classes.expect("a class per row");
        assert_eq!(classes.len(), rows.nrows(), "a class per row");
        let own = rows.axis_chunks_iter(Axis(0), 1).zip(classes);
        let made: Vec<_> = own
            .map(|(row, &class)| apply(&self.bases[usize::from(class)], row))
            .collect();
        let views: Vec<_> = made.iter().map(Array2::view).collect();
        concatenate(Axis(0), &views).expect("rows of one length")
    }
}

/// Puts other values in the place of some columns.
fn replaced(rows: ArrayView2<'_, f32>, at: Range<usize>, by: Array2<f32>) -> Array2<f32> {
    let (before, after) = (rows.slice(s![.., ..at.start]), rows.slice(s![.., at.end..]));
    concatenate(Axis(1), &[before, by.view(), after]).expect("as many rows")
}

/// Returns the columns that may have components: the longest run of columns that belong to series
/// or to an image, if it is long enough. A series whose columns are declared to have their own
/// scales has none.
pub(crate) fn candidate(table: &Table, schema: &Schema) -> Option<Range<usize>> {
    let mut is_member = vec![false; table.columns.len()];
    for one in series(&table.columns, &table.categories) {
        if schema.has_common_scale(&one, &table.columns) != Some(false) {
            one.columns
                .iter()
                .for_each(|&column| is_member[column] = true);
        }
    }
    for circular in &table.circular {
        is_member[circular.first..circular.first + 2].fill(false);
    }
    let mut runs = Vec::new();
    let mut first = 0;
    for run in is_member.chunk_by(|a, b| a == b) {
        let end = first + run.len();
        if run[0] && run.len() >= MIN_COLUMNS {
            runs.push(first..end);
        }
        first = end;
    }
    runs.into_iter().max_by_key(ExactSizeIterator::len)
}

/// Returns whether all columns of a table are the pixels of an image.
pub(crate) fn is_image(table: &Table) -> bool {
    let layout = Layout::of(&table.columns, &table.categories);
    matches!(layout, Layout::Image(_) | Layout::ColourImage(_))
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, Axis};

    use super::{Latent, candidate};
    use crate::data::latent_rank::LatentRank;
    use crate::data::schema::Schema;
    use crate::data::{Labels, Table};

    /// Returns waves of 24 moments with random phases and sizes, between a column before and one
    /// after.
    fn waves(rows: usize) -> Array2<f32> {
        Array2::from_shape_fn((rows, 26), |(row, column)| {
            let (size, phase) = ((row * 37 % 11) as f32 / 5.0, (row * 53 % 17) as f32);
            match column {
                0 => row as f32 / 10.0,
                25 => -(row as f32) / 10.0,
                moment => size * (moment as f32 / 4.0 + phase).sin(),
            }
        })
    }

    #[test]
    fn alike_columns_have_few_components_and_come_back() {
        let x = waves(60);
        let latent = Latent::fit(x.view(), 1..25, LatentRank::Auto, None).expect("two directions");
        assert_eq!(latent.rank(), 2);
        assert!(latent.share.is_some_and(|share| share > 0.999));
        let state = latent.to_state(x.view(), None);
        assert_eq!(state.dim(), (60, 4));
        assert_eq!(state.column(0), x.column(0));
        assert_eq!(state.column(3), x.column(25));
        let size = state.mapv(|z| z * z).mean_axis(Axis(0)).expect("rows");
        assert!((size[1] + size[2] - 2.0).abs() < 0.01, "{size}");
        let back = latent.to_standardised(state.view(), None);
        assert!((back - x).iter().all(|error| error.abs() < 1e-5));
    }

    #[test]
    fn independent_columns_have_no_latent_unless_it_is_asked_for() {
        let x = Array2::from_shape_fn((200, 20), |(row, column)| {
            ((row * 7919 + column * 104_729) as f32).sin() * 43_758.547 % 1.0
        });
        assert_eq!(Latent::fit(x.view(), 0..20, LatentRank::Auto, None), None);
        assert_eq!(Latent::fit(x.view(), 0..20, LatentRank::Off, None), None);
        let latent = Latent::fit(x.view(), 0..20, LatentRank::Components(5), None);
        assert_eq!(latent.map(|latent| latent.rank()), Some(5));
        let constant = Array2::zeros((9, 20));
        for rank in [LatentRank::Auto, LatentRank::Components(5)] {
            assert_eq!(Latent::fit(constant.view(), 0..20, rank, None), None);
        }
    }

    #[test]
    fn each_class_has_its_own_directions() {
        // Two kinds of rows, each in one direction, and a class of one row.
        let classes: Vec<u16> = (0..41).map(|row| [row % 2, 2][row as usize / 40]).collect();
        let x = Array2::from_shape_fn((41, 16), |(row, column)| {
            let size = (row * 37 % 11) as f32 / 5.0 - 1.0;
            let wave = (column as f32 * f32::from(1 + classes[row])).sin();
            f32::from(classes[row]) + size * wave
        });
        let labels = Labels {
            column: "class".to_owned(),
            position: 0,
            classes: ["a", "b", "c"].map(str::to_owned).to_vec(),
            of_row: classes.clone(),
        };
        let fit = |rank| Latent::fit(x.view(), 0..16, rank, Some(&labels)).expect("a latent");
        let of = |latent: &Latent| {
            let state = latent.to_state(x.view(), Some(&classes));
            latent.to_standardised(state.view(), Some(&classes)) - &x
        };
        let own = fit(LatentRank::PerClass(1));
        assert_eq!((own.rank(), own.bases.len()), (1, 3));
        assert!(
            of(&own).iter().all(|error| error.abs() < 0.2),
            "{:?}",
            of(&own)
        );
        let common = fit(LatentRank::Components(1));
        assert!(of(&common).iter().any(|error| error.abs() > 0.5));
    }

    #[test]
    fn the_longest_run_of_series_is_the_candidate() {
        let of = |names: Vec<String>, schema: &str| {
            let table = Table {
                values: Array2::zeros((2, names.len())),
                columns: names,
                ..Table::default()
            };
            candidate(&table, &Schema::parse(schema).expect("a schema"))
        };
        let series =
            |stem: &str, count: usize| (0..count).map(|at| format!("{stem}{at}")).collect();
        let join = |parts: &[Vec<String>]| parts.concat();
        let named = |name: &str| vec![name.to_owned()];
        assert_eq!(of(series("t", 16), ""), Some(0..16));
        assert_eq!(of(series("t", 15), ""), None);
        assert_eq!(of(series("t", 16), "t = { series = false }"), None);
        let channels = join(&[named("id"), series("x", 12), series("y", 12), named("end")]);
        assert_eq!(of(channels, ""), Some(1..25));
        let apart = join(&[series("x", 20), named("id"), series("y", 30)]);
        assert_eq!(of(apart, ""), Some(21..51));
    }
}
