//! Firmware in C: the example on an emulated board and on the host, what the library links, and the
//! Arduino library.

use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSymbol};

use crate::firmware::{Build, Report, emulated, printed};
use crate::{compilers, host};

pub const FOLDER: &str = "../firmware-examples/c";
pub const MADE: &str = "../firmware-examples/target/c";

/// Runs the example on the board, as its user does.
fn on_the_board() -> Report {
    let text = printed(Command::new("make").args(["-C", "../firmware-examples/c/digits", "run"]));
    println!("{text}");
    Report::read(&text)
}

/// Compiles the example for the board with Clang, if it is installed. GCC links it.
fn by_clang() {
    let board = [
        "--target=arm-none-eabi",
        "-mcpu=cortex-m4",
        "-mthumb",
        "-mfloat-abi=hard",
        "-mfpu=fpv4-sp-d16",
    ];
    let clang = |compiler: &compilers::Compiler| compiler.is_clang() && !compiler.is_cpp();
    for compiler in compilers::all().into_iter().filter(clang) {
        for file in ["main.c", "board.c"] {
            let mut command = compiler.command();
            command
                .args(board)
                .args(["-ffreestanding", "-c", "-o", "/dev/null"]);
            printed(
                command
                    .args(includes())
                    .arg(format!("{FOLDER}/digits/{file}")),
            );
        }
    }
}

/// Runs the example on the host, with the header `digits.h` that was made for the board.
fn on_the_host() -> Report {
    build_library(&["host"]);
    let library = format!("{MADE}/host/libflowlet.a");
    let program = format!("{MADE}/host/digits");
    let mut ran = None;
    for compiler in compilers::all()
        .iter()
        .filter(|compiler| !compiler.is_cpp())
    {
        printed(
            compiler
                .command()
                .args(includes())
                .args([&format!("{FOLDER}/digits/main.c"), "boards/host.c"])
                .args([&library, "-lpthread", "-ldl", "-o", &program]),
        );
        let text = printed(&mut Command::new(&program));
        assert_eq!(
            ran.get_or_insert_with(|| text.clone()),
            &text,
            "{compiler:?}"
        );
    }
    Report::read(&ran.expect("a compiler"))
}

/// Folders of the example's headers.
fn includes() -> [String; 3] {
    [
        format!("{FOLDER}/digits"),
        format!("{FOLDER}/include"),
        format!("{MADE}/digits"),
    ]
    .map(|folder| format!("-I{folder}"))
}

fn build_library(cpus: &[&str]) -> String {
    printed(
        Command::new("sh")
            .arg(format!("{FOLDER}/build.sh"))
            .args(cpus),
    )
}

pub fn symbols(path: &Path) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = object::File::parse(&*bytes).expect("an ELF file");
    let names = file
        .symbols()
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    names.collect()
}

pub fn panics(symbols: &[String]) -> Vec<&String> {
    symbols
        .iter()
        .filter(|name| name.contains("panic") || name.contains("unwind"))
        .collect()
}

/// Returns the functions that the header declares.
fn declared() -> Vec<String> {
    let header =
        std::fs::read_to_string(format!("{FOLDER}/include/flowlet.h")).expect("the header");
    let declarations = header.lines().filter(|line| !line.starts_with("//"));
    let names = declarations.filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next());
    let names: Vec<_> = names
        .filter(|name| name.starts_with("flowlet_"))
        .map(str::to_owned)
        .collect();
    assert!(names.len() > 20, "{names:?}");
    names
}

/// Asserts that the library, linked with all functions of the header and nothing else, contains no
/// panic.
fn assert_cannot_panic(cpu: &str) {
    let linked = symbols(&PathBuf::from(format!("{MADE}/{cpu}/all.elf")));
    assert_eq!(panics(&linked), Vec::<&String>::new(), "{cpu}");
    for function in &declared() {
        assert!(linked.contains(function), "{cpu}: {function}");
    }
}

/// Runs `stack.c` with a model in memory of a size, and returns what it prints.
fn stack(board: &str, cpu: &str, flags: &[&str], memory: &str, model: &str) -> String {
    build_library(&[cpu]);
    let (folder, elf) = (
        format!("{MADE}/{board}"),
        format!("{MADE}/{board}/stack.elf"),
    );
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = format!("../firmware-examples/models/{model}.flow");
    let export = format!("export {file} --c --name wide -o {folder}/wide.h");
    let flowlet = "${FLOWLET:-cargo run --quiet --package flowlet-cli --}";
    printed(Command::new("sh").args(["-c", &format!("{flowlet} {export}")]));
    printed(
        Command::new("arm-none-eabi-gcc")
            .args([
                &format!("-mcpu={cpu}"),
                "-mthumb",
                "-std=c99",
                "-Os",
                "-ffreestanding",
            ])
            .args(flags)
            .args([
                "-Wall",
                "-Wextra",
                "-Werror",
                "-ffunction-sections",
                "-fdata-sections",
            ])
            .args(includes())
            .args([&format!("-I{folder}"), &format!("-DSAMPLER_BYTES={memory}")])
            .args(["-nostdlib", "-Wl,--gc-sections", "-Wl,--fatal-warnings"])
            .arg(format!("-T../firmware-examples/emulated/memory/{board}.x"))
            .arg(format!("-T{FOLDER}/digits/board.ld"))
            .args(["boards/stack.c", &format!("{FOLDER}/digits/board.c")])
            .args([&format!("{MADE}/{cpu}/libflowlet.a"), "-lgcc", "-o", &elf]),
    );
    // As the example's Makefile does it: the texts go to the standard output.
    let semihosting = "enable=on,target=native,chardev=host";
    printed(
        Command::new("timeout")
            .args(["120", "qemu-system-arm", "-M", board, "-display", "none"])
            .args([
                "-chardev",
                "stdio,id=host",
                "-semihosting-config",
                semihosting,
            ])
            .args(["-kernel", &elf])
            .stdin(std::process::Stdio::null()),
    )
}

/// Asserts that no function takes more stack than is stated, and that one takes nearly that.
fn assert_stated(printed: &str, guided: bool) {
    println!("{printed}");
    let number = |line: &str, key: &str| -> Option<usize> {
        let mut words = line.split(' ').filter_map(|word| word.strip_prefix(key));
        words.next()?.parse().ok()
    };
    let last = printed.lines().last().expect("the stated stack");
    let key = if guided { "guided=" } else { "stated=" };
    let stated = number(last, key).expect("a number");
    assert!(
        stated <= number(last, "macro=").expect("a number"),
        "{last}"
    );
    let taken: Vec<_> = printed
        .lines()
        .filter_map(|line| number(line, "stack="))
        .collect();
    assert_eq!(taken.len(), 7, "{printed}");
    let most = taken.into_iter().max().expect("a number");
    assert!(most <= stated && 2 * most > stated, "{most}: {printed}");
}

/// What is needed here of a libc.
const LIBC: &str = r#"
#include <stddef.h>

void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);

void *memcpy(void *to, const void *from, size_t count) {
    while (count-- > 0) ((volatile char *)to)[count] = ((const char *)from)[count];
    return to;
}
void *memset(void *to, int value, size_t count) {
    while (count-- > 0) ((volatile char *)to)[count] = (char)value;
    return to;
}
"#;

/// Uses the library, and functions of libc and libgcc that Rust has too.
const NEIGHBOUR: &str = r#"
#include "flowlet.h"

void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);

flowlet_model model;
unsigned char copy[16384];
void entry(const unsigned char *bytes, size_t length, long long part, float more);

void entry(const unsigned char *bytes, size_t length, long long part, float more) {
    flowlet_sampler *sampler;
    memset(copy, 0, sizeof copy);
    memcpy(copy, bytes, (size_t)((long long)length / part));
    if (more + 1.5f > 4) flowlet_open(&model, copy, length);
    if (__builtin_popcount((unsigned)length) == 1) flowlet_open_slot(&model, copy, length);
    flowlet_new(&sampler, &model, copy, sizeof copy);
}
"#;

mod quick {
    use super::*;

    #[test]
    #[ignore = "needs targets, arm-none-eabi-gcc and QEMU: sh tests/run.sh"]
    fn c_gives_the_bits_and_the_values_of_rust() {
        let board = emulated().find(|board| board.name == "netduinoplus2");
        let rust = Report::read(&board.expect("the board").run(Build::Release, "samples"));
        assert_eq!(rust.pictures.len(), 80);
        for c in [on_the_board(), on_the_host()] {
            assert_eq!(c.lines.len(), 10, "ten digits");
            for line in &c.lines {
                assert_eq!(
                    line.crc32,
                    host::crc32(line),
                    "{line:?} differs from the host"
                );
            }
            assert_eq!(c.pictures, rust.pictures);
        }
        by_clang();
        assert_cannot_panic("cortex-m4");
    }

    /// The C library is linked after flowlet. Its functions serve the program all the same, and
    /// flowlet's own have other names. GNU ld has nothing to say.
    #[test]
    #[ignore = "needs targets and arm-none-eabi-gcc: sh tests/run.sh"]
    fn the_library_leaves_libc_and_libgcc_alone() {
        build_library(&["cortex-m0"]);
        for (name, text) in [("libc.c", LIBC), ("neighbour.c", NEIGHBOUR)] {
            std::fs::write(format!("{MADE}/{name}"), text).expect("the source can be written");
        }
        let gcc = || {
            let mut command = Command::new("arm-none-eabi-gcc");
            let flags = [
                "-mcpu=cortex-m0",
                "-mthumb",
                "-Os",
                "-fno-builtin",
                "-nostdlib",
            ];
            command.current_dir(MADE).args(flags);
            command
        };
        printed(gcc().args(["-c", "libc.c"]));
        let archive = ["rcs", "libc.a", "libc.o"];
        printed(
            Command::new("arm-none-eabi-ar")
                .current_dir(MADE)
                .args(archive),
        );
        let link = || {
            let mut command = gcc();
            let files = ["neighbour.c", "cortex-m0/libflowlet.a", "-lc", "-lgcc"];
            let flags = [
                "-I../../c/include",
                "-L.",
                "-Wl,--gc-sections",
                "-Wl,--entry=entry",
            ];
            command
                .args(flags)
                .args(files)
                .args(["-o", "neighbour.elf"]);
            command
        };
        let shared = [
            "memcpy",
            "memset",
            "__aeabi_ldivmod",
            "__aeabi_fadd",
            "__popcountsi2",
        ];
        let traces = shared.map(|name| format!("-Wl,--trace-symbol={name}"));
        let traced = link().args(traces).output().expect("GCC runs").stderr;
        let text = String::from_utf8(traced).expect("text");
        for name in shared {
            let end = format!("definition of {name}");
            let found: Vec<_> = text.lines().filter(|line| line.ends_with(&end)).collect();
            let theirs = |line: &&str| line.contains("libc.a") || line.contains("libgcc.a");
            assert!(
                found.len() == 1 && found.iter().all(theirs),
                "{name}: {text}"
            );
        }
        printed(link().arg("-Wl,--fatal-warnings"));
        let linked = symbols(&Path::new(MADE).join("neighbour.elf"));
        assert!(
            linked.iter().any(|name| name == "__flowlet___aeabi_memcpy"),
            "{linked:?}"
        );
    }

    #[test]
    #[ignore = "needs targets, arm-none-eabi-gcc and QEMU: sh tests/run.sh"]
    fn functions_take_the_stated_stack() {
        for (board, cpu, flags, memory) in [
            (
                "netduinoplus2",
                "cortex-m4",
                &["-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"][..],
                "FLOWLET_GUIDED_SAMPLER_BYTES",
            ),
            ("microbit", "cortex-m0", &[], "FLOWLET_SAMPLER_BYTES"),
        ] {
            for model in ["odd", "wide-512"] {
                let printed = stack(board, cpu, flags, memory, model);
                assert_stated(&printed, memory.contains("GUIDED"));
            }
        }
    }

    /// The search for panics finds those of a program that has some.
    #[test]
    #[ignore = "needs targets: sh tests/run.sh"]
    fn panics_have_the_names_that_are_searched_for() {
        for board in emulated() {
            let elf = board.linked(Build::Release, "samples");
            assert!(!panics(&symbols(&elf)).is_empty(), "{}", board.name);
        }
    }
}

mod deep {
    use super::*;

    #[test]
    #[ignore = "needs targets: sh tests/deep.sh"]
    fn the_c_library_cannot_panic() {
        let sizes = build_library(&[]);
        println!("{sizes}");
        let cpus = sizes.lines().filter_map(|line| line.split_once(':'));
        let cpus: Vec<&str> = cpus.map(|(cpu, _)| cpu).collect();
        assert_eq!(cpus.len(), 9);
        cpus.into_iter().for_each(assert_cannot_panic);
    }
}
