//! WAV files: a folder of clips, one per row, or recordings to be cut into windows. Subfolders are
//! classes. Values are within ±1, and channels are averaged.

use std::path::Path;

use super::super::error::{DataError, DataErrorKind, RowPlace};
use super::columns::{Selection, check_width, numbered};
use super::images::labelled;
use super::open::{self, ClassFile};
use super::options::ReadOptions;
use super::row::{LateNotes, Opened, Origin, Row};
use super::wav;

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
        false => samples(&files[0].0)?.len(),
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
            origin: Origin::of(recording),
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
        notes: Vec::new(),
        late: LateNotes::default(),
        rows: Box::new(rows),
    })
}

/// Reads all moments of a recording.
fn samples(path: &Path) -> Result<Vec<f64>, DataError> {
    wav::moments(&open::bytes(path)?)
        .map_err(|message| DataError::in_file(&path.display().to_string(), message))
}
