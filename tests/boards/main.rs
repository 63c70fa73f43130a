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

/// What a sample may take of the stack: the sampler, twice where a compiler for size moves it into its place, the values that the
/// harness reads out, twice too, and what the runtime calls: 1.5 KB, as the documentation of `Sampler` says.
fn stack_bound(board: &str, line: &firmware::Line) -> usize {
    let bytes = std::fs::read(format!("firmware-examples/models/{}.flow", line.model)).unwrap();
    let size = flowlet::ModelSize::of(&bytes).expect("a model");
    let lanes = if line.model == "odd" { 3 } else { 1 };
    let copies = if board == "microbit" { 2 } else { 1 };
    copies * lanes * (8 * size.dim + 4 * size.width) + 2 * 4 * size.dim + 1536
}

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
            let bound = stack_bound(board, line);
            assert!(
                line.stack.is_some_and(|stack| stack <= bound),
                "{board}: {line:?} takes more than {bound} bytes"
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

/// The boards draw from every recorded file what the host does.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn recorded_files_give_the_same_samples_on_every_board() {
    let recorded = std::fs::read_to_string("tests/golden/samples.txt").expect("the samples");
    let released = BOARDS.map(|board| (board, firmware::run_program(board, "golden")));
    // One board for each of the kernels that differ most.
    let checked = ["microbit", "netduinoplus2", "mps3-an547", "riscv-virt"]
        .map(|board| (board, firmware::run_checked(board, "golden")));
    for (board, printed) in released.into_iter().chain(checked) {
        for (got, recorded) in printed.lines().zip(recorded.lines()) {
            assert_eq!(got, recorded, "{board}");
        }
        assert_eq!(printed.lines().count(), recorded.lines().count(), "{board}");
    }
}

/// Why a function may not be called where nothing allocates and nothing is float; `None` where it may.
fn forbidden(name: &str) -> Option<&'static str> {
    const ALLOCATORS: [&str; 7] = [
        "__rust_alloc",
        "__rust_realloc",
        "__rust_dealloc",
        "malloc",
        "realloc",
        "calloc",
        "5alloc",
    ];
    // Arm's names of the run-time library, then GCC's.
    const ARM: [&str; 10] = [
        "__aeabi_f",
        "__aeabi_d",
        "__aeabi_cf",
        "__aeabi_cd",
        "__aeabi_i2",
        "__aeabi_ui2",
        "__aeabi_l2",
        "__aeabi_ul2",
        "__aeabi_h2",
        "5float",
    ];
    const MODES: [&str; 5] = ["hf", "sf", "df", "xf", "tf"];
    let gcc = name.strip_prefix("__").is_some_and(|name| {
        MODES.iter().any(|mode| name.contains(mode)) && !name.starts_with("aeabi")
    });
    if name.contains("panic") {
        Some("a panic")
    } else if ALLOCATORS.iter().any(|part| name.contains(part)) {
        Some("an allocator")
    } else if gcc || ARM.iter().any(|part| name.contains(part)) {
        Some("software floating point")
    } else {
        None
    }
}

#[test]
fn forbidden_functions_are_known_by_name() {
    for (name, why) in [
        (
            "_ZN4core9panicking5panic17h0123456789abcdefE",
            Some("a panic"),
        ),
        ("__rust_alloc", Some("an allocator")),
        (
            "_ZN5alloc7raw_vec11finish_grow17h0123456789abcdefE",
            Some("an allocator"),
        ),
        ("__aeabi_fadd", Some("software floating point")),
        ("__aeabi_ui2f", Some("software floating point")),
        ("__mulsf3", Some("software floating point")),
        ("__floatsisf", Some("software floating point")),
        ("__extendsfdf2", Some("software floating point")),
        (
            "_ZN17compiler_builtins5float3mul5mul3217h0123456789abcdefE",
            Some("software floating point"),
        ),
        ("__aeabi_uidivmod", None),
        ("__aeabi_lmul", None),
        ("__aeabi_memcpy4", None),
        ("__muldi3", None),
        (
            "_ZN7flowlet6kernel8portable5euler17h0123456789abcdefE",
            None,
        ),
    ] {
        assert_eq!(forbidden(name), why, "{name}");
    }
}

/// From the functions named `root` no panic, no allocator and no float routine can be reached. The walk does find
/// `core::panicking` from `main`, where the report's formatting, or a HAL, may panic: it can fail.
fn assert_harmless(board: &str, elf: &Path, root: &str) {
    let calls = calls::Calls::of(&std::fs::read(elf).unwrap());
    let sampling = calls.reachable(root);
    assert!(
        sampling.iter().any(|name| name.contains("kernel")),
        "{board}: the walk sees too little"
    );
    let reached = sampling
        .iter()
        .filter_map(|name| Some((name, forbidden(name)?)));
    let reached: Vec<_> = reached.collect();
    assert!(reached.is_empty(), "{board}: sampling reaches {reached:?}");
    println!(
        "{board}: {} functions from {root}, none of them forbidden",
        sampling.len()
    );
    let all = calls.reachable("main");
    assert!(
        all.iter().any(|name| name.contains("panick")),
        "{board}: the walk finds no panic at all"
    );
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn sampling_reaches_no_panic_no_allocator_and_no_float() {
    for board in BOARDS {
        assert_harmless(board, &Firmware::build(board).elf, "flowlet_sample");
    }
}

/// Real boards' HALs may panic; what they call of the shared sampling code may not.
#[test]
#[ignore = "needs targets: sh tests/run.sh"]
fn sampling_is_harmless_on_a_real_board() {
    for (board, elf) in firmware::build_real_boards() {
        assert_harmless(board, &elf, "6render8sampling");
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
