//! A checked model: views into the bytes of the file.

mod check;
mod columns;
mod curve;
mod fields;
mod fill;
mod iterators;
mod latent;
mod layers;
mod limits;
mod names;
mod parse;
mod records;
mod rows;
mod sections;
mod standardise;
mod sums;

pub use columns::{Column, ColumnKind};
pub use curve::Knot;
pub use fill::{Fill, Query};
pub use iterators::{HiddenLayers, Proportions, Times, Variances};
use latent::LatentRecord;
use layers::Layers;
pub use names::ColumnNames;
pub(crate) use records::{Records, decode, format, is_linear, read};
pub use standardise::Standardised;

use crate::format::{HEADER_LEN, Header, Latent, Nodes, Solver};
use crate::kernel::Activation;

/// A `.flow` file that passed all checks, so that sampling cannot fail or overflow.
///
/// It borrows the file, which stays in flash. The model itself has fourteen words.
///
/// ```
/// static MODEL: &[u8] = flowlet::include_model!("../moons.flow");
/// # fn main() -> Result<(), flowlet::ModelError> {
/// let model = flowlet::Model::parse(MODEL)?;
/// assert_eq!(model.dim(), 2);
/// assert!(model.column_names().eq(["x", "y"]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    header: &'a [u8; HEADER_LEN],
    names: &'a [u8],
    /// Records of the hidden layers. Bytes, because the number of records would take a division.
    hidden: &'a [u8],
    variances: &'a [[u8; 2]],
    time_grid: &'a [[u8; 2]],
    latent: LatentRecord<'a>,
    /// All arrays: layers, drift, columns, class proportions, curves, sections, table of the
    /// activation.
    tensors: &'a [u8],
    /// Start of the means of the drift, which its levels follow.
    drift_at: usize,
    /// Start of the columns, which class proportions, curves, sections and the table follow.
    columns_at: usize,
}

impl<'a> Model<'a> {
    /// Returns the header of the file.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(usize::try_from(model.header().length), Ok(bytes.len()));
    /// ```
    #[inline(always)]
    pub const fn header(&self) -> Header {
        Header::from_bytes(self.header)
    }

    /// Returns the data dimension D, the number of values per sample, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().dim(), 2);
    /// ```
    pub const fn dim(&self) -> usize {
        self.header().dim as usize
    }

    /// Returns the number of values of the state, which the flow integrates,
    /// 1..=[`dim`](Self::dim). A sample draws one word of noise for each. It is the data dimension
    /// unless the model has a [latent](Self::latent).
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().state_dim(), 2);
    /// ```
    pub const fn state_dim(&self) -> usize {
        match self.latent() {
            // At least 1: parse proves that the columns exist, and that the rank is at least 1.
            Some(latent) => {
                let others = self.dim().wrapping_sub(latent.columns as usize);
                others.wrapping_add(latent.rank as usize)
            }
            None => self.dim(),
        }
    }

    /// Returns the linear latent: where it is in the state, and how its layers are stored.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().latent(), None);
    /// ```
    #[inline(always)]
    pub const fn latent(&self) -> Option<Latent> {
        self.latent.get()
    }

    /// Returns the number of units of the widest hidden layer, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().width(), 64);
    /// ```
    pub const fn width(&self) -> usize {
        self.header().width as usize
    }

    /// Returns the number of classes, at most 256; 0 for an unconditional model.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().classes(), 0);
    /// ```
    pub const fn classes(&self) -> u16 {
        self.header().classes
    }

    /// Returns the recommended number of solver steps, 1..=256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().steps(), 8);
    /// ```
    pub const fn steps(&self) -> u16 {
        self.header().steps
    }

    /// Returns the recommended solver.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.solver(), flowlet::Solver::ExponentialEuler);
    /// ```
    pub const fn solver(&self) -> Solver {
        Solver::from_number(self.header().solver)
    }

    /// Returns the variance levels as they are in the file.
    pub(crate) fn variance_levels(&self) -> &'a [[u8; 2]] {
        self.variances
    }

    /// Returns the time grid as it is in the file.
    pub(crate) fn time_grid_bytes(&self) -> &'a [[u8; 2]] {
        self.time_grid
    }

    /// Returns whether the file is aligned to 4 bytes, so that the kernels can use its arrays at
    /// full speed.
    ///
    /// Files that are not aligned give the same bits, but a sample takes up to 100 times as long.
    /// [`include_model!`](crate::include_model!) aligns a file to 16 bytes.
    ///
    /// ```
    /// let bytes = flowlet::include_model!("../moons.flow");
    /// assert!(flowlet::Model::parse(bytes).unwrap().is_aligned());
    /// ```
    pub fn is_aligned(&self) -> bool {
        self.tensors.as_ptr().cast::<u32>().is_aligned()
    }

    /// Returns the number of multiply-accumulates per evaluation of the network.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.multiply_accumulates(), 2 * 64 + 64 * 64 + 64 * 64 + 64 * 2);
    /// ```
    pub const fn multiply_accumulates(&self) -> u32 {
        let (mut layers, mut sum) = (self.layers(), 0);
        while let Some(layer) = layers.next() {
            sum += layer.dense.rows as u32 * layer.dense.columns as u32;
            if matches!(layer.dense.activation, Activation::Linear) {
                break;
            }
        }
        sum
    }

    /// Returns a walk over the layers: the hidden ones, the output layer, and those of the latent.
    #[inline(never)]
    pub(crate) const fn layers(&self) -> Layers<'a> {
        Layers::new(self)
    }

    /// Returns the drift of `class`: index of the variance level and mean (Q4.11) of each
    /// coordinate. Both slices may be longer than the data dimension.
    #[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
    pub(crate) fn drift(&self, class: u16) -> (&'a [u8], &'a [[u8; 2]]) {
        let header = self.header();
        let component = if header.components > 1 { class } else { 0 };
        let start = usize::from(component) * self.state_dim();
        let means = self.drift_at + 2 * start;
        let levels = self.drift_at + padded(2 * self.drift_cells()) + start;
        let means = self.tensors.get(means..).unwrap_or_default();
        let levels = self.tensors.get(levels..).unwrap_or_default();
        (levels, means.as_chunks().0)
    }

    /// Returns the number of means of the drift.
    const fn drift_cells(&self) -> usize {
        self.state_dim() * self.header().components as usize
    }

    /// Returns the table of the activation, the last array. Its value is meaningless if no layer
    /// uses it.
    const fn nodes(&self) -> Option<&'a Nodes> {
        match self.tensors.last_chunk::<{ size_of::<Nodes>() }>() {
            Some(table) => table.as_chunks().0.first_chunk(),
            None => None,
        }
    }
}

/// Returns the bytes of an array of `len` bytes with its padding.
const fn padded(len: usize) -> usize {
    (len + 3) & !3
}
