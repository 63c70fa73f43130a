//! Firmware of every board, run in QEMU and compared with the host, and what is linked into it.
//!
//! These tests need compiler targets and QEMU, so a plain `cargo test` skips them.
//! `sh tests/run.sh` runs `quick`, `sh tests/deep.sh` runs `deep`.

mod arduino;
mod c;
mod calls;
#[path = "../c/compilers.rs"]
mod compilers;
mod deep;
mod firmware;
mod host;
mod interrupts;
mod linking;
mod policy;
mod quick;
mod sizes;
#[path = "../../firmware-examples/harness/src/unusual.rs"]
mod unusual;
mod update;
