//! Builds and runs firmware with the scripts that users call, and reads its report.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

/// A board of `firmware-examples/boards.csv`.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    pub name: &'static str,
    /// The compiler's target.
    pub target: &'static str,
    /// Processor, as the compiler calls it.
    pub cpu: &'static str,
    /// Folder of its firmware.
    firmware: &'static str,
}

static BOARDS: LazyLock<Vec<Board>> = LazyLock::new(|| {
    let rows = include_str!("../../firmware-examples/boards.csv").lines();
    let board = |row: &'static str| {
        let fields: Vec<&str> = row.split(',').collect();
        Board {
            name: fields[0],
            target: fields[7],
            cpu: fields[8],
            firmware: fields[6],
        }
    };
    rows.skip(1).map(board).collect()
});

/// The boards that QEMU emulates.
pub fn emulated() -> impl Iterator<Item = &'static Board> {
    BOARDS.iter().filter(|board| board.firmware == "emulated")
}

/// Returns whether rustup has installed `target`. If not, prints that `program` is not built.
pub fn has_target(program: &str, target: &str) -> bool {
    let output = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output();
    let targets = output.map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    let found = targets.lines().any(|line| line == target);
    if !found {
        println!("{program}: NOT BUILT, because rustup has not installed the target {target}");
    }
    found
}

/// The real boards whose target rustup has installed. The libraries of the others need a newer
/// compiler than the one that builds `core` from source.
pub fn real() -> Vec<&'static Board> {
    let installed = |board: &&Board| has_target(board.name, board.target);
    let boards = BOARDS.iter().filter(|board| board.firmware == "boards");
    boards.filter(installed).collect()
}

/// How firmware is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Build {
    /// As users build it. All programs of a board are built at once.
    Release,
    /// The golden samples, with checks of the arithmetic.
    Checked,
}

impl Board {
    /// Returns the path of a linked program. The first call for a board builds it.
    pub fn linked(&self, build: Build, program: &str) -> PathBuf {
        static FOLDERS: LazyLock<Mutex<HashMap<(&str, Build), PathBuf>>> =
            LazyLock::new(Mutex::default);
        let mut folders = FOLDERS.lock().expect("no build has failed");
        let folder = folders.entry((self.name, build)).or_insert_with(|| {
            let mut command = Command::new("sh");
            command.args(["../firmware-examples/build.sh", self.name]);
            if build == Build::Checked {
                command.envs([("CHECKED", "1"), ("PROGRAMS", "golden")]);
            }
            printed(&mut command).trim_end().into()
        });
        folder.join(program)
    }

    /// Runs a program in QEMU and returns what it printed.
    pub fn run(&self, build: Build, program: &str) -> String {
        let elf = self.linked(build, program);
        let report = printed(
            Command::new("sh")
                .args(["../firmware-examples/run.sh", self.name])
                .arg(elf),
        );
        println!("{} {build:?} {program}:\n{report}", self.name);
        report
    }

    /// Builds a real board in its own folder, as its user does, and returns the linked file.
    pub fn build_real(&self) -> PathBuf {
        let boards = PathBuf::from("../firmware-examples/boards");
        let status = Command::new("cargo")
            .args(["build", "--quiet", "--release", "--locked"])
            .current_dir(boards.join(self.name))
            .env_remove("CARGO_TARGET_DIR")
            .status()
            .expect("cargo runs");
        assert!(status.success(), "{} does not build", self.name);
        let folder = boards.join("target").join(self.target).join("release");
        folder.join(self.name)
    }
}

/// Runs a command, which must succeed, and returns what it printed.
pub fn printed(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).expect("the report is text")
}

/// What the program `samples` printed, or the C example.
#[derive(Default)]
pub struct Report {
    pub lines: Vec<Line>,
    /// Rows of the digits' pictures.
    pub pictures: Vec<String>,
}

/// One sample of a report.
#[derive(Debug)]
pub struct Line {
    pub model: String,
    pub class: Option<u16>,
    /// Number of uniform steps and the number of their solver in [`flowlet::Solver`]; `None` for
    /// the file's own.
    pub uniform: Option<(u16, usize)>,
    /// Strength of guidance in Q3.12; 0 turns it off.
    pub guidance: u16,
    pub seed: u64,
    pub crc32: u32,
    /// Bytes of stack below the caller. Firmware in C does not print it.
    pub stack: Option<usize>,
}

impl Report {
    pub fn read(printed: &str) -> Self {
        let mut report = Self::default();
        for line in printed.lines() {
            let pairs: HashMap<_, _> = line
                .split_whitespace()
                .filter_map(|pair| pair.split_once('='))
                .collect();
            if pairs.contains_key("crc32") {
                report.lines.push(Line::read(&pairs));
            } else if line.ends_with('|') {
                report.pictures.push(line.to_owned());
            }
        }
        report
    }
}

impl Line {
    fn read(pairs: &HashMap<&str, &str>) -> Self {
        let number = |key: &str| -> u64 { pairs[key].parse().expect("a number") };
        let crc32 = pairs["crc32"].trim_start_matches("0x");
        Self {
            model: pairs["model"].to_owned(),
            class: pairs.contains_key("class").then(|| number("class") as u16),
            uniform: (pairs["steps"] != "file")
                .then(|| (number("steps") as u16, number("solver") as usize)),
            guidance: number("guidance") as u16,
            seed: number("seed"),
            stack: pairs
                .contains_key("stack")
                .then(|| number("stack") as usize),
            crc32: u32::from_str_radix(crc32, 16).expect("a checksum"),
        }
    }
}
