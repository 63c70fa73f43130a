//! The section that fills in rows: what a network and its queries need to draw some columns given
//! the others.

use super::limits::{FILL_LEN, QUERY_LEN};

/// Start of [`Section::Fill`](super::Section::Fill).
///
/// A model can draw a row of which some columns are known in three ways:
///
/// - *Masked*: the network's input holds the known values in place of the state. It also has one
///   mask input per dimension, 1 if the dimension is known and 0 if not. Any set of columns may be
///   known.
/// - *Gain*: for one declared set of known columns, a matrix per step moves the unknown ones.
/// - *Conditions*: columns that are always known and no part of the state, such as what a robot
///   observes.
///
/// One model may have all three. Masks and conditions are constant while a row is drawn, so their
/// products with the first layer's weights E are computed once and added to its biases. The first
/// layer must therefore be [conditioned](super::Hidden::conditioned). A model with a
/// [latent](super::Latent) has no such section.
///
/// The page `trainer/docs/format-fill.md` of the repository specifies what follows this record,
/// and how a row is drawn.
///
/// ```
/// use flowlet::format::FillRecord;
/// let record = [2, 0, 1, 0, 0, 64, 32, 0, 9, 1, 17, 0];
/// let fill = FillRecord::from_bytes(&record);
/// assert_eq!((fill.conditions, fill.queries, fill.spread), (2, 1, 1 << 14));
/// assert!(fill.masked && !fill.predicts);
/// assert_eq!(fill.to_bytes(), record);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FillRecord {
    /// Number of condition dimensions. With those of the data it is at most 1024.
    pub conditions: u16,
    /// Number of queries.
    pub queries: u16,
    /// Spread for conditions, and for known columns of no query: factor of the noise, unsigned
    /// Q2.14, below 2.
    pub spread: u16,
    /// Segment of the layer E, see [`Hidden::segment`](super::Hidden::segment).
    pub segment: u16,
    /// Fractional bits of the inputs of E, 4..=10.
    pub frac: u8,
    /// Whether E has mask inputs, so that any columns may be known.
    pub masked: bool,
    /// Whether one evaluation at t = 0 gives the conditional mean.
    pub predicts: bool,
    /// Length of the names, bytes.
    pub names_len: u16,
}

impl FillRecord {
    /// Reads a record.
    pub const fn from_bytes(bytes: &[u8; FILL_LEN]) -> Self {
        let [o0, o1, q0, q1, s0, s1, g0, g1, frac, flags, n0, n1] = *bytes;
        Self {
            conditions: u16::from_le_bytes([o0, o1]),
            queries: u16::from_le_bytes([q0, q1]),
            spread: u16::from_le_bytes([s0, s1]),
            segment: u16::from_le_bytes([g0, g1]),
            frac,
            masked: flags & 1 != 0,
            predicts: flags & 2 != 0,
            names_len: u16::from_le_bytes([n0, n1]),
        }
    }

    /// Returns the record.
    pub const fn to_bytes(self) -> [u8; FILL_LEN] {
        let ([o0, o1], [q0, q1]) = (self.conditions.to_le_bytes(), self.queries.to_le_bytes());
        let ([s0, s1], [g0, g1]) = (self.spread.to_le_bytes(), self.segment.to_le_bytes());
        let flags = self.masked as u8 | (self.predicts as u8) << 1;
        let [n0, n1] = self.names_len.to_le_bytes();
        [o0, o1, q0, q1, s0, s1, g0, g1, self.frac, flags, n0, n1]
    }
}

/// Start of a declared query in [`FillRecord`]'s section.
///
/// ```
/// use flowlet::format::QueryRecord;
/// let record = [0, 64, 8, 0, 32, 0, 7, 1];
/// let query = QueryRecord::from_bytes(&record);
/// assert_eq!((query.spread, query.steps, query.gain), (1 << 14, 8, true));
/// assert_eq!(query.to_bytes(), record);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryRecord {
    /// Spread: factor of the noise, unsigned Q2.14, below 2.
    pub spread: u16,
    /// Number of steps, at most 256, each with a time. 0: the steps of the model; only without a
    /// gain.
    pub steps: u16,
    /// Segment of the matrices, see [`Hidden::segment`](super::Hidden::segment).
    pub segment: u16,
    /// Fractional bits of r, 4..=10. Every matrix fits 7 bits and a segment of 32 columns.
    pub frac: u8,
    /// Whether the query has a gain. Without one, the model is masked.
    pub gain: bool,
}

impl QueryRecord {
    /// Reads a record.
    pub const fn from_bytes(bytes: &[u8; QUERY_LEN]) -> Self {
        let [s0, s1, k0, k1, g0, g1, frac, flags] = *bytes;
        Self {
            spread: u16::from_le_bytes([s0, s1]),
            steps: u16::from_le_bytes([k0, k1]),
            segment: u16::from_le_bytes([g0, g1]),
            frac,
            gain: flags & 1 != 0,
        }
    }

    /// Returns the record.
    pub const fn to_bytes(self) -> [u8; QUERY_LEN] {
        let ([s0, s1], [k0, k1]) = (self.spread.to_le_bytes(), self.steps.to_le_bytes());
        let [g0, g1] = self.segment.to_le_bytes();
        [s0, s1, k0, k1, g0, g1, self.frac, self.gain as u8]
    }
}
