//! A model as a Rust module.

use flowlet::Column;

use super::Export;
use super::names::identifiers;

/// Returns the module. Names are in string literals, escaped by `Debug`.
pub(super) fn write(export: &Export<'_>) -> String {
    let model = &export.model;
    let columns: Vec<&str> = model.column_names().collect();
    let classes: Vec<&str> = model.class_names().collect();
    let label = model.label().map_or("", |(column, _)| column);
    let strings = |names: &[&str]| -> String {
        let line = |name: &&str| format!("    {name:?},\n");
        names.iter().map(line).collect()
    };
    let decoding: String = export.columns().map(column).collect();
    format!(
        "// Written by `flowlet export --rust`: {length} bytes, CRC-32 {crc:#010x}.

#[repr(C, align(16))]
struct Aligned([u8; {length}]);

#[rustfmt::skip]
static ALIGNED: Aligned = Aligned([
{bytes}]);

/// The model's file, aligned, for `flowlet::Model::parse`.
#[allow(dead_code)]
pub static MODEL: &[u8] = &ALIGNED.0;

/// Values per sample.
#[allow(dead_code)]
pub const DIM: usize = {dim};
/// Units of the widest hidden layer.
#[allow(dead_code)]
pub const WIDTH: usize = {width};
/// Classes; 0 for an unconditional model.
#[allow(dead_code)]
pub const CLASSES: usize = {class_count};
/// Recommended solver steps per sample.
#[allow(dead_code)]
pub const STEPS: u16 = {steps};
/// A sampler of this model.
#[allow(dead_code)]
pub type Sampler<'m> = flowlet::Sampler<'m, DIM, WIDTH>;
/// Bytes of RAM of a sampler.
#[allow(dead_code)]
pub const SAMPLER_BYTES: usize = core::mem::size_of::<Sampler<'static>>();

/// Names of the columns.
#[rustfmt::skip]
#[allow(dead_code)]
pub const COLUMN_NAMES: [&str; DIM] = [
{column_names}];
/// How columns are decoded: value = (offset + x * multiplier) / 2^frac, rounded if it is an
/// integer, then limited to min and max. A column with knots is decoded by its curve in the file.
#[rustfmt::skip]
#[allow(dead_code)]
pub const COLUMNS: [flowlet::Column; DIM] = [
{decoding}];
/// Name of the label column; empty without classes.
#[allow(dead_code)]
pub const LABEL: &str = {label:?};
/// Names of the classes.
#[rustfmt::skip]
#[allow(dead_code)]
pub const CLASS_NAMES: [&str; CLASSES] = [
{class_names}];

/// Indices of the columns in a sample.
#[allow(dead_code)]
pub mod column {{
{column_places}}}

/// Numbers of the classes.
#[allow(dead_code)]
pub mod class {{
{class_numbers}}}
{filling}",
        length = export.bytes.len(),
        crc = model.header().crc,
        bytes = export.byte_lines(),
        dim = model.dim(),
        width = model.width(),
        class_count = classes.len(),
        steps = model.steps(),
        column_names = strings(&columns),
        class_names = strings(&classes),
        column_places = constants(&columns, "COLUMN", "usize", 0),
        class_numbers = constants(&classes, "CLASS", "u16", 0),
        filling = filling(export),
    )
}

/// Returns what a filler needs: its type, and where conditions are. Empty for a model that only
/// samples.
fn filling(export: &Export<'_>) -> String {
    let Some(dims) = export.filler_dims() else {
        return String::new();
    };
    let conditions = export.conditions();
    let places = match conditions.is_empty() {
        true => String::new(),
        false => format!(
            "
/// Indices of the conditions for `flowlet::Filler::know`.
#[allow(dead_code)]
pub mod condition {{
{}}}
",
            constants(&conditions, "CONDITION", "usize", export.model.dim())
        ),
    };
    format!(
        "
/// A filler of this model.
#[allow(dead_code)]
pub type Filler<'m> = flowlet::Filler<'m, {dims}, WIDTH>;
{places}"
    )
}

fn constants(names: &[&str], otherwise: &str, kind: &str, first: usize) -> String {
    let identifiers = identifiers(names.iter().copied(), otherwise);
    let lines = identifiers.iter().zip(names).zip(first..);
    lines
        .map(|((identifier, name), index)| {
            format!("    /// {name:?}\n    pub const {identifier}: {kind} = {index};\n")
        })
        .collect()
}

fn column(column: Column) -> String {
    let Column {
        offset,
        multiplier,
        frac,
        min,
        max,
        kind,
        decimals,
        knots,
        gaps,
    } = column;
    format!(
        "    flowlet::Column {{ offset: {offset}, multiplier: {multiplier}, frac: {frac}, min: {min}, max: {max}, kind: flowlet::ColumnKind::{kind:?}, decimals: {decimals:?}, knots: {knots}, gaps: {gaps:?} }},\n"
    )
}
