//! Reads the report of the firmware: a line about the stack, a line per sample, and `done`.

use std::str::FromStr;

/// Sample that a board drew.
#[derive(Clone, Debug, PartialEq)]
pub struct BoardSample {
    /// Class; 0 for a model without classes.
    pub class: u16,
    /// CRC-32 of the state.
    pub crc32: u32,
    /// Instructions from drawing the noise to the last step.
    pub instructions: u64,
    /// Values in physical units.
    pub values: Vec<f32>,
}

/// Line of the report.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// Bytes of stack that the first sample used, and that were free.
    Stack {
        used: usize,
        free: usize,
    },
    Sample(BoardSample),
    /// The firmware refuses the request.
    Error(String),
    Done,
}

/// Line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the emulated board printed no valid `{key}` in: {line}")]
pub struct ReportError {
    /// Name of the missing value.
    pub key: &'static str,
    /// The line.
    pub line: String,
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// [`ReportError`] if a value is missing or invalid.
    pub(super) fn read(line: &str) -> Result<Self, ReportError> {
        let line = line.trim();
        let hex = |text: &str| u32::from_str_radix(text, 16).ok();
        if line == "done" {
            return Ok(Self::Done);
        }
        if let Some(what) = value(line, "error") {
            return Ok(Self::Error(what.to_owned()));
        }
        if value(line, "stack").is_some() {
            return Ok(Self::Stack {
                used: read(line, "stack", decimal)?,
                free: read(line, "free", decimal)?,
            });
        }
        Ok(Self::Sample(BoardSample {
            class: read(line, "class", decimal)?,
            crc32: read(line, "crc32", hex)?,
            instructions: read(line, "instructions", decimal)?,
            values: read(line, "values", floats)?,
        }))
    }
}

/// Reads values of eight hexadecimal digits each, the bits of an f32.
fn floats(text: &str) -> Option<Vec<f32>> {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let float = |word: &[u8; 8]| {
        let digits = std::str::from_utf8(word).ok()?;
        Some(f32::from_bits(u32::from_str_radix(digits, 16).ok()?))
    };
    words
        .iter()
        .map(float)
        .collect::<Option<_>>()
        .filter(|_| rest.is_empty())
}

fn read<T>(
    line: &str,
    key: &'static str,
    as_value: impl Fn(&str) -> Option<T>,
) -> Result<T, ReportError> {
    value(line, key)
        .and_then(as_value)
        .ok_or_else(|| ReportError {
            key,
            line: line.to_owned(),
        })
}

fn decimal<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let mut pairs = line
        .split_whitespace()
        .filter_map(|pair| pair.split_once('='));
    pairs.find(|&(name, _)| name == key).map(|(_, value)| value)
}
