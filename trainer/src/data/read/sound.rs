//! WAV files: a folder of clips, one per row, or recordings to be cut into windows. Subfolders are
//! classes. Values are within ±1, and channels are averaged.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use hound::{SampleFormat, WavReader};

use super::super::error::{DataError, DataErrorKind, RowPlace};
use super::columns::{Selection, check_width, numbered};
use super::images::labelled;
use super::open::{self, ClassFile};
use super::options::ReadOptions;
use super::row::{Opened, Row, usable};

/// Opens clips of one length, or recordings for windows.
pub(super) fn clips(
    files: Vec<ClassFile>,
    folder: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let options = labelled(&files, folder, options)?;
    let windows = options.window.is_some();
    let length = match windows {
        true => 1,
        false => wav(&files[0].0)?.duration() as usize,
    };
    let first = files[0].0.display().to_string();
    if length == 0 {
        let message = "the recording has no values; remove it";
        return Err(DataError::in_file(&first, message));
    }
    check_width(length, &first)?;
    let names = match windows {
        true => vec!["s".to_owned()],
        false => numbered("s", length),
    };
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.extend(options.label.as_deref());
    let selection = Selection::new(&names, folder, &options)?;
    let (columns, label) = (selection.names(&names), selection.label_of(&names));
    let labels = label.is_some();
    let rows = files.into_iter().enumerate().flat_map(move |(recording, (path, class))| {
        let class = class.filter(|_| labels);
        let row = |values, at| Row {
            values,
            label: class.clone(),
            names: Vec::new(),
            recording,
            at,
        };
        let shown = path.display().to_string();
        let values = match samples(&path) {
            Ok(values) => values,
            Err(error) => return vec![Err(error)],
        };
        if windows {
            let moments = values.into_iter().enumerate();
            return moments.map(|(at, value)| Ok(row(vec![value], RowPlace::Row(at + 1)))).collect();
        }
        if values.len() != length {
            let message = format!(
                "{} samples, but the first clip has {length}; bring all clips to one length, or cut \
                 them into windows",
                values.len()
            );
            let error = DataError::in_file(&shown, message).of_kind(DataErrorKind::Lengths);
            return vec![Err(error)];
        }
        let values = selection.trained.iter().map(|&column| values[column]).collect();
        vec![Ok(row(values, RowPlace::File(shown)))]
    });
    Ok(Opened {
        file: folder.into(),
        columns,
        named: Vec::new(),
        label,
        rows: Box::new(rows),
    })
}

fn wav(path: &Path) -> Result<WavReader<BufReader<File>>, DataError> {
    WavReader::new(open::file(path)?)
        .map_err(|error| unusable(path, format!("not a WAV file: {error}")))
}

/// Reads all moments of a recording.
fn samples(path: &Path) -> Result<Vec<f32>, DataError> {
    let mut reader = wav(path)?;
    let spec = reader.spec();
    let broken = |error: hound::Error| match error {
        hound::Error::IoError(error) => open::cut_short(&path.display().to_string(), &error),
        error => unusable(path, format!("cannot be read to its end: {error}")),
    };
    let values: Vec<f32> = match spec.sample_format {
        SampleFormat::Float => reader
            .samples::<f32>()
            .collect::<Result<_, _>>()
            .map_err(broken)?,
        SampleFormat::Int => {
            let full = 2f32.powi(i32::from(spec.bits_per_sample) - 1);
            let values = reader
                .samples::<i32>()
                .map(|value| value.map(|value| value as f32 / full));
            values.collect::<Result<_, _>>().map_err(broken)?
        }
    };
    if values
        .iter()
        .any(|&value| usable(value.into()).is_none_or(f32::is_nan))
    {
        return Err(unusable(path, "a sample is not finite; correct it"));
    }
    let channels = usize::from(spec.channels.max(1));
    let mean = |moment: &[f32]| moment.iter().sum::<f32>() / channels as f32;
    Ok(values.chunks_exact(channels).map(mean).collect())
}

fn unusable(path: &Path, message: impl Into<String>) -> DataError {
    DataError::in_file(&path.display().to_string(), message)
}
