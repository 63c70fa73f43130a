//! A folder of PNG files. Each image is a row of grey values from 0 to 255, line by line.
//! Subfolders are classes.

use std::path::Path;

use png::{ColorType, Decoder, Transformations};

use super::super::error::{DataError, DataErrorKind, RowPlace};
use super::columns::{Selection, check_width, pixels};
use super::open::{self, ClassFile};
use super::options::ReadOptions;
use super::row::{Opened, Row};

/// Default name of the label column, which the subfolders fill.
pub(super) const LABEL: &str = "label";

/// Grey values of an image.
struct GreyImage {
    width: u32,
    height: u32,
    grey: Vec<f64>,
}

/// Opens the images, which all have one size.
pub(super) fn images(
    files: Vec<ClassFile>,
    folder: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let first = image(&files[0].0)?;
    check_width(
        first.width as usize * first.height as usize,
        &files[0].0.display().to_string(),
    )?;
    let names = pixels(first.width as usize, first.height as usize);
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    let options = labelled(&files, folder, options)?;
    names.extend(options.label.as_deref());
    let selection = Selection::new(&names, folder, &options)?;
    let (columns, label) = (selection.names(&names), selection.label_of(&names));
    let size = (first.width, first.height);
    let rows = files
        .into_iter()
        .enumerate()
        .map(move |(recording, (path, class))| {
            let shown = path.display().to_string();
            let image = image(&path)?;
            if (image.width, image.height) != size {
                let what = format!(
                    "{}×{} pixels, but the first image has {}×{}; bring all to one size",
                    image.width, image.height, size.0, size.1
                );
                return Err(DataError::in_file(&shown, what));
            }
            Ok(Row {
                values: selection
                    .trained
                    .iter()
                    .map(|&column| image.grey[column])
                    .collect(),
                label: selection.label.and(class),
                names: Vec::new(),
                recording,
                at: RowPlace::File(shown),
            })
        });
    Ok(Opened {
        file: folder.into(),
        columns,
        named: Vec::new(),
        label,
        notes: Vec::new(),
        rows: Box::new(rows),
    })
}

/// Adds the label column that the subfolders make to the options.
pub(super) fn labelled(
    files: &[ClassFile],
    folder: &str,
    options: &ReadOptions,
) -> Result<ReadOptions, DataError> {
    let inside = files.iter().filter(|(_, class)| class.is_some()).count();
    let mut options = options.clone();
    if inside == 0 {
        return match options.label {
            Some(_) => {
                let message =
                    "the folder has no subfolders to be the classes; read without a label";
                Err(DataError::in_file(folder, message).of_kind(DataErrorKind::NoLabel))
            }
            None => Ok(options),
        };
    }
    if let Some((path, _)) = files.iter().find(|(_, class)| class.is_none()) {
        let message = "the file is in no subfolder, but the subfolders are the classes; move it";
        return Err(DataError::in_file(&path.display().to_string(), message));
    }
    options.label.get_or_insert_with(|| LABEL.to_owned());
    Ok(options)
}

fn image(path: &Path) -> Result<GreyImage, DataError> {
    let broken = |_| {
        let message = "not a PNG file, or damaged; replace it";
        DataError::in_file(&path.display().to_string(), message)
    };
    let mut decoder = Decoder::new(open::file(path)?);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(broken)?;
    let mut bytes = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let info = reader.next_frame(&mut bytes).map_err(broken)?;
    bytes.truncate(info.buffer_size());
    let channels = info.color_type.samples();
    let opaque = matches!(info.color_type, ColorType::Grayscale | ColorType::Rgb);
    let grey = |pixel: &[u8]| {
        let colours = if opaque { pixel.len() } else { pixel.len() - 1 };
        let ink = match pixel[..colours] {
            [red, green, blue] => {
                // Luma of Rec. 601.
                0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue)
            }
            _ => f64::from(pixel[0]),
        };
        // Transparent pixels are black.
        let alpha = if opaque {
            1.0
        } else {
            f64::from(pixel[colours]) / 255.0
        };
        (ink * alpha).round()
    };
    Ok(GreyImage {
        width: info.width,
        height: info.height,
        grey: bytes.chunks_exact(channels).map(grey).collect(),
    })
}
