//! WAV files: a folder of clips, one a row, or recordings cut into windows; subfolders are classes. Values lie
//! within ±1; channels are averaged.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use hound::{SampleFormat, WavReader};

use super::super::DataError;
use super::super::error::At;
use super::columns::{Selection, numbered};
use super::images::labelled;
use super::row::{Opened, Row, usable};
use super::{Named, ReadOptions};

/// Clips of one length, or recordings for windows.
pub(super) fn clips(
    files: Vec<Named>,
    folder: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let options = labelled(&files, folder, options)?;
    let windows = options.window.is_some();
    let length = match windows {
        true => 1,
        false => open(&files[0].0)?.duration() as usize,
    };
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
            return moments.map(|(at, value)| Ok(row(vec![value], At::Row(at + 1)))).collect();
        }
        if values.len() != length {
            let what = format!(
                "{} samples where the first clip has {length}; bring all to one length, or pass --window",
                values.len()
            );
            return vec![Err(unusable(&path, what))];
        }
        let values = selection.numeric.iter().map(|&column| values[column]).collect();
        vec![Ok(row(values, At::File(shown)))]
    });
    Ok(Opened {
        file: folder.into(),
        columns,
        named: Vec::new(),
        label,
        rows: Box::new(rows),
    })
}

fn open(path: &Path) -> Result<WavReader<BufReader<File>>, DataError> {
    WavReader::new(super::opened(path)?)
        .map_err(|error| unusable(path, format!("not a WAV file: {error}")))
}

/// All moments of a recording.
fn samples(path: &Path) -> Result<Vec<f32>, DataError> {
    let mut reader = open(path)?;
    let spec = reader.spec();
    let broken =
        |error: hound::Error| unusable(path, format!("cannot be read to its end: {error}"));
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
        return Err(unusable(path, "a sample is not finite".to_owned()));
    }
    let channels = usize::from(spec.channels.max(1));
    let mean = |moment: &[f32]| moment.iter().sum::<f32>() / channels as f32;
    Ok(values.chunks_exact(channels).map(mean).collect())
}

fn unusable(path: &Path, what: String) -> DataError {
    DataError::Unusable {
        file: path.display().to_string(),
        what,
    }
}
