//! Writes a quantised model as a `.flow` file (feature `encode`, needs an allocator).
//!
//! Trainers and tests use it; firmware does not. The header and the body go through `serde` and
//! `postcard`. [`Model::parse`] checks every file before it is returned, so a file that was
//! written can always be read.

mod change;
mod fill;
mod latent;

use change::put_section;
pub use change::{with_card, with_section};
pub use fill::{Condition, QuantisedFill, QuantisedQuery};
pub use latent::QuantisedLatent;
#[cfg(feature = "latent")]
pub use latent::latent;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::fixed::Scale;
use crate::format::{
    ALIGN, BLOCK, Body, COLUMN_LEN, CRC_AT, Field, Header, Hidden, MAGIC, MAX_KNOTS, MIN_KNOTS,
    Section, VERSION, checksum,
};
use crate::{Column, ColumnKind, Knot, Model, ModelError, Solver};

/// One dense layer in integers. [`format`](mod@crate::format) defines each number format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuantisedLayer {
    /// Weights, rows × columns, row-major, −127..=127.
    pub weights: Vec<i8>,
    /// One scale per row.
    pub scales: Vec<Scale>,
    /// Biases: (2^`time_log2` + 1) × rows in a conditioned layer, rows otherwise.
    pub biases: Vec<i16>,
    /// Class biases: (classes, then the null class) × rows, or empty.
    pub class_biases: Vec<i16>,
}

/// The network in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedNet {
    /// Fractional bits of the input.
    pub input_frac: u8,
    /// Segment of the output layer, see [`Hidden::segment`].
    pub output_segment: u16,
    /// Resolution of the condition biases over time: 2^`time_log2` intervals.
    pub time_log2: u8,
    /// Shapes and formats of the hidden layers.
    pub hidden: Vec<Hidden>,
    /// Hidden layers, then the output layer.
    pub layers: Vec<QuantisedLayer>,
    /// Table of the activation, 513 nodes in Q4.11, for the layers with [`Hidden::table`].
    pub table: Option<Vec<i16>>,
}

/// The Gaussian drift in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedDrift {
    /// Number of components: 1, or one per class and for the null class.
    pub components: u16,
    /// Variance levels, unsigned Q2.14.
    pub variances: Vec<u16>,
    /// Means, components × D, Q4.11.
    pub means: Vec<i16>,
    /// Index into `variances` of each mean, components × D.
    pub levels: Vec<u8>,
}

/// Label column and classes of a conditional model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassNames {
    /// Name of the label column.
    pub column: String,
    /// Position of the label column among all columns of the training data.
    pub position: u16,
    /// Names of the classes, in the order of their numbers.
    pub names: Vec<String>,
    /// Number of training rows of each class.
    pub counts: Vec<usize>,
    /// Whether one more class number, after the last, means "no class".
    pub null_class: bool,
}

/// Complete model in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedModel {
    /// Names of the D dimensions, without control characters.
    pub column_names: Vec<String>,
    /// Classes; `None` in an unconditional model.
    pub classes: Option<ClassNames>,
    /// Recommended number of solver steps.
    pub steps: u16,
    /// Recommended time grid, Q0.15, `steps` + 1 times; empty for steps of equal length.
    pub time_grid: Vec<u16>,
    /// Recommended solver.
    pub solver: Solver,
    /// Network.
    pub net: QuantisedNet,
    /// Gaussian drift.
    pub drift: QuantisedDrift,
    /// Linear latent; `None` if the flow runs in the columns.
    pub latent: Option<QuantisedLatent>,
    /// How each of the D dimensions is decoded. Those with a curve take their knots from `curves`.
    pub columns: Vec<Column>,
    /// Knots of the curve of each dimension, in their order; empty for a dimension without a curve.
    /// May be shorter than `columns`.
    pub curves: Vec<Vec<Knot>>,
    /// Content of sections, in the order of their numbers.
    pub sections: Vec<(Section, Vec<u8>)>,
    /// Text for [`Model::card`], at most 255 bytes.
    pub card: String,
}

/// A `.flow` file, as postcard lays it out.
#[derive(Serialize)]
struct File<'a> {
    header: Header,
    body: Body<'a>,
}

impl QuantisedModel {
    /// Returns the bytes of the `.flow` file.
    ///
    /// # Errors
    /// The error of [`Model::parse`] if a shape or a bound is violated.
    ///
    /// ```
    /// use flowlet::encode::{QuantisedDrift, QuantisedLayer, QuantisedModel, QuantisedNet};
    /// use flowlet::{Column, Model, ModelError, Solver, fixed::Scale, format::Hidden};
    ///
    /// // One column, 10 + 3·x for standard normal x: the drift does it all, the weights are 0.
    /// let layer = QuantisedLayer {
    ///     weights: vec![0],
    ///     scales: vec![Scale { multiplier: 1, shift: 0 }],
    ///     biases: vec![0],
    ///     class_biases: vec![],
    /// };
    /// let hidden = Hidden {
    ///     width: 1,
    ///     segment: 32,
    ///     pre_frac: 11,
    ///     act_frac: 10,
    ///     conditioned: false,
    ///     table: false,
    /// };
    /// let model = QuantisedModel {
    ///     column_names: vec!["speed".to_owned()],
    ///     classes: None,
    ///     steps: 1,
    ///     time_grid: vec![],
    ///     solver: Solver::ExponentialEuler,
    ///     net: QuantisedNet {
    ///         input_frac: 10,
    ///         output_segment: 32,
    ///         time_log2: 1,
    ///         hidden: vec![hidden],
    ///         layers: vec![layer.clone(), layer],
    ///         table: None,
    ///     },
    ///     drift: QuantisedDrift {
    ///         components: 1,
    ///         variances: vec![1 << 14],
    ///         means: vec![0],
    ///         levels: vec![0],
    ///     },
    ///     latent: None,
    ///     columns: vec![Column::real(10 << 20, 3 << 20, 20)],
    ///     curves: vec![],
    ///     sections: vec![],
    ///     card: "made by hand".to_owned(),
    /// };
    /// let bytes = model.encode()?;
    /// let model = Model::parse(&bytes)?;
    /// assert!(model.column_names().eq(["speed"]));
    /// assert_eq!(model.card(), "made by hand");
    /// # Ok::<(), ModelError>(())
    /// ```
    pub fn encode(&self) -> Result<Vec<u8>, ModelError> {
        let hidden: Vec<u8> = self.net.hidden.iter().flat_map(|h| h.to_bytes()).collect();
        let variances = self.drift.variances.iter().flat_map(|v| v.to_le_bytes());
        let time_grid: Vec<u8> = self
            .time_grid
            .iter()
            .flat_map(|t| t.to_le_bytes())
            .collect();
        let latent = self.latent.as_ref();
        let latent = latent.map_or_else(Vec::new, |l| l.latent.to_bytes().to_vec());
        let (variances, tensors) = (variances.collect::<Vec<u8>>(), self.tensors());
        let names = self.names()?;
        self.check_curves()?;
        let body = Body {
            names: names.as_bytes(),
            hidden: &hidden,
            variances: &variances,
            time_grid: &time_grid,
            latent: &latent,
            padding: &[],
            tensors: &tensors,
        };
        let header = self.header();
        finished(File { header, body })
    }

    /// Checks that the curves have 2 to 32 knots, belong to numbers, and increase.
    fn check_curves(&self) -> Result<(), ModelError> {
        for (index, knots) in self.curves.iter().enumerate() {
            let (min, max) = (MIN_KNOTS.into(), MAX_KNOTS.into());
            let column = self.columns.get(index);
            let is_number = column.is_some_and(|column| {
                matches!(column.kind, ColumnKind::Real | ColumnKind::Integer)
            });
            let increase = |pair: &[Knot]| pair[0].x < pair[1].x && pair[0].value <= pair[1].value;
            let valid = is_number && (min..=max).contains(&knots.len());
            let valid = valid && knots.windows(2).all(increase);
            if !(valid || knots.is_empty()) {
                return Err(ModelError::Invalid(Field::Column(index as u16)));
            }
        }
        Ok(())
    }

    /// Returns the header without length and checksum.
    fn header(&self) -> Header {
        let classes = self.classes.as_ref();
        let widths = self.net.hidden.iter().map(|hidden| hidden.width);
        Header {
            magic: MAGIC,
            version: VERSION,
            dim: self.column_names.len() as u16,
            width: widths.max().unwrap_or(0),
            classes: classes.map_or(0, |classes| classes.names.len() as u16),
            length: 0,
            crc: 0,
            steps: self.steps,
            output_segment: self.net.output_segment,
            components: self.drift.components,
            label_position: classes.map_or(0, |classes| classes.position),
            input_frac: self.net.input_frac,
            time_log2: self.net.time_log2,
            null_class: classes.is_some_and(|classes| classes.null_class).into(),
            solver: self.solver as u8,
        }
    }

    /// Returns all names, each followed by a newline, and the card.
    fn names(&self) -> Result<String, ModelError> {
        let label = self.classes.iter();
        let label = label.flat_map(|c| core::iter::once(&c.column).chain(&c.names));
        let names = self.column_names.iter().chain(label);
        // The format has no length for each name.
        if names.clone().any(|name| name.contains('\n')) {
            return Err(ModelError::Invalid(Field::Names));
        }
        let lines = names.map(|name| format!("{name}\n"));
        Ok(lines.chain([self.card.clone()]).collect())
    }

    /// Returns all arrays in the order of the format, each padded to a multiple of 4 bytes.
    fn tensors(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let latent = self.latent.iter().flat_map(|latent| &latent.layers);
        for layer in self.net.layers.iter().chain(latent) {
            put(&mut out, packed(&layer.weights, layer.scales.len()));
            put(&mut out, scale_words(&layer.scales));
            put(&mut out, layer.biases.iter().map(|b| b.to_le_bytes()));
            put(&mut out, layer.class_biases.iter().map(|b| b.to_le_bytes()));
        }
        put(&mut out, self.drift.means.iter().map(|m| m.to_le_bytes()));
        put(&mut out, self.drift.levels.iter().map(|l| l.to_le_bytes()));
        put(&mut out, self.records());
        let counts = self.classes.as_ref().map_or(&[][..], |c| &c.counts);
        put(&mut out, cumulative(counts).map(u16::to_le_bytes));
        put(
            &mut out,
            self.curves.iter().flatten().map(|knot| knot.to_bytes()),
        );
        for (section, content) in &self.sections {
            put_section(&mut out, *section, content);
        }
        if let Some(table) = &self.net.table {
            put(&mut out, table.iter().map(|node| node.to_le_bytes()));
        }
        out
    }

    /// Returns the records of the columns, which say where the knots of their curves are.
    fn records(&self) -> impl Iterator<Item = [u8; COLUMN_LEN]> {
        let curves = self
            .curves
            .iter()
            .map(Vec::len)
            .chain(core::iter::repeat(0));
        let mut before = 0;
        self.columns
            .iter()
            .zip(curves)
            .map(move |(&column, knots)| {
                if knots == 0 {
                    return column.to_bytes();
                }
                let first = before;
                before += knots as i32;
                let column = Column {
                    offset: first,
                    multiplier: 0,
                    knots: knots.min(u8::MAX.into()) as u8,
                    ..column
                };
                column.to_bytes()
            })
    }
}

/// Returns the bytes of a file, with its padding, length and checksum, if it is valid.
fn finished(mut file: File<'_>) -> Result<Vec<u8>, ModelError> {
    // The padding's own length takes one byte, whatever it is.
    let unpadded = to_bytes(&file).len();
    let start = unpadded - file.body.tensors.len();
    let padding = start.next_multiple_of(ALIGN) - start;
    file.body.padding = &[0; ALIGN][..padding];
    file.header.length = (unpadded + padding) as u32;
    let mut bytes = to_bytes(&file);
    let crc = checksum(&bytes);
    bytes[CRC_AT].copy_from_slice(&crc.to_le_bytes());
    let model = Model::parse(&bytes)?;
    model.check_sections()?;
    crate::scorer::check(&model)?;
    Ok(bytes)
}

/// Packs row-major weights in blocks of four rows and pairs of columns, two rows in each i16.
/// Weights beyond the last row or column are 0.
fn packed(weights: &[i8], rows: usize) -> impl Iterator<Item = [u8; 2]> {
    let columns = weights.len() / rows.max(1);
    let weight = move |row: usize, column: usize| {
        let inside = row < rows && column < columns;
        i16::from(if inside {
            weights[row * columns + column]
        } else {
            0
        })
    };
    let blocks = (0..rows).step_by(BLOCK);
    blocks.flat_map(move |block| {
        (0..columns).step_by(2).flat_map(move |column| {
            let cells = [(0, 0), (0, 1), (2, 0), (2, 1)];
            cells.map(|(pair, next)| {
                let (row, column) = (block + pair, column + next);
                (weight(row, column) << 8)
                    .wrapping_add(weight(row + 1, column))
                    .to_le_bytes()
            })
        })
    })
}

/// Returns one word per row of every block. Rows that only fill the last block have weights of 0,
/// so their scale does not matter.
fn scale_words(scales: &[Scale]) -> impl Iterator<Item = [u8; 4]> {
    let unused = Scale {
        multiplier: 1,
        shift: 0,
    };
    let rows = scales.len().next_multiple_of(BLOCK);
    let all = scales.iter().copied().chain(core::iter::repeat(unused));
    all.take(rows).map(|scale| scale.word().to_le_bytes())
}

/// Appends an array and its padding.
fn put<const N: usize>(out: &mut Vec<u8>, values: impl Iterator<Item = [u8; N]>) {
    out.extend(values.flatten());
    out.resize(out.len().next_multiple_of(4), 0);
}

/// Returns the upper bound of each class's share of the 2^16 possible draws.
fn cumulative(counts: &[usize]) -> impl Iterator<Item = u16> {
    let total = counts.iter().sum::<usize>().max(1) as u64;
    counts.iter().scan(0u64, move |below, &count| {
        *below += count as u64;
        Some(((*below << 16) / total).min(u16::MAX.into()) as u16)
    })
}

fn to_bytes(file: &File<'_>) -> Vec<u8> {
    postcard::to_allocvec(file).expect("a vector grows as needed")
}
