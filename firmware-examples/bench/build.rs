//! The board's memory map, and the weights that the programs run.

#[path = "../harness/link.rs"]
mod link;
mod weights;

use std::env;
use std::process::Command;

fn main() {
    link::main();
    weights::write();
    name_compiler();
}

/// The figures are those of one compiler: the benchmark says which.
fn name_compiler() {
    let rustc = env::var_os("RUSTC").expect("cargo sets RUSTC");
    let version = Command::new(rustc).arg("--version").output();
    let version = version.expect("the compiler runs").stdout;
    let version = String::from_utf8_lossy(&version);
    println!("cargo::rustc-env=FLOWLET_COMPILER={}", version.trim());
}
