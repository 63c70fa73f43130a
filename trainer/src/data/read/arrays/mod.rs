//! Arrays of numbers, without names of their values: NumPy and IDX files.

pub(crate) mod format;
pub(crate) mod idx;
pub(crate) mod npy;

use std::io::{self, Read};

use half::f16;

use super::rows::{from_f32, shortest};

/// A number of at most eight bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    size: usize,
    big_endian: bool,
    /// Converts its bytes, least significant first, padded with zeros.
    value: fn([u8; 8]) -> f64,
    /// Converts an integer of eight bytes exactly.
    integer: Option<fn([u8; 8]) -> i128>,
}

/// A number of an array.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element {
    pub value: f64,
    /// An integer of eight bytes, which `value` may not hold exactly.
    pub integer: Option<i128>,
}

impl Number {
    /// Returns the type with this letter and size in bytes.
    pub fn new(letter: char, size: usize, big_endian: bool) -> Option<Self> {
        fn first<const N: usize>(bytes: [u8; 8]) -> [u8; N] {
            std::array::from_fn(|at| bytes[at])
        }
        let value: fn([u8; 8]) -> f64 = match (letter, size) {
            ('f', 2) => |bytes| {
                let value = f16::from_le_bytes(first(bytes));
                shortest(value.to_f64(), |rounded| f16::from_f64(rounded) == value)
            },
            ('f', 4) => |bytes| from_f32(f32::from_le_bytes(first(bytes))),
            ('f', 8) => f64::from_le_bytes,
            ('i', 1) => |bytes| i8::from_le_bytes(first(bytes)).into(),
            ('i', 2) => |bytes| i16::from_le_bytes(first(bytes)).into(),
            ('i', 4) => |bytes| i32::from_le_bytes(first(bytes)).into(),
            ('i', 8) => |bytes| i64::from_le_bytes(bytes) as f64,
            ('u', 1 | 2 | 4 | 8) => |bytes| u64::from_le_bytes(bytes) as f64,
            ('b', 1) => |bytes| u8::from(bytes[0] != 0).into(),
            _ => return None,
        };
        let integer: Option<fn([u8; 8]) -> i128> = match (letter, size) {
            ('i', 8) => Some(|bytes| i64::from_le_bytes(bytes).into()),
            ('u', 8) => Some(|bytes| u64::from_le_bytes(bytes).into()),
            _ => None,
        };
        Some(Self {
            size,
            big_endian,
            value,
            integer,
        })
    }

    /// Reads a number.
    pub fn read(self, reader: &mut impl Read) -> io::Result<Element> {
        let mut bytes = [0; 8];
        let own = &mut bytes[..self.size];
        reader.read_exact(own)?;
        if self.big_endian {
            own.reverse();
        }
        Ok(Element {
            value: (self.value)(bytes),
            integer: self.integer.map(|integer| integer(bytes)),
        })
    }
}
