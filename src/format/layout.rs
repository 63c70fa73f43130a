//! Parts of a file: header, layer records and body.

#[cfg(feature = "encode")]
use serde::{Deserialize, Serialize};

use super::limits::{HEADER_LEN, HIDDEN_LEN, LATENT_LEN};

/// First bytes of every file: fields of fixed size, little-endian.
///
/// ```
/// let bytes = flowlet::include_model!("../moons.flow");
/// let header = flowlet::format::Header::from_bytes(bytes.first_chunk().unwrap());
/// assert_eq!((header.magic, header.dim), (flowlet::format::MAGIC, 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[cfg_attr(feature = "encode", derive(Serialize))]
pub struct Header {
    /// [`MAGIC`](super::MAGIC).
    pub magic: [u8; 4],
    /// CRC-32/ISO-HDLC of all bytes after this field.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub crc: u32,
    /// [`VERSION`](super::VERSION).
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub version: u16,
    /// Data dimension D, 1..=1024.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub dim: u16,
    /// Units of the widest hidden layer, 1..=1024.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub width: u16,
    /// Number of classes C, 0..=256; 0 for an unconditional model.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub classes: u16,
    /// Length of the file, bytes.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub length: u32,
    /// Recommended number of solver steps, 1..=256.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub steps: u16,
    /// Segment of the output layer, see [`Hidden::segment`].
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub output_segment: u16,
    /// Components of the Gaussian drift: 1, or one per class and for the null class.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub components: u16,
    /// Position of the label column among all columns of the training data, where a category column
    /// counts once.
    #[cfg_attr(feature = "encode", serde(with = "postcard::fixint::le"))]
    pub label_position: u16,
    /// Fractional bits f of the network's input a, 4..=10: |a| ≤ 2^(4+f).
    pub input_frac: u8,
    /// Condition biases are stored for 2^`time_log2` + 1 times, 1..=6.
    pub time_log2: u8,
    /// 1: class number C means "no class", which guidance needs. The network was trained with label
    /// dropout, so it also knows the velocity of all data. 0: there is no such class.
    pub null_class: u8,
    /// Number of the recommended [`Solver`](super::Solver).
    pub solver: u8,
}

impl Header {
    /// Reads a header from the first bytes of a file.
    ///
    /// ```
    /// use flowlet::format::{HEADER_LEN, Header};
    /// assert_eq!(Header::from_bytes(&[2; HEADER_LEN]).crc, 0x0202_0202);
    /// ```
    #[inline(always)]
    pub const fn from_bytes(bytes: &[u8; HEADER_LEN]) -> Self {
        let b = bytes;
        Self {
            magic: [b[0], b[1], b[2], b[3]],
            crc: u32::from_le_bytes([b[4], b[5], b[6], b[7]]),
            version: u16::from_le_bytes([b[8], b[9]]),
            dim: u16::from_le_bytes([b[10], b[11]]),
            width: u16::from_le_bytes([b[12], b[13]]),
            classes: u16::from_le_bytes([b[14], b[15]]),
            length: u32::from_le_bytes([b[16], b[17], b[18], b[19]]),
            steps: u16::from_le_bytes([b[20], b[21]]),
            output_segment: u16::from_le_bytes([b[22], b[23]]),
            components: u16::from_le_bytes([b[24], b[25]]),
            label_position: u16::from_le_bytes([b[26], b[27]]),
            input_frac: b[28],
            time_log2: b[29],
            null_class: b[30],
            solver: b[31],
        }
    }

    /// Returns the number of classes, the null class included.
    pub(crate) const fn conditions(&self) -> u16 {
        self.classes.wrapping_add(self.null_class as u16)
    }
}

/// Shape and formats of a hidden layer.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// let first = model.hidden().next().unwrap();
/// assert_eq!((first.width, first.conditioned), (64, true));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Hidden {
    /// Number of units, 1..=1024.
    pub width: u16,
    /// Segment: number of columns after which a kernel separates the sums of two rows. One of
    /// [`SEGMENTS`](super::SEGMENTS).
    pub segment: u16,
    /// Fractional bits p of the pre-activations, 11..=13; their range is ±2^(15−p).
    pub pre_frac: u8,
    /// Fractional bits f of the activations, 1..p.
    pub act_frac: u8,
    /// Whether the bias depends on time and class.
    pub conditioned: bool,
    /// Whether the activation is the file's table instead of SiLU.
    pub table: bool,
}

impl Hidden {
    /// Reads a layer from its record: the fields in order, little-endian. In the last byte, bit 0
    /// is `conditioned` and bit 1 is `table`.
    ///
    /// ```
    /// let hidden = flowlet::format::Hidden::from_bytes(&[64, 0, 32, 0, 12, 9, 1]);
    /// assert_eq!((hidden.width, hidden.segment, hidden.pre_frac), (64, 32, 12));
    /// assert_eq!(hidden.to_bytes(), [64, 0, 32, 0, 12, 9, 1]);
    /// ```
    #[inline(always)]
    pub const fn from_bytes(bytes: &[u8; HIDDEN_LEN]) -> Self {
        let [w0, w1, s0, s1, pre_frac, act_frac, flags] = *bytes;
        Self {
            width: u16::from_le_bytes([w0, w1]),
            segment: u16::from_le_bytes([s0, s1]),
            pre_frac,
            act_frac,
            conditioned: flags & 1 != 0,
            table: flags & 2 != 0,
        }
    }

    /// Returns the record of the layer.
    ///
    /// ```
    /// # use flowlet::format::Hidden;
    /// let record = [1, 2, 3, 4, 12, 9, 0];
    /// assert_eq!(Hidden::from_bytes(&record).to_bytes(), record);
    /// ```
    pub const fn to_bytes(self) -> [u8; HIDDEN_LEN] {
        let ([w0, w1], [s0, s1]) = (self.width.to_le_bytes(), self.segment.to_le_bytes());
        let flags = self.conditioned as u8 | (self.table as u8) << 1;
        [w0, w1, s0, s1, self.pre_frac, self.act_frac, flags]
    }
}

/// Linear latent: the flow runs in principal components z of some columns, those of a series or of
/// an image, in the place of the columns.
///
/// The state has the columns before, then `rank` values z, then the columns after. After the last
/// step, a dense layer U without activation makes the columns: x = U·z, in Q4.11. Each class may
/// have its own layer.
///
/// ```
/// use flowlet::format::Latent;
/// let record = [1, 0, 64, 0, 20, 0, 0, 4, 1, 0, 9];
/// let latent = Latent::from_bytes(&record);
/// assert_eq!((latent.first, latent.columns, latent.rank), (1, 64, 20));
/// assert_eq!((latent.segment, latent.layers, latent.frac), (1024, 1, 9));
/// assert_eq!(latent.to_bytes(), record);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Latent {
    /// First column, and first value of the state.
    pub first: u16,
    /// Number of columns, at least `rank`.
    pub columns: u16,
    /// Number of values of the state, at least 1.
    pub rank: u16,
    /// Segment of each layer, see [`Hidden::segment`].
    pub segment: u16,
    /// Number of layers: 1, or one per class.
    pub layers: u16,
    /// Fractional bits f of the input a of each layer, 4..=10: |a| ≤ 2^(4+f).
    pub frac: u8,
}

impl Latent {
    /// Reads a latent from its record: the fields in order, little-endian.
    #[inline(always)]
    pub const fn from_bytes(bytes: &[u8; LATENT_LEN]) -> Self {
        let [f0, f1, c0, c1, r0, r1, s0, s1, l0, l1, frac] = *bytes;
        Self {
            first: u16::from_le_bytes([f0, f1]),
            columns: u16::from_le_bytes([c0, c1]),
            rank: u16::from_le_bytes([r0, r1]),
            segment: u16::from_le_bytes([s0, s1]),
            layers: u16::from_le_bytes([l0, l1]),
            frac,
        }
    }

    /// Returns the multiply-accumulates of a layer, once per sample.
    pub const fn multiply_accumulates(self) -> usize {
        self.columns as usize * self.rank as usize
    }

    /// Returns the record of the latent.
    pub const fn to_bytes(self) -> [u8; LATENT_LEN] {
        let ([f0, f1], [c0, c1]) = (self.first.to_le_bytes(), self.columns.to_le_bytes());
        let ([r0, r1], [s0, s1]) = (self.rank.to_le_bytes(), self.segment.to_le_bytes());
        let [l0, l1] = self.layers.to_le_bytes();
        [f0, f1, c0, c1, r0, r1, s0, s1, l0, l1, self.frac]
    }
}

/// Rest of the file after the [`Header`]: strings of bytes, each after its length, as postcard
/// writes them.
///
#[cfg_attr(feature = "encode", doc = "```")]
#[cfg_attr(not(feature = "encode"), doc = "```ignore")]
/// use flowlet::format::{Body, HEADER_LEN};
/// let bytes = flowlet::include_model!("../moons.flow");
/// let body: Body = postcard::from_bytes(&bytes[HEADER_LEN..]).unwrap();
/// assert_eq!(body.names, b"x\ny\n");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "encode", derive(Serialize, Deserialize))]
pub struct Body<'a> {
    /// Names in UTF-8, each followed by a newline: D dimensions; if C > 0 also the label column and
    /// C classes. Then the [card](crate::Model::card), without a newline at its end.
    pub names: &'a [u8],
    /// Records of the [`Hidden`] layers, first to last, 1..=8.
    pub hidden: &'a [u8],
    /// Variance levels of the drift, 1..=8: u16, little-endian, unsigned Q2.14. Each is 0, which
    /// means no drift, or at least [`MIN_VARIANCE`](super::MIN_VARIANCE).
    pub variances: &'a [u8],
    /// Time grid, u16, little-endian, Q0.15: the times rise from 0 to 1 in steps of at least
    /// [`MIN_STEP`](super::MIN_STEP). Empty if all [`Header::steps`] have equal length.
    pub time_grid: &'a [u8],
    /// Record of the [`Latent`]; empty without one.
    pub latent: &'a [u8],
    /// Zeros that align `tensors`, 0 to 15 bytes.
    pub padding: &'a [u8],
    /// All arrays, see the [module documentation](super).
    pub tensors: &'a [u8],
}
