//! Firmware in C: an example on an emulated board and on the host, what the library links, and the Arduino library.

use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSymbol};

use super::on_host;
use crate::firmware::{Firmware, Report, printed};

const FOLDER: &str = "firmware-examples/c";
const MADE: &str = "firmware-examples/target/c";

/// The example on the board, as its user runs it.
fn emulated() -> Report {
    let text = printed(Command::new("make").args(["-C", "firmware-examples/c/digits", "run"]));
    println!("{text}");
    Report::of(&text)
}

/// The same, with the library for the host. `digits.h` has been made for the board.
fn on_this_machine() -> Report {
    build_library(&["host"]);
    let program = format!("{MADE}/host/digits");
    let (main, board) = (format!("{FOLDER}/digits/main.c"), "tests/boards/host.c");
    let library = format!("{MADE}/host/libflowlet.a");
    let own = format!("-I{FOLDER}/digits");
    let (api, model) = (format!("-I{FOLDER}/include"), format!("-I{MADE}/digits"));
    printed(
        Command::new("cc")
            .args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror"])
            .args([&own, &api, &model, "-o", &program])
            .args([&main, board, &library, "-lpthread", "-ldl"]),
    );
    Report::of(&printed(&mut Command::new(&program)))
}

#[test]
#[ignore = "needs targets, arm-none-eabi-gcc and QEMU: sh tests/run.sh"]
fn c_gives_the_bits_and_the_values_of_rust() {
    let rust = Firmware::build("netduinoplus2").run();
    assert_eq!(rust.pictures.len(), 80);
    for c in [emulated(), on_this_machine()] {
        assert_eq!(c.lines.len(), 10, "ten digits");
        for line in &c.lines {
            assert_eq!(line.crc32, on_host(line), "{line:?} differs from the host");
        }
        assert_eq!(c.pictures, rust.pictures);
    }
}

fn build_library(cpus: &[&str]) -> String {
    printed(
        Command::new("sh")
            .arg(format!("{FOLDER}/build.sh"))
            .args(cpus),
    )
}

fn symbols(path: &Path) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file = object::File::parse(&*bytes).expect("an ELF file");
    let names = file
        .symbols()
        .filter_map(|symbol| symbol.name().ok().map(str::to_owned));
    names.collect()
}

fn panics(symbols: &[String]) -> Vec<&String> {
    symbols
        .iter()
        .filter(|name| name.contains("panic") || name.contains("unwind"))
        .collect()
}

/// The functions of the header.
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

/// What the functions of the header reach, which is all that is linked, has no panic in it.
#[test]
#[ignore = "needs targets: sh tests/run.sh"]
fn the_c_library_cannot_panic() {
    // The names that are looked for are those that a file with panics has.
    assert!(!panics(&symbols(&Firmware::build("netduinoplus2").elf)).is_empty());
    let sizes = build_library(&[]);
    println!("{sizes}");
    let declared = declared();
    let mut cpus = 0;
    for cpu in sizes
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0))
    {
        let linked = symbols(&PathBuf::from(format!("{MADE}/{cpu}/all.elf")));
        assert_eq!(panics(&linked), Vec::<&String>::new(), "{cpu}");
        for function in &declared {
            assert!(linked.contains(function), "{cpu}: {function}");
        }
        cpus += 1;
    }
    assert_eq!(cpus, 9);
}

/// For a Cortex-M0+ and for a Cortex-M4 with either way of passing floats, as Arduino's builder compiles and links it,
/// with the Arduino core's header replaced by the few names that the sketch uses.
#[test]
#[ignore = "needs targets and arm-none-eabi-gcc: sh tests/run.sh"]
fn the_arduino_sketch_links() {
    let text = printed(Command::new("sh").arg(format!("{FOLDER}/arduino.sh")));
    let library = PathBuf::from(text.lines().last().expect("arduino.sh prints a path"));
    let boards: [(&str, &[&str]); 4] = [
        ("cortex-m0plus", &["-mcpu=cortex-m0plus"]),
        ("cortex-m3", &["-mcpu=cortex-m3"]),
        (
            "cortex-m4/fpv4-sp-d16-hard",
            &["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"],
        ),
        (
            "cortex-m4/fpv4-sp-d16-softfp",
            &["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16", "-mfloat-abi=softfp"],
        ),
    ];
    for (folder, flags) in boards {
        let sketch = library.join("examples/Digits/Digits.ino");
        let elf = PathBuf::from(format!("{MADE}/sketch.elf"));
        printed(
            Command::new("arm-none-eabi-g++")
                .args(flags)
                .args([
                    "-mthumb",
                    "-Os",
                    "-std=gnu++11",
                    "-fno-exceptions",
                    "-fno-rtti",
                    "-ffreestanding",
                ])
                .args([
                    "-ffunction-sections",
                    "-fdata-sections",
                    "-Wall",
                    "-Wextra",
                    "-Werror",
                ])
                .args([
                    "-nostdlib",
                    "-Wl,--gc-sections",
                    "-Wl,--entry=main",
                    "-include",
                    "tests/boards/Arduino.h",
                ])
                .arg("-I")
                .arg(library.join("src"))
                .args(["-x", "c++"])
                .arg(sketch)
                .args(["-x", "none", "-L"])
                .arg(library.join("src").join(folder))
                .args(["-lflowlet", "-lgcc", "-o"])
                .arg(&elf),
        );
        let linked = symbols(&elf);
        assert!(
            linked.iter().any(|name| name == "flowlet_sample"),
            "{folder}"
        );
        assert!(panics(&linked).is_empty(), "{folder}");
    }
}
