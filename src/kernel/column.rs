//! The columns of a file, read with one check for all arrays.
//!
//! Some cores cannot load unaligned words and take eleven instructions to combine four bytes. There
//! the words of an aligned file are loaded as such.

/// Values of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColumnValues {
    pub(crate) offset: i32,
    pub(crate) multiplier: i32,
    pub(crate) frac: i8,
    pub(crate) min: i32,
    pub(crate) max: i32,
    pub(crate) kind: u8,
}

/// Arrays of the columns of a file. [`format`](mod@crate::format) says what they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnTable<'a> {
    /// The arrays: at least four of `dim` words and two of `dim` bytes, each of which takes a
    /// multiple of 4 bytes.
    arrays: &'a [u8],
    dim: usize,
}

impl<'a> ColumnTable<'a> {
    /// Returns the arrays of `dim` columns that begin at `start` of `tensors`; a table of no column
    /// if the tensors are shorter.
    #[inline(always)]
    pub(crate) fn new(tensors: &'a [u8], start: usize, dim: usize) -> Self {
        let arrays = tensors.get(start..).unwrap_or_default();
        let fits = dim <= 1 << 16 && arrays.len() >= 16 * dim + 2 * padded(dim);
        let dim = if fits { dim } else { 0 };
        Self { arrays, dim }
    }

    /// Returns column `index`, or `None` if there is no such column.
    #[inline(always)]
    pub(crate) fn get(&self, index: usize) -> Option<ColumnValues> {
        if index >= self.dim {
            return None;
        }
        let strict = cfg!(any(flowlet_kernel = "armv6m", target_arch = "riscv32"));
        let start = self.arrays.as_ptr();
        // SAFETY: `new` has checked the length of the arrays, and the index is below `dim`. All
        // arrays begin at multiples of 4 from their start, so all words are aligned if the first
        // is. Any bits are valid values.
        Some(unsafe {
            if strict && start.cast::<u32>().is_aligned() {
                read(start, self.dim, index, |word| word.read())
            } else if strict {
                read_bytes(start, self.dim, index)
            } else {
                read(start, self.dim, index, |word| word.read_unaligned())
            }
        })
    }
}

/// Returns the bytes of an array of `dim` bytes, with its padding.
#[inline(always)]
fn padded(dim: usize) -> usize {
    (dim + 3) & !3
}

/// Reads a column of an unaligned file.
///
/// # Safety
/// As for [`read`].
#[inline(never)]
unsafe fn read_bytes(table: *const u8, dim: usize, index: usize) -> ColumnValues {
    // SAFETY: the caller keeps the conditions, and no alignment is needed.
    unsafe { read(table, dim, index, |word| word.read_unaligned()) }
}

/// Reads a column.
///
/// # Safety
/// `table` is the start of four arrays of `dim` words and two of `dim` bytes, each padded to a
/// multiple of 4 bytes, which nothing writes meanwhile. `index` is below `dim`. `load` may read any
/// word of them.
#[inline(always)]
unsafe fn read(
    table: *const u8,
    dim: usize,
    index: usize,
    load: unsafe fn(*const u32) -> u32,
) -> ColumnValues {
    let bytes = padded(dim);
    // SAFETY: all offsets are below the length of the table.
    unsafe {
        let word = |start| u32::from_le(load(table.add(start + 4 * index).cast())) as i32;
        let byte = |start| *table.add(start + index);
        ColumnValues {
            offset: word(0),
            multiplier: word(4 * dim),
            frac: byte(8 * dim) as i8,
            min: word(8 * dim + bytes),
            max: word(12 * dim + bytes),
            kind: byte(16 * dim + bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// Returns the table of `dim` columns whose values are made of their index.
    fn table(dim: u16) -> Vec<u8> {
        let words =
            |value: fn(i32) -> i32| (0..dim.into()).flat_map(move |i| value(i).to_le_bytes());
        let bytes = |value: fn(u8) -> u8| {
            let padded = dim.next_multiple_of(4) as u8;
            (0..padded).map(move |i| if u16::from(i) < dim { value(i) } else { 0xee })
        };
        let arrays = words(|i| 7 - i)
            .chain(words(|i| i << 20))
            .chain(bytes(|i| 200 + i));
        let arrays = arrays.chain(words(|i| -1000 * i)).chain(words(|i| 999 * i));
        arrays.chain(bytes(|i| i % 4)).collect()
    }

    #[test]
    fn columns_are_read_at_any_offset() {
        for dim in [1, 2, 3, 4, 9] {
            let table = table(dim);
            for offset in 0..4 {
                let mut bytes = std::vec![0; offset];
                bytes.extend(&table);
                let columns = ColumnTable::new(&bytes, offset, dim.into());
                for index in 0..dim {
                    let i = i32::from(index);
                    let expected = ColumnValues {
                        offset: 7 - i,
                        multiplier: i << 20,
                        frac: (200 + i) as i8,
                        min: -1000 * i,
                        max: 999 * i,
                        kind: (i % 4) as u8,
                    };
                    let read = columns.get(index.into());
                    assert_eq!(read, Some(expected));
                    // SAFETY: the table and the index are those that were just read.
                    let slow =
                        unsafe { read_bytes(bytes[offset..].as_ptr(), dim.into(), index.into()) };
                    assert_eq!(slow, expected);
                }
                assert_eq!(columns.get(dim.into()), None);
                let cut = &bytes[..bytes.len() - 1];
                assert_eq!(ColumnTable::new(cut, offset, dim.into()).get(0), None);
                assert_eq!(
                    ColumnTable::new(&bytes, usize::MAX, dim.into()).get(0),
                    None
                );
            }
        }
    }
}
