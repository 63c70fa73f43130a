//! IDX, the format of MNIST: a header of four bytes, one size per axis, and the values, all
//! big-endian (LeCun and others, *The MNIST database*). The first axis has the rows. The others are
//! flattened.

use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::super::files;
use super::super::options::ReadOptions;
use super::super::rows::selection::{Selection, check_width, numbered};
use super::super::rows::{Opened, Origin, Row, Source, product, usable};
use super::Number;
use crate::data::error::{DataError, DataErrorKind, RowPlace};

/// Returns whether the name is that of an IDX file: `train-images-idx3-ubyte`, `rows.idx`, either
/// also gzipped.
pub(crate) fn is_idx(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let endings = ["-ubyte", ".idx"];
    endings.iter().any(|end| name.ends_with(end)) || name.contains("-idx") || name.contains(".idx")
}

/// Returns whether the name says that the file has the labels of another.
fn names_labels(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.to_lowercase().contains("labels")
}

/// Opens an IDX file. Its labels, if they are wanted, are in the file with `labels-idx1` instead of
/// `images-idx3` in its name.
pub(crate) fn idx(
    path: &Path,
    file: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let values = IdxReader::open(path, file)?;
    if values.width == 1 && names_labels(path) {
        return Err(DataError::in_file(
            file,
            "the file has labels, not rows; name the file of the images, and a label",
        ));
    }
    let labels = match options.label {
        Some(_) => Some(labels(path, file, values.rows)?),
        None => None,
    };
    opened(values, labels, file, options)
}

/// The rows and the labels of two IDX files in memory, either of which may be gzipped.
pub(crate) struct InMemory<'a> {
    pub rows: &'a [u8],
    pub labels: &'a [u8],
    pub file: &'a str,
}

impl Source for InMemory<'_> {
    fn name(&self) -> String {
        self.file.to_owned()
    }

    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError> {
        let reader = |bytes| {
            let bytes = files::unpacked(bytes, self.file)?.into_owned();
            IdxReader::new(Box::new(Cursor::new(bytes)), self.file)
        };
        let values = reader(self.rows)?;
        let labels = match options.label {
            Some(_) => Some(matching(reader(self.labels)?, values.rows)?),
            None => None,
        };
        opened(values, labels, self.file, options)
    }
}

fn opened(
    mut values: IdxReader,
    mut labels: Option<IdxReader>,
    file: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let (rows, width) = (values.rows, values.width);
    check_width(width, file)?;
    let names = numbered("v", width);
    let (selection, opened) = Selection::unnamed(&names, file, options)?;
    let name = file.to_owned();
    let row = move |number: usize| {
        let row = values.row()?;
        let value = |&column: &usize| {
            usable(row[column]).ok_or_else(|| {
                let message = format!(
                    "row {} has a value that is not finite; correct it",
                    number + 1
                );
                DataError::in_file(&name, message)
            })
        };
        let class = labels.as_mut().map(IdxReader::row).transpose()?;
        let selected = selection.trained.iter();
        Ok(Row {
            values: selected.map(value).collect::<Result<_, _>>()?,
            label: class.map(|class| class[0].to_string()),
            names: Vec::new(),
            origin: Origin::default(),
            at: RowPlace::Row(number + 1),
        })
    };
    Ok(Opened {
        rows: Box::new((0..rows).map(row)),
        ..opened
    })
}

fn labels(path: &Path, file: &str, rows: usize) -> Result<IdxReader, DataError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let labels_path = name.replace("images", "labels").replace("idx3", "idx1");
    let labels_path: PathBuf = path.with_file_name(&labels_path);
    if labels_path == path || !labels_path.is_file() {
        return Err(DataError::in_file(
            file,
            format!(
                "there is no file {} with the labels; add it, or read without a label",
                labels_path.display()
            ),
        )
        .of_kind(DataErrorKind::NoLabel));
    }
    let shown = labels_path.display().to_string();
    matching(IdxReader::open(&labels_path, &shown)?, rows)
}

/// Checks that there is one label per row.
fn matching(labels: IdxReader, rows: usize) -> Result<IdxReader, DataError> {
    match (labels.rows, labels.width) {
        (count, 1) if count == rows => Ok(labels),
        (count, _) => Err(DataError::in_file(
            &labels.file,
            format!("{count} labels for {rows} rows; give each row one"),
        )),
    }
}

/// The values of a file, row by row.
struct IdxReader {
    file: String,
    bytes: Box<dyn Read>,
    number: Number,
    rows: usize,
    width: usize,
}

/// Types of values by their numbers: a letter and the size in bytes, as NumPy names them.
const TYPES: [(u8, char, usize); 6] = [
    (0x08, 'u', 1),
    (0x09, 'i', 1),
    (0x0b, 'i', 2),
    (0x0c, 'i', 4),
    (0x0d, 'f', 4),
    (0x0e, 'f', 8),
];

impl IdxReader {
    fn open(path: &Path, file: &str) -> Result<Self, DataError> {
        let opened = files::file(path)?;
        let gzipped = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
        let bytes: Box<dyn Read> = match gzipped {
            true => Box::new(BufReader::new(MultiGzDecoder::new(opened))),
            false => Box::new(opened),
        };
        Self::new(bytes, file)
    }

    fn new(mut bytes: Box<dyn Read>, file: &str) -> Result<Self, DataError> {
        let mut word = || {
            let mut word = [0; 4];
            bytes.read_exact(&mut word).map(|()| word)
        };
        let broken = |_| DataError::in_file(file, "too short for an IDX file; copy it again");
        let [zero, also, kind, axes] = word().map_err(broken)?;
        let number = TYPES.iter().find(|(of, ..)| *of == kind);
        let number = number.and_then(|&(_, letter, size)| Number::new(letter, size, true));
        let Some(number) = number.filter(|_| (zero, also) == (0, 0) && axes > 0) else {
            return Err(DataError::in_file(file, "not an IDX file; check the file"));
        };
        let sizes = (0..axes).map(|_| word().map(|word| u32::from_be_bytes(word) as usize));
        let sizes: Vec<usize> = sizes.collect::<Result<_, _>>().map_err(broken)?;
        Ok(Self {
            width: product(&sizes[1..]).ok_or_else(|| {
                DataError::in_file(file, "the sizes exceed memory; copy the file again")
            })?,
            rows: sizes[0],
            file: file.into(),
            bytes,
            number,
        })
    }

    fn row(&mut self) -> Result<Vec<f64>, DataError> {
        let values = (0..self.width).map(|_| Ok(self.number.read(&mut self.bytes)?.value));
        let values: io::Result<Vec<f64>> = values.collect();
        values.map_err(|error| files::cut_short(&self.file, &error))
    }
}
