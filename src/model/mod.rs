//! A model that has passed every check: views into the file's bytes, in place.

mod columns;
mod layers;
mod parse;

pub use columns::{Columns, Unit};
pub(crate) use layers::Layers;

use crate::format::File;

/// A `.flow` file that has been checked, so that nothing can fail or overflow after it.
/// It borrows the file, which stays in flash; it is about 200 bytes itself.
///
/// ```
/// static MODEL: &[u8] = flowlet::include_model!("../../firmware-examples/models/moons.flow");
/// # fn main() -> Result<(), flowlet::ModelError> {
/// let model = flowlet::Model::parse(MODEL)?;
/// assert_eq!(model.dim(), 2);
/// assert!(model.columns().eq(["x", "y"]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Model<'a> {
    file: File<'a>,
    /// Biases' and weights' part of the tensors, then each later part.
    layers: &'a [u8],
    means: &'a [u8],
    levels: &'a [u8],
    offsets: &'a [u8],
    multipliers: &'a [u8],
    fracs: &'a [u8],
    proportions: &'a [u8],
}

impl<'a> Model<'a> {
    /// The file's fields.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(usize::try_from(model.file().length), Ok(bytes.len()));
    /// ```
    pub fn file(&self) -> &File<'a> {
        &self.file
    }

    /// Data dimension D: values in a sample, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().dim(), 2);
    /// ```
    pub fn dim(&self) -> usize {
        self.file.dim.into()
    }

    /// Units of the widest hidden layer, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().width(), 64);
    /// ```
    pub fn width(&self) -> usize {
        self.file.width.into()
    }

    /// Number of classes, 0 for an unconditional model, at most 256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().classes(), 0);
    /// ```
    pub fn classes(&self) -> u16 {
        self.file.classes
    }

    /// Number of solver steps that the trainer judged the model with, 1..=256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().steps(), 8);
    /// ```
    pub fn steps(&self) -> u16 {
        self.file.steps
    }

    /// The multiply-accumulates of one evaluation of the network.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.multiply_accumulates(), 2 * 64 + 64 * 64 + 64 * 64 + 64 * 2);
    /// ```
    pub fn multiply_accumulates(&self) -> u32 {
        self.layers()
            .map(|layer| layer.dense.rows as u32 * layer.dense.columns as u32)
            .sum()
    }

    pub(crate) fn layers(&self) -> Layers<'a, '_> {
        Layers::new(&self.file, self.layers)
    }

    /// The base of `class`: of each coordinate its variance level, and its mean in Q4.11.
    pub(crate) fn base(&self, class: u16) -> (&'a [u8], &'a [[u8; 2]]) {
        let component = if self.file.components > 1 {
            usize::from(class)
        } else {
            0
        };
        let (dim, means) = (self.dim(), self.means.as_chunks().0);
        let (start, end) = (component * dim, (component + 1) * dim);
        let levels = self.levels.get(start..end).unwrap_or_default();
        (levels, means.get(start..end).unwrap_or_default())
    }

    /// The class that a uniform draw falls to, in the training proportions.
    pub(crate) fn class_of_draw(&self, draw: u16) -> u16 {
        let below = |&entry: &[u8; 2]| draw < u16::from_le_bytes(entry);
        let last = self.file.classes.saturating_sub(1);
        let first = self.proportions.as_chunks().0.iter().position(below);
        first.map_or(last, |class| (class as u16).min(last))
    }

    /// Physical units of column `index`; `None` beyond the last.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().unit(2), None);
    /// ```
    pub fn unit(&self, index: usize) -> Option<Unit> {
        let word = |array: &[u8]| Some(i32::from_le_bytes(*array.as_chunks().0.get(index)?));
        Some(Unit {
            offset: word(self.offsets)?,
            multiplier: word(self.multipliers)?,
            frac: *self.fracs.get(index)? as i8,
        })
    }
}
