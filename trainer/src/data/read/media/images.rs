//! A folder of PNG and JPEG files. Each image is a row of grey values, line by line, or of its red,
//! then its green, then its blue values. Subfolders are classes.

use std::path::Path;
use std::rc::Rc;

use flowlet::format::MAX_WIDTH;

use super::super::files::list::{ClassFile, labelled};
use super::super::options::{Background, ReadOptions};
use super::super::rows::selection::{Selection, check_width, pixels};
use super::super::rows::{LateNotes, Opened};
use super::decode::Decoded;
use super::{decode, decoded, row, scale};
use crate::data::error::{DataError, DataErrorKind, Place, RowPlace};
use crate::data::layout::ImageSize;
use crate::data::note::{Note, NoteKind};

/// Names of the values, with and without colour.
const COLOURS: [&str; 3] = ["r", "g", "b"];
const GREY: [&str; 1] = ["p"];
/// Thousandths of red, green and blue in a grey value: the luma of Rec. 601.
const LUMA: [f64; 3] = [299.0, 587.0, 114.0];
/// Smallest difference of a pixel's channels that a viewer notices, as a part of the largest value.
const NOTICED: u16 = 16;

/// Opens the images, which all have one size and one largest value.
pub(crate) fn images(
    files: Vec<ClassFile>,
    folder: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let options = labelled(&files, folder, options)?;
    let first = files[0].0.clone();
    let Decoded { size, white, .. } = decoded(&first, decode::decode)?;
    let scaled = options.image_size.unwrap_or(size);
    let channels: &[&str] = if options.colour { &COLOURS } else { &GREY };
    let names = pixel_names(scaled, channels, &first, &options)?;
    let (selection, opened) = Selection::unnamed(&names, folder, &options)?;
    let mut notes = Notes::new(&options, Rc::clone(&opened.late));
    let rows = files
        .into_iter()
        .enumerate()
        .map(move |(number, (path, class))| {
            let image = decoded(&path, decode::decode)?;
            check_same(&image, size, white, &path, &first, &options)?;
            notes.look_at(&image, &path);
            let values = values(&image, scaled, &options);
            let at = RowPlace::File(path.display().to_string());
            let file = (number, class.as_ref());
            Ok(row(&selection, file, at, |column| values[column]))
        });
    Ok(Opened {
        rows: Box::new(rows),
        ..opened
    })
}

/// Returns the names of the values. Refuses images that a model cannot hold.
fn pixel_names(
    size: ImageSize,
    channels: &[&str],
    path: &Path,
    options: &ReadOptions,
) -> Result<Vec<String>, DataError> {
    let ImageSize { width, height } = size;
    let found = width.saturating_mul(height).saturating_mul(channels.len());
    let path = path.display().to_string();
    check_width(found, &path)?;
    let max = usize::from(MAX_WIDTH);
    if found > max && options.columns.is_empty() && options.drop.is_empty() {
        let factor = (max as f64 / found as f64).sqrt();
        let shorter = |length: usize| ((length as f64 * factor) as usize).max(1);
        let smaller = ImageSize {
            width: shorter(width).min(max / channels.len()),
            height: shorter(height).min(max / channels.len()),
        };
        let message = format!(
            "an image of {width}×{height} pixels has {found} values, but a model has at most {max}; \
             scale the images down"
        );
        let kind = DataErrorKind::ImageTooLarge(smaller);
        return Err(DataError::in_file(&path, message).of_kind(kind));
    }
    let names = channels.iter().flat_map(|name| pixels(name, width, height));
    Ok(names.collect())
}

/// Refuses an image of another size or another number of bits than the first one.
fn check_same(
    image: &Decoded,
    size: ImageSize,
    white: u16,
    path: &Path,
    first: &Path,
    options: &ReadOptions,
) -> Result<(), DataError> {
    let (path, first) = (path.display().to_string(), first.display());
    if image.size != size && options.image_size.is_none() {
        let message = format!(
            "{}×{} pixels, but {first} has {}×{}; bring all images to one size",
            image.size.width, image.size.height, size.width, size.height
        );
        return Err(DataError::in_file(&path, message).of_kind(DataErrorKind::ImageSizes));
    }
    if image.white != white {
        let bits = |white: u16| 16 - white.leading_zeros();
        let message = format!(
            "{} bits per value, but {first} has {}; bring all images to one depth",
            bits(image.white),
            bits(white)
        );
        return Err(DataError::in_file(&path, message));
    }
    Ok(())
}

/// Returns the values of an image: channel by channel, line by line.
fn values(image: &Decoded, size: ImageSize, options: &ReadOptions) -> Vec<f64> {
    let white = f64::from(image.white);
    let behind = match options.background {
        Background::Black => 0.0,
        Background::White => white,
    };
    let channel = |thousandths: [f64; 3]| {
        let over = |&[red, green, blue, opacity]: &[u16; 4]| {
            let colours = [red, green, blue].map(f64::from);
            let light: f64 = colours.iter().zip(thousandths).map(|(a, b)| a * b).sum();
            let opacity = f64::from(opacity) / white;
            light / 1000.0 * opacity + behind * (1.0 - opacity)
        };
        let values: Vec<f64> = image.pixels.iter().map(over).collect();
        scale::scale(&values, image.size, size)
    };
    let channels = match options.colour {
        true => [[1000.0, 0.0, 0.0], [0.0, 1000.0, 0.0], [0.0, 0.0, 1000.0]]
            .map(channel)
            .concat(),
        false => channel(LUMA),
    };
    channels.into_iter().map(f64::round).collect()
}

/// Notes about the first image with colours, and the first with transparent parts.
struct Notes {
    coloured: bool,
    transparent: bool,
    late: LateNotes,
}

impl Notes {
    fn new(options: &ReadOptions, late: LateNotes) -> Self {
        Self {
            coloured: options.colour,
            transparent: options.background == Background::White,
            late,
        }
    }

    fn look_at(&mut self, image: &Decoded, path: &Path) {
        let note = |kind, message| {
            let place = Place::file(&path.display().to_string());
            let note = Note::new(kind, place, message);
            self.late.borrow_mut().push(note);
        };
        let is_coloured = |&[red, green, blue, _]: &[u16; 4]| {
            let (least, most) = (red.min(green).min(blue), red.max(green).max(blue));
            most - least > image.white / NOTICED
        };
        if !self.coloured && image.pixels.iter().any(is_coloured) {
            self.coloured = true;
            let message = "the image has colours; all images are read as grey values";
            note(NoteKind::Coloured, message);
        }
        let is_transparent = |&[_, _, _, opacity]: &[u16; 4]| opacity < image.white;
        if !self.transparent && image.pixels.iter().any(is_transparent) {
            self.transparent = true;
            let message = "the image is transparent in parts; they are read as black";
            note(NoteKind::Transparent, message);
        }
    }
}

#[cfg(test)]
mod tests;
