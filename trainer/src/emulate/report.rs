//! What the firmware prints: lines of `key=value` pairs separated by spaces, among whatever else a
//! build prints.

use std::str::FromStr;

/// A digit as a board sampled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoardSample {
    /// Its class.
    pub class: u16,
    /// Equal steps; `None` for the model's own.
    pub steps: Option<u16>,
    /// Seed of the generator.
    pub seed: u64,
    /// CRC-32 of the sample's bits.
    pub crc32: u32,
    /// Instructions that the sample took.
    pub instructions: u64,
}

/// Why a board's output says nothing of digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// No line is about digits.
    #[error("the emulated board printed no sample")]
    Nothing,
    /// A line about digits without a readable value.
    #[error("the emulated board printed no readable `{key}` in: {line}")]
    Value {
        /// The key.
        key: &'static str,
        /// The line.
        line: String,
    },
}

/// The samples of the digits model in a board's output, in its order. Keys may stand in any order,
/// and unknown ones are passed over.
///
/// # Errors
/// [`ReportError`] where there is none, or one lacks a value.
pub fn parse(output: &str) -> Result<Vec<BoardSample>, ReportError> {
    let digits = output
        .lines()
        .filter(|line| value(line, "model") == Some("digits"));
    let samples = digits.map(sample).collect::<Result<Vec<_>, _>>()?;
    if samples.is_empty() {
        return Err(ReportError::Nothing);
    }
    Ok(samples)
}

fn sample(line: &str) -> Result<BoardSample, ReportError> {
    let hex = |text: &str| u32::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    Ok(BoardSample {
        class: read(line, "class", decimal)?,
        steps: read(line, "steps", |text| match text {
            "file" => Some(None),
            number => decimal(number).map(Some),
        })?,
        seed: read(line, "seed", decimal)?,
        crc32: read(line, "crc32", hex)?,
        instructions: read(line, "instructions", decimal)?,
    })
}

fn read<T>(
    line: &str,
    key: &'static str,
    as_number: impl Fn(&str) -> Option<T>,
) -> Result<T, ReportError> {
    value(line, key)
        .and_then(as_number)
        .ok_or_else(|| ReportError::Value {
            key,
            line: line.trim().to_owned(),
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
