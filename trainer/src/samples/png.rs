//! Writes samples as PNG files.

use flowlet::format::MAX_WIDTH;
use ndarray::ArrayView1;
use png::{BitDepth, ColorType, Encoder};

use super::FormatError;
use crate::data::layout::{ImageSize, Layout};
use crate::data::range::ValueRange;
use crate::data::transform::Transform;
use crate::generate::Generated;

/// Largest value of 16 bits, and of 8.
const WHITE: f64 = 65535.0;
const BYTE: f64 = 255.0;

/// Refuses a model with values that are not integers from 0 to 65535. Without limits, they are
/// limited when they are written.
pub(super) fn check(transform: &Transform, names: &[String]) -> Result<(), FormatError> {
    let is_shade = |range: &ValueRange| {
        let within = |end: f64| end.is_infinite() || (0.0..=WHITE).contains(&end);
        range.integer && within(range.min) && within(range.max)
    };
    match transform.ranges.iter().position(|range| !is_shade(range)) {
        Some(at) => Err(FormatError::Shades {
            column: names[at].clone(),
        }),
        None => Ok(()),
    }
}

/// Returns the images of the samples. They have 8 bits per value if the limits of the columns (or
/// the means, if there are none) are within them.
pub(super) fn files(
    layout: &Layout,
    transform: &Transform,
    generated: &Generated,
) -> Vec<(Vec<u8>, &'static str)> {
    let (size, channels) = match layout {
        Layout::Image(size) => (*size, 1),
        Layout::ColourImage(size) => (*size, 3),
        // Others are refused.
        _ => (
            ImageSize {
                width: generated.values.ncols().min(MAX_WIDTH.into()),
                height: 1,
            },
            1,
        ),
    };
    let means = transform.scaling.mean.iter();
    let mut ends = transform.ranges.iter().zip(means);
    let deep = ends.any(|(range, &mean)| match range.max.is_finite() {
        true => range.max > BYTE,
        false => mean > BYTE,
    });
    let white = if deep { WHITE } else { BYTE };
    let image = |row: ArrayView1<'_, f64>| {
        let pixels = size.width * size.height;
        let places = (0..pixels).flat_map(|at| (0..channels).map(move |of| of * pixels + at));
        let bytes = places.flat_map(|at| {
            let value = row[at].clamp(0.0, white) as u16;
            value.to_be_bytes().into_iter().skip(usize::from(!deep))
        });
        (
            encode(size, channels, deep, &bytes.collect::<Vec<u8>>()),
            "png",
        )
    };
    generated.values.outer_iter().map(image).collect()
}

fn encode(size: ImageSize, channels: usize, deep: bool, bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, size.width as u32, size.height as u32);
    encoder.set_color(match channels {
        1 => ColorType::Grayscale,
        _ => ColorType::Rgb,
    });
    encoder.set_depth(match deep {
        true => BitDepth::Sixteen,
        false => BitDepth::Eight,
    });
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(bytes));
    written.expect("memory accepts it");
    file
}
