//! Writes a quantised model as a `.flow` file: the runtime's own types, through postcard, and the
//! runtime's own `parse` as the judge of every file before it leaves the trainer.

use flowlet::fixed::Scale;
use flowlet::format::{ALIGN, BLOCK, Body, CRC_AT, File, Header, Hidden, MAGIC, VERSION, checksum};
use flowlet::{Column, Model, ModelError, Solver};

/// One dense layer in integers; see [`flowlet::format`] for each format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuantisedLayer {
    /// rows × columns, row-major, −127 to 127.
    pub weights: Vec<i8>,
    /// One a row.
    pub scales: Vec<Scale>,
    /// (2^`time_log2` + 1) × rows, or rows where the layer is not conditioned.
    pub biases: Vec<i16>,
    /// classes (and the null class) × rows, or empty.
    pub class_biases: Vec<i16>,
}

/// The network in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedNet {
    /// Fractional bits of the input.
    pub input_frac: u8,
    /// Columns over which a kernel may sum the output layer's paired rows.
    pub output_segment: u16,
    /// Resolution of the conditioned biases.
    pub time_log2: u8,
    /// Shapes and formats of the hidden layers.
    pub hidden: Vec<Hidden>,
    /// Hidden layers, then the output.
    pub layers: Vec<QuantisedLayer>,
    /// The 513 nodes of the activation of those layers that have a table for it, Q4.11.
    pub table: Option<Vec<i16>>,
}

/// The Gaussian drift in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedDrift {
    /// Components: 1, or one for each class and the null class.
    pub components: u16,
    /// Unsigned Q2.14.
    pub variances: Vec<u16>,
    /// Q4.11, components × D.
    pub means: Vec<i16>,
    /// Indices into `variances`, components × D.
    pub levels: Vec<u8>,
}

/// Names and proportions of the classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassNames {
    /// Name of the label column.
    pub column: String,
    /// Its place among all columns.
    pub position: u16,
    /// Class names, in the order of their numbers.
    pub names: Vec<String>,
    /// Rows of each class in the training data.
    pub counts: Vec<usize>,
    /// One more class after them stands for none.
    pub null_class: bool,
}

/// A whole model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedModel {
    /// Names of the columns, without control characters.
    pub columns: Vec<String>,
    /// The classes, where the model is conditional.
    pub classes: Option<ClassNames>,
    /// Recommended number of steps.
    pub steps: u16,
    /// Recommended times of the steps, Q0.15, one more than there are steps; empty for equal ones.
    pub times: Vec<u16>,
    /// Recommended solver.
    pub solver: Solver,
    /// The network.
    pub net: QuantisedNet,
    /// The drift.
    pub drift: QuantisedDrift,
    /// Physical units of each column.
    pub units: Vec<Column>,
}

impl QuantisedModel {
    /// The bytes of its `.flow` file.
    ///
    /// # Errors
    /// Whatever [`Model::parse`] has against it: a shape or bound that the parts do not keep.
    pub fn encode(&self) -> Result<Vec<u8>, ModelError> {
        let mut names: String = self
            .columns
            .iter()
            .map(|name| format!("{name}\n"))
            .collect();
        if let Some(classes) = &self.classes {
            names.extend(
                std::iter::once(&classes.column)
                    .chain(&classes.names)
                    .map(|name| format!("{name}\n")),
            );
        }
        let hidden: Vec<u8> = self.net.hidden.iter().flat_map(|h| h.bytes()).collect();
        let variances = self.drift.variances.iter().flat_map(|v| v.to_le_bytes());
        let times: Vec<u8> = self.times.iter().flat_map(|t| t.to_le_bytes()).collect();
        let (variances, tensors) = (variances.collect::<Vec<u8>>(), self.tensors());
        let mut file = File {
            head: self.header(),
            body: Body {
                names: names.as_bytes(),
                hidden: &hidden,
                variances: &variances,
                times: &times,
                padding: &[],
                tensors: &tensors,
            },
        };
        let start = encode(&file).len() - tensors.len();
        file.body.padding = &[0; ALIGN][..start.next_multiple_of(ALIGN) - start];
        file.head.length = encode(&file).len() as u32;
        let mut bytes = encode(&file);
        let crc = checksum(&bytes);
        bytes[CRC_AT].copy_from_slice(&crc.to_le_bytes());
        Model::parse(&bytes).map(|_| ())?;
        Ok(bytes)
    }

    /// Without length and checksum.
    fn header(&self) -> Header {
        let classes = self.classes.as_ref();
        let widths = self.net.hidden.iter().map(|hidden| hidden.width);
        Header {
            magic: MAGIC,
            version: VERSION,
            dim: self.columns.len() as u16,
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

    /// All arrays, each padded to a multiple of 4 bytes, in the order that the format states.
    fn tensors(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for layer in &self.net.layers {
            put(&mut out, packed(&layer.weights, layer.scales.len()));
            put(&mut out, scale_words(&layer.scales));
            put(&mut out, layer.biases.iter().map(|b| b.to_le_bytes()));
            put(&mut out, layer.class_biases.iter().map(|b| b.to_le_bytes()));
        }
        put(&mut out, self.drift.means.iter().map(|m| m.to_le_bytes()));
        put(&mut out, self.drift.levels.iter().map(|l| l.to_le_bytes()));
        put(&mut out, self.units.iter().map(|u| u.offset.to_le_bytes()));
        put(
            &mut out,
            self.units.iter().map(|u| u.multiplier.to_le_bytes()),
        );
        put(&mut out, self.units.iter().map(|u| u.frac.to_le_bytes()));
        put(&mut out, self.units.iter().map(|u| u.min.to_le_bytes()));
        put(&mut out, self.units.iter().map(|u| u.max.to_le_bytes()));
        put(&mut out, self.units.iter().map(|u| [u.kind as u8]));
        let counts = self
            .classes
            .as_ref()
            .map_or(&[][..], |classes| &classes.counts);
        put(
            &mut out,
            cumulative(counts).map(|bound| bound.to_le_bytes()),
        );
        if let Some(table) = &self.net.table {
            put(&mut out, table.iter().map(|node| node.to_le_bytes()));
        }
        out
    }
}

/// Row-major weights in blocks of four rows and pairs of columns, two rows in each i16; what is
/// beyond the last row or column is 0.
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
            cells.map(|(lane, next)| {
                let (row, column) = (block + lane, column + next);
                (weight(row, column) << 8)
                    .wrapping_add(weight(row + 1, column))
                    .to_le_bytes()
            })
        })
    })
}

/// A word a row of every block; rows that only fill the last have weights of 0, so any scale does.
fn scale_words(scales: &[Scale]) -> impl Iterator<Item = [u8; 4]> {
    let unused = Scale {
        multiplier: 1,
        shift: 0,
    };
    let rows = scales.len().next_multiple_of(BLOCK);
    let all = scales.iter().copied().chain(std::iter::repeat(unused));
    all.take(rows).map(|scale| scale.word().to_le_bytes())
}

/// Appends an array and its padding.
fn put<const N: usize>(out: &mut Vec<u8>, values: impl Iterator<Item = [u8; N]>) {
    out.extend(values.flatten());
    out.resize(out.len().next_multiple_of(4), 0);
}

/// Upper bounds of each class's share of 2^16 draws.
fn cumulative(counts: &[usize]) -> impl Iterator<Item = u16> {
    let total = counts.iter().sum::<usize>().max(1) as u64;
    counts.iter().scan(0u64, move |below, &count| {
        *below += count as u64;
        Some(((*below << 16) / total).min(u16::MAX.into()) as u16)
    })
}

fn encode(file: &File<'_>) -> Vec<u8> {
    postcard::to_allocvec(file).expect("a vector takes any message")
}

#[cfg(test)]
pub(crate) mod tests;
