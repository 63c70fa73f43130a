//! The NPY format, versions 1 to 3 (NumPy Enhancement Proposal 1): a magic word, a Python
//! dictionary with three known keys, and the elements.
//!
//! The crates that read it parse all literals of Python, which takes a tenth of the trainer's build
//! time for those three keys.

use std::io::{self, Read};

use super::{Element, Number};
use crate::data::error::quoted;

const MAGIC: &[u8] = b"\x93NUMPY";
/// Longest header. NumPy's own are below 64 KiB unless a record has thousands of fields.
const MAX_HEADER_BYTES: u64 = 1 << 20;
/// Longest text, characters.
const MAX_TEXT: usize = 1 << 16;

/// An array whose header has been read, and whose elements follow.
pub struct NpyArray<R> {
    pub shape: Vec<usize>,
    /// Whether the elements are stored column by column.
    pub fortran: bool,
    pub element_type: ElementType,
    reader: R,
}

/// Type of the elements.
#[derive(Debug)]
pub enum ElementType {
    Number(Number),
    Text(Text),
    /// Anything else, by its name in the header.
    Other(String),
}

/// A text of a fixed length, padded with zeros.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Four bytes per character, not one.
    is_unicode: bool,
    length: usize,
    big_endian: bool,
}

impl<R: Read> NpyArray<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// What is wrong with the header.
    pub fn new(mut reader: R) -> Result<Self, String> {
        let header = header(&mut reader).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => "the file ends within its header".to_owned(),
            _ => error.to_string(),
        })?;
        let no = |key: &str| format!("the header {} has no valid `{key}`", quoted(&header));
        let field = |key: &str| field(&header, key).ok_or_else(|| no(key));
        let shape = shape(field("shape")?).ok_or_else(|| no("shape"))?;
        let fortran = match field("fortran_order")? {
            text if text.starts_with("True") => true,
            text if text.starts_with("False") => false,
            _ => return Err(no("fortran_order")),
        };
        let element_type = element_type(field("descr")?).ok_or_else(|| no("descr"))?;
        Ok(Self {
            shape,
            fortran,
            element_type,
            reader,
        })
    }

    /// Returns the elements in the order of the file.
    pub fn elements(
        mut self,
        number: Number,
        count: usize,
    ) -> impl Iterator<Item = io::Result<Element>> {
        (0..count).map(move |at| {
            let element = number.read(&mut self.reader)?;
            if at + 1 == count && self.reader.read(&mut [0])? > 0 {
                let message = "the file goes on after its last row, as with several arrays; save \
                               one array per file, or an NPZ file";
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            Ok(element)
        })
    }
}

impl<R: Read> NpyArray<R> {
    /// Returns the texts in the order of the file.
    pub fn texts(mut self, text: Text, count: usize) -> impl Iterator<Item = io::Result<String>> {
        (0..count).map(move |_| text.read(&mut self.reader))
    }
}

impl Text {
    fn read(self, reader: &mut impl Read) -> io::Result<String> {
        let size = if self.is_unicode { 4 } else { 1 };
        let mut bytes = vec![0; size * self.length];
        reader.read_exact(&mut bytes)?;
        if !self.is_unicode {
            let text = String::from_utf8_lossy(&bytes);
            return Ok(text.trim_end_matches('\0').to_owned());
        }
        let character = |bytes: &[u8]| {
            let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
            let number = match self.big_endian {
                true => u32::from_be_bytes(bytes),
                false => u32::from_le_bytes(bytes),
            };
            char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
        };
        let text: String = bytes.chunks_exact(size).map(character).collect();
        Ok(text.trim_end_matches('\0').to_owned())
    }
}

/// Reads the text of the dictionary.
fn header(reader: &mut impl Read) -> io::Result<String> {
    let invalid = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut start = [0; 8];
    reader.read_exact(&mut start)?;
    let [magic @ .., major, _] = &start;
    if magic != MAGIC {
        return Err(invalid(
            "the file does not begin with `\\x93NUMPY`".to_owned(),
        ));
    }
    let mut length = [0; 4];
    match major {
        1 => reader.read_exact(&mut length[..2])?,
        2 | 3 => reader.read_exact(&mut length)?,
        _ => return Err(invalid(format!("version {major} of the format is unknown"))),
    }
    let length = u64::from(u32::from_le_bytes(length));
    if length > MAX_HEADER_BYTES {
        return Err(invalid(format!("a header of {length} bytes is too long")));
    }
    let mut text = vec![0; length as usize];
    reader.read_exact(&mut text)?;
    Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
}

/// Returns what follows a key of the dictionary.
fn field<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    ['\'', '"'].iter().find_map(|quote| {
        let (_, after) = header.split_once(&format!("{quote}{key}{quote}"))?;
        after.trim_start().strip_prefix(':').map(str::trim_start)
    })
}

/// Parses `(3, 4)`, `(3,)`, `()`, and `(3L, 4L)` of Python 2.
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

/// Parses `'<f4'`: the byte order, a letter, the size in bytes. A list is a record.
fn element_type(text: &str) -> Option<ElementType> {
    if text.starts_with('[') {
        return Some(ElementType::Other("record".to_owned()));
    }
    let quote = text
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'))?;
    let (name, _) = text[1..].split_once(quote)?;
    let plain = name.trim_start_matches(['<', '>', '|', '=']);
    let letter = plain.chars().next()?;
    let size = plain[letter.len_utf8()..].parse().ok();
    let big_endian = name.starts_with('>');
    if let ('S' | 'U' | 'a', Some(length @ 0..=MAX_TEXT)) = (letter, size) {
        return Some(ElementType::Text(Text {
            is_unicode: letter == 'U',
            length,
            big_endian,
        }));
    }
    let number = size.and_then(|size| Number::new(letter, size, big_endian));
    Some(number.map_or_else(|| ElementType::Other(name.to_owned()), ElementType::Number))
}

#[cfg(test)]
mod tests;
