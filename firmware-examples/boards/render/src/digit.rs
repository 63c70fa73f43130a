//! A digit for the displays.

use flowlet::Fixed;

/// Ink of a full pixel, as in the training data.
pub const INK: u8 = 16;

/// Ink of 8×8 pixels, row by row, 0 to [`INK`].
pub type Digit = [u8; 64];

/// Converts a sample's values.
pub fn from_values(values: &[Fixed; 64]) -> Digit {
    values.map(|ink| ink.rescale_saturating(0).clamp(0, INK.into()) as u8)
}
