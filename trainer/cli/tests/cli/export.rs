//! `flowlet export`: the texts compile, whatever the names of columns and classes are.

use flowlet::Model;

use crate::place::Place;

#[path = "../../../../tests/c/compilers.rs"]
mod compilers;

/// A tiny model with awkward names.
const NAMES: &[u8] = include_bytes!("files/names.flow");
const MOONS: &[u8] = include_bytes!("../../../../firmware-examples/models/moons.flow");
const POLICY: &[u8] = include_bytes!("../../../../firmware-examples/models/policy.flow");

/// The exported module.
mod names {
    include!("files/names.rs");
}

fn place() -> Place {
    let place = Place::new();
    place.put("names.flow", NAMES);
    place.put("2 moons.flow", MOONS);
    place
}

#[test]
fn the_rust_module_is_the_one_compiled_here() {
    let text = place().done("export names.flow --rust");
    let committed = include_str!("files/names.rs");
    assert!(
        String::from_utf8(text).expect("UTF-8") == committed,
        "`flowlet export --rust` writes it anew"
    );
    assert!(!committed.contains("std::"), "it is for `no_std`");
}

#[test]
fn the_rust_module_says_what_the_model_says() {
    let model = Model::parse(names::MODEL).expect("a model");
    assert_eq!(names::MODEL, NAMES);
    assert_eq!(names::MODEL.as_ptr().align_offset(16), 0);
    assert_eq!((names::DIM, names::WIDTH), (model.dim(), model.width()));
    assert_eq!(
        (names::STEPS, names::CLASSES),
        (model.steps(), usize::from(model.classes()))
    );
    assert!(model.column_names().eq(names::COLUMN_NAMES));
    assert!(model.class_names().eq(names::CLASS_NAMES));
    assert_eq!(model.label().map(|(name, _)| name), Some(names::LABEL));
    assert!((0..names::DIM).all(|column| model.column(column) == Some(names::COLUMNS[column])));
    assert_eq!(names::COLUMN_NAMES[names::column::A_B_2], "a-b");
    assert_eq!(names::CLASS_NAMES[usize::from(names::class::SELF)], "self");
    let sampler = names::Sampler::new(model).expect("of its size");
    assert_eq!(size_of_val(&sampler), names::SAMPLER_BYTES);
}

/// Prints sizes, a sum of the bytes, the first column, and all names.
const PROGRAM: &str = r#"
#define NAMES_IMPLEMENTATION
#include "names.h"
#include "names.h"
#include <stdio.h>
int main(void) {
    unsigned long sum = 0;
    int i;
    for (i = 0; i < NAMES_LENGTH; i++) sum = sum * 31 % 65521 + names_model[i];
    printf("%d %d %d %d %lu %d %d\n", NAMES_DIM, NAMES_WIDTH, NAMES_STEPS, NAMES_COLUMN_A_B_2, sum,
           names_columns[0].offset, names_columns[0].frac);
    for (i = 0; i < NAMES_DIM; i++) printf("%s\n", names_column_names[i]);
    printf("%s\n", NAMES_LABEL);
    for (i = 0; i < NAMES_CLASSES; i++) printf("%s\n", names_class_names[i]);
    return 0;
}
"#;

fn expected() -> String {
    let model = Model::parse(NAMES).expect("a model");
    let sum = NAMES
        .iter()
        .fold(0u64, |sum, &byte| sum * 31 % 65521 + u64::from(byte));
    let first = model.column(0).expect("a column");
    let place = model
        .column_names()
        .position(|name| name == "a-b")
        .expect("the column");
    let sizes = format!(
        "{} {} {} {place} {sum} {} {}\n",
        model.dim(),
        model.width(),
        model.steps(),
        first.offset,
        first.frac
    );
    let label = model.label().map(|(name, _)| name);
    let names = model.column_names().chain(label).chain(model.class_names());
    names.fold(sizes, |text, name| text + name + "\n")
}

#[test]
fn the_header_compiles_without_a_warning() {
    let place = place();
    place.done("export names.flow --c -o names.h");
    for compiler in compilers::all() {
        let printed = compiler.printed(&place.path("."), PROGRAM, &[]);
        assert_eq!(printed, expected(), "{compiler:?}");
    }
}

/// Each language has its own word for it. The last resort is an error that says what to define.
#[test]
fn the_model_is_aligned_in_every_language() {
    let place = place();
    place.done("export names.flow --c -o names.h");
    for compiler in compilers::all() {
        let text = compiler.preprocessed(&place.path("."), PROGRAM, &[]);
        let (before, _) = text
            .split_once(" const unsigned char names_model[")
            .and_then(|(_, definition)| definition.split_once(" const unsigned char names_model["))
            .expect("a declaration and a definition");
        let expected = match compiler.standard() {
            "c99" => &["__attribute__((aligned(16)))"][..],
            "c11" => &["_Alignas(16)"],
            "c2x" => &["alignas(16)", "_Alignas(16)"], // by the compiler's age
            _ => &["alignas(16)"],
        };
        let word = before.rsplit([';', '}', '\n']).next().expect("a word");
        assert!(expected.contains(&word), "{compiler:?}: {word}");
    }
}

/// A compiler that has none of these words says what to define.
#[test]
fn a_model_that_cannot_be_aligned_is_an_error() {
    let place = place();
    place.done("export names.flow --c -o names.h");
    place.put(
        "program.c",
        "#define NAMES_IMPLEMENTATION\n#include \"names.h\"\n",
    );
    let old = |compiler: &compilers::Compiler| compiler.standard() == "c99";
    for compiler in compilers::all().into_iter().filter(old) {
        let mut command = compiler.command();
        command
            .args(["-U__GNUC__", "-fsyntax-only"])
            .current_dir(place.path("."));
        let refused = command.arg("program.c").output().expect("it runs");
        let words = String::from_utf8_lossy(&refused.stderr);
        assert!(words.contains("define NAMES_ALIGNED:"), "{words}");
        let defined = command
            .arg("-DNAMES_ALIGNED=__attribute__((aligned(16)))")
            .output();
        assert!(defined.expect("it runs").status.success(), "{compiler:?}");
    }
}

#[test]
fn a_header_without_classes_and_with_an_awkward_name_compiles() {
    let place = place();
    let mut command = place.command("export --c -o moons.h");
    let status = command.arg("2 moons.flow").status();
    assert!(status.expect("it runs").success());
    let source = "#define MODEL_2_MOONS_IMPLEMENTATION\n#include \"moons.h\"\n#include <stdio.h>\n\
        int main(void) { printf(\"%d %s\", MODEL_2_MOONS_CLASSES, model_2_moons_column_names[1]); return 0; }\n";
    for compiler in compilers::all() {
        let printed = compiler.printed(&place.path("."), source, &[]);
        assert_eq!(printed, "0 y", "{compiler:?}");
    }
    place.done("export names.flow --c --name moons -o other.h");
    assert!(place.text("other.h").contains("#define MOONS_DIM "));
}

#[test]
fn conditions_are_constants_for_a_filler() {
    let place = place();
    place.put("policy.flow", POLICY);
    let model = Model::parse(POLICY).expect("a model");
    let fill = model.fill().expect("sound").expect("a policy");
    let name = fill.condition_names().nth(1).expect("two conditions");
    let (dims, second) = (fill.dims(), model.dim() + 1);

    place.done("export policy.flow --c -o policy.h");
    let constant = format!("POLICY_CONDITION_{}", name.to_uppercase());
    let source = format!(
        "#define POLICY_IMPLEMENTATION\n#include \"policy.h\"\n#include <stdio.h>\n\
         int main(void) {{ printf(\"%d %d\", POLICY_FILLER_DIM, {constant}); return 0; }}\n"
    );
    for compiler in compilers::all() {
        let printed = compiler.printed(&place.path("."), &source, &[]);
        assert_eq!(printed, format!("{dims} {second}"), "{compiler:?}");
    }

    let module = String::from_utf8(place.done("export policy.flow --rust")).expect("UTF-8");
    for line in [
        format!("pub type Filler<'m> = flowlet::Filler<'m, {dims}, WIDTH>;"),
        format!("    pub const {}: usize = {second};", name.to_uppercase()),
    ] {
        assert!(module.contains(&line), "{line}");
    }

    place.done("export names.flow --c -o names.h");
    assert!(!place.text("names.h").contains("FILLER"));
}

#[test]
fn the_json_has_the_bytes_and_what_inspect_says() {
    let place = place();
    let json = place.json("export names.flow --json");
    let inspected = place.json("inspect names.flow --json");
    assert_eq!(json["model"], inspected);
    assert_eq!(json["name"], "names");
    let hex = json["bytes_hex"].as_str().expect("text");
    let bytes = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
    assert!(
        bytes
            .map(|byte| byte.expect("hex"))
            .eq(NAMES.iter().copied())
    );
}

#[test]
fn one_language_is_asked_for() {
    let place = place();
    for line in ["export names.flow", "export names.flow --c --rust"] {
        assert_eq!(place.run(line).code, Some(2), "{line}");
    }
    let words = place.refused("export names.flow --c -o nowhere/a.h");
    assert!(
        words.contains("the folder nowhere does not exist"),
        "{words}"
    );
}
