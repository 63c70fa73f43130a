//! Firmware outside the repository, with fat link-time optimisation. It links two versions of the
//! crate, and a start-up crate whose assembly needs the assembler's state as it was.

use std::fs;
use std::path::Path;
use std::process::Command;

use flowlet::{Model, Sampler};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::firmware::{Board, emulated, has_target, printed};

/// Start-up crates, with features that put assembly into the start-up code.
const SET_SP: &str = r#"cortex-m-rt = { version = "0.7.5", features = ["set-sp"] }"#;
/// The limit of the stack is set with an instruction that only Armv8-M has.
const SET_LIMIT: &str = r#"cortex-m-rt = { version = "0.7.5", features = ["set-msplim"] }"#;
const RISC_V: &str = r#"riscv-rt = { version = "0.18", features = ["single-hart"] }"#;

#[test]
#[ignore = "needs targets and QEMU: sh tests/deep.sh"]
fn deep_two_versions_link() {
    let boards = [
        ("microbit", SET_SP),
        ("netduinoplus2", SET_SP),
        ("mps2-an505", SET_LIMIT),
        ("mps3-an547", SET_LIMIT),
        ("riscv-virt", RISC_V),
    ];
    for (name, start_up) in boards {
        run(name, start_up, None);
    }
}

/// Compiled code must not load unaligned words either, so it is compiled with `strict-align`.
#[test]
#[ignore = "needs targets and QEMU: sh tests/deep.sh"]
fn deep_unaligned_loads_may_fault() {
    for name in [
        "stm32vldiscovery",
        "netduinoplus2",
        "mps2-an505",
        "mps3-an547",
    ] {
        run(name, SET_SP, Some("-C target-feature=+strict-align"));
    }
}

/// Builds and runs the firmware, with a trap of unaligned loads if it is compiled with `align`.
fn run(name: &str, start_up: &str, align: Option<&str>) {
    let board = emulated()
        .find(|board| board.name == name)
        .expect("a board");
    if !has_target(name, board.target) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    write_crates(folder.path(), name, start_up);
    let folder = folder.path().canonicalize().expect("the folder");
    let mut build = Command::new("cargo");
    build
        .args([
            "build",
            "--quiet",
            "--release",
            "--offline",
            "--target",
            board.target,
        ])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("RUSTFLAGS", flags(board, &folder, align));
    if align.is_some() {
        build.env("TRAP", "1");
    }
    printed(&mut build);
    let elf = folder
        .join("target")
        .join(board.target)
        .join("release/linking");
    let mut run = Command::new("sh");
    let report = printed(run.args(["../firmware-examples/run.sh", name]).arg(elf));
    let points = points();
    assert_eq!(report, format!("{points}\n{points}\n"), "{name}");
}

fn flags(board: &Board, folder: &Path, align: Option<&str>) -> String {
    let search = folder.display();
    let cpu = board.cpu;
    let align = align.unwrap_or_default();
    // The script of cortex-m-rt includes the memory map.
    let map = if board.target.starts_with("riscv") {
        "-C link-arg=-Tmemory.x"
    } else {
        ""
    };
    format!("-C target-cpu={cpu} -C link-arg=-L{search} {map} -C link-arg=-Tlink.x {align}")
}

/// Writes the firmware, and a copy of the crate with another version.
fn write_crates(folder: &Path, board: &str, start_up: &str) {
    let root = Path::new("..")
        .canonicalize()
        .expect("the root of the repository");
    let copy = folder.join("another");
    fs::create_dir(&copy).expect("a folder");
    for item in ["build.rs", "src"] {
        std::os::unix::fs::symlink(root.join(item), copy.join(item)).expect("a link");
    }
    let manifest = fs::read_to_string("../Cargo.toml").expect("the manifest");
    let (workspace, package) = manifest.split_once("\n[package]").expect("a package");
    let package = package
        .split("\n[dev-dependencies]")
        .next()
        .expect("a part");
    let workspace = workspace.replace("version = \"0.1.0\"", "version = \"0.2.0\"");
    let lines = workspace
        .lines()
        .skip_while(|line| !line.starts_with("[workspace.package"));
    let shared: Vec<&str> = lines.collect();
    let text = format!("[workspace]\n{}\n[package]{package}", shared.join("\n"));
    fs::write(copy.join("Cargo.toml"), text).expect("a manifest");

    let root = root.display();
    let text = format!(
        r#"
[package]
name = "linking"
version = "0.1.0"
edition = "2024"
[[bin]]
name = "linking"
path = "firmware.rs"
[workspace]
exclude = ["another"]
[dependencies]
flowlet.path = "{root}"
another_flowlet = {{ package = "flowlet", path = "another" }}
{start_up}
rand_xoshiro = {{ version = "0.8", default-features = false }}
semihosting = {{ version = "0.1.25", features = ["panic-handler", "stdio"] }}
[profile.release]
lto = "fat"
codegen-units = 1
panic = "abort"
"#
    );
    fs::write(folder.join("Cargo.toml"), text).expect("a manifest");
    let memory = format!("../firmware-examples/emulated/memory/{board}.x");
    for (from, to) in [
        ("boards/linking/firmware.rs", "firmware.rs"),
        ("../firmware-examples/models/moons.flow", "moons.flow"),
        ("../firmware-examples/Cargo.lock", "Cargo.lock"),
        (&memory, "memory.x"),
    ] {
        fs::copy(from, folder.join(to)).expect(from);
    }
}

/// Returns the line that the firmware prints, computed on the host.
fn points() -> String {
    let moons = fs::read("../firmware-examples/models/moons.flow").expect("the model");
    let model = Model::parse(&moons).expect("a model");
    let mut sampler = Sampler::<2, 64, 3>::new(model).expect("a sampler");
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    let points = sampler.sample_batch(&mut rng).expect("points");
    let values = points.flat_map(|point| point.values());
    values
        .map(|value| format!(" {:08x}", value.to_bits()))
        .collect()
}
