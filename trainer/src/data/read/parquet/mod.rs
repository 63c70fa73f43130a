//! Parquet: columns of numbers, and of texts that name categories, read row by row.

pub(crate) mod cells;
pub(crate) mod durations;
pub(crate) mod zstd;

use std::fs::File;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::{Type, TypePtr};

use cells::{integer_of, is_number, is_text, is_time, number_of, text_of};

use super::super::error::{DataError, DataErrorKind, Place, RowPlace, quoted};
use super::super::note::{Note, NoteKind};
use super::options::ReadOptions;
use super::rows::integers::{self, Integers, SeenIntegers};
use super::rows::selection::Selection;
use super::rows::{LateNotes, Opened, Row, usable};

/// Opens a Parquet file. Other columns than numbers and texts must be left out, or be the label.
pub(crate) fn parquet(
    file: File,
    name: &str,
    options: &ReadOptions,
) -> Result<Opened<'static>, DataError> {
    let broken = |error: parquet::errors::ParquetError| {
        let why = error.to_string();
        let why = why.strip_prefix("Parquet error: ").unwrap_or(&why);
        let message = format!("the Parquet file is damaged or cut off ({why}); copy it again");
        DataError::in_file(name, message)
    };
    let file = Arc::new(file);
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&*file);
    let metadata = Arc::new(metadata.map_err(broken)?);
    check_compression(&metadata, name)?;
    let schema = metadata.file_metadata().schema().clone();
    let fields = schema.get_fields().to_vec();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let mut options = options.clone();
    let mut notes = leave_out_index(&names, name, &mut options);
    let selection = Selection::new(&names, name, &options)?;
    check_types(&selection, &fields, name)?;
    let opened = selection.opened(&names, name);
    let columns = opened.columns.clone();
    let durations = durations::of(metadata.file_metadata());
    let second = |column: &String| {
        let duration = durations.iter().find(|(name, _)| name == column)?;
        let place = Place::file(name).with_column(column);
        let message = "the durations are read in seconds";
        notes.push(Note::new(NoteKind::Other, place, message));
        Some(duration.1)
    };
    let seconds: Vec<Option<f64>> = columns.iter().map(second).collect();
    let texts = |&place: &usize| {
        let field = &fields[selection.trained[place]];
        is_text(field) || is_time(field)
    };
    let named: Vec<usize> = (0..columns.len()).filter(texts).collect();
    let mut wanted: Vec<usize> = selection.trained.clone();
    wanted.extend(selection.label.map(|(column, _)| column));
    wanted.extend(selection.group.into_iter().chain(selection.time));
    wanted.sort_unstable();
    let kept = wanted
        .iter()
        .map(|&column| fields[column].clone())
        .collect();
    let projection = Type::group_type_builder(schema.name())
        .with_fields(kept)
        .build()
        .map_err(broken)?;
    let position = move |column: usize| {
        wanted
            .iter()
            .position(|&other| other == column)
            .unwrap_or(0)
    };
    let read = RowIter::from_file_into(Box::new(zstd::Reader { metadata, file }));
    let read = read.project(Some(projection)).map_err(broken)?;
    let file = name.to_owned();
    let (titles, texts) = (columns.clone(), named.clone());
    let integers = SeenIntegers::new(vec![Integers::default(); columns.len()].into());
    let seen = SeenIntegers::clone(&integers);
    let rows = read.enumerate().map(move |(number, row)| {
        let row =
            row.map_err(|error| DataError::in_file(&file, format!("row {}: {error}", number + 1)))?;
        let cells: Vec<&Field> = row.get_column_iter().map(|(_, cell)| cell).collect();
        let text = |column: usize| text_of(cells[position(column)], &fields[column]);
        let name = |&at: &usize| text(selection.trained[at]);
        let value = |(at, &column): (usize, &usize)| {
            if texts.contains(&at) {
                let missing = name(&at).is_empty();
                return Ok(if missing { f64::NAN } else { 0.0 });
            }
            let cell = cells[position(column)];
            if let (Some(integer), None) = (integer_of(cell), seconds[at]) {
                seen.borrow_mut()[at].add(integer);
            }
            number_of(cell)
                .map(|value| value / seconds[at].unwrap_or(1.0))
                .and_then(usable)
                .ok_or_else(|| {
                    let place = Place {
                        row: Some(RowPlace::Row(number + 1)),
                        ..Place::file(&file).with_column(&titles[at])
                    };
                    let text = quoted(&cells[position(column)].to_string());
                    let message =
                        format!("{text} is not a finite number; correct it or remove the row");
                    DataError::new(DataErrorKind::Other, place, message)
                })
        };
        let selected = selection.trained.iter().enumerate();
        Ok(Row {
            values: selected.map(value).collect::<Result<_, _>>()?,
            label: selection.label.map(|(column, _)| text(column)),
            names: texts.iter().map(name).collect(),
            origin: selection.origin(text),
            at: RowPlace::Row(number + 1),
        })
    });
    let of = (
        name.to_owned(),
        (0..columns.len()).collect(),
        columns.clone(),
    );
    let late = LateNotes::clone(&opened.late);
    Ok(Opened {
        named,
        notes,
        rows: integers::checked(rows, integers, of, late),
        ..opened
    })
}

/// Refuses a compression that is not supported. Others than these are rare.
fn check_compression(metadata: &ParquetMetaData, file: &str) -> Result<(), DataError> {
    let groups = metadata.row_groups().iter();
    let mut used = groups.flat_map(|group| group.columns().iter().map(|of| of.compression()));
    let is_packed = |of: &Compression| matches!(of, Compression::BROTLI(_) | Compression::LZO);
    let Some(packed) = used.find(is_packed) else {
        return Ok(());
    };
    // Omits the level, as in `ZSTD(ZstdLevel(1))`.
    let compression = packed.to_string();
    let name = compression.split('(').next().unwrap_or_default();
    let what = format!(
        "the compression {name} is not supported; save the file with zstd, in Python: \
         df.to_parquet(\"rows.parquet\", compression=\"zstd\")"
    );
    Err(DataError::in_file(file, what))
}

/// Refuses columns that have neither numbers nor texts.
fn check_types(selection: &Selection, fields: &[TypePtr], file: &str) -> Result<(), DataError> {
    let is_usable = |field| is_number(field) || is_text(field) || is_time(field);
    let mut trained = selection.trained.iter().map(|&column| &fields[column]);
    match trained.find(|&field| !is_usable(field)) {
        None => Ok(()),
        Some(field) => {
            let place = Place::file(file).with_column(field.name());
            let kind = DataErrorKind::UnusableColumn { may_be_label: true };
            let message = match field.is_primitive() {
                true => "the column has neither numbers nor texts; leave it out",
                false => {
                    "the column has lists or records; write their values as columns of their own, \
                     or leave it out"
                }
            };
            Err(DataError::new(kind, place, message))
        }
    }
}

/// Leaves out the index that pandas stores if rows were removed or sorted, unless it is named.
fn leave_out_index(names: &[&str], file: &str, options: &mut ReadOptions) -> Vec<Note> {
    if !options.columns.is_empty() {
        return Vec::new();
    }
    let indices = names.iter().filter(|name| is_index(name));
    let left_out: Vec<_> = indices.map(|&name| name.to_owned()).collect();
    options.drop.extend(left_out.iter().cloned());
    let note = |name: &String| {
        let place = Place::file(file).with_column(name);
        let message = "this index of rows, which pandas stores, is left out";
        Note::new(NoteKind::Index, place, message)
    };
    left_out.iter().map(note).collect()
}

fn is_index(name: &str) -> bool {
    let level = name.strip_prefix("__index_level_");
    let level = level.and_then(|level| level.strip_suffix("__"));
    level.is_some_and(|level| level.parse::<usize>().is_ok())
}

#[cfg(test)]
mod tests;
