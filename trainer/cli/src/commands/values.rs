//! Parsers of option values, which refuse a mistake before any work is done.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use flowlet::fixed::TIME_ONE;
use flowlet::format::{MAX_HIDDEN, MAX_STEPS, MAX_WIDTH};
use flowlet::{Guidance, Solver, Time};
use flowlet_trainer::data::layout::ImageSize;

const DEPTHS: RangeInclusive<usize> = 1..=MAX_HIDDEN;
const WIDTHS: RangeInclusive<usize> = 1..=MAX_WIDTH as usize;

/// Widths of the hidden layers, such as `64,64`: 1 to 8 layers of 1 to 1024 units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widths(Vec<usize>);

impl Widths {
    /// Returns the units of each layer, first to last.
    #[must_use]
    pub fn as_slice(&self) -> &[usize] {
        &self.0
    }
}

impl From<&[usize]> for Widths {
    fn from(widths: &[usize]) -> Self {
        Self(widths.to_vec())
    }
}

impl fmt::Display for Widths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths: Vec<String> = self.0.iter().map(usize::to_string).collect();
        f.write_str(&widths.join(","))
    }
}

impl FromStr for Widths {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let width = |part: &str| match part.trim().parse() {
            Ok(width) if WIDTHS.contains(&width) => Ok(width),
            _ => Err(format!(
                "`{}` is not a width from {} to {}; write widths like 64,64",
                part.trim(),
                WIDTHS.start(),
                WIDTHS.end()
            )),
        };
        let widths: Vec<usize> = text.split(',').map(width).collect::<Result<_, _>>()?;
        if DEPTHS.contains(&widths.len()) {
            Ok(Self(widths))
        } else {
            Err(format!(
                "{} layers; a model has {} to {}",
                widths.len(),
                DEPTHS.start(),
                DEPTHS.end()
            ))
        }
    }
}

/// Time grid, such as `0,0.5,1`: increasing times from 0 to 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeGrid(Vec<Time>);

impl TimeGrid {
    /// Returns the times.
    #[must_use]
    pub fn as_slice(&self) -> &[Time] {
        &self.0
    }
}

impl FromStr for TimeGrid {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let time = |part: &str| match part.trim().parse::<f64>() {
            Ok(time) if (0.0..=1.0).contains(&time) => {
                let bits = (time * f64::from(TIME_ONE)).round() as u16;
                Ok(Time::from_bits(bits).expect("at most 1"))
            }
            _ => Err(format!("`{}` is not a time from 0 to 1", part.trim())),
        };
        let times: Vec<Time> = text.split(',').map(time).collect::<Result<_, _>>()?;
        let increases = times.windows(2).all(|pair| pair[0] < pair[1]);
        let ends = times.first() == Some(&Time::ZERO) && times.last() == Some(&Time::ONE);
        if increases && ends && times.len() <= usize::from(MAX_STEPS) + 1 {
            Ok(Self(times))
        } else {
            Err(
                "a time grid has at most 257 increasing times from 0 to 1, like 0,0.4,0.7,1"
                    .to_owned(),
            )
        }
    }
}

/// Parses a solver.
pub(super) fn solver(text: &str) -> Result<Solver, String> {
    match text {
        "euler" => Ok(Solver::Euler),
        "exponential" => Ok(Solver::ExponentialEuler),
        "midpoint" => Ok(Solver::Midpoint),
        "heun" => Ok(Solver::Heun),
        _ => Err("the solvers are euler, exponential, midpoint and heun".to_owned()),
    }
}

/// Parses a strength of guidance.
pub(super) fn guidance(text: &str) -> Result<Guidance, String> {
    let strength: Option<f64> = text.parse().ok();
    strength
        .filter(|strength| (0.0..8.0).contains(strength))
        .and_then(|strength| Guidance::from_bits((strength * 4096.0).round() as u16))
        .ok_or_else(|| "a strength is at least 0 and below 8, like 1.5".to_owned())
}

/// Parses a share above 0 and below 1.
pub(super) fn fraction(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if value > 0.0 && value < 1.0 => Ok(value),
        _ => Err("a share is above 0 and below 1, like 0.2".to_owned()),
    }
}

/// Parses a share from 0 to below 1.
pub(super) fn share(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(value) if (0.0..1.0).contains(&value) => Ok(value),
        _ => Err("a share is at least 0 and below 1, like 0.15".to_owned()),
    }
}

/// Parses the longest step in time that is no gap.
pub(super) fn gap(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("a step is above 0, like 0.5".to_owned()),
    }
}

/// Parses a learning rate of AdamW.
pub(super) fn learning_rate(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(value) if value > 0.0 && value <= 1.0 => Ok(value),
        _ => Err("a learning rate is above 0 and at most 1, like 0.002".to_owned()),
    }
}

/// Parses an amount of noise, standard deviations.
pub(super) fn augment(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(value) if (0.0..=1.0).contains(&value) => Ok(value),
        _ => Err("the noise is from 0 to 1, like 0.05".to_owned()),
    }
}

/// Parses solver steps per sample.
pub(super) fn steps(text: &str) -> Result<u16, String> {
    integer(text, 1, MAX_STEPS)
}

/// Parses a number of at least 1.
pub(super) fn count(text: &str) -> Result<u32, String> {
    integer(text, 1, u32::MAX)
}

/// Parses rows per optimiser step, which training divides into 4 parts.
pub(super) fn batch(text: &str) -> Result<u32, String> {
    integer(text, 4, 65_536)
}

/// Parses a number of rows, at least 2.
pub(super) fn rows(text: &str) -> Result<u32, String> {
    integer(text, 2, u32::MAX)
}

/// Parses a number of rounds, which may be 0.
pub(super) fn rounds(text: &str) -> Result<u32, String> {
    integer(text, 0, u32::MAX)
}

/// Parses the width of a picture, pixels.
pub(super) fn width(text: &str) -> Result<u32, String> {
    integer(text, 200, 2400)
}

/// Checks the size of an image, such as `16x12`.
pub(super) fn image_size(text: &str) -> Result<String, String> {
    match sides(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write a width and a height, each of 1 to 1024 pixels, like 16x12".to_owned()),
    }
}

/// Returns the size of an image, such as `16x12`.
pub(super) fn sides(text: &str) -> Option<ImageSize> {
    let (width, height) = text.split_once(['x', '×'])?;
    let side = |text: &str| text.parse().ok().filter(|side| WIDTHS.contains(side));
    Some(ImageSize {
        width: side(width)?,
        height: side(height)?,
    })
}

/// Parses a random seed.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    integer(text, 0, u64::MAX)
}

/// Parses an integer from `min` to `max`. Messages do not name a limit of 32 or 64 bits, unless the
/// number is beyond it.
fn integer<T: TryFrom<i128> + Into<i128> + Copy>(text: &str, min: T, max: T) -> Result<T, String> {
    let (min, max) = (min.into(), max.into());
    let is_open = max >= u32::MAX.into();
    match text.parse::<i128>() {
        Ok(number) if (min..=max).contains(&number) => {
            T::try_from(number).map_err(|_| format!("choose {max} or less"))
        }
        Ok(number) if is_open && number < min => Err(format!("choose {min} or more")),
        Ok(_) if is_open => Err(format!("choose {max} or less")),
        Ok(_) => Err(format!("choose {min} to {max}")),
        Err(_) => Err("write an integer".to_owned()),
    }
}

/// Parses a time of at least a second, such as `60s` or `2m 30s`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration >= Duration::from_secs(1) => Ok(duration),
        Ok(_) => Err("choose a second or more, like 60s".to_owned()),
        Err(_) => Err("write a time like 60s or 2m".to_owned()),
    }
}

/// Parses a time above 0, such as `500ms`.
pub(super) fn interval(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("write a time like 30s or 5m".to_owned()),
    }
}

/// Parses bytes, such as `32KB` (32 000) or `32KiB` (32 768).
pub(super) fn size(text: &str) -> Result<u64, String> {
    let size = text.parse::<bytesize::ByteSize>();
    size.map(|size| size.as_u64())
        .map_err(|_| "write a size like 32KB or 32KiB".to_owned())
}

/// Parses a clock in MHz, such as `64MHz`, `64` or `32.768kHz`.
pub(super) fn clock(text: &str) -> Result<f64, String> {
    let lower = text.to_ascii_lowercase();
    let units = [("ghz", 1000.0), ("mhz", 1.0), ("khz", 0.001), ("", 1.0)];
    let number = |(unit, factor): (&str, f64)| {
        let number: f64 = lower.strip_suffix(unit)?.trim().parse().ok()?;
        Some(number * factor)
    };
    let clock = units.into_iter().find_map(number);
    clock
        .filter(|clock| (0.001..=10_000.0).contains(clock))
        .ok_or_else(|| "write a clock like 64MHz".to_owned())
}

/// Parses a decimal separator.
pub(super) fn decimal(text: &str) -> Result<char, String> {
    match text {
        "." | "dot" => Ok('.'),
        "," | "comma" => Ok(','),
        _ => Err("decimals are separated by a dot or a comma".to_owned()),
    }
}

/// Parses a separator of thousands.
pub(super) fn thousands(text: &str) -> Result<char, String> {
    match text {
        "." | "dot" => Ok('.'),
        "," | "comma" => Ok(','),
        "'" | "’" | "apostrophe" => Ok('\''),
        " " | "\u{a0}" | "\u{202f}" | "space" => Ok(' '),
        _ => Err("choose a dot, a comma, an apostrophe or `space`".to_owned()),
    }
}

/// Parses a single ASCII character; `\t` or `tab` for a tabulator.
pub(super) fn delimiter(text: &str) -> Result<char, String> {
    match text {
        "\\t" | "tab" => Ok('\t'),
        _ => match text.chars().collect::<Vec<_>>()[..] {
            [c] if c.is_ascii() => Ok(c),
            _ => Err("a delimiter is one ASCII character, or `tab`".to_owned()),
        },
    }
}

/// Joins the parts of names in quotes, which have been separated at their commas.
pub(super) fn unquoted(parts: &[String]) -> Vec<String> {
    let mut names = Vec::new();
    let mut open: Option<String> = None;
    for part in parts {
        let name = match open.take() {
            Some(begun) => format!("{begun},{part}"),
            None => part.clone(),
        };
        let (begins, ends) = (name.starts_with('"'), name.ends_with('"') && name.len() > 1);
        match (begins, ends) {
            (true, true) => names.push(name[1..name.len() - 1].to_owned()),
            (true, false) => open = Some(name),
            (false, _) => names.push(name),
        }
    }
    names.extend(open);
    names
}
