//! Loads of aligned words, for cores that cannot load unaligned ones.

use crate::format::COLUMN_LEN;

/// Returns the words of a column's record, or `None` if it is not aligned to 4 bytes.
#[inline(always)]
pub(crate) fn words(record: &[u8; COLUMN_LEN]) -> Option<&[u32; COLUMN_LEN / 4]> {
    let words = record.as_ptr().cast::<[u32; COLUMN_LEN / 4]>();
    // SAFETY: the words are aligned, take the bytes of the record, and any bits are valid. The
    // result borrows the record. These cores are little-endian, like the file.
    words.is_aligned().then(|| unsafe { &*words })
}
