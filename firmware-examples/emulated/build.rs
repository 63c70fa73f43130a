//! The board's memory map and name, the compiler's name, and the weights of the kernels' programs.

#[path = "../harness/link.rs"]
mod link;
mod weights;

use std::env;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=FLOWLET_BOARD");
    let Ok(board) = env::var("FLOWLET_BOARD") else {
        println!("cargo::error=FLOWLET_BOARD is not set; build with firmware-examples/build.sh");
        return;
    };
    link::link(&format!("memory/{board}.x"));
    println!("cargo::rustc-env=FLOWLET_BOARD={board}");
    println!("cargo::rustc-env=FLOWLET_COMPILER={}", compiler());
    weights::write();
}

/// Returns the compiler's version. The benchmark prints it, because figures depend on it.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").expect("cargo sets RUSTC");
    let version = Command::new(rustc).arg("--version").output();
    let version = version.expect("the compiler runs").stdout;
    String::from_utf8_lossy(&version).trim().to_owned()
}
