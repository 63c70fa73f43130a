//! Tests before a release: checked arithmetic, linked real boards, sizes.

use crate::firmware::{Build, emulated, real};
use crate::interrupts;
use crate::quick::{assert_harmless, assert_recorded};
use crate::sizes::{self, Sizes};

/// One board for each of the kernels that differ most.
#[test]
#[ignore = "needs targets and QEMU: sh tests/deep.sh"]
fn checked_arithmetic_gives_the_recorded_samples() {
    let chosen = ["microbit", "netduinoplus2", "mps3-an547", "riscv-virt"];
    let mut ran = 0;
    for board in emulated().filter(|board| chosen.contains(&board.name)) {
        assert_recorded(board.name, &board.run(Build::Checked, "golden"));
        ran += 1;
    }
    assert_eq!(ran, chosen.len());
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/deep.sh"]
fn steps_in_tasks_give_the_same_samples() {
    interrupts::assert_same_samples("rtic", "rtic");
    interrupts::assert_same_samples("embassy", "embassy");
}

/// The libraries of a real board may panic; the shared sampling code may not.
#[test]
#[ignore = "needs targets: sh tests/deep.sh"]
fn sampling_is_harmless_on_real_boards() {
    for board in real() {
        assert_harmless(board.name, &board.build_real(), "6render8sampling");
    }
}

/// The sizes are those of `firmware-examples/README.md`; `cargo xtask record sizes` writes them.
#[test]
#[ignore = "needs targets: sh tests/deep.sh"]
fn sizes_are_on_record() {
    let emulated = emulated().map(|board| (board.name, board.linked(Build::Release, "samples")));
    let real = real().into_iter();
    let files = emulated.chain(real.map(|board| (board.name, board.build_real())));
    let sizes: Vec<_> = files
        .map(|(board, elf)| (board, Sizes::of(&std::fs::read(elf).unwrap())))
        .collect();
    sizes::check(&sizes);
}
