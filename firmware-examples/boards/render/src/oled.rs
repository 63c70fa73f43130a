//! A digit on a display of 128×64 pixels that are on or off, such as an SSD1306's.
//!
//! A pixel of the digit is a square of eight by eight pixels. The size of the dot in it shows the
//! ink, as in a newspaper's picture.

use core::fmt::Write;

use embedded_graphics::mono_font::ascii::{FONT_6X10, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle, StyledDrawable};
use embedded_graphics::text::Text;
use heapless::String;

use crate::digit::{Digit, INK};

/// Pixels of the display per side of a digit's pixel.
const CELL: u32 = 8;

/// Draws a digit, its class and its number.
pub fn draw<D: DrawTarget<Color = BinaryColor>>(
    display: &mut D,
    digit: &Digit,
    class: u16,
    count: u32,
) -> Result<(), D::Error> {
    display.clear(BinaryColor::Off)?;
    for (row, pixels) in digit.chunks_exact(8).enumerate() {
        for (column, &ink) in pixels.iter().enumerate() {
            dot(row, column, ink)
                .draw_styled(&PrimitiveStyle::with_fill(BinaryColor::On), display)?;
        }
    }
    text(display, "flowlet", Point::new(76, 10), &FONT_6X10)?;
    text(
        display,
        &number(class.into()),
        Point::new(92, 38),
        &FONT_10X20,
    )?;
    text(display, &number(count), Point::new(76, 60), &FONT_6X10)
}

/// Returns the dot of a pixel; its area is proportional to the ink.
fn dot(row: usize, column: usize, ink: u8) -> Rectangle {
    let side = (CELL * CELL * u32::from(ink) / u32::from(INK)).isqrt();
    let middle = |cell: usize| CELL as i32 * cell as i32 + (CELL - side) as i32 / 2;
    Rectangle::new(
        Point::new(middle(column), middle(row)),
        Size::new_equal(side),
    )
}

fn text<D: DrawTarget<Color = BinaryColor>>(
    display: &mut D,
    text: &str,
    at: Point,
    font: &MonoFont<'_>,
) -> Result<(), D::Error> {
    let style = MonoTextStyle::new(font, BinaryColor::On);
    Text::new(text, at, style).draw(display).map(|_| ())
}

/// Writes a number's digits, at most ten.
fn number(number: u32) -> String<10> {
    let mut text = String::new();
    // Ten characters hold every u32.
    let _ = write!(text, "{number}");
    text
}
