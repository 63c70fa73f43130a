//! A digit as the displays take it.

/// The most ink of a pixel, as in the data.
pub const INK: u8 = 16;

/// 8×8 pixels of ink, row by row, 0 to [`INK`].
pub type Digit = [u8; 64];

/// From a sample's values in thousandths.
pub fn from_thousandths(values: &[i32; 64]) -> Digit {
    values.map(|ink| ((ink + 500) / 1000).clamp(0, INK.into()) as u8)
}
