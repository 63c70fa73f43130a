//! A model that has passed every check: views into the file's bytes, in place.

mod columns;
mod layers;
mod parse;

use crate::sampler::Solver;
pub use columns::{Column, ColumnKind, ColumnNames};
use layers::Layers;

use crate::format::{HEADER_LEN, Header, Hidden, Nodes};

/// A `.flow` file that has been checked, so that nothing can fail or overflow after it.
/// It borrows the file, which stays in flash; it is thirteen words itself.
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
    head: &'a [u8; HEADER_LEN],
    names: &'a [u8],
    /// Records of the layers; no array, for its length would take a division.
    hidden: &'a [u8],
    variances: &'a [[u8; 2]],
    times: &'a [[u8; 2]],
    /// The tensors up to the drift, and from there on.
    layers: &'a [u8],
    rest: &'a [u8],
}

/// Places of the arrays behind the layers: means and levels of the drift, units, proportions.
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
    /// The file's head.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(usize::try_from(model.header().length), Ok(bytes.len()));
    /// ```
    #[inline(always)]
    pub fn header(&self) -> Header {
        Header::of_bytes(self.head)
    }

    /// The hidden layers.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert!(model.hidden().all(|layer| layer.width == 64));
    /// ```
    pub fn hidden(&self) -> impl ExactSizeIterator<Item = Hidden> + use<'a> {
        self.hidden.as_chunks().0.iter().map(Hidden::of_bytes)
    }

    /// Variance levels of the Gaussian drift, unsigned Q2.14.
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

    /// Data dimension D: values in a sample, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().dim(), 2);
    /// ```
    pub fn dim(&self) -> usize {
        self.header().dim.into()
    }

    /// Units of the widest hidden layer, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().width(), 64);
    /// ```
    pub fn width(&self) -> usize {
        self.header().width.into()
    }

    /// Number of classes, 0 for an unconditional model, at most 256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().classes(), 0);
    /// ```
    pub fn classes(&self) -> u16 {
        self.header().classes
    }

    /// Number of solver steps that the trainer judged the model with, 1..=256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().steps(), 8);
    /// ```
    pub fn steps(&self) -> u16 {
        self.header().steps
    }

    /// The solver that the trainer judged the model with.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.solver(), flowlet::Solver::ExponentialEuler);
    /// ```
    pub fn solver(&self) -> Solver {
        match self.header().solver {
            1 => Solver::ExponentialEuler,
            2 => Solver::Midpoint,
            3 => Solver::Heun,
            _ => Solver::Euler,
        }
    }

    /// Times at which the steps begin and end, Q0.15, where they are not equal ones.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.times().len(), 9); // eight steps
    /// ```
    pub fn times(&self) -> impl ExactSizeIterator<Item = u16> + use<'a> {
        self.times.iter().map(|&time| u16::from_le_bytes(time))
    }

    pub(crate) fn levels(&self) -> &'a [[u8; 2]] {
        self.variances
    }

    pub(crate) fn grid(&self) -> &'a [[u8; 2]] {
        self.times
    }

    /// The multiply-accumulates of one evaluation of the network.
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

    #[inline(never)]
    pub(crate) fn layers(&self) -> Layers<'a> {
        Layers::new(self)
    }

    /// The drift of `class`, and what follows it: of each coordinate its variance level, and its mean
    /// in Q4.11.
    #[inline(never)]
    pub(crate) fn drift(&self, class: u16) -> (&'a [u8], &'a [[u8; 2]]) {
        let head = self.header();
        let component = if head.components > 1 { class } else { 0 };
        let dim = usize::from(head.dim);
        let start = usize::from(component) * dim;
        // The first two parts.
        let levels = (2 * dim * usize::from(head.components)).next_multiple_of(4) + start;
        let means = self.rest.get(2 * start..).unwrap_or_default();
        let levels = self.rest.get(levels..).unwrap_or_default();
        (levels, means.as_chunks().0)
    }

    /// One of the arrays behind the layers.
    #[inline(never)]
    fn part(&self, part: usize) -> &'a [u8] {
        let rest = self.rest.get(self.start(part)..);
        let part = rest.and_then(|rest| rest.get(..self.length(part)));
        part.unwrap_or_default()
    }

    /// Where it starts; part [`END`] would start where all have ended.
    #[inline(never)]
    fn start(&self, part: usize) -> usize {
        let lengths = (0..part).map(|before| self.length(before).next_multiple_of(4));
        lengths.sum()
    }

    /// Its bytes, without its padding.
    #[inline(never)]
    fn length(&self, part: usize) -> usize {
        let head = self.header();
        let (dim, classes) = (usize::from(head.dim), usize::from(head.classes));
        let cells = dim * usize::from(head.components);
        match part {
            MEANS => 2 * cells,
            LEVELS => cells,
            FRACS | KINDS => dim,
            PROPORTIONS => 2 * classes,
            _ => 4 * dim,
        }
    }

    /// The activation's table, last of all; what stands there means nothing where no layer has it.
    fn nodes(&self) -> Option<&'a Nodes> {
        let table = self.rest.last_chunk::<{ size_of::<Nodes>() }>()?;
        table.as_chunks().0.first_chunk()
    }

    /// The class that a uniform draw falls to, in the training proportions.
    pub(crate) fn class_of_draw(&self, draw: u16) -> u16 {
        let bounds = self.part(PROPORTIONS).as_chunks().0;
        let mut class = 0;
        // They ascend, and the last class has the rest.
        while class + 1 < bounds.len()
            && let Some(&bound) = bounds.get(class)
            && u16::from_le_bytes(bound) <= draw
        {
            class += 1;
        }
        class as u16
    }

    /// Physical units of column `index`; `None` beyond the last.
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

    /// What dimension `index` is; `None` beyond the last.
    pub(crate) fn kind(&self, index: usize) -> Option<ColumnKind> {
        ColumnKind::of_byte(*self.part(KINDS).get(index)?)
    }

    /// Word `index` of a part; there is one.
    #[inline(never)]
    fn word(&self, part: usize, index: usize) -> i32 {
        let word = self.part(part).as_chunks().0.get(index);
        word.map_or(0, |&word| i32::from_le_bytes(word))
    }

    /// Byte `index` of a part; there is one.
    #[inline(never)]
    fn byte(&self, part: usize, index: usize) -> u8 {
        self.part(part).get(index).copied().unwrap_or_default()
    }
}
