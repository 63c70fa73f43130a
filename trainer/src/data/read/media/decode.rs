//! Decodes PNG and JPEG files to what a viewer shows, with all bits that they have.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::files::sniff;
use super::orientation;
use crate::data::layout::ImageSize;

/// A decoded image.
pub(crate) struct Decoded {
    pub size: ImageSize,
    /// Largest value: 255 or 65535.
    pub white: u16,
    /// Red, green, blue and opacity of each pixel, line by line.
    pub pixels: Vec<[u16; 4]>,
}

/// Decodes the bytes of a file, whatever its name is.
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Decoded, String> {
    match sniff::format(&bytes) {
        Some(sniff::PNG) => png(&bytes).map_err(|error| damaged("PNG", &error.to_string())),
        Some(sniff::JPEG) => jpeg(bytes).map_err(|error| damaged("JPEG", &error)),
        Some(format) => Err(format!(
            "the file is {}, not a PNG or JPEG image; replace it",
            format.name
        )),
        None => Err("not a PNG or JPEG image; replace it".to_owned()),
    }
}

fn damaged(format: &str, error: &str) -> String {
    // Some messages have several lines.
    let error = error.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("the {format} image is damaged; replace it ({error})")
}

fn png(bytes: &[u8]) -> Result<Decoded, png::DecodingError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    // Palettes become colours, fewer than eight bits become eight, and transparency an opacity.
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let frame = reader.next_frame(&mut bytes)?;
    bytes.truncate(frame.buffer_size());
    // Verifies the rest of the file, which may also have the orientation.
    reader.finish()?;
    let (white, values): (u16, Vec<u16>) = match frame.bit_depth {
        BitDepth::Sixteen => {
            let values = bytes.chunks_exact(2);
            let value = |pair: &[u8]| u16::from_be_bytes([pair[0], pair[1]]);
            (u16::MAX, values.map(value).collect())
        }
        _ => (255, bytes.into_iter().map(u16::from).collect()),
    };
    let pixel = |pixel: &[u16]| match (frame.color_type, pixel) {
        (ColorType::GrayscaleAlpha, &[grey, opacity]) => [grey, grey, grey, opacity],
        (_, &[red, green, blue]) => [red, green, blue, white],
        (_, &[red, green, blue, opacity]) => [red, green, blue, opacity],
        (_, pixel) => [pixel[0], pixel[0], pixel[0], white],
    };
    let image = Decoded {
        size: size(frame.width as usize, frame.height as usize),
        white,
        pixels: values
            .chunks_exact(frame.color_type.samples())
            .map(pixel)
            .collect(),
    };
    let exif = reader.info().exif_metadata.as_deref();
    Ok(upright(image, exif))
}

fn jpeg(bytes: Vec<u8>) -> Result<Decoded, String> {
    // Other than by default, a file that is cut short is refused, not filled with grey.
    let options = DecoderOptions::default().set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let values = decoder.decode().map_err(|error| error.to_string())?;
    let (width, height) = decoder.dimensions().unwrap_or((0, 0));
    let value = |pixel: &[u8]| [pixel[0].into(), pixel[1].into(), pixel[2].into(), 255];
    let image = Decoded {
        size: size(width, height),
        white: 255,
        pixels: values.chunks_exact(3).map(value).collect(),
    };
    Ok(upright(image, decoder.exif().map(Vec::as_slice)))
}

fn size(width: usize, height: usize) -> ImageSize {
    ImageSize { width, height }
}

/// Turns an image as its camera was held.
fn upright(image: Decoded, exif: Option<&[u8]>) -> Decoded {
    let turn = exif.map_or(1, orientation::of);
    let (size, pixels) = orientation::apply(turn, image.size, image.pixels);
    Decoded {
        size,
        pixels,
        ..image
    }
}
