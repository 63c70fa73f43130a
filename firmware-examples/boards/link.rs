//! The build script of every Cortex-M board: its `memory.x`, the start-up crate's linker script and defmt's.

use std::env;

fn main() {
    let board = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    println!("cargo::rerun-if-changed={board}/memory.x");
    println!("cargo::rustc-link-search={board}");
    println!("cargo::rustc-link-arg-bins=--nmagic");
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rustc-link-arg-bins=-Tdefmt.x");
    // Relocations stay in the file, so that tests can walk what calls what. They take no flash.
    println!("cargo::rustc-link-arg-bins=--emit-relocs");
}
