//! The build script of every board: its `memory.x` and the start-up crate's linker script.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::copy("memory.x", out.join("memory.x")).expect("a board has a memory.x");
    println!("cargo::rerun-if-changed=memory.x");
    println!("cargo::rustc-link-search={}", out.display());
    // cortex-m-rt's script includes memory.x, riscv-rt's expects it before.
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("riscv32") {
        println!("cargo::rustc-link-arg=-Tmemory.x");
    }
    println!("cargo::rustc-link-arg=-Tlink.x");
    // Relocations stay in the file, so that tests can walk what calls what. They take no flash.
    println!("cargo::rustc-link-arg=--emit-relocs");
}
