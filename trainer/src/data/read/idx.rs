//! IDX, the format of MNIST: a big-endian header of four bytes and one size an axis, then the values
//! (LeCun and others, *The MNIST database*). The first axis has the rows; the others are flattened.

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::super::DataError;
use super::super::error::At;
use super::ReadOptions;
use super::columns::{Selection, numbered};
use super::row::{Opened, Row, product, usable};

/// Whether a file's name is one of IDX: `train-images-idx3-ubyte`, `rows.idx`, either also gzipped.
pub(super) fn is_idx(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let kinds = ["-ubyte", ".idx"];
    kinds.iter().any(|end| name.ends_with(end)) || name.contains("-idx") || name.contains(".idx")
}

/// Whether a file's name says that it has the labels of another.
fn names_labels(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.to_lowercase().contains("labels")
}

/// The rows of an IDX file. Where a label is asked for, it stands in the file beside it whose name has
/// `labels-idx1` in the place of `images-idx3`.
pub(super) fn idx(
    path: &Path,
    file: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let mut values = Reader::open(path, file)?;
    let (rows, width) = (values.rows, values.width);
    if width == 1 && names_labels(path) {
        return Err(unusable(
            file,
            "labels, not rows to learn; name the file of the images, and pass --label with what to call the labels",
        ));
    }
    let mut labels = match options.label {
        Some(_) => Some(labels(path, file, rows)?),
        None => None,
    };
    let names = numbered("v", width);
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.extend(options.label.as_deref());
    let selection = Selection::new(&names, file, options)?;
    let (columns, label) = (selection.names(&names), selection.label_of(&names));
    let name = file.to_owned();
    let row = move |number: usize| {
        let row = values.row()?;
        let value = |&column: &usize| {
            usable(row[column]).ok_or_else(|| {
                unusable(
                    &name,
                    format!("row {} has a value that is not finite", number + 1),
                )
            })
        };
        let class = labels.as_mut().map(Reader::row).transpose()?;
        Ok(Row {
            values: selection
                .numeric
                .iter()
                .map(value)
                .collect::<Result<_, _>>()?,
            label: class.map(|class| class[0].to_string()),
            names: Vec::new(),
            recording: 0,
            at: At::Row(number + 1),
        })
    };
    Ok(Opened {
        file: file.into(),
        columns,
        named: Vec::new(),
        label,
        rows: Box::new((0..rows).map(row)),
    })
}

fn labels(path: &Path, file: &str, rows: usize) -> Result<Reader, DataError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = name.replace("images", "labels").replace("idx3", "idx1");
    let beside: PathBuf = path.with_file_name(&beside);
    if beside == path || !beside.is_file() {
        return Err(unusable(
            file,
            format!(
                "the labels are looked for in {}, which is not there; leave --label out or add it",
                beside.display()
            ),
        ));
    }
    let shown = beside.display().to_string();
    let labels = Reader::open(&beside, &shown)?;
    match (labels.rows, labels.width) {
        (count, 1) if count == rows => Ok(labels),
        (count, _) => Err(unusable(&shown, format!("{count} labels for {rows} rows"))),
    }
}

/// Values of one file, row by row.
struct Reader {
    file: String,
    bytes: Box<dyn Read>,
    kind: Kind,
    rows: usize,
    width: usize,
}

/// Type of the values, by its number in the header.
#[derive(Clone, Copy)]
enum Kind {
    U8,
    I8,
    I16,
    I32,
    F32,
    F64,
}

impl Reader {
    fn open(path: &Path, file: &str) -> Result<Self, DataError> {
        let opened = super::opened(path)?;
        let gzipped = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
        let mut bytes: Box<dyn Read> = match gzipped {
            true => Box::new(BufReader::new(MultiGzDecoder::new(opened))),
            false => Box::new(opened),
        };
        let mut word = || {
            let mut word = [0; 4];
            bytes.read_exact(&mut word).map(|()| word)
        };
        let broken = |_| unusable(file, "too short for an IDX file; it is damaged");
        let [zero, also, number, axes] = word().map_err(broken)?;
        let kind = match number {
            0x08 => Kind::U8,
            0x09 => Kind::I8,
            0x0b => Kind::I16,
            0x0c => Kind::I32,
            0x0d => Kind::F32,
            0x0e => Kind::F64,
            _ => {
                return Err(unusable(
                    file,
                    "not an IDX file, which begins with 0, 0 and a type",
                ));
            }
        };
        if (zero, also) != (0, 0) || axes == 0 {
            return Err(unusable(
                file,
                "not an IDX file, which begins with 0, 0 and a type",
            ));
        }
        let sizes = (0..axes).map(|_| word().map(|word| u32::from_be_bytes(word) as usize));
        let sizes: Vec<usize> = sizes.collect::<Result<_, _>>().map_err(broken)?;
        Ok(Self {
            width: product(&sizes[1..])
                .ok_or_else(|| unusable(file, "sizes beyond memory; it is damaged"))?,
            rows: sizes[0],
            file: file.into(),
            bytes,
            kind,
        })
    }

    fn row(&mut self) -> Result<Vec<f64>, DataError> {
        (0..self.width).map(|_| self.value()).collect()
    }

    fn value(&mut self) -> Result<f64, DataError> {
        match self.kind {
            Kind::U8 => self.take().map(|[byte]: [u8; 1]| byte.into()),
            Kind::I8 => self.take().map(|bytes| i8::from_be_bytes(bytes).into()),
            Kind::I16 => self.take().map(|bytes| i16::from_be_bytes(bytes).into()),
            Kind::I32 => self.take().map(|bytes| i32::from_be_bytes(bytes).into()),
            Kind::F32 => self.take().map(|bytes| f32::from_be_bytes(bytes).into()),
            Kind::F64 => self.take().map(f64::from_be_bytes),
        }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], DataError> {
        let mut bytes = [0; N];
        let read = self.bytes.read_exact(&mut bytes);
        read.map(|()| bytes)
            .map_err(|error| unusable(&self.file, format!("cannot be read to its end: {error}")))
    }
}

fn unusable(file: &str, what: impl Into<String>) -> DataError {
    DataError::Unusable {
        file: file.into(),
        what: what.into(),
    }
}
