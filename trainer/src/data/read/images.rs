//! A folder of PNG files: each picture is a row of grey values from 0 to 255, line by line; subfolders are classes.

use std::path::Path;

use png::{ColorType, Decoder, Transformations};

use super::super::DataError;
use super::super::error::At;
use super::columns::{Selection, pixels};
use super::row::{Opened, Row};
use super::{Named, ReadOptions};

/// Name of the column that subfolders fill, unless `--label` says another.
pub(super) const LABEL: &str = "label";

/// Grey values of a picture.
struct Picture {
    width: u32,
    height: u32,
    grey: Vec<f32>,
}

/// The pictures, all of one size.
pub(super) fn images(
    files: Vec<Named>,
    folder: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let first = picture(&files[0].0)?;
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
            let picture = picture(&path)?;
            if (picture.width, picture.height) != size {
                let what = format!(
                    "{}×{} pixels where the first picture has {}×{}; bring all to one size",
                    picture.width, picture.height, size.0, size.1
                );
                return Err(unusable(shown, what));
            }
            Ok(Row {
                values: selection
                    .numeric
                    .iter()
                    .map(|&column| picture.grey[column])
                    .collect(),
                label: selection.label.and(class),
                names: Vec::new(),
                recording,
                at: At::File(shown),
            })
        });
    Ok(Opened {
        file: folder.into(),
        columns,
        named: Vec::new(),
        label,
        rows: Box::new(rows),
    })
}

/// The options with the label column that subfolders make.
pub(super) fn labelled(
    files: &[Named],
    folder: &str,
    options: &ReadOptions,
) -> Result<ReadOptions, DataError> {
    let inside = files.iter().filter(|(_, class)| class.is_some()).count();
    let mut options = options.clone();
    if inside == 0 {
        return match options.label {
            Some(_) => Err(unusable(
                folder.into(),
                "no subfolders, which would be the classes; leave --label out".into(),
            )),
            None => Ok(options),
        };
    }
    if let Some((path, _)) = files.iter().find(|(_, class)| class.is_none()) {
        let what =
            "the file is in no subfolder, which are the classes; move it into one".to_owned();
        return Err(unusable(path.display().to_string(), what));
    }
    options.label.get_or_insert_with(|| LABEL.to_owned());
    Ok(options)
}

fn picture(path: &Path) -> Result<Picture, DataError> {
    let broken = |error: png::DecodingError| {
        unusable(
            path.display().to_string(),
            format!("not a PNG file: {error}"),
        )
    };
    let mut decoder = Decoder::new(super::opened(path)?);
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
                0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
            }
            _ => f32::from(pixel[0]),
        };
        // What is transparent shows black.
        let alpha = if opaque {
            1.0
        } else {
            f32::from(pixel[colours]) / 255.0
        };
        (ink * alpha).round()
    };
    Ok(Picture {
        width: info.width,
        height: info.height,
        grey: bytes.chunks_exact(channels).map(grey).collect(),
    })
}

fn unusable(file: String, what: String) -> DataError {
    DataError::Unusable { file, what }
}
