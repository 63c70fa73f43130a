//! Writes a quantised model as a `.flow` file: the runtime's own types, through postcard, and the
//! runtime's own `parse` as the judge of every file before it leaves the trainer.

use flowlet::format::{ALIGN, CRC_AT, File, Hidden, MAGIC, VERSION, checksum};
use flowlet::{Model, ModelError, Unit};

/// One dense layer in integers; see [`flowlet::format`] for each format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuantisedLayer {
    /// rows × columns, row-major.
    pub weights: Vec<i8>,
    /// One a row, with the layer's `scale_frac` fractional bits.
    pub multipliers: Vec<i16>,
    /// One a row.
    pub shifts: Vec<u8>,
    /// (2^`time_log2` + 1) × rows, or rows where the layer is not conditioned.
    pub biases: Vec<i16>,
    /// classes × rows, or empty.
    pub class_biases: Vec<i16>,
}

/// The network in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedNet {
    /// Fractional bits of the input.
    pub input_frac: u8,
    /// Fractional bits of the output's multipliers.
    pub output_scale_frac: u8,
    /// Resolution of the conditioned biases.
    pub time_log2: u8,
    /// Shapes and formats of the hidden layers.
    pub hidden: Vec<Hidden>,
    /// Hidden layers, then the output.
    pub layers: Vec<QuantisedLayer>,
}

/// The Gaussian base in integers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedBase {
    /// Components: 1, or the number of classes.
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
    /// The network.
    pub net: QuantisedNet,
    /// The base.
    pub base: QuantisedBase,
    /// Physical units of each column.
    pub units: Vec<Unit>,
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
        let tensors = self.tensors();
        let padding = self.padding(&names, &tensors);
        let mut file = self.file(&names, &[0; ALIGN][..padding], &tensors);
        file.length = encode(&file).len() as u32;
        let mut bytes = encode(&file);
        let crc = checksum(&bytes);
        bytes[CRC_AT].copy_from_slice(&crc.to_le_bytes());
        Model::parse(&bytes).map(|_| ())?;
        Ok(bytes)
    }

    /// Bytes of padding that make the tensors start at a multiple of [`ALIGN`].
    fn padding(&self, names: &str, tensors: &[u8]) -> usize {
        let start = encode(&self.file(names, &[], tensors)).len() - tensors.len();
        start.next_multiple_of(ALIGN) - start
    }

    fn file<'a>(&self, names: &'a str, padding: &'a [u8], tensors: &'a [u8]) -> File<'a> {
        let classes = self.classes.as_ref();
        File {
            magic: MAGIC,
            version: VERSION,
            dim: self.columns.len() as u16,
            width: self
                .net
                .hidden
                .iter()
                .map(|hidden| hidden.width)
                .max()
                .unwrap_or(0),
            classes: classes.map_or(0, |classes| classes.names.len() as u16),
            length: 0,
            crc: 0,
            steps: self.steps,
            input_frac: self.net.input_frac,
            output_scale_frac: self.net.output_scale_frac,
            time_log2: self.net.time_log2,
            components: self.base.components,
            label_position: classes.map_or(0, |classes| classes.position),
            names,
            hidden: self.net.hidden.iter().copied().collect(),
            variances: self.base.variances.iter().copied().collect(),
            padding,
            tensors,
        }
    }

    /// All arrays, each padded to a multiple of 4 bytes, in the order that the format states.
    fn tensors(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for layer in &self.net.layers {
            put(&mut out, layer.weights.iter().map(|w| w.to_le_bytes()));
            put(&mut out, layer.multipliers.iter().map(|m| m.to_le_bytes()));
            put(&mut out, layer.shifts.iter().map(|s| s.to_le_bytes()));
            put(&mut out, layer.biases.iter().map(|b| b.to_le_bytes()));
            put(&mut out, layer.class_biases.iter().map(|b| b.to_le_bytes()));
        }
        put(&mut out, self.base.means.iter().map(|m| m.to_le_bytes()));
        put(&mut out, self.base.levels.iter().map(|l| l.to_le_bytes()));
        put(&mut out, self.units.iter().map(|u| u.offset.to_le_bytes()));
        put(
            &mut out,
            self.units.iter().map(|u| u.multiplier.to_le_bytes()),
        );
        put(&mut out, self.units.iter().map(|u| u.frac.to_le_bytes()));
        let counts = self
            .classes
            .as_ref()
            .map_or(&[][..], |classes| &classes.counts);
        put(
            &mut out,
            cumulative(counts).map(|bound| bound.to_le_bytes()),
        );
        out
    }
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
