//! A digit for the displays.

/// Ink of a full pixel, as in the training data.
pub const INK: u8 = 16;

/// Ink of 8×8 pixels, row by row, 0 to [`INK`].
pub type Digit = [u8; 64];

/// Converts a sample's values, given in thousandths.
pub fn from_thousandths(values: &[i32; 64]) -> Digit {
    values.map(|ink| ((ink + 500) / 1000).clamp(0, INK.into()) as u8)
}
