//! The build script of every firmware: the board's `memory.x` and the start-up crate's linker
//! script. Firmware that is for every board finds its board's name in `FLOWLET_BOARD`.

use std::path::{Path, PathBuf};
use std::{env, fs};

pub fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo::rerun-if-env-changed=FLOWLET_BOARD");
    let memory = match env::var("FLOWLET_BOARD") {
        Ok(board) if !Path::new("memory.x").exists() => format!("../{board}/memory.x"),
        _ => "memory.x".to_owned(),
    };
    if let Err(error) = fs::copy(&memory, out.join("memory.x")) {
        println!("cargo::error={memory}: {error}; build with firmware-examples/build.sh");
    }
    println!("cargo::rerun-if-changed={memory}");
    println!("cargo::rustc-link-search={}", out.display());
    // cortex-m-rt's script includes memory.x, riscv-rt's expects it before.
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("riscv32") {
        println!("cargo::rustc-link-arg=-Tmemory.x");
    }
    println!("cargo::rustc-link-arg=-Tlink.x");
    // Relocations stay in the file, so that tests can walk what calls what. They take no flash.
    println!("cargo::rustc-link-arg=--emit-relocs");
}
