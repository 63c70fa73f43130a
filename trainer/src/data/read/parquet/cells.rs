//! Types of columns, and the values of their cells.

use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::super::rows::from_f32;

/// Returns whether a column has numbers. Dates and times are none.
pub(crate) fn is_number(field: &Type) -> bool {
    if !field.is_primitive() || is_time(field) {
        return false;
    }
    let info = field.get_basic_info();
    match field.get_physical_type() {
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => {
            info.converted_type() == ConvertedType::DECIMAL
                || info.logical_type_ref() == Some(&LogicalType::Float16)
        }
        _ => true,
    }
}

/// Returns whether a column has texts.
pub(crate) fn is_text(field: &Type) -> bool {
    let of = field.get_basic_info().converted_type();
    field.is_primitive() && matches!(of, ConvertedType::UTF8 | ConvertedType::ENUM)
}

/// Returns whether a column has dates, times of the day or time stamps.
pub(crate) fn is_time(field: &Type) -> bool {
    let info = field.get_basic_info();
    // Nanoseconds have only a logical type. Writers of old store them in 96 bits.
    let logical = matches!(
        info.logical_type_ref(),
        Some(LogicalType::Date | LogicalType::Time { .. } | LogicalType::Timestamp { .. })
    );
    let converted = matches!(
        info.converted_type(),
        ConvertedType::DATE
            | ConvertedType::TIME_MILLIS
            | ConvertedType::TIME_MICROS
            | ConvertedType::TIMESTAMP_MILLIS
            | ConvertedType::TIMESTAMP_MICROS
    );
    let old = field.is_primitive() && field.get_physical_type() == Physical::INT96;
    logical || converted || old
}

/// Returns a number, NaN if it is missing. `None` if the cell has none.
pub(crate) fn number_of(cell: &Field) -> Option<f64> {
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
        Field::Float16(value) => Some(value.into()),
        Field::Float(value) => Some(from_f32(value)),
        Field::Double(value) => Some(value),
        // The digits give the nearest number, as those of a CSV cell do.
        Field::Decimal(_) => cell.to_string().parse().ok(),
        _ => None,
    }
}

/// Returns an integer of 64 bits, which f64 may not hold exactly.
pub(crate) fn integer_of(cell: &Field) -> Option<i128> {
    match *cell {
        Field::Long(value) => Some(value.into()),
        Field::ULong(value) => Some(value.into()),
        _ => None,
    }
}

/// Returns a class's name, or a date or time as text. Empty if it is missing.
pub(crate) fn text_of(cell: &Field, field: &Type) -> String {
    let logical = field.get_basic_info().logical_type_ref();
    match (cell, logical) {
        (Field::Null, _) => String::new(),
        (Field::Str(text), _) => text.clone(),
        // Other units have cells of their own.
        (&Field::Long(value), Some(LogicalType::Timestamp { .. })) => {
            Field::TimestampMicros(value.div_euclid(1000)).to_string()
        }
        (&Field::Long(value), Some(LogicalType::Time { .. })) => {
            Field::TimeMicros(value.div_euclid(1000)).to_string()
        }
        (other, _) => other.to_string(),
    }
}
