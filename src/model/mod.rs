//! A checked model: views into the bytes of the file.

mod columns;
mod layers;
mod parse;

pub use columns::{Column, ColumnKind, ColumnNames};
use layers::Layers;

use crate::format::{HEADER_LEN, Header, Hidden, Nodes, Solver};

/// A `.flow` file that passed all checks, so that sampling cannot fail or overflow.
///
/// It borrows the file, which stays in flash. The model itself has thirteen words.
///
/// ```
/// static MODEL: &[u8] = flowlet::include_model!("../../firmware-examples/models/moons.flow");
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
    /// Tensors of the layers.
    layers: &'a [u8],
    /// Tensors after the layers.
    rest: &'a [u8],
}

/// Numbers of the arrays after the layers: drift, columns, class proportions.
const MEANS: usize = 0;
const LEVELS: usize = 1;
const OFFSETS: usize = 2;
const MULTIPLIERS: usize = 3;
const FRACS: usize = 4;
const MINS: usize = 5;
const MAXS: usize = 6;
const KINDS: usize = 7;
const PROPORTIONS: usize = 8;
const END: usize = 9;

impl<'a> Model<'a> {
    /// Returns the header of the file.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(usize::try_from(model.header().length), Ok(bytes.len()));
    /// ```
    #[inline(always)]
    pub fn header(&self) -> Header {
        Header::from_bytes(self.header)
    }

    /// Returns the hidden layers.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert!(model.hidden().all(|layer| layer.width == 64));
    /// ```
    pub fn hidden(&self) -> impl ExactSizeIterator<Item = Hidden> + use<'a> {
        self.hidden.as_chunks().0.iter().map(Hidden::from_bytes)
    }

    /// Returns the variance levels of the Gaussian drift, unsigned Q2.14.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert!(model.variances().all(|variance| variance > 1 << 12));
    /// ```
    pub fn variances(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        let levels = self.variances.iter();
        levels.map(|&level| u16::from_le_bytes(level))
    }

    /// Returns the data dimension D, the number of values per sample, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().dim(), 2);
    /// ```
    pub fn dim(&self) -> usize {
        self.header().dim.into()
    }

    /// Returns the number of units of the widest hidden layer, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().width(), 64);
    /// ```
    pub fn width(&self) -> usize {
        self.header().width.into()
    }

    /// Returns the number of classes, at most 256; 0 for an unconditional model.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().classes(), 0);
    /// ```
    pub fn classes(&self) -> u16 {
        self.header().classes
    }

    /// Returns the recommended number of solver steps, 1..=256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().steps(), 8);
    /// ```
    pub fn steps(&self) -> u16 {
        self.header().steps
    }

    /// Returns the recommended solver.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.solver(), flowlet::Solver::ExponentialEuler);
    /// ```
    pub fn solver(&self) -> Solver {
        Solver::from_number(self.header().solver)
    }

    /// Returns the recommended time grid, Q0.15; empty if all steps have equal length.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.time_grid().len(), 9); // eight steps
    /// ```
    pub fn time_grid(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.time_grid.iter().map(|&time| u16::from_le_bytes(time))
    }

    /// Returns the variance levels as they are in the file.
    pub(crate) fn variance_levels(&self) -> &'a [[u8; 2]] {
        self.variances
    }

    /// Returns the time grid as it is in the file.
    pub(crate) fn time_grid_bytes(&self) -> &'a [[u8; 2]] {
        self.time_grid
    }

    /// Returns the number of multiply-accumulates per evaluation of the network.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.multiply_accumulates(), 2 * 64 + 64 * 64 + 64 * 64 + 64 * 2);
    /// ```
    pub fn multiply_accumulates(&self) -> u32 {
        let (mut layers, mut sum) = (self.layers(), 0);
        while let Some(layer) = layers.next() {
            sum += layer.dense.rows as u32 * layer.dense.columns as u32;
        }
        sum
    }

    /// Returns a walk over the layers.
    #[inline(never)]
    pub(crate) fn layers(&self) -> Layers<'a> {
        Layers::new(self)
    }

    /// Returns the drift of `class`: index of the variance level and mean (Q4.11) of each
    /// coordinate. Both slices may be longer than the data dimension.
    #[inline(never)]
    pub(crate) fn drift(&self, class: u16) -> (&'a [u8], &'a [[u8; 2]]) {
        let header = self.header();
        let component = if header.components > 1 { class } else { 0 };
        let dim = usize::from(header.dim);
        let start = usize::from(component) * dim;
        // These are the first two arrays.
        let levels = (2 * dim * usize::from(header.components)).next_multiple_of(4) + start;
        let means = self.rest.get(2 * start..).unwrap_or_default();
        let levels = self.rest.get(levels..).unwrap_or_default();
        (levels, means.as_chunks().0)
    }

    /// Returns one of the arrays after the layers.
    #[inline(never)]
    fn array(&self, array: usize) -> &'a [u8] {
        let rest = self.rest.get(self.start(array)..);
        let bytes = rest.and_then(|rest| rest.get(..self.length(array)));
        bytes.unwrap_or_default()
    }

    /// Returns the start of an array. [`END`] gives the end of the last.
    #[inline(never)]
    fn start(&self, array: usize) -> usize {
        let lengths = (0..array).map(|before| self.length(before).next_multiple_of(4));
        lengths.sum()
    }

    /// Returns the length of an array in bytes, without its padding.
    #[inline(never)]
    fn length(&self, array: usize) -> usize {
        let header = self.header();
        let (dim, classes) = (usize::from(header.dim), usize::from(header.classes));
        let cells = dim * usize::from(header.components);
        match array {
            MEANS => 2 * cells,
            LEVELS => cells,
            FRACS | KINDS => dim,
            PROPORTIONS => 2 * classes,
            _ => 4 * dim,
        }
    }

    /// Returns the table of the activation, the last array. Its value is meaningless if no layer
    /// uses it.
    fn nodes(&self) -> Option<&'a Nodes> {
        let table = self.rest.last_chunk::<{ size_of::<Nodes>() }>()?;
        table.as_chunks().0.first_chunk()
    }

    /// Returns the class that a uniform draw selects, in the training proportions.
    pub(crate) fn class_of_draw(&self, draw: u16) -> u16 {
        let bounds = self.array(PROPORTIONS).as_chunks().0;
        let mut class = 0;
        // The bounds increase, and the last class has the rest.
        while class + 1 < bounds.len()
            && let Some(&bound) = bounds.get(class)
            && u16::from_le_bytes(bound) <= draw
        {
            class += 1;
        }
        class as u16
    }

    /// Returns how dimension `index` is decoded, or `None` beyond the last.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().column(2), None);
    /// ```
    pub fn column(&self, index: usize) -> Option<Column> {
        if index >= self.dim() {
            return None;
        }
        Some(Column {
            offset: self.word(OFFSETS, index),
            multiplier: self.word(MULTIPLIERS, index),
            frac: self.byte(FRACS, index) as i8,
            min: self.word(MINS, index),
            max: self.word(MAXS, index),
            kind: self.kind(index)?,
        })
    }

    /// Returns the kind of dimension `index`, or `None` beyond the last.
    pub(crate) fn kind(&self, index: usize) -> Option<ColumnKind> {
        ColumnKind::from_number(*self.array(KINDS).get(index)?)
    }

    /// Returns word `index` of an array, which must exist.
    #[inline(never)]
    fn word(&self, array: usize, index: usize) -> i32 {
        let word = self.array(array).as_chunks().0.get(index);
        word.map_or(0, |&word| i32::from_le_bytes(word))
    }

    /// Returns byte `index` of an array, which must exist.
    #[inline(never)]
    fn byte(&self, array: usize, index: usize) -> u8 {
        self.array(array).get(index).copied().unwrap_or_default()
    }
}
