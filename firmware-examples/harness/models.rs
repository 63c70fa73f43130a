//! Copies the committed models to where the code includes them.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for name in ["digits.flow", "fill.flow", "moons.flow", "odd.flow"] {
        let source = format!("../models/{name}");
        println!("cargo::rerun-if-changed={source}");
        if let Err(error) = fs::copy(&source, out.join(name)) {
            println!("cargo::error={source}: {error}");
        }
    }
}
