//! A model that has passed every check: views into the file's bytes, in place.

mod columns;
mod layers;
mod parse;

use crate::sampler::Solver;
pub use columns::{Columns, Unit};
use layers::Layers;

use crate::format::{HEAD_LEN, HIDDEN_LEN, Head, Hidden, Nodes};

/// A `.flow` file that has been checked, so that nothing can fail or overflow after it.
/// It borrows the file, which stays in flash; it is thirteen words itself.
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
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    head: &'a [u8; HEAD_LEN],
    names: &'a [u8],
    hidden: &'a [[u8; HIDDEN_LEN]],
    variances: &'a [[u8; 2]],
    times: &'a [[u8; 2]],
    /// The tensors up to the base, and from there on.
    layers: &'a [u8],
    rest: &'a [u8],
}

/// Places of the arrays behind the layers: means and levels of the base, units, proportions.
const MEANS: usize = 0;
const LEVELS: usize = 1;
const OFFSETS: usize = 2;
const MULTIPLIERS: usize = 3;
const FRACS: usize = 4;
const LOWS: usize = 5;
const HIGHS: usize = 6;
const WHOLES: usize = 7;
const PROPORTIONS: usize = 8;

impl<'a> Model<'a> {
    /// The file's head.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(usize::try_from(model.head().length), Ok(bytes.len()));
    /// ```
    #[inline(always)]
    pub fn head(&self) -> Head {
        Head::of_bytes(self.head)
    }

    /// The hidden layers.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert!(model.hidden().all(|layer| layer.width == 64));
    /// ```
    pub fn hidden(&self) -> impl ExactSizeIterator<Item = Hidden> + use<'a> {
        self.hidden.iter().map(Hidden::of_bytes)
    }

    /// Variance levels of the Gaussian base, unsigned Q2.14.
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
        self.head().dim.into()
    }

    /// Units of the widest hidden layer, 1..=1024.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().width(), 64);
    /// ```
    pub fn width(&self) -> usize {
        self.head().width.into()
    }

    /// Number of classes, 0 for an unconditional model, at most 256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().classes(), 0);
    /// ```
    pub fn classes(&self) -> u16 {
        self.head().classes
    }

    /// Number of solver steps that the trainer judged the model with, 1..=256.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().steps(), 8);
    /// ```
    pub fn steps(&self) -> u16 {
        self.head().steps
    }

    /// The solver that the trainer judged the model with.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.solver(), flowlet::Solver::ExponentialEuler);
    /// ```
    pub fn solver(&self) -> Solver {
        match self.head().solver {
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
        self.layers()
            .map(|layer| layer.dense.rows as u32 * layer.dense.columns as u32)
            .sum()
    }

    pub(crate) fn layers(&self) -> Layers<'a, '_> {
        Layers::new(self, self.layers)
    }

    /// The base of `class`: of each coordinate its variance level, and its mean in Q4.11.
    pub(crate) fn base(&self, class: u16) -> (&'a [u8], &'a [[u8; 2]]) {
        let dim = self.dim();
        let component = if self.head().components > 1 {
            usize::from(class)
        } else {
            0
        };
        let (start, end) = (component * dim, (component + 1) * dim);
        let means = self.part(MEANS).as_chunks().0.get(start..end);
        let levels = self.part(LEVELS).get(start..end);
        (levels.unwrap_or_default(), means.unwrap_or_default())
    }

    /// One of the arrays behind the layers.
    #[inline(never)]
    fn part(&self, part: usize) -> &'a [u8] {
        let (mut start, mut length) = (0, 0_usize);
        for next in self.lengths().into_iter().take(part + 1) {
            start += length.next_multiple_of(4);
            length = next;
        }
        let rest = self.rest.get(start..).unwrap_or_default();
        rest.get(..length).unwrap_or_default()
    }

    /// Bytes of each part, without its padding.
    fn lengths(&self) -> [usize; 9] {
        let head = self.head();
        let (dim, classes) = (usize::from(head.dim), usize::from(head.classes));
        let cells = dim * usize::from(head.components);
        let word = 4 * dim;
        [
            2 * cells,
            cells,
            word,
            word,
            dim,
            word,
            word,
            dim,
            2 * classes,
        ]
    }

    /// The parts are all there, the table where there is one, and nothing else.
    fn rest_fits(&self) -> bool {
        let table = self.hidden().any(|layer| layer.table);
        let lengths = self.lengths().into_iter();
        lengths
            .map(|length| length.next_multiple_of(4))
            .sum::<usize>()
            + if table { size_of::<Nodes>() } else { 0 }
            == self.rest.len()
    }

    /// The activation's table, last of all; what stands there means nothing where no layer has it.
    fn nodes(&self) -> Option<&'a Nodes> {
        let table = self.rest.last_chunk::<{ size_of::<Nodes>() }>()?;
        table.as_chunks().0.first_chunk()
    }

    /// The class that a uniform draw falls to, in the training proportions.
    pub(crate) fn class_of_draw(&self, draw: u16) -> u16 {
        let bounds = self.part(PROPORTIONS).as_chunks().0;
        // They ascend.
        let class = bounds.partition_point(|&bound| u16::from_le_bytes(bound) <= draw);
        (class as u16).min(self.classes().saturating_sub(1))
    }

    /// Physical units of column `index`; `None` beyond the last.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../../firmware-examples/models/moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().unit(2), None);
    /// ```
    pub fn unit(&self, index: usize) -> Option<Unit> {
        if index >= self.dim() {
            return None;
        }
        let word = |array: &[u8]| Some(i32::from_le_bytes(*array.as_chunks().0.get(index)?));
        Some(Unit {
            offset: word(self.part(OFFSETS))?,
            multiplier: word(self.part(MULTIPLIERS))?,
            frac: *self.part(FRACS).get(index)? as i8,
            low: word(self.part(LOWS))?,
            high: word(self.part(HIGHS))?,
            whole: *self.part(WHOLES).get(index)? != 0,
        })
    }
}
