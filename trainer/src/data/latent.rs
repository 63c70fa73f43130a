//! Linear latent: the flow runs in the first principal components of the columns of a series or of
//! an image, in the place of the columns.
//!
//! Neighbouring moments and pixels are so alike that few directions hold nearly all of their
//! variance. A small network that makes every column on its own leaves noise in the other
//! directions, so its series are jagged. In the latent these directions are empty, and the first
//! and the last layer and the state are smaller. The components are rotated, not whitened: they
//! have one common scale, so each counts as much as the variance it has.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use flowlet::Model;
use flowlet::encode::QuantisedLatent;
use flowlet::fixed::{MULTIPLIER_FRAC, VELOCITY_FRAC};
use linfa_linalg::eigh::{EigSort, Eigh};
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice, concatenate, s};
use serde::{Deserialize, Serialize};

use super::Table;
use super::layout::Layout;
use super::scaling::MAX_STANDARDISED;
use super::schema::Schema;
use super::series::series;

/// Fewest columns of a latent.
const MIN_COLUMNS: usize = 16;
/// Share of the variance that half of the components must hold.
const SHARE: f64 = 0.99;
/// Share of the variance that the components hold. With less, series are too smooth.
const HELD: f64 = 0.995;
/// Most components. More bring the grain of small networks back.
const MAX_RANK: usize = 48;
/// Least variance of a component, in common scales squared: the drift has no smaller one.
const MIN_VARIANCE: f64 = 1.0 / 256.0;
/// Fractional bits of the columns that the device computes.
const VALUE_FRAC: i32 = VELOCITY_FRAC as i32;
/// Most rows for the covariances.
const MAX_ROWS: usize = 16_384;

/// Whether the flow runs in principal components.
///
/// ```
/// use flowlet_trainer::LatentRank;
///
/// assert_eq!("auto".parse(), Ok(LatentRank::Auto));
/// assert_eq!("20".parse(), Ok(LatentRank::Components(20)));
/// assert_eq!(LatentRank::Off.to_string(), "off");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum LatentRank {
    /// If the columns of a series or of an image have half as many components or fewer that hold
    /// 99 % of their variance.
    #[default]
    Auto,
    /// Never.
    Off,
    /// In this many components, at least 1.
    Components(usize),
}

impl fmt::Display for LatentRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Off => f.write_str("off"),
            Self::Components(rank) => rank.fmt(f),
        }
    }
}

impl FromStr for LatentRank {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("auto", _) => Ok(Self::Auto),
            ("off", _) => Ok(Self::Off),
            (_, Ok(rank @ 1..=1024)) => Ok(Self::Components(rank)),
            _ => Err("`auto`, `off` or a number from 1 to 1024 is needed".to_owned()),
        }
    }
}

impl From<LatentRank> for String {
    fn from(rank: LatentRank) -> Self {
        rank.to_string()
    }
}

impl TryFrom<String> for LatentRank {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// Principal components of some columns: x = mean + basis · z for standardised x.
#[derive(Clone, Debug, PartialEq)]
pub struct Latent {
    /// Columns that the components stand for.
    pub columns: Range<usize>,
    /// Mean of each column.
    pub mean: Array1<f32>,
    /// Change of each column per 1.0 of each component, columns × rank.
    pub basis: Array2<f32>,
    /// Share of the columns' variance that the components hold; `None` for a model file.
    pub share: Option<f64>,
    /// Transposed inverse of the basis on its directions, columns × rank.
    projection: Array2<f32>,
}

impl Latent {
    /// Fits components to standardised rows, `rows × D`. Returns `None` if `rank` is automatic and
    /// the columns are not alike enough, or if they have no variance.
    #[must_use]
    pub fn fit(x: ArrayView2<'_, f32>, columns: Range<usize>, rank: LatentRank) -> Option<Self> {
        let every = x.nrows().div_ceil(MAX_ROWS).max(1);
        let x = x.slice(s![.., columns.clone()]);
        let x = x.slice_axis(Axis(0), Slice::new(0, None, every as isize));
        let mean = x.mean_axis(Axis(0))?;
        let centred = (&x - &mean).mapv(f64::from);
        let covariance = centred.t().dot(&centred) / x.nrows() as f64;
        let (variances, vectors) = covariance.eigh().ok()?.sort_eig_desc();
        let total: f64 = variances.iter().map(|&of| of.max(0.0)).sum();
        let held = |count: usize| variances.iter().take(count).sum::<f64>() / total;
        let most = match rank {
            LatentRank::Off => return None,
            LatentRank::Components(rank) => rank.min(columns.len()),
            LatentRank::Auto => {
                (1..=columns.len() / 2).find(|&count| held(count) >= SHARE)?;
                let enough = (1..=columns.len()).find(|&count| held(count) >= HELD);
                enough.unwrap_or(columns.len()).min(MAX_RANK)
            }
        };
        let z = centred.dot(&vectors.slice(s![.., ..most]));
        let largest = z.iter().fold(0.0_f64, |largest, z| largest.max(z.abs()));
        let scale = |rank: usize| {
            let variance = variances.iter().take(rank).sum::<f64>() / rank as f64;
            variance.sqrt().max(largest / MAX_STANDARDISED)
        };
        let is_large = |&rank: &usize| {
            let scale = scale(rank);
            scale > 0.0 && variances[rank - 1] >= MIN_VARIANCE * scale * scale
        };
        let rank = (1..=most).rev().find(is_large)?;
        let (vectors, scale) = (vectors.slice(s![.., ..rank]), scale(rank));
        Some(Self {
            columns,
            mean,
            basis: vectors.mapv(|value| (value * scale) as f32),
            projection: vectors.mapv(|value| (value / scale) as f32),
            share: Some(held(rank)),
        })
    }

    /// Returns the latent of a model file, as the device computes it. The mean and the basis have
    /// the precision of the file.
    #[must_use]
    pub fn of_model(model: &Model<'_>) -> Option<Self> {
        let QuantisedLatent { latent, layer } = flowlet::encode::latent(model)?;
        let (rows, rank) = (usize::from(latent.columns), usize::from(latent.rank));
        let first = usize::from(latent.first);
        let mut basis = Array2::zeros((rows, rank));
        let weights = layer.weights.chunks(rank).zip(&layer.scales);
        for (mut row, (weights, scale)) in basis.rows_mut().into_iter().zip(weights) {
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
        // The components are orthogonal and equally long.
        let square = basis.iter().map(|of| of * of).sum::<f32>() / rank as f32;
        Some(Self {
            columns: first..first + rows,
            mean: mean.collect(),
            projection: basis.mapv(|of| of / square),
            basis,
            share: None,
        })
    }

    /// Returns the number of components.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.basis.ncols()
    }

    /// Replaces the columns of standardised rows by their components, within ±8.
    #[must_use]
    pub fn to_state(&self, x: ArrayView2<'_, f32>) -> Array2<f32> {
        let own = x.slice(s![.., self.columns.clone()]);
        let z = (&own - &self.mean).dot(&self.projection);
        let limit = MAX_STANDARDISED as f32;
        let z = z.mapv(|z| z.clamp(-limit, limit));
        self.replaced(x, self.columns.clone(), z)
    }

    /// Replaces the components in states by the columns that they stand for.
    #[must_use]
    pub fn to_standardised(&self, state: ArrayView2<'_, f32>) -> Array2<f32> {
        let part = self.columns.start..self.columns.start + self.rank();
        let z = state.slice(s![.., part.clone()]);
        let own = z.dot(&self.basis.t()) + &self.mean;
        self.replaced(state, part, own)
    }

    /// Puts other values in the place of some columns.
    fn replaced(
        &self,
        rows: ArrayView2<'_, f32>,
        at: Range<usize>,
        by: Array2<f32>,
    ) -> Array2<f32> {
        let (before, after) = (rows.slice(s![.., ..at.start]), rows.slice(s![.., at.end..]));
        concatenate(Axis(1), &[before, by.view(), after]).expect("as many rows")
    }
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

    use super::{Latent, LatentRank, candidate};
    use crate::data::Table;
    use crate::data::schema::Schema;

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
        let latent = Latent::fit(x.view(), 1..25, LatentRank::Auto).expect("two directions");
        assert_eq!(latent.rank(), 2);
        assert!(latent.share.is_some_and(|share| share > 0.999));
        let state = latent.to_state(x.view());
        assert_eq!(state.dim(), (60, 4));
        assert_eq!(state.column(0), x.column(0));
        assert_eq!(state.column(3), x.column(25));
        let size = state.mapv(|z| z * z).mean_axis(Axis(0)).expect("rows");
        assert!((size[1] + size[2] - 2.0).abs() < 0.01, "{size}");
        let back = latent.to_standardised(state.view());
        assert!((back - x).iter().all(|error| error.abs() < 1e-5));
    }

    #[test]
    fn independent_columns_have_no_latent_unless_it_is_asked_for() {
        let x = Array2::from_shape_fn((200, 20), |(row, column)| {
            ((row * 7919 + column * 104_729) as f32).sin() * 43_758.547 % 1.0
        });
        assert_eq!(Latent::fit(x.view(), 0..20, LatentRank::Auto), None);
        assert_eq!(Latent::fit(x.view(), 0..20, LatentRank::Off), None);
        let latent = Latent::fit(x.view(), 0..20, LatentRank::Components(5));
        assert_eq!(latent.map(|latent| latent.rank()), Some(5));
        let constant = Array2::zeros((9, 20));
        for rank in [LatentRank::Auto, LatentRank::Components(5)] {
            assert_eq!(Latent::fit(constant.view(), 0..20, rank), None);
        }
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
