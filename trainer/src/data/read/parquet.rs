//! Parquet: columns of numbers, and of texts that name categories, read a row at a time.

use std::fs::File;

use parquet::basic::{Compression, ConvertedType, Type as Physical};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::super::DataError;
use super::super::error::{At, Cell, quoted};
use super::ReadOptions;
use super::columns::Selection;
use super::row::{Opened, Row, usable};

/// The rows of a Parquet file. Columns of neither numbers nor texts must be dropped, or be the label.
pub(super) fn parquet(
    file: File,
    name: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let broken = |error: parquet::errors::ParquetError| {
        unusable(name, format!("not a Parquet file: {error}"))
    };
    let reader = SerializedFileReader::new(file).map_err(broken)?;
    let mut chunks = reader
        .metadata()
        .row_groups()
        .iter()
        .flat_map(|group| group.columns());
    if let Some(packed) = chunks.find(|chunk| !is_unpacked(chunk.compression())) {
        // Without its level, as in `ZSTD(ZstdLevel(1))`.
        let compression = packed.compression().to_string();
        let kind = compression.split('(').next().unwrap_or_default();
        let what = format!(
            "compressed by {kind}, which is not read; save it with compression snappy, gzip or none"
        );
        return Err(unusable(name, what));
    }
    let schema = reader.metadata().file_metadata().schema().clone();
    let fields = schema.get_fields().to_vec();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let selection = Selection::new(&names, name, options)?;
    for &column in &selection.numeric {
        if !is_number(&fields[column]) && !is_text(&fields[column]) {
            let what = format!(
                "column {} is neither of numbers nor of texts; pass --drop with its name, or --label",
                quoted(names[column])
            );
            return Err(unusable(name, what));
        }
    }
    let (columns, label) = (selection.names(&names), selection.label_of(&names));
    let texts = |&place: &usize| is_text(&fields[selection.numeric[place]]);
    let named: Vec<usize> = (0..columns.len()).filter(texts).collect();
    let mut wanted: Vec<usize> = selection.numeric.clone();
    wanted.extend(selection.label.map(|(column, _)| column));
    wanted.sort_unstable();
    let kept = wanted
        .iter()
        .map(|&column| fields[column].clone())
        .collect();
    let projection = Type::group_type_builder(schema.name())
        .with_fields(kept)
        .build()
        .map_err(broken)?;
    let place = move |column: usize| {
        wanted
            .iter()
            .position(|&other| other == column)
            .unwrap_or(0)
    };
    let (file, read) = (
        name.to_owned(),
        parquet::record::reader::RowIter::from_file_into(Box::new(reader)),
    );
    let read = read.project(Some(projection)).map_err(broken)?;
    let (titles, texts) = (columns.clone(), named.clone());
    let rows = read.enumerate().map(move |(number, row)| {
        let row = row.map_err(|error| unusable(&file, format!("row {}: {error}", number + 1)))?;
        let cells: Vec<&Field> = row.get_column_iter().map(|(_, cell)| cell).collect();
        let name = |&at: &usize| text_of(cells[place(selection.numeric[at])]);
        let value = |(at, &column): (usize, &usize)| {
            if texts.contains(&at) {
                let missing = name(&at).is_empty();
                return Ok(if missing { f32::NAN } else { 0.0 });
            }
            number_of(cells[place(column)])
                .and_then(usable)
                .ok_or_else(|| DataError::NotFinite {
                    at: Cell {
                        file: file.clone(),
                        at: At::Row(number + 1),
                        column: titles[at].clone(),
                    },
                    text: cells[place(column)].to_string(),
                })
        };
        Ok(Row {
            values: selection
                .numeric
                .iter()
                .enumerate()
                .map(value)
                .collect::<Result<_, _>>()?,
            label: selection
                .label
                .map(|(column, _)| text_of(cells[place(column)])),
            names: texts.iter().map(name).collect(),
            recording: 0,
            at: At::Row(number + 1),
        })
    });
    Ok(Opened {
        file: name.into(),
        columns,
        named,
        label,
        rows: Box::new(rows),
    })
}

/// Whether there is code here for a compression: that of the others is C.
fn is_unpacked(compression: Compression) -> bool {
    matches!(
        compression,
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_)
    )
}

fn is_number(field: &Type) -> bool {
    let text = matches!(
        field.is_primitive().then(|| field.get_physical_type()),
        None | Some(Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY | Physical::INT96)
    );
    !text
}

fn is_text(field: &Type) -> bool {
    let of = field.get_basic_info().converted_type();
    field.is_primitive() && matches!(of, ConvertedType::UTF8 | ConvertedType::ENUM)
}

fn number_of(cell: &Field) -> Option<f64> {
    match *cell {
        Field::Null => Some(f64::NAN),
        Field::Bool(value) => Some(u8::from(value).into()),
        Field::Byte(value) => Some(value.into()),
        Field::Short(value) => Some(value.into()),
        Field::Int(value) => Some(value.into()),
        Field::Long(value) => Some(value as f64),
        Field::UByte(value) => Some(value.into()),
        Field::UShort(value) => Some(value.into()),
        Field::UInt(value) => Some(value.into()),
        Field::ULong(value) => Some(value as f64),
        Field::Float(value) => Some(value.into()),
        Field::Double(value) => Some(value),
        Field::Date(value) => Some(value.into()),
        Field::TimestampMillis(value) | Field::TimestampMicros(value) => Some(value as f64),
        _ => None,
    }
}

/// A class's name; empty where it is missing.
fn text_of(cell: &Field) -> String {
    match cell {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        other => other.to_string(),
    }
}

fn unusable(file: &str, what: String) -> DataError {
    DataError::Unusable {
        file: file.into(),
        what,
    }
}
