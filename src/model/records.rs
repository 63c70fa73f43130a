//! Records of the columns of a file, each read when it is needed.

use super::{Column, Model};
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

/// Reads a column.
///
/// Cores that cannot load unaligned words take eleven instructions per word to combine bytes. They
/// load the words of an aligned record as such.
#[inline(always)]
pub(crate) fn read(record: &[u8; COLUMN_LEN]) -> Column {
    #[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
    {
        if let Some(&[offset, multiplier, min, max, last]) = crate::kernel::words(record) {
            return Column {
                offset: offset as i32,
                multiplier: multiplier as i32,
                frac: last as i8,
                min: min as i32,
                max: max as i32,
                kind: super::ColumnKind::from_bits((last >> 8) as u8),
                decimals: super::columns::decimals_from((last >> 16) as u8),
            };
        }
        unaligned(record)
    }
    #[cfg(not(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im")))]
    Column::from_bytes(record)
}

/// Reads an unaligned record. Not inlined, because it is rare and long.
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
#[inline(never)]
fn unaligned(record: &[u8; COLUMN_LEN]) -> Column {
    Column::from_bytes(record)
}
