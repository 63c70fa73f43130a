//! A colour picture in memory that `embedded-graphics` draws on and that ends as a PNG file.

use std::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::text::{Alignment, Baseline, Text, TextStyleBuilder};
use ndarray::Array2;

/// Background of every picture.
pub(super) const PAGE: Rgb888 = Rgb888::new(245, 246, 248);
/// Background of a tile or a panel.
pub(super) const PAPER: Rgb888 = Rgb888::WHITE;
/// Real rows.
pub(super) const REAL: Rgb888 = Rgb888::new(38, 42, 51);
/// Generated rows.
pub(super) const GENERATED: Rgb888 = Rgb888::new(20, 84, 184);
/// Captions of rows.
pub(super) const FAINT: Rgb888 = Rgb888::new(122, 128, 140);

/// Pixels, `height × width`.
pub(super) struct Canvas {
    pixels: Array2<Rgb888>,
}

impl Canvas {
    pub(super) fn new(size: Size) -> Self {
        Self {
            pixels: Array2::from_elem((size.height as usize, size.width as usize), PAGE),
        }
    }

    /// Writes text whose anchor (its left, middle or right end by `alignment`, half way up) is at `at`.
    pub(super) fn text(
        &mut self,
        text: &str,
        at: Point,
        alignment: Alignment,
        font: &MonoFont<'_>,
        colour: Rgb888,
    ) {
        let style = TextStyleBuilder::new()
            .alignment(alignment)
            .baseline(Baseline::Middle)
            .build();
        let text = Text::with_text_style(text, at, MonoTextStyle::new(font, colour), style);
        let Ok(_) = embedded_graphics::Drawable::draw(&text, self);
    }

    /// The picture as the bytes of a PNG file.
    pub(super) fn png(&self) -> Vec<u8> {
        let (height, width) = self.pixels.dim();
        let bytes: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
            .collect();
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&bytes));
        written.expect("writing to memory cannot fail");
        file
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        let (height, width) = self.pixels.dim();
        Size::new(width as u32, height as u32)
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(Point { x, y }, colour) in pixels {
            // A negative coordinate wraps beyond the picture; what lies outside is left out.
            if let Some(pixel) = self.pixels.get_mut([y as usize, x as usize]) {
                *pixel = colour;
            }
        }
        Ok(())
    }
}

/// `part` of 255 of the way from one colour to another.
pub(super) fn mix(from: Rgb888, to: Rgb888, part: u8) -> Rgb888 {
    let channel = |from: u8, to: u8| {
        let (from, to, part) = (u32::from(from), u32::from(to), u32::from(part));
        ((from * (255 - part) + to * part + 127) / 255) as u8
    };
    Rgb888::new(
        channel(from.r(), to.r()),
        channel(from.g(), to.g()),
        channel(from.b(), to.b()),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Cursor;

    use embedded_graphics::pixelcolor::{Rgb888, RgbColor};

    use super::{PAGE, mix};

    /// Width, height and RGB bytes of a PNG file.
    pub(in crate::draw) fn decode(file: Vec<u8>) -> (usize, usize, Vec<u8>) {
        let mut reader = png::Decoder::new(Cursor::new(file))
            .read_info()
            .expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut bytes).expect("a frame");
        (info.width as usize, info.height as usize, bytes)
    }

    #[test]
    fn mixing_reaches_both_ends() {
        assert_eq!(mix(PAGE, Rgb888::BLACK, 0), PAGE);
        assert_eq!(mix(PAGE, Rgb888::BLACK, 255), Rgb888::BLACK);
        assert_eq!(
            mix(Rgb888::BLACK, Rgb888::WHITE, 128),
            Rgb888::new(128, 128, 128)
        );
    }
}
