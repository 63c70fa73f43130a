//! Writes samples as Parquet, with the columns of the CSV file.

use std::sync::Arc;

use flowlet::Model;
use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::device_columns::{file_columns, range};
use crate::generate::Generated;

/// A column to write.
enum Values {
    Reals(Vec<f64>),
    Integers(Vec<i64>),
    Texts(Vec<ByteArray>),
}

/// Returns a Parquet file of `generated`, samples of `model`: doubles, 64-bit integers, and texts
/// for categories and classes.
///
/// # Panics
/// If the samples are from another model.
pub fn to_parquet(model: &Model<'_>, generated: &Generated) -> Vec<u8> {
    write(&columns(model, generated)).expect("memory accepts it")
}

fn columns<'m>(model: &Model<'m>, generated: &Generated) -> Vec<(&'m str, Values)> {
    let rows = || generated.values.outer_iter();
    let mut columns: Vec<(&str, Values)> = Vec::new();
    for column in file_columns(model) {
        let at = column.values.start;
        let values = match &column.categories {
            Some(_) => {
                let name = |row| column.category(row).unwrap_or_default();
                Values::Texts(rows().map(|row| ByteArray::from(name(row))).collect())
            }
            None if model.column(at).is_some_and(|of| range(of).integer) => {
                Values::Integers(rows().map(|row| row[at] as i64).collect())
            }
            None => Values::Reals(rows().map(|row| row[at]).collect()),
        };
        columns.push((column.name, values));
    }
    if let (Some((label, position)), Some(classes)) = (model.label(), &generated.classes) {
        let names: Vec<&str> = model.class_names().collect();
        let name = |&class: &u16| ByteArray::from(names[usize::from(class)]);
        let values = Values::Texts(classes.iter().map(name).collect());
        // In a malformed file the position may be beyond the columns.
        columns.insert(position.min(columns.len()), (label, values));
    }
    columns
}

fn write(columns: &[(&str, Values)]) -> Result<Vec<u8>> {
    let fields = columns.iter().map(|(name, values)| field(name, values));
    let fields = fields.collect::<Result<_>>()?;
    let schema = Type::group_type_builder("schema").with_fields(fields);
    let properties = Arc::new(WriterProperties::builder().build());
    let schema = Arc::new(schema.build()?);
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
    let mut group = writer.next_row_group()?;
    for (_, values) in columns {
        let mut column = group.next_column()?.expect("as many as fields");
        put(&mut column, values)?;
        column.close()?;
    }
    group.close()?;
    writer.into_inner()
}

fn field(name: &str, values: &Values) -> Result<TypePtr> {
    let (physical, logical) = match values {
        Values::Reals(_) => (Physical::DOUBLE, None),
        Values::Integers(_) => (Physical::INT64, None),
        Values::Texts(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let field = Type::primitive_type_builder(name, physical)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(logical);
    Ok(Arc::new(field.build()?))
}

fn put(column: &mut SerializedColumnWriter<'_>, values: &Values) -> Result<usize> {
    match values {
        Values::Reals(values) => column.typed::<DoubleType>().write_batch(values, None, None),
        Values::Integers(values) => column.typed::<Int64Type>().write_batch(values, None, None),
        Values::Texts(values) => column
            .typed::<ByteArrayType>()
            .write_batch(values, None, None),
    }
}
