//! A model as a header for C99 and C++. One source file defines `NAME_IMPLEMENTATION` before
//! including the header, and gets the data; the others get only declarations.

use flowlet::Column;

use super::Export;
use super::names::identifiers;

/// Returns the header. Names are only in string literals; in a comment they could end it.
pub(super) fn write(export: &Export<'_>) -> String {
    let model = &export.model;
    let upper = identifiers(std::iter::once(export.name), "MODEL").remove(0);
    let lower = upper.to_ascii_lowercase();
    let columns: Vec<&str> = model.column_names().collect();
    let classes: Vec<&str> = model.class_names().collect();
    let label = model.label().map_or("", |(column, _)| column);
    let places = constants(&columns, &format!("{upper}_COLUMN"), "COLUMN", 0);
    let numbers = constants(&classes, &format!("{upper}_CLASS"), "CLASS", 0);
    let filling = filling(export, &upper);
    let decoding: String = export.columns().map(column).collect();
    // C has no empty arrays.
    let (declared, defined) = match classes.is_empty() {
        true => (String::new(), String::new()),
        false => (
            format!("extern const char *const {lower}_class_names[{upper}_CLASSES];\n"),
            format!(
                "const char *const {lower}_class_names[{upper}_CLASSES] = {{\n{}}};\n",
                strings(&classes)
            ),
        ),
    };
    format!(
        "/* Written by `flowlet export --c`: {length} bytes, CRC-32 {crc:#010x}. In one source file, define
   {upper}_IMPLEMENTATION before including this header. */
#ifndef {upper}_FLOW_H
#define {upper}_FLOW_H

#include <stdint.h>

/* Bytes of the file. */
#define {upper}_LENGTH {length}
/* Values per sample, units of the widest hidden layer, classes (0: unconditional), recommended solver
   steps. FLOWLET_SAMPLER_BYTES of flowlet.h takes the first two. */
#define {upper}_DIM {dim}
#define {upper}_WIDTH {width}
#define {upper}_CLASSES {class_count}
#define {upper}_STEPS {steps}
/* Name of the label column, UTF-8; empty without classes. */
#define {upper}_LABEL {label}

{filling}/* Indices of the columns in a sample. */
{places}
/* Numbers of the classes. */
{numbers}
/* How a column is decoded: value = (offset + x * multiplier) / 2^frac, rounded if it is an integer, then
   limited to min and max. A column with knots is decoded by its curve in the file. */
typedef struct {{
    int32_t offset, multiplier, min, max;
    int16_t frac;
    uint8_t kind; /* 0 real, 1 integer, 2 score of a column's first category, 3 of its next category,
                     4 circular, 5 the second value of a circular column */
    uint8_t knots;
}} {lower}_column;

#ifdef __cplusplus
extern \"C\" {{
#endif
extern const unsigned char {lower}_model[{upper}_LENGTH];
extern const {lower}_column {lower}_columns[{upper}_DIM];
extern const char *const {lower}_column_names[{upper}_DIM]; /* UTF-8 */
{declared}#ifdef __cplusplus
}}
#endif

#endif

#if defined({upper}_IMPLEMENTATION) && !defined({upper}_IMPLEMENTED)
#define {upper}_IMPLEMENTED

/* The kernels need aligned data to be fast. */
#ifndef {upper}_ALIGNED
#if defined(__cplusplus) && __cplusplus >= 201103L
#define {upper}_ALIGNED alignas(16)
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#define {upper}_ALIGNED alignas(16)
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define {upper}_ALIGNED _Alignas(16)
#elif defined(__GNUC__)
#define {upper}_ALIGNED __attribute__((aligned(16)))
#else
#error \"define {upper}_ALIGNED: your compiler's way to align a variable to 16 bytes\"
#endif
#endif

{upper}_ALIGNED const unsigned char {lower}_model[{upper}_LENGTH] = {{
{bytes}}};
const {lower}_column {lower}_columns[{upper}_DIM] = {{
{decoding}}};
const char *const {lower}_column_names[{upper}_DIM] = {{
{column_names}}};
{defined}#endif
",
        length = export.bytes.len(),
        crc = model.header().crc,
        dim = model.dim(),
        width = model.width(),
        class_count = classes.len(),
        steps = model.steps(),
        label = literal(label),
        bytes = export.byte_lines(),
        column_names = strings(&columns),
    )
}

/// Returns what a filler needs: its memory, and where conditions are. Empty for a model that only
/// samples.
fn filling(export: &Export<'_>, upper: &str) -> String {
    let Some(dims) = export.filler_dims() else {
        return String::new();
    };
    let conditions = export.conditions();
    let places = constants(
        &conditions,
        &format!("{upper}_CONDITION"),
        "CONDITION",
        export.model.dim(),
    );
    let places = match places.is_empty() {
        true => places,
        false => format!("/* Indices of the conditions for flowlet_know. */\n{places}\n"),
    };
    format!(
        "/* Values and conditions together, for FLOWLET_FILLER_BYTES of flowlet.h. */
#define {upper}_FILLER_DIM {dims}

{places}"
    )
}

fn constants(names: &[&str], prefix: &str, otherwise: &str, first: usize) -> String {
    let identifiers = identifiers(names.iter().copied(), otherwise);
    let lines = identifiers.iter().zip(first..);
    lines
        .map(|(identifier, index)| format!("#define {prefix}_{identifier} {index}\n"))
        .collect()
}

fn strings(names: &[&str]) -> String {
    let line = |name: &&str| format!("    {},\n", literal(name));
    names.iter().map(line).collect()
}

/// Returns a string literal. Escapes have three octal digits, so that a following digit is not part
/// of them. Question marks are escaped, because three characters could be a trigraph.
fn literal(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | b'?' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    format!("\"{}\"", text.bytes().map(byte).collect::<String>())
}

fn column(column: Column) -> String {
    let limit = |limit: i32| match limit {
        i32::MIN => "INT32_MIN".to_owned(),
        limit => limit.to_string(),
    };
    format!(
        "    {{ {}, {}, {}, {}, {}, {}, {} }},\n",
        limit(column.offset),
        limit(column.multiplier),
        limit(column.min),
        limit(column.max),
        column.frac,
        column.kind as u8,
        column.knots
    )
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals_are_escaped_ascii() {
        assert_eq!(literal("a \"b\"\\"), r#""a \"b\"\\""#);
        assert_eq!(literal("é1"), r#""\303\2511""#);
        assert_eq!(literal("??/"), r#""\?\?/""#);
        assert_eq!(literal("\r\u{1}2"), r#""\015\0012""#);
    }
}
