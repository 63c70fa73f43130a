//! A digit on five by five LEDs of ten brightnesses, as on the micro:bit.
//!
//! Each LED shows the mean ink of the part of the picture behind it. The outer columns of the data are nearly blank,
//! so the five columns of LEDs share the six in the middle; the brightest LED is lit fully.

use crate::digit::Digit;

/// Full brightness.
pub const BRIGHTEST: u8 = 9;

/// Pixels that are left out on either side.
const MARGIN: usize = 1;

/// Brightness of each LED, row by row, 0 to [`BRIGHTEST`].
pub fn brightness(digit: &Digit) -> [[u8; 5]; 5] {
    let mut ink = [[0; 5]; 5];
    for (row, pixels) in digit.chunks_exact(8).enumerate() {
        for (column, &pixel) in pixels[MARGIN..8 - MARGIN].iter().enumerate() {
            for (led_row, leds) in ink.iter_mut().enumerate() {
                for (led_column, led) in leds.iter_mut().enumerate() {
                    *led += u32::from(pixel)
                        * overlap(led_row, row, 8)
                        * overlap(led_column, column, 6);
                }
            }
        }
    }
    let most = ink
        .iter()
        .flatten()
        .fold(1, |most: u32, &led| most.max(led));
    ink.map(|leds| leds.map(|led| ((led * u32::from(BRIGHTEST) + most / 2) / most) as u8))
}

/// Fifths of a pixel that lie behind an LED, where five LEDs share `pixels`.
fn overlap(led: usize, pixel: usize, pixels: usize) -> u32 {
    let (from, to) = (pixels * led, pixels * (led + 1));
    to.min(5 * (pixel + 1)).saturating_sub(from.max(5 * pixel)) as u32
}
