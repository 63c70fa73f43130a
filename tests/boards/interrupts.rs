//! Programs that take one solver step per interrupt, or per turn of a task.

use std::process::Command;

use crate::firmware::{has_target, printed};

/// A Cortex-M0 and a Cortex-M4.
const TARGETS: [&str; 2] = ["thumbv6m-none-eabi", "thumbv7em-none-eabihf"];

/// Runs a program of `firmware-examples/boards/interrupts` as its user does. It compares the
/// samples that it drew step by step with samples drawn at once.
pub fn assert_same_samples(program: &str, features: &str) {
    for target in TARGETS {
        if !has_target(program, target) {
            continue;
        }
        let mut command = Command::new("timeout");
        command
            .args(["300", "cargo", "run", "--quiet", "--release", "--locked"])
            .args(["--target", target, "--bin", program, "--features", features])
            .current_dir("../firmware-examples/boards/interrupts")
            .env_remove("CARGO_TARGET_DIR")
            .stdin(std::process::Stdio::null());
        let report = printed(&mut command);
        println!("{target}: {report}");
        assert_eq!(
            report.trim_end(),
            format!("program={program} samples=4 same=4"),
            "{target}"
        );
    }
}
