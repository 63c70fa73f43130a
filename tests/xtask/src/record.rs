//! `cargo xtask record`: writes golden files anew.
//!
//! Tests compare golden files with what the code makes now. With `FLOWLET_RECORD` set, they write
//! the file first. This command knows which test writes which files, and trains the golden models.

use std::fs;
use std::path::Path;
use std::process::Command;

use clap::{Args, ValueEnum};

use crate::{Failure, checkout};

/// Record golden files anew. Look at the difference before you commit it.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask record models samples
  cargo run -p xtask --features header -- record header

`cargo xtask bench --record` records the benchmark.")]
pub struct RecordArgs {
    /// What to record.
    #[arg(value_enum, required = true, value_name = "WHAT")]
    what: Vec<What>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Models of the current format version, in tests/golden. Takes a minute.
    Models,
    /// Samples of all golden models, in tests/golden/samples.txt.
    Samples,
    /// Seeds of the fuzzers, in tests/fuzz/seeds.
    Seeds,
    /// The random model in firmware-examples/models/odd.flow.
    Odd,
    /// The header of the C interface. Needs the feature `header`.
    #[cfg(feature = "header")]
    Header,
    /// Sizes of the examples in firmware-examples/README.md. Takes minutes.
    Sizes,
    /// Pictures of what real boards show.
    Pictures,
}

impl RecordArgs {
    pub fn run(&self) -> Result<(), Failure> {
        self.what.iter().try_for_each(|what| what.record())
    }
}

impl What {
    fn record(self) -> Result<(), Failure> {
        match self {
            Self::Models => {
                train_models()?;
                test("-p flowlet-tests --test runtime golden::record_models -- --ignored --exact")
            }
            Self::Samples => {
                test("-p flowlet-tests --test runtime golden::record_samples -- --ignored --exact")
            }
            Self::Seeds => {
                test("-p flowlet-tests --test runtime corpus::seeds_are_models -- --exact")
            }
            Self::Odd => test("-p flowlet-tests --test runtime odd_shapes"),
            #[cfg(feature = "header")]
            Self::Header => crate::header::record(),
            Self::Sizes => {
                test("-p flowlet-tests --test boards deep::sizes_are_on_record -- --ignored")
            }
            Self::Pictures => test("--manifest-path firmware-examples/boards/Cargo.toml -p render"),
        }
    }
}

/// Runs tests that write what they compare.
fn test(arguments: &str) -> Result<(), Failure> {
    let mut command = Command::new("cargo");
    command
        .args(["test", "--quiet", "--locked"])
        .args(arguments.split(' '))
        .env("FLOWLET_RECORD", "1");
    checkout::run(&mut command).map(|_| ())
}

/// Folder of the current format version.
const MODELS: &str = "tests/golden/v1";

/// Options of the trained models: every path, with and without classes and guidance, time grids
/// found by training and uniform ones, every solver.
const TRAINED: [(&str, &str); 6] = [
    ("linear", "--hidden 9,7 --label class --label-dropout 0.2"),
    (
        "trigonometric",
        "--path trigonometric --hidden 8 --drop class --solver heun --steps 3",
    ),
    (
        "constant-sigma",
        "--path constant-sigma --hidden 5,6,7 --label class --uniform-steps --solver euler",
    ),
    (
        "bridge",
        "--path bridge --hidden 11,5 --drop class --solver midpoint --steps 4",
    ),
    (
        "smooth",
        "--path smooth --hidden 13 --label class --distil 4",
    ),
    (
        "lipman",
        "--path lipman --hidden 10,10 --label class --label-dropout 0.2 --steps 6",
    ),
];

/// Activations of the imported networks.
const IMPORTED: [&str; 6] = ["silu", "selu", "relu", "gelu", "gelu-tanh", "tanh"];

/// Trains and imports models into the folder of the current version. Files of a version that has
/// been released are what users have, and must never change.
fn train_models() -> Result<(), Failure> {
    let made = tempfile::tempdir()?;
    let made = made.path();
    checkout::run(
        Command::new("python3")
            .arg("tests/golden/data.py")
            .arg(made),
    )?;
    fs::create_dir_all(checkout::path(MODELS))?;
    for (name, options) in TRAINED {
        let data = made.join("rows.csv");
        let fixed = "--quiet --iterations 200 --batch 64";
        flowlet("train", &data, &format!("{fixed} {options}"), name, made)?;
    }
    for name in IMPORTED {
        let [like, points] = [format!("{name}.toml"), "points.csv".to_owned()]
            .map(|file| made.join(file).display().to_string());
        let options = format!("--quiet --like {like} --calibrate {points}");
        let weights = made.join("weights.safetensors");
        flowlet("import", &weights, &options, name, made)?;
    }
    Ok(())
}

/// Runs a command of flowlet that writes a model, and keeps only the model.
fn flowlet(
    command: &str,
    data: &Path,
    options: &str,
    name: &str,
    made: &Path,
) -> Result<(), Failure> {
    let model = made.join(format!("{name}.flow"));
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "run",
            "--quiet",
            "--locked",
            "--release",
            "-p",
            "flowlet-cli",
            "--",
        ])
        .arg(command)
        .arg(data)
        .args(options.split(' '))
        .arg("-o")
        .arg(&model);
    checkout::run(&mut cargo)?;
    fs::copy(&model, checkout::path(MODELS).join(format!("{name}.flow")))?;
    Ok(())
}
