//! Tests for every change. They share one build per board.

use std::path::Path;

use flowlet::{Model, Sampler};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::calls::{self, Calls};
use crate::firmware::{Build, Report, emulated};
use crate::unusual::{BEATS, Fault, MOVEMENTS, run};
use crate::{host, interrupts};

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn boards_give_the_bits_of_the_host() {
    for board in emulated() {
        let report = Report::read(&board.run(Build::Release, "samples"));
        let name = board.name;
        assert_eq!(
            report.lines.len(),
            23,
            "{name}: ten digits, four points and nine odd batches"
        );
        for line in &report.lines {
            assert_eq!(line.crc32, host::crc32(line), "{name}: {line:?}");
            let bound = host::stack_bound(name, line);
            assert!(
                line.stack.is_some_and(|stack| stack <= bound),
                "{name}: {line:?} takes more than {bound} bytes"
            );
        }
    }
}

/// The program compares random layers and steps, and prints a line at the end.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn every_kernel_gives_the_bits_of_the_portable_one() {
    let kernels = [
        ("microbit", "armv6m"),
        ("stm32vldiscovery", "armv7m"),
        ("netduinoplus2", "armv7em"),
        ("mps2-an500", "armv7em"),
        ("mps2-an505", "armv7em"),
        ("mps3-an547", "mve"),
        ("riscv-virt", "rv32im"),
    ];
    for (board, (name, kernel)) in emulated().zip(kernels) {
        assert_eq!(board.name, name);
        let printed = board.run(Build::Release, "kernels");
        let expected = format!("kernel={kernel} cases=1000 same=1000");
        assert!(printed.contains(&expected), "{name}: {printed}");
    }
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn steps_in_a_timer_interrupt_give_the_same_samples() {
    interrupts::assert_same_samples("interrupt", "");
}

/// Boards print the lines of `tests/golden/samples.txt`.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn recorded_models_give_the_recorded_samples() {
    for board in emulated() {
        assert_recorded(board.name, &board.run(Build::Release, "golden"));
    }
}

pub fn assert_recorded(board: &str, printed: &str) {
    let recorded = std::fs::read_to_string("golden/samples.txt").expect("the samples");
    for (got, recorded) in printed.lines().zip(recorded.lines()) {
        assert_eq!(got, recorded, "{board}");
    }
    assert_eq!(printed.lines().count(), recorded.lines().count(), "{board}");
}

/// The board scores rows as the host does. Normal rows give no alarm, and most faults do.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn faults_of_sensors_raise_alarms() {
    let beats = lines_of::<64, 64>(HEARTBEAT, &BEATS);
    let movements = lines_of::<48, 64>(MOTION, &MOVEMENTS);
    for board in emulated() {
        assert_eq!(
            board.run(Build::Release, "heartbeat"),
            beats,
            "{}",
            board.name
        );
        assert_eq!(
            board.run(Build::Release, "movement"),
            movements,
            "{}",
            board.name
        );
    }
}

static HEARTBEAT: &[u8] = flowlet::include_model!("../../firmware-examples/models/heartbeat.flow");
static MOTION: &[u8] = flowlet::include_model!("../../firmware-examples/models/motion.flow");

fn lines_of<const DIM: usize, const WIDTH: usize>(
    bytes: &'static [u8],
    rows: &[[i16; DIM]; 2],
) -> String {
    let (mut lines, mut alarms) = (String::new(), Vec::new());
    run::<DIM, WIDTH>(bytes, rows, |line| {
        lines += &format!("{line}\n");
        if line.is_alarm() {
            alarms.push(line.fault());
        }
    })
    .expect("scores");
    assert!(
        !alarms.contains(&Fault::Normal) && alarms.len() >= 4,
        "{lines}"
    );
    lines
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn scoring_reaches_no_panic_no_allocator_and_no_float() {
    for board in emulated() {
        let elf = board.linked(Build::Release, "score");
        assert_harmless(board.name, &elf, "flowlet_score");
    }
}

#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn sampling_reaches_no_panic_no_allocator_and_no_float() {
    for board in emulated() {
        for (program, root) in [
            ("samples", "flowlet_sample"),
            ("score", "flowlet_score"),
            ("fill", "flowlet_fill"),
        ] {
            let elf = board.linked(Build::Release, program);
            assert_harmless(board.name, &elf, root);
        }
    }
}

/// Documents state how much stack a sampler takes. Some model comes near that for each number of
/// slots.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn samplers_take_the_stated_stack() {
    for board in emulated() {
        let name = board.name;
        let filled = board.run(Build::Release, "fill");
        assert!(filled.contains("fill-stack"), "{name}: {filled}");
        let printed = board.run(Build::Release, "stack");
        let mut nearest = [f64::INFINITY; 4];
        for line in printed.lines() {
            let value = |key: &str| {
                let mut words = line.split(' ').filter_map(|word| word.strip_prefix(key));
                words.next().map(|value| value.parse::<usize>().unwrap())
            };
            let Some(stated) = value("stated=") else {
                continue;
            };
            let (batch, measured) = (value("batch=").unwrap(), value("stack=").unwrap());
            assert!(measured <= stated, "{name}: {line}");
            // A batch of 0 is `parse`, which takes less.
            if batch > 0 {
                nearest[batch] = nearest[batch].min(stated as f64 / measured as f64);
            }
        }
        let measured = nearest.into_iter().filter(|ratio| ratio.is_finite());
        assert!(measured.clone().count() >= 2, "{name}: {printed}");
        assert!(
            measured.clone().all(|ratio| ratio < 1.35),
            "{name}: {nearest:?}"
        );
        for (model, batch) in [("odd", 1), ("wide-512", 1), ("wide-1024", 1)] {
            let measured = format!("model={model} batch={batch} ");
            assert!(printed.contains(&measured), "{name}: no {measured}");
        }
    }
}

/// Documents state how much more stack a scorer takes than a sampler.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn scorers_take_the_stated_stack() {
    for board in emulated() {
        let printed = board.run(Build::Release, "stack_score");
        let lines = printed.lines().filter(|line| line.contains(" stated="));
        let lines: Vec<&str> = lines.collect();
        assert_eq!(lines.len(), 3, "{}: {printed}", board.name);
        for line in lines {
            let value = |key: &str| {
                let mut words = line.split(' ').filter_map(|word| word.strip_prefix(key));
                words.next().map(|value| value.parse::<usize>().unwrap())
            };
            let (measured, stated) = (value("stack=").unwrap(), value("stated=").unwrap());
            assert!(measured <= stated + 64, "{}: {line}", board.name);
        }
    }
}

/// The compiler has checked the model, so the firmware has no code for it.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn an_included_model_links_no_check() {
    let bytes = std::fs::read("../firmware-examples/models/digits.flow").expect("the digits");
    let model = Model::parse(&bytes).unwrap();
    let mut sampler = Sampler::<64, 88>::new(model).unwrap();
    let mut rng = Xoshiro128PlusPlus::from_seed([1; 16]);
    let expected = format!(
        "crc32={:#010x}\n",
        sampler.sample(&mut rng).unwrap().crc32()
    );
    for board in emulated() {
        assert_eq!(board.run(Build::Release, "included"), expected);
        let elf = board.linked(Build::Release, "included");
        assert_harmless(board.name, &elf, "included_sample");
        let calls = Calls::of(&std::fs::read(elf).unwrap());
        let all = calls.reachable("main");
        let check = all
            .iter()
            .find(|name| name.contains("parse") && name.contains("flowlet"));
        assert_eq!(check, None, "{}", board.name);
    }
}

/// Asserts that the functions whose name contains `root` reach no panic, no allocator and no float
/// routine. `main` must reach a panic, because its formatting can: so the walk would find one.
pub fn assert_harmless(board: &str, elf: &Path, root: &str) {
    let calls = Calls::of(&std::fs::read(elf).unwrap());
    let sampling = calls.reachable(root);
    assert!(
        sampling.iter().any(|name| name.contains("kernel")),
        "{board}: the walk does not reach the kernel"
    );
    let forbidden = sampling
        .iter()
        .filter_map(|name| Some((name, calls::forbidden(name)?)));
    let forbidden: Vec<_> = forbidden.collect();
    assert!(
        forbidden.is_empty(),
        "{board}: sampling reaches {forbidden:?}"
    );
    println!(
        "{board}: {root} reaches {} functions, none of them forbidden",
        sampling.len()
    );
    let all = calls.reachable("main");
    assert!(
        all.iter().any(|name| name.contains("panick")),
        "{board}: the walk finds no panic at all"
    );
}
