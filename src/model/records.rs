//! Records of the columns of a file, each read when it is needed.

use super::{Column, ColumnKind, Model};
use crate::format::{COLUMN_LEN, MAX_WIDTH};

/// Records of the columns.
pub(crate) type Records<'a> = &'a [[u8; COLUMN_LEN]];

impl<'a> Model<'a> {
    /// Returns how dimension `index` is decoded, or `None` beyond the last.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().column(2), None);
    /// ```
    pub fn column(&self, index: usize) -> Option<Column> {
        self.records().get(index).map(read)
    }

    /// Returns the records of the columns.
    #[inline(always)]
    pub(crate) const fn records(&self) -> Records<'a> {
        match self.tensors.split_at_checked(self.columns_at) {
            Some((_, columns)) => split(columns, self.header().dim),
            None => &[],
        }
    }
}

/// Returns the first `count` records of `bytes`; none if there are fewer.
#[inline(always)]
const fn split(bytes: &[u8], count: u16) -> Records<'_> {
    // The limit keeps the length within 16 bits, so Armv6-M needs no division.
    if count > MAX_WIDTH {
        return &[];
    }
    match bytes.split_at_checked(COLUMN_LEN * count as usize) {
        Some((records, _)) => records.as_chunks().0,
        None => &[],
    }
}

impl Model<'_> {
    /// Decodes `x` by the record of a number, like [`Column::decode`], or by the column's curve.
    #[inline(always)]
    pub(crate) fn decode(&self, record: &[u8; COLUMN_LEN], x: i32) -> i32 {
        match is_linear(record) {
            true => decode(record, x),
            false => self.decode_curve(record, x),
        }
    }
}

/// Returns whether the record is of a number without a curve.
#[inline(always)]
pub(crate) fn is_linear(record: &[u8; COLUMN_LEN]) -> bool {
    let [.., kind, _, _] = *record;
    kind <= ColumnKind::Integer as u8
}

/// Decodes `x` by the record of a number or of a category, like [`Column::decode`].
#[inline(always)]
pub(crate) fn decode(record: &[u8; COLUMN_LEN], x: i32) -> i32 {
    #[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
    {
        match crate::kernel::words(record) {
            Some(words) => decode_words(words, x),
            None => decode_words(&unaligned(record), x),
        }
    }
    #[cfg(not(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im")))]
    Column::from_bytes(record).decode_number(x)
}

/// Decodes `x`. A function of its own, which loads each word where it needs it.
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
#[inline(never)]
fn decode_words(words: &[u32; COLUMN_LEN / 4], x: i32) -> i32 {
    from_words(words).decode_number(x)
}

/// Returns the kind of a record, and its fractional bits.
#[inline(always)]
pub(crate) fn format(record: &[u8; COLUMN_LEN]) -> (ColumnKind, i8) {
    let column = Column::from_bytes(record);
    (column.kind, column.frac)
}

/// Reads a column.
///
/// Cores that cannot load unaligned words take eleven instructions per word to combine bytes. They
/// load the words of an aligned record as such.
#[inline(always)]
pub(crate) fn read(record: &[u8; COLUMN_LEN]) -> Column {
    #[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
    {
        match crate::kernel::words(record) {
            Some(words) => from_words(words),
            None => from_words(&unaligned(record)),
        }
    }
    #[cfg(not(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im")))]
    Column::from_bytes(record)
}

/// Returns the column of a record's words.
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
#[inline(always)]
fn from_words(&[offset, multiplier, min, max, last]: &[u32; COLUMN_LEN / 4]) -> Column {
    let [frac, kind, places, knots] = last.to_le_bytes();
    Column {
        offset: offset as i32,
        multiplier: multiplier as i32,
        frac: frac as i8,
        min: min as i32,
        max: max as i32,
        kind: ColumnKind::from_bits(kind),
        decimals: super::columns::decimals_from(places),
        knots,
        gaps: super::columns::gaps_from(places),
    }
}

/// Reads the words of an unaligned record. Not inlined, because it is rare and long.
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
#[inline(never)]
fn unaligned(record: &[u8; COLUMN_LEN]) -> [u32; COLUMN_LEN / 4] {
    let mut words = [0; COLUMN_LEN / 4];
    for (word, bytes) in words.iter_mut().zip(record.as_chunks().0) {
        *word = unaligned_word(bytes);
    }
    words
}

/// Reads an unaligned word. A call in the loop, because compilers would make the loop a memcpy.
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
#[inline(never)]
fn unaligned_word(&bytes: &[u8; 4]) -> u32 {
    u32::from_le_bytes(bytes)
}
