//! Tests of the report and the comparison, with scripts instead of an emulator.

use std::fs;
use std::path::PathBuf;

use flowlet::Model;

use super::report::Line;
use super::{
    BoardSample, Compared, Firmware, FirmwareBuilder, FirmwareError, Memory, ReportError, Run,
};
use crate::boards::Board;
use flowlet_trainer::generate::{Request, generate};

const MOONS: &[u8] = include_bytes!("../../../../firmware-examples/models/moons.flow");
const SAMPLE: &str = "class=3 crc32=0123abcd instructions=123456 values=3f800000c0000000";
const REQUEST: Request<'_> = Request {
    count: 2,
    class: None,
    steps: None,
    time_grid: None,
    solver: None,
    guidance: None,
    conditions: None,
    seed: 5,
    antithetic: false,
};

fn moons() -> Model<'static> {
    Model::parse(MOONS).expect("a model")
}

/// Run of a board that agrees with the host.
fn host_run() -> Run {
    let host = generate(&moons(), &REQUEST).expect("samples");
    let sample = |index: usize| BoardSample {
        class: 0,
        crc32: host.crc32[index],
        instructions: 9,
        values: host.device_values.row(index).to_vec(),
    };
    Run {
        samples: (0..2).map(sample).collect(),
        stack: 900,
    }
}

#[test]
fn lines_are_read() {
    let sample = BoardSample {
        class: 3,
        crc32: 0x0123_abcd,
        instructions: 123_456,
        values: vec![1.0, -2.0],
    };
    assert_eq!(Line::read(SAMPLE), Ok(Line::Sample(sample)));
    let stack = Line::Stack { used: 9, free: 7 };
    assert_eq!(Line::read("stack=9 free=7\r"), Ok(stack));
    assert_eq!(Line::read("done"), Ok(Line::Done));
    assert_eq!(Line::read("error=size"), Ok(Line::Error("size".into())));
}

#[test]
fn a_line_that_cannot_be_read_is_refused_with_its_key() {
    let broken = [
        ("class=3", "class=three", "class"),
        ("class=3", "class=65536", "class"),
        ("crc32=0123abcd", "crc32=", "crc32"),
        ("crc32=0123abcd", "crc32=10123abcd", "crc32"),
        (" instructions=123456", "", "instructions"),
        ("c0000000", "c000000", "values"),
        ("c0000000", "c000000x", "values"),
    ];
    for (part, by, key) in broken {
        let line = SAMPLE.replace(part, by);
        assert_eq!(Line::read(&line), Err(ReportError { key, line }));
    }
}

#[test]
fn only_the_hosts_bits_are_the_same() {
    let compared = |run: &Run| Compared::new(&moons(), &REQUEST, run).expect("samples");
    let right = host_run();
    assert!(compared(&right).all_same());
    let changes: [fn(&mut Run); 4] = [
        |run| run.samples[1].crc32 ^= 1,
        |run| run.samples[1].values[0] += 0.001,
        |run| run.samples[1].values.truncate(1),
        |run| run.samples.truncate(1),
    ];
    for change in changes {
        let mut run = right.clone();
        change(&mut run);
        let compared = compared(&run);
        assert!(compared.same(0) && !compared.same(1), "{run:?}");
        assert!(!compared.all_same(), "{run:?}");
    }
}

/// Runs `text` as the script of firmware, on a board with so many bytes of RAM and flash.
#[cfg(unix)]
fn run(text: &str, ram: usize, flash: usize) -> Result<Run, FirmwareError> {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("emulate.sh");
    fs::write(&script, text).expect("written");
    let firmware = Firmware {
        script,
        board: Board::named("microbit").expect("a board"),
        elf: PathBuf::from("an.elf"),
        memory: Memory {
            model_at: 0x8000,
            flash: Some(flash),
            program: 0x8000,
            ram,
            statics: 0,
        },
    };
    firmware.run(MOONS, &moons(), &REQUEST, &mut || ())
}

#[test]
#[cfg(unix)]
fn the_script_gets_the_model_and_the_words() {
    let report = format!("echo stack=9 free=7; echo {SAMPLE}; echo done");
    let check = format!(
        "[ \"$1 $2 $3 $5 $6\" = 'run microbit an.elf 32768 7' ] && cmp -s \"$4\" {}/../../firmware-examples/models/moons.flow \
         && [ \"$7\" = 'flowlet 32768 {} 2 5 - - - -' ] && {{ {report}; }}",
        env!("CARGO_MANIFEST_DIR"),
        MOONS.len()
    );
    let run = run(&check, 1 << 14, 1 << 18).expect("a report");
    assert_eq!((run.stack, run.samples.len()), (9, 1));
}

#[test]
#[cfg(unix)]
fn what_does_not_fit_is_refused() {
    let words = |ram, flash| run("exit 1", ram, flash).expect_err("refused").to_string();
    assert!(words(1000, 1 << 18).starts_with("the model does not fit: sampling takes about "));
    let needed = format!("{} bytes of flash", MOONS.len());
    assert!(words(1 << 14, 0x8000 + MOONS.len() - 1).contains(&needed));
    // The stack is full, or the board stops when it must be nearly full.
    for text in ["echo stack=9 free=0; echo done", "exit 3"] {
        assert!(
            matches!(run(text, 3000, 1 << 18), Err(FirmwareError::Ram { .. })),
            "{text}"
        );
    }
}

#[test]
#[cfg(unix)]
fn a_board_that_stops_is_a_fault() {
    let fault = |text: &str| {
        run(text, 1 << 14, 1 << 18)
            .expect_err("a fault")
            .to_string()
    };
    let stopped = "the emulated board stopped: ";
    assert_eq!(fault("echo lockup >&2; exit 3"), format!("{stopped}lockup"));
    assert_eq!(
        fault("echo error=size"),
        format!("{stopped}it refuses the size")
    );
    assert_eq!(
        fault(&format!("echo {SAMPLE}")),
        format!("{stopped}it printed nothing")
    );
}

#[test]
fn errors_say_what_is_missing_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let board = Board::named("netduinoplus2").expect("a board");
    let build = |text: Option<&str>| {
        if let Some(text) = text {
            fs::write(folder.path().join("emulate.sh"), text).expect("written");
        }
        FirmwareBuilder::new(folder.path().to_owned()).build(board, &moons(), false)
    };
    assert!(matches!(build(None), Err(FirmwareError::NoScript)));
    let missing = super::builder::find("flowlet-no-such-emulator");
    assert!(matches!(
        missing,
        Err(FirmwareError::NoEmulator("flowlet-no-such-emulator"))
    ));
    for reason in [
        FirmwareError::NoScript,
        FirmwareError::NoEmulator("qemu-system-arm"),
        FirmwareError::Failed("exit status: 1".to_owned()),
    ] {
        let reason = reason.to_string();
        assert_eq!(reason.lines().count(), 1);
        assert!(reason.contains("checkout"), "{reason}");
    }
}
