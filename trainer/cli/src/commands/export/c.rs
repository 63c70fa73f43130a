//! A model as a C99 header, good for C++ too. One source file defines `NAME_IMPLEMENTATION` before it includes the
//! header, and so holds the data; the others see only declarations.

use flowlet::Column;

use super::Export;
use super::names::identifiers;

/// The header's text. Names stand in string literals alone, never in comments, which they could end.
pub(super) fn write(export: &Export<'_>) -> String {
    let model = &export.model;
    let upper = identifiers(std::iter::once(export.name), "MODEL").remove(0);
    let lower = upper.to_ascii_lowercase();
    let columns: Vec<&str> = model.column_names().collect();
    let classes: Vec<&str> = model.class_names().collect();
    let label = model.label().map_or("", |(column, _)| column);
    let places = constants(&columns, &format!("{upper}_COLUMN"), "COLUMN");
    let numbers = constants(&classes, &format!("{upper}_CLASS"), "CLASS");
    let units: String = export.units().map(unit).collect();
    // C has no arrays of nothing.
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
   {upper}_IMPLEMENTATION before including it. */
#ifndef {upper}_FLOW_H
#define {upper}_FLOW_H

#include <stdint.h>

/* Bytes of the file. */
#define {upper}_LENGTH {length}
/* Values in a sample, units of the widest hidden layer, classes (0: unconditional), steps that the model recommends.
   The first two size a sampler: FLOWLET_SAMPLER_BYTES of flowlet.h. */
#define {upper}_DIM {dim}
#define {upper}_WIDTH {width}
#define {upper}_CLASSES {class_count}
#define {upper}_STEPS {steps}
/* Name of the label column, UTF-8; empty without classes. */
#define {upper}_LABEL {label}

/* Places of the columns in a sample. */
{places}
/* Numbers of the classes. */
{numbers}
/* Units of a column: value = (offset + x * multiplier) / 2^frac, rounded where it is whole, then limited. */
typedef struct {{
    int32_t offset, multiplier, min, max;
    int8_t frac;
    uint8_t kind; /* 0 any number, 1 whole, 2 score of a column's first category, 3 of its next one */
}} {lower}_unit;

#ifdef __cplusplus
extern \"C\" {{
#endif
extern const unsigned char {lower}_model[{upper}_LENGTH];
extern const {lower}_unit {lower}_units[{upper}_DIM];
extern const char *const {lower}_column_names[{upper}_DIM]; /* UTF-8 */
{declared}#ifdef __cplusplus
}}
#endif

#endif

#if defined({upper}_IMPLEMENTATION) && !defined({upper}_IMPLEMENTED)
#define {upper}_IMPLEMENTED

#if defined(__GNUC__)
__attribute__((aligned(16)))
#endif
const unsigned char {lower}_model[{upper}_LENGTH] = {{
{bytes}}};
const {lower}_unit {lower}_units[{upper}_DIM] = {{
{units}}};
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

fn constants(names: &[&str], prefix: &str, otherwise: &str) -> String {
    let identifiers = identifiers(names.iter().copied(), otherwise);
    let lines = identifiers.iter().enumerate();
    lines
        .map(|(index, identifier)| format!("#define {prefix}_{identifier} {index}\n"))
        .collect()
}

fn strings(names: &[&str]) -> String {
    let line = |name: &&str| format!("    {},\n", literal(name));
    names.iter().map(line).collect()
}

/// A string literal. Escapes have three octal digits, so that what follows is not read as part of them, and question
/// marks are escaped, for three characters could be a trigraph.
fn literal(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | b'?' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    format!("\"{}\"", text.bytes().map(byte).collect::<String>())
}

fn unit(unit: Column) -> String {
    let limit = |limit: i32| match limit {
        i32::MIN => "INT32_MIN".to_owned(),
        limit => limit.to_string(),
    };
    format!(
        "    {{ {}, {}, {}, {}, {}, {} }},\n",
        limit(unit.offset),
        limit(unit.multiplier),
        limit(unit.min),
        limit(unit.max),
        unit.frac,
        unit.kind as u8
    )
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals_are_ascii_and_nothing_else_than_what_they_say() {
        assert_eq!(literal("a \"b\"\\"), r#""a \"b\"\\""#);
        assert_eq!(literal("é1"), r#""\303\2511""#);
        assert_eq!(literal("??/"), r#""\?\?/""#);
        assert_eq!(literal("\r\u{1}2"), r#""\015\0012""#);
    }
}
