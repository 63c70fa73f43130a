//! What the five workspaces lock, by their files and by cargo.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Deserialize;

/// Each has a lock file of its own.
pub const WORKSPACES: [&str; 5] = [
    ".",
    "firmware-examples",
    "firmware-examples/boards",
    "tests/fuzz",
    "tests/miri",
];

/// The repository.
pub fn root() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../..").into()
}

/// A package of a lock file.
#[derive(Debug, Default, Deserialize)]
pub struct Locked {
    pub name: String,
    pub version: String,
    pub source: Option<String>,
    pub checksum: Option<String>,
}

impl Locked {
    pub fn of(folder: &str) -> Vec<Self> {
        #[derive(Deserialize)]
        struct File {
            package: Vec<Locked>,
        }
        let path = root().join(folder).join("Cargo.lock");
        let text = fs::read_to_string(path).expect("it is committed");
        toml::from_str::<File>(&text).expect("a lock file").package
    }
}

/// Name and licence of every package that is not of this repository; the lock file must be up to date.
pub fn licences(folder: &str) -> Vec<(String, Option<String>)> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        license: Option<String>,
        source: Option<String>,
    }
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--all-features",
            "--format-version",
            "1",
        ])
        .current_dir(root().join(folder))
        .output()
        .expect("cargo");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{folder}: {words}");
    let metadata: Metadata = serde_json::from_slice(&output.stdout).expect("JSON");
    let foreign = metadata
        .packages
        .into_iter()
        .filter(|of| of.source.is_some());
    foreign.map(|of| (of.name, of.license)).collect()
}
