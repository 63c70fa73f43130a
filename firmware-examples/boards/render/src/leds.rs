//! A digit on five by five LEDs of ten brightnesses, as on the micro:bit.
//!
//! Each LED shows the mean ink of the part of the picture behind it. The outer columns of the data
//! are nearly blank, so five columns of LEDs share the six columns in the middle. Strokes and gaps
//! are one or two pixels wide, less than two LEDs, and a mean would blur them. So the picture is
//! sharpened before and its contrast is raised after.

use crate::digit::{Digit, INK};

/// Full brightness.
pub const BRIGHTEST: u8 = 9;

/// Columns of pixels that are left out on either side.
const MARGIN: usize = 1;

/// Means up to a fifth of the largest are dark; means from four fifths on are fully bright.
const DARK: u32 = 1;
const BRIGHT: u32 = 4;

/// Returns the brightness of each LED, row by row, 0 to [`BRIGHTEST`].
pub fn brightness(digit: &Digit) -> [[u8; 5]; 5] {
    let mut ink = [[0; 5]; 5];
    for row in 0..8 {
        for column in MARGIN..8 - MARGIN {
            let pixel = sharpened(digit, row, column);
            for (led_row, leds) in ink.iter_mut().enumerate() {
                for (led_column, led) in leds.iter_mut().enumerate() {
                    *led +=
                        pixel * overlap(led_row, row, 8) * overlap(led_column, column - MARGIN, 6);
                }
            }
        }
    }
    let largest = ink
        .iter()
        .flatten()
        .fold(1, |largest, &led| led.max(largest));
    ink.map(|leds| leds.map(|led| level(led, largest)))
}

/// Sharpens a pixel: adds the difference to the mean of its four neighbours. The result is in
/// quarters of ink.
fn sharpened(digit: &Digit, row: usize, column: usize) -> u32 {
    let ink = |row: usize, column: usize| i32::from(digit[8 * row + column]);
    let vertical = [row.checked_sub(1), Some(row + 1).filter(|&row| row < 8)];
    let above_and_below: i32 = vertical.iter().flatten().map(|&row| ink(row, column)).sum();
    let left_and_right = ink(row, column - 1) + ink(row, column + 1);
    let quarters = 8 * ink(row, column) - above_and_below - left_and_right;
    quarters.clamp(0, 4 * i32::from(INK)) as u32
}

/// Returns the brightness of an LED with a mean of `ink`, if the largest mean is `largest`.
fn level(ink: u32, largest: u32) -> u8 {
    let (above, range) = (
        (5 * ink).saturating_sub(DARK * largest),
        (BRIGHT - DARK) * largest,
    );
    let brightest = u32::from(BRIGHTEST);
    ((above * brightest + range / 2) / range).min(brightest) as u8
}

/// Returns the fifths of each pixel that lie behind an LED, if five LEDs share `pixels`.
fn overlap(led: usize, pixel: usize, pixels: usize) -> u32 {
    let (from, to) = (pixels * led, pixels * (led + 1));
    to.min(5 * (pixel + 1)).saturating_sub(from.max(5 * pixel)) as u32
}
