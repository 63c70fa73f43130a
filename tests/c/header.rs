//! `flowlet.h` has what the Rust code says. `tests/deep.sh` compares all of it.

use std::ffi::CStr;

use flowlet_c::flowlet_error::*;
use flowlet_c::*;

const HEADER: &str = include_str!("../../firmware-examples/c/include/flowlet.h");

/// The header declares the same numbers and names.
#[test]
fn errors_have_their_names() {
    let name = |number| {
        // SAFETY: the name is a constant.
        unsafe { CStr::from_ptr(flowlet_error_name(number)) }
            .to_str()
            .unwrap()
    };
    for number in 0..=FLOWLET_NO_PREDICTION as i32 {
        assert!(
            HEADER.contains(&format!("  {} = {number},", name(number))),
            "{}",
            name(number)
        );
    }
    for number in [FLOWLET_NO_PREDICTION as i32 + 1, -1, i32::MIN] {
        assert_eq!(name(number), "unknown");
    }
}

#[test]
fn the_version_is_the_packages() {
    let fields = [
        FLOWLET_VERSION_MAJOR,
        FLOWLET_VERSION_MINOR,
        FLOWLET_VERSION_PATCH,
    ];
    let version = fields.map(|field| field.to_string()).join(".");
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    for (name, field) in ["MAJOR", "MINOR", "PATCH"].into_iter().zip(fields) {
        let line = format!("#define FLOWLET_VERSION_{name} {field}\n");
        assert!(HEADER.contains(&line), "{line}");
    }
    assert_eq!(flowlet_version(), FLOWLET_VERSION);
    let arduino = include_str!("../../firmware-examples/c/arduino/library.properties");
    assert!(arduino.contains(&format!("\nversion={version}\n")));
}

/// Returns the public items of a source file: each with its comment.
fn items(source: &str) -> Vec<(Vec<&str>, &str)> {
    let mut items = Vec::new();
    let mut comment = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            comment.push(text);
        } else if !line.starts_with('#') {
            let item = std::mem::take(&mut comment);
            if line.starts_with("pub ") && !item.is_empty() {
                items.push((item, line));
            }
        }
    }
    items
}

#[test]
fn every_public_item_is_in_the_header_with_its_comment() {
    let folder = std::fs::read_dir("../firmware-examples/c/src").expect("the sources");
    let mut functions = 0;
    for entry in folder {
        let source = std::fs::read_to_string(entry.expect("a file").path()).expect("text");
        for (comment, item) in items(&source) {
            for line in comment {
                let line = format!("//{line}\n");
                assert!(HEADER.contains(&line), "{item}: record the header; {line}");
            }
            if let Some((_, declared)) = item.split_once(" fn ") {
                let name = declared.split_once('(').expect("its parameters").0;
                assert!(HEADER.contains(&format!("{name}(")), "{name}");
                functions += 1;
            }
        }
    }
    assert!(functions > 20, "{functions}");
}
