//! Columns of durations, which only the schema of Arrow tells from integers.
//!
//! Arrow, pandas and Polars store that schema as text in the file: a message in the format of
//! FlatBuffers, in Base64.

use parquet::file::metadata::FileMetaData;

/// Key of the schema in a file.
const KEY: &str = "ARROW:schema";
/// Bytes before the message.
const PREFIX: usize = 8;
/// Number of the type of durations, and how many of each unit are a second.
const DURATION: u8 = 18;
const UNITS: [f64; 4] = [1.0, 1e3, 1e6, 1e9];
/// Number of the unit that is not stored: milliseconds.
const DEFAULT_UNIT: usize = 1;

/// Returns the names of the columns of durations, and how many units are a second.
pub(crate) fn of(metadata: &FileMetaData) -> Vec<(String, f64)> {
    let pairs = metadata.key_value_metadata().into_iter().flatten();
    let mut schemas = pairs.filter(|pair| pair.key == KEY);
    let schema = schemas.next().and_then(|pair| pair.value.as_deref());
    schema.and_then(in_schema).unwrap_or_default()
}

fn in_schema(text: &str) -> Option<Vec<(String, f64)>> {
    let buffer = Buffer(bytes(text)?);
    let message = buffer.target(PREFIX)?;
    let schema = buffer.target(buffer.field(message, 2)?)?;
    let fields = buffer.target(buffer.field(schema, 1)?)?;
    let mut found = Vec::new();
    for at in 0..buffer.number(fields)? {
        let field = buffer.target(fields + 4 + 4 * at)?;
        let kind = buffer.field(field, 2).and_then(|at| buffer.0.get(at));
        if kind != Some(&DURATION) {
            continue;
        }
        let name = buffer.target(buffer.field(field, 0)?)?;
        let length = buffer.number(name)?;
        let name = buffer.0.get(name + 4..name + 4 + length)?;
        let duration = buffer.target(buffer.field(field, 3)?)?;
        let unit = buffer.field(duration, 0);
        let unit = unit.map_or(Some(DEFAULT_UNIT), |at| buffer.short(at))?;
        found.push((String::from_utf8(name.to_vec()).ok()?, *UNITS.get(unit)?));
    }
    Some(found)
}

/// Bytes in the format of FlatBuffers.
struct Buffer(Vec<u8>);

impl Buffer {
    fn short(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at.checked_add(2)?)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?).into())
    }

    fn number(&self, at: usize) -> Option<usize> {
        let bytes = self.0.get(at..at.checked_add(4)?)?;
        usize::try_from(i32::from_le_bytes(bytes.try_into().ok()?)).ok()
    }

    /// Returns where the offset at a position points to.
    fn target(&self, at: usize) -> Option<usize> {
        at.checked_add(self.number(at)?)
    }

    /// Returns where a field of a table is. `None` if it has its default.
    fn field(&self, table: usize, number: usize) -> Option<usize> {
        let bytes = self.0.get(table..table.checked_add(4)?)?;
        let back = i32::from_le_bytes(bytes.try_into().ok()?);
        let offsets = table.checked_add_signed(isize::try_from(back).ok()?.checked_neg()?)?;
        let at = 4 + 2 * number;
        if at >= self.short(offsets)? {
            return None;
        }
        let offset = self.short(offsets + at)?;
        (offset > 0).then_some(table + offset)
    }
}

/// Decodes Base64.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::{bytes, in_schema};

    #[test]
    fn damaged_schemas_have_no_durations() {
        assert_eq!(bytes("aGVsbG8="), Some(b"hello".to_vec()));
        assert_eq!(bytes("a b"), None);
        for text in ["", "AAAA", "/////3AAAAAQAAAA", "/////////////////////w=="] {
            assert_eq!(in_schema(text), None, "{text}");
        }
    }
}
