//! Puts the models beside the harness's code: the committed ones, or in place of the digits the
//! file that `FLOWLET_DIGITS` names, so that a freshly trained one can be run on a board.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo::rerun-if-env-changed=FLOWLET_DIGITS");
    let digits = env::var_os("FLOWLET_DIGITS").map(PathBuf::from);
    for (name, source) in [
        (
            "digits.flow",
            digits.unwrap_or_else(|| "../models/digits.flow".into()),
        ),
        ("moons.flow", "../models/moons.flow".into()),
        ("odd.flow", "../models/odd.flow".into()),
    ] {
        println!("cargo::rerun-if-changed={}", source.display());
        if let Err(error) = fs::copy(&source, out.join(name)) {
            println!("cargo::error={}: {error}", source.display());
        }
    }
}
