//! The NPY format, versions 1 to 3 (NumPy Enhancement Proposal 1): a magic word, a Python dictionary of three known
//! keys, and the elements.
//!
//! Own code, for the crates that read it parse all of Python's literals, with a grammar and numbers of any length: a
//! tenth of the trainer's whole build for those three keys.

use std::io::{self, Read};

use half::f16;

use crate::data::error::quoted;

const MAGIC: &[u8] = b"\x93NUMPY";
/// NumPy's own headers are below 64 KiB unless a record has thousands of fields.
const LONGEST: u64 = 1 << 20;

/// An array whose header was read, and whose elements follow.
pub struct Array<R> {
    pub shape: Vec<usize>,
    /// Columns after columns, in place of rows after rows.
    pub fortran: bool,
    pub kind: Kind,
    reader: R,
}

/// What an element is.
#[derive(Debug)]
pub enum Kind {
    Number(Number),
    Text,
    /// As the header calls it.
    Other(String),
}

/// A number of at most eight bytes.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    size: usize,
    big_endian: bool,
    /// The value of its bytes, least first, and zeros.
    value: fn([u8; 8]) -> f64,
}

impl<R: Read> Array<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(mut reader: R) -> Result<Self, String> {
        let header = header(&mut reader).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => "it ends within its header".to_owned(),
            _ => error.to_string(),
        })?;
        let no = |key: &str| format!("its header {} has no usable `{key}`", quoted(&header));
        let field = |key: &str| field(&header, key).ok_or_else(|| no(key));
        let shape = shape(field("shape")?).ok_or_else(|| no("shape"))?;
        let fortran = match field("fortran_order")? {
            text if text.starts_with("True") => true,
            text if text.starts_with("False") => false,
            _ => return Err(no("fortran_order")),
        };
        let kind = kind(field("descr")?).ok_or_else(|| no("descr"))?;
        Ok(Self {
            shape,
            fortran,
            kind,
            reader,
        })
    }

    /// The elements in the file's order, if they are the header's numbers.
    pub fn elements(
        mut self,
        number: Number,
        count: usize,
    ) -> impl Iterator<Item = io::Result<f64>> {
        (0..count).map(move |_| number.read(&mut self.reader))
    }
}

impl Number {
    /// By the type's letter and its size in bytes.
    fn new(letter: char, size: usize, big_endian: bool) -> Option<Self> {
        fn first<const N: usize>(bytes: [u8; 8]) -> [u8; N] {
            std::array::from_fn(|at| bytes[at])
        }
        let value: fn([u8; 8]) -> f64 = match (letter, size) {
            ('f', 2) => |bytes| f16::from_le_bytes(first(bytes)).to_f64(),
            ('f', 4) => |bytes| f32::from_le_bytes(first(bytes)).into(),
            ('f', 8) => f64::from_le_bytes,
            ('i', 1) => |bytes| i8::from_le_bytes(first(bytes)).into(),
            ('i', 2) => |bytes| i16::from_le_bytes(first(bytes)).into(),
            ('i', 4) => |bytes| i32::from_le_bytes(first(bytes)).into(),
            ('i', 8) => |bytes| i64::from_le_bytes(bytes) as f64,
            ('u', 1 | 2 | 4 | 8) => |bytes| u64::from_le_bytes(bytes) as f64,
            ('b', 1) => |bytes| u8::from(bytes[0] != 0).into(),
            _ => return None,
        };
        Some(Self {
            size,
            big_endian,
            value,
        })
    }

    fn read(self, reader: &mut impl Read) -> io::Result<f64> {
        let mut bytes = [0; 8];
        let own = &mut bytes[..self.size];
        reader.read_exact(own)?;
        if self.big_endian {
            own.reverse();
        }
        Ok((self.value)(bytes))
    }
}

/// The dictionary's text.
fn header(reader: &mut impl Read) -> io::Result<String> {
    let invalid = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut start = [0; 8];
    reader.read_exact(&mut start)?;
    let [magic @ .., major, _] = &start;
    if magic != MAGIC {
        return Err(invalid("it does not begin with `\\x93NUMPY`".to_owned()));
    }
    let mut length = [0; 4];
    match major {
        1 => reader.read_exact(&mut length[..2])?,
        2 | 3 => reader.read_exact(&mut length)?,
        _ => return Err(invalid(format!("version {major} of the format"))),
    }
    let length = u64::from(u32::from_le_bytes(length));
    if length > LONGEST {
        return Err(invalid(format!("a header of {length} bytes")));
    }
    let mut text = vec![0; length as usize];
    reader.read_exact(&mut text)?;
    Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
}

/// What follows a key of the dictionary.
fn field<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    ['\'', '"'].iter().find_map(|quote| {
        let (_, after) = header.split_once(&format!("{quote}{key}{quote}"))?;
        after.trim_start().strip_prefix(':').map(str::trim_start)
    })
}

/// `(3, 4)`, `(3,)`, `()`, and `(3L, 4L)` of Python 2.
fn shape(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    let lengths = inside
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    lengths
        .map(|part| part.trim_end_matches('L').parse().ok())
        .collect()
}

/// `'<f4'`: the order of bytes, a letter, the size in bytes. A list is a record.
fn kind(text: &str) -> Option<Kind> {
    if text.starts_with('[') {
        return Some(Kind::Other("record".to_owned()));
    }
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'))?;
    let (name, _) = text[1..].split_once(quote)?;
    let plain = name.trim_start_matches(['<', '>', '|', '=']);
    let letter = plain.chars().next()?;
    if matches!(letter, 'S' | 'U' | 'a') {
        return Some(Kind::Text);
    }
    let size = plain[letter.len_utf8()..].parse().ok();
    let number = size.and_then(|size| Number::new(letter, size, name.starts_with('>')));
    Some(number.map_or_else(|| Kind::Other(name.to_owned()), Kind::Number))
}

#[cfg(test)]
mod tests;
