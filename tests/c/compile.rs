//! `flowlet.h` compiled as C99 and C++ by the host's compilers: no warning, and the sizes that the
//! library has.

use std::process::Command;

use flowlet_c::*;

static ODD: &[u8] = flowlet::include_model!("../../firmware-examples/models/odd.flow");

/// Prints sizes. It includes the header twice, as two other headers may do.
const PROGRAM: &str = r#"
#include "flowlet.h"
#include "flowlet.h"
#include <stdio.h>

static uintptr_t memory[FLOWLET_SAMPLER_BYTES(37, 130) / sizeof(uintptr_t)];
static uintptr_t guided[FLOWLET_GUIDED_SAMPLER_BYTES(37, 130) / sizeof(uintptr_t)];

int main(void) {
    flowlet_error error = FLOWLET_OK;
    enum flowlet_solver solver = FLOWLET_HEUN;
    enum flowlet_column_kind kind = FLOWLET_NEXT_CATEGORY;
    printf("%d %d %d %d %d\n", (int)error, (int)solver, (int)kind, FLOWLET_ANY_CLASS, FLOWLET_UNGUIDED);
    printf("%d %d %d %d\n", (int)sizeof(flowlet_model), (int)sizeof(flowlet_sizes), (int)sizeof(flowlet_column),
           (int)sizeof(flowlet_random));
    printf("%d %d\n", (int)sizeof memory, (int)sizeof guided);
    return 0;
}
"#;

fn expected() -> String {
    let mut model = std::mem::MaybeUninit::<flowlet_model>::zeroed();
    let mut sizes = flowlet_sizes::default();
    // SAFETY: all pointers are valid, and the bytes are constants.
    unsafe {
        let opened = flowlet_open(model.as_mut_ptr(), ODD.as_ptr(), ODD.len());
        assert_eq!(opened, flowlet_error::FLOWLET_OK);
        let result = flowlet_model_sizes(model.as_ptr(), &mut sizes);
        assert_eq!(result, flowlet_error::FLOWLET_OK);
    }
    format!(
        "0 3 3 {FLOWLET_ANY_CLASS} {FLOWLET_UNGUIDED}\n{} {} {} {}\n{} {}\n",
        size_of::<flowlet_model>(),
        size_of::<flowlet_sizes>(),
        size_of::<flowlet_column>(),
        size_of::<flowlet_random>(),
        sizes.sampler_bytes,
        sizes.guided_sampler_bytes
    )
}

/// Compiles and runs the program; returns what it printed, or `None` if there is no such compiler.
fn printed(compiler: &str, standard: &str, source: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let (source, program) = (folder.path().join(source), folder.path().join("program"));
    std::fs::write(&source, PROGRAM).expect("the program can be written");
    let built = Command::new(compiler)
        .args([standard, "-Wall", "-Wextra", "-pedantic", "-Werror"])
        .args(["-Ifirmware-examples/c/include", "-o"])
        .args([&program, &source])
        .output();
    let Ok(built) = built else {
        eprintln!("NOT RUN: there is no {compiler}");
        return None;
    };
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{compiler} {standard}: {errors}");
    let ran = Command::new(program).output().expect("it runs");
    Some(String::from_utf8(ran.stdout).expect("text"))
}

#[test]
fn the_header_is_c99_and_cpp() {
    for (compiler, standard, source) in [
        ("cc", "-std=c99", "sizes.c"),
        ("c++", "-std=c++11", "sizes.cpp"),
        ("c++", "-std=c++20", "sizes.cpp"),
    ] {
        if let Some(printed) = printed(compiler, standard, source) {
            assert_eq!(printed, expected(), "{compiler} {standard}");
        }
    }
}
