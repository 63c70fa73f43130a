//! Every board's firmware in QEMU against the host, and what is linked into it. These tests need
//! the targets and QEMU, so a plain `cargo test` leaves them out; `sh tests/run.sh` runs them.

mod c;
mod calls;
mod firmware;
mod sizes;

use std::path::Path;

use firmware::{BOARDS, Firmware};
use flowlet::{Model, Sampler, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

const SOLVERS: [Solver; 4] = [
    Solver::Euler,
    Solver::ExponentialEuler,
    Solver::Midpoint,
    Solver::Heun,
];

/// Checksum of what a line of a board's report tells of, drawn on the host; each sample by itself.
fn on_host(line: &firmware::Line) -> u32 {
    let path = format!("firmware-examples/models/{}.flow", line.model);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let model = Model::parse(&bytes).unwrap();
    let mut sampler = Box::new(Sampler::<1024, 1024, 2>::new(&model).unwrap());
    sampler.set_class(line.class).unwrap();
    if let Some((steps, solver)) = line.equal {
        sampler.set_steps(steps).unwrap();
        sampler.set_solver(SOLVERS[solver]);
    }
    let guidance = (line.guidance > 0).then_some(line.guidance);
    sampler.set_guidance(guidance).unwrap();
    // The boards run the odd model with three lanes, of which a guided sample takes two.
    let samples = if line.model == "odd" && guidance.is_none() {
        3
    } else {
        1
    };
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(line.seed);
    (0..samples).fold(0u32, |crc, _| {
        crc.rotate_left(1) ^ sampler.sample(&mut rng).unwrap().crc32()
    })
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn boards_give_the_hosts_bits() {
    for board in BOARDS {
        let firmware = Firmware::build(board);
        let report = firmware.run();
        assert_eq!(
            report.lines.len(),
            23,
            "{board}: ten digits, four points and nine odd batches"
        );
        for line in &report.lines {
            assert_eq!(
                line.crc32,
                on_host(line),
                "{board}: {line:?} differs from the host"
            );
        }
    }
}

/// The firmware that tries random layers ends with a line that says so.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn every_kernel_gives_the_portable_ones_bits() {
    let kernels = [
        "armv6m", "armv7m", "armv7em", "armv7em", "armv7em", "mve", "portable",
    ];
    for (board, kernel) in BOARDS.into_iter().zip(kernels) {
        let printed = firmware::run_program(board, "kernels");
        let expected = format!("kernel={kernel} cases=1000 same=1000");
        assert!(printed.contains(&expected), "{board}: {printed}");
    }
}

/// From the functions named `root` no panic can be reached. The walk does find `core::panicking` from `main`, where
/// the report's formatting, or a HAL, may panic: it can fail.
fn assert_no_panic(board: &str, elf: &Path, root: &str) {
    let calls = calls::Calls::of(&std::fs::read(elf).unwrap());
    let sampling = calls.reachable(root);
    assert!(
        sampling.iter().any(|name| name.contains("kernel")),
        "{board}: the walk sees too little"
    );
    let panics: Vec<_> = sampling
        .iter()
        .filter(|name| name.contains("panic"))
        .collect();
    assert!(panics.is_empty(), "{board}: sampling reaches {panics:?}");
    let all = calls.reachable("main");
    assert!(
        all.iter().any(|name| name.contains("panick")),
        "{board}: the walk finds no panic at all"
    );
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn sampling_cannot_panic() {
    for board in BOARDS {
        assert_no_panic(board, &Firmware::build(board).elf, "flowlet_sample");
    }
}

/// Real boards' HALs may panic; what they call of the shared sampling code may not.
#[test]
#[ignore = "needs targets: sh tests/run.sh"]
fn sampling_cannot_panic_on_a_real_board() {
    for (board, elf) in firmware::build_real_boards() {
        assert_no_panic(board, &elf, "6render8sampling");
    }
}

/// What the examples take is what `firmware-examples/README.md` says; `FLOWLET_RECORD=1` writes it there.
#[test]
#[ignore = "needs targets: sh tests/run.sh"]
fn sizes_are_on_record() {
    let emulated = BOARDS.map(|board| (board, Firmware::build(board).elf));
    let examples = emulated.into_iter().chain(firmware::build_real_boards());
    let sizes: Vec<_> = examples
        .map(|(board, elf)| (board, sizes::Sizes::of(&std::fs::read(elf).unwrap())))
        .collect();
    sizes::check(&sizes);
}
