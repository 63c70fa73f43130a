//! Builds and runs firmware through the scripts that users call, and reads its report.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

/// The boards, as `firmware-examples/boards.sh` names them.
pub const BOARDS: [&str; 7] = [
    "microbit",
    "stm32vldiscovery",
    "netduinoplus2",
    "mps2-an500",
    "mps2-an505",
    "mps3-an547",
    "riscv-virt",
];

/// The boards of `firmware-examples/boards`, each with its target, as `firmware-examples/boards.sh` names them.
const REAL_BOARDS: [(&str, &str); 4] = [
    ("microbit-v2", "thumbv7em-none-eabihf"),
    ("pico", "thumbv6m-none-eabi"),
    ("stm32f4-discovery", "thumbv7em-none-eabihf"),
    ("esp32-c3", "riscv32imc-unknown-none-elf"),
];

/// A linked board.
pub struct Firmware {
    board: &'static str,
    pub elf: PathBuf,
}

/// One sample of a board's report.
#[derive(Debug)]
pub struct Line {
    pub model: String,
    pub class: Option<u16>,
    /// Equal steps and the number of their solver, in the order of `flowlet::Solver`; `None` for the
    /// file's own.
    pub equal: Option<(u16, usize)>,
    /// Q3.12, 0 for none.
    pub guidance: u16,
    pub seed: u64,
    pub crc32: u32,
    /// Bytes of the stack below the caller; firmware in C does not tell.
    pub stack: Option<usize>,
}

/// What a board printed.
#[derive(Default)]
pub struct Report {
    pub lines: Vec<Line>,
    /// Rows of the digits' pictures.
    pub pictures: Vec<String>,
}

/// Runs a program that is for every board, and gives what it printed.
pub fn run_program(board: &str, program: &str) -> String {
    run_with(board, &[("FIRMWARE", program)])
}

/// The same, of a build whose arithmetic is checked.
pub fn run_checked(board: &str, program: &str) -> String {
    // Not optimised at all, its stack would not fit the smallest board.
    let variables = [
        ("FIRMWARE", program),
        ("PROFILE", "dev"),
        ("CARGO_PROFILE_DEV_OPT_LEVEL", "s"),
    ];
    run_with(board, &variables)
}

fn run_with(board: &str, variables: &[(&str, &str)]) -> String {
    let printed = run("run.sh", board, variables);
    println!("{board}: {printed}");
    printed
}

/// Runs a script of the examples and gives what it printed.
fn script(name: &str, board: &str) -> String {
    run(name, board, &[])
}

fn run(name: &str, board: &str, variables: &[(&str, &str)]) -> String {
    let script = format!("firmware-examples/{name}");
    printed(
        Command::new("sh")
            .args([&script, board])
            .envs(variables.iter().copied()),
    )
}

/// Runs a command, which must succeed, and gives what it printed.
pub fn printed(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).expect("the report is text")
}

/// Builds the real boards and gives the linked file of each. One whose target is missing is said not to be built: its
/// libraries ask for a newer compiler than the one that builds `core` from source.
pub fn build_real_boards() -> Vec<(&'static str, PathBuf)> {
    let output = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output();
    let targets = output.map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    let installed = |(board, target): &(&str, &str)| {
        let found = targets.lines().any(|line| line == *target);
        if !found {
            println!("{board}: NOT BUILT, for rustup has no target {target} here");
        }
        found
    };
    let boards = REAL_BOARDS.into_iter().filter(installed);
    boards
        .map(|(board, target)| (board, build_real(board, target)))
        .collect()
}

/// From its folder, as its user does.
fn build_real(board: &str, target: &str) -> PathBuf {
    let boards = PathBuf::from("firmware-examples/boards");
    let status = Command::new("cargo")
        .args(["build", "--quiet", "--release", "--locked"])
        .current_dir(boards.join(board))
        .env_remove("CARGO_TARGET_DIR")
        .status()
        .expect("cargo runs");
    assert!(status.success(), "{board} is not built");
    boards
        .join("target")
        .join(target)
        .join("release")
        .join(board)
}

impl Firmware {
    pub fn build(board: &'static str) -> Self {
        let printed = script("build.sh", board);
        let elf = printed
            .lines()
            .last()
            .expect("build.sh prints a path")
            .into();
        Self { board, elf }
    }

    pub fn run(&self) -> Report {
        let printed = script("run.sh", self.board);
        println!("{}:\n{printed}", self.board);
        Report::of(&printed)
    }
}

impl Report {
    pub fn of(printed: &str) -> Self {
        let mut report = Self::default();
        for line in printed.lines() {
            let pairs: HashMap<&str, &str> = line
                .split_whitespace()
                .filter_map(|pair| pair.split_once('='))
                .collect();
            if pairs.contains_key("model") {
                report.lines.push(Line::of(&pairs));
            } else if line.ends_with('|') {
                report.pictures.push(line.to_owned());
            }
        }
        report
    }
}

impl Line {
    fn of(pairs: &HashMap<&str, &str>) -> Self {
        let number = |key: &str| -> u64 { pairs[key].parse().expect("a number") };
        Self {
            model: pairs["model"].to_owned(),
            class: pairs
                .get("class")
                .map(|class| class.parse().expect("a class")),
            equal: (pairs["steps"] != "file")
                .then(|| (number("steps") as u16, number("solver") as usize)),
            guidance: number("guidance") as u16,
            seed: number("seed"),
            stack: pairs
                .get("stack")
                .map(|stack| stack.parse().expect("bytes")),
            crc32: u32::from_str_radix(pairs["crc32"].trim_start_matches("0x"), 16)
                .expect("a checksum"),
        }
    }
}
