//! `flowlet.h` compiled as C and C++ by the host's compilers: no warning, and the sizes that the
//! library has.

use flowlet::Kernel;
use flowlet_c::*;

use crate::compilers;

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
    flowlet_solver solver = FLOWLET_HEUN;
    flowlet_column_kind kind = FLOWLET_NEXT_CATEGORY;
    printf("%d %d %d %d %d\n", error, solver, kind, FLOWLET_ANY_CLASS, FLOWLET_UNGUIDED);
    printf("%zu %zu %zu %zu %zu\n", sizeof(flowlet_model), sizeof(flowlet_sizes), sizeof(flowlet_column),
           sizeof(flowlet_random), sizeof(flowlet_fixed));
    guided[0] = memory[0];
#if FLOWLET_VERSION == 0
#error "no version"
#endif
    printf("%zu %zu\n", sizeof memory, sizeof guided);
    printf("%d %d\n", FLOWLET_STACK_BYTES(37, 130), FLOWLET_STACK_BYTES(1024, 64));
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
        "0 3 3 {FLOWLET_ANY_CLASS} {FLOWLET_UNGUIDED}\n{} {} {} {} {}\n{} {}\n",
        size_of::<flowlet_model>(),
        size_of::<flowlet_sizes>(),
        size_of::<flowlet_column>(),
        size_of::<flowlet_random>(),
        size_of::<flowlet_fixed>(),
        sizes.sampler_bytes,
        sizes.guided_sampler_bytes
    )
}

/// Returns the stack that `FLOWLET_STACK_BYTES` states for the kernels that `chosen` accepts.
fn stack(chosen: fn(Kernel) -> bool) -> String {
    let kernels = || Kernel::ALL.into_iter().filter(|&kernel| chosen(kernel));
    let most = |columns| kernels().map(|kernel| kernel.stack_bytes(columns, 2)).max();
    let [narrow, wide] = [130, 1024].map(|columns| most(columns).expect("a kernel"));
    format!("{narrow} {wide}\n")
}

#[test]
fn the_header_compiles_without_a_warning() {
    let include = format!(
        "-I{}/../firmware-examples/c/include",
        env!("CARGO_MANIFEST_DIR")
    );
    let folder = tempfile::tempdir().expect("a folder");
    for compiler in compilers::all() {
        let printed = compiler.printed(folder.path(), PROGRAM, &[&include]);
        let most = stack(|kernel| kernel != Kernel::Armv6m);
        assert_eq!(printed, expected() + &most, "{compiler:?}");
        let printed = compiler.printed(folder.path(), PROGRAM, &[&include, "-D__ARM_ARCH_6M__"]);
        let most = stack(|kernel| kernel == Kernel::Armv6m);
        assert_eq!(printed, expected() + &most, "{compiler:?}");
    }
}

/// Returns the C blocks of a page. A block that is not complete becomes a function.
fn blocks(page: &str) -> String {
    let mut text = String::new();
    for (number, block) in page.split("```c\n").skip(1).enumerate() {
        let block = block.split("```").next().expect("an end");
        let complete = |line: &str| line.ends_with(") {") && !line.starts_with([' ', 'd']);
        text += &match block.lines().any(complete) {
            true => format!("{block}\n"),
            false => format!(
                "void block{number}(const flowlet_random random) {{\n(void)random;\n{block}}}\n"
            ),
        };
    }
    text
}

#[test]
fn the_pages_blocks_compile_without_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = std::fs::read_to_string("../trainer/docs/c.md").expect("the page");
    let program = blocks(&page) + "int main(void) { return 0; }\n";
    assert!(program.contains("void block3("));
    let include = format!(
        "-I{}/../firmware-examples/c/include",
        env!("CARGO_MANIFEST_DIR")
    );
    // Functions of the page have no prototype, and stand-ins replace the library and the model.
    let options = [
        &include,
        "-c",
        "-Wno-missing-prototypes",
        "-Wno-missing-variable-declarations",
    ];
    let model = "#include <stdint.h>\n#ifdef BEATS_IMPLEMENTATION\n#endif\n#define BEATS_DIM 64\n#define BEATS_WIDTH 64\n#define BEATS_LENGTH 4\n\
        extern const unsigned char beats_model[BEATS_LENGTH];\n";
    std::fs::write(folder.path().join("beats.h"), model).expect("a header");
    for compiler in compilers::all()
        .into_iter()
        .filter(|compiler| !compiler.is_cpp())
    {
        compiler.compile(folder.path(), &program, &options);
    }
}
