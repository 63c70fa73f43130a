//! Build script of firmware: passes a memory map and the start-up crate's script to the linker.

use std::path::PathBuf;
use std::{env, fs};

// Real boards have one memory map. The crate of the emulated boards calls `link` itself.
#[allow(
    dead_code,
    reason = "build scripts that include this file have their own `main`"
)]
pub fn main() {
    link("memory.x");
}

/// Passes the file `memory` to the linker as `memory.x`.
pub fn link(memory: &str) {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    if let Err(error) = fs::copy(memory, out.join("memory.x")) {
        println!("cargo::error={memory}: {error}");
    }
    println!("cargo::rerun-if-changed={memory}");
    println!("cargo::rustc-link-search={}", out.display());
    // The script of cortex-m-rt includes memory.x; riscv-rt expects it on the command line.
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("riscv32") {
        println!("cargo::rustc-link-arg=-Tmemory.x");
    }
    println!("cargo::rustc-link-arg=-Tlink.x");
    // Keep the relocations: tests read from them which function calls which. They take no flash.
    println!("cargo::rustc-link-arg=--emit-relocs");
}
