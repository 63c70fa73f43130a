//! The board's report, and scripts in the place of the board's.

use std::fs;
use std::path::Path;

use flowlet::Model;

use super::{Board, BoardSample, Compared, ReportError, Unavailable, parse};
use crate::generate::{Request, generate};

const GOOD: &str = "\
   Compiling firmware v0.1.0
board=netduinoplus2 core=cortex-m4
model=moons steps=4 seed=1 crc32=0xffffffff instructions=9
model=digits class=3 steps=8 seed=1 crc32=0x0123abcd instructions=123456 stack=900
  steps=file seed=18446744073709551615 model=digits crc32=0x00000000 class=9 instructions=7\r
done
";

const FIRST: BoardSample = BoardSample {
    class: 3,
    steps: Some(8),
    seed: 1,
    crc32: 0x0123_abcd,
    instructions: 123_456,
};

/// The digits model that the firmware carries.
const DIGITS: &[u8] = include_bytes!("../../../firmware-examples/models/digits.flow");

#[test]
fn digits_are_read_and_the_rest_passed_over() {
    let second = BoardSample {
        class: 9,
        steps: None,
        seed: u64::MAX,
        crc32: 0,
        instructions: 7,
    };
    assert_eq!(parse(GOOD), Ok(vec![FIRST, second]));
}

#[test]
fn output_without_digits_is_refused() {
    for output in ["", "done\n", "model=moons crc32=0x0\n", "digits class=3\n"] {
        assert_eq!(parse(output), Err(ReportError::Nothing), "{output}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_refused_with_its_key() {
    let good = "model=digits class=3 steps=8 seed=1 crc32=0x0123abcd instructions=123456";
    assert_eq!(parse(good), Ok(vec![FIRST]));
    let broken = [
        ("class=3", "class=three", "class"),
        ("class=3 ", "", "class"),
        ("class=3", "class=65536", "class"),
        ("steps=8", "steps=-8", "steps"),
        ("seed=1", "seed=", "seed"),
        ("crc32=0x0123abcd", "crc32=0123abcd", "crc32"),
        ("crc32=0x0123abcd", "crc32=0x10123abcd", "crc32"),
        ("crc32=0x0123abcd", "crc32=0xpanicked", "crc32"),
        (" instructions=123456", "", "instructions"),
    ];
    for (part, by, key) in broken {
        let line = good.replace(part, by);
        let output = format!("{good}\n  {line}\n");
        assert_eq!(parse(&output), Err(ReportError::Value { key, line }));
    }
}

#[test]
fn the_host_samples_what_the_board_sampled() {
    let model = Model::parse(DIGITS).expect("a model");
    let request = Request {
        count: 1,
        class: Some(3),
        steps: Some(8),
        seed: 1,
        ..Request::default()
    };
    let crc32 = generate(&model, &request).expect("a sample").crc32[0];
    let compare = |board| Compared::new(&model, board).expect("a sample");
    assert!(compare(BoardSample { crc32, ..FIRST }).same());
    let others = [
        BoardSample {
            crc32: crc32 ^ 1,
            ..FIRST
        },
        BoardSample {
            crc32,
            seed: 2,
            ..FIRST
        },
        BoardSample {
            crc32,
            class: 4,
            ..FIRST
        },
        BoardSample {
            crc32,
            steps: Some(4),
            ..FIRST
        },
    ];
    for board in others {
        assert!(!compare(board).same(), "{board:?}");
    }
    assert!(Compared::new(&model, BoardSample { class: 10, ..FIRST }).is_err());
}

/// What a board gives whose script is `text`; every machine has `sh`, which need only be there.
#[cfg(unix)]
fn run(text: &str, emulator: &'static str) -> Result<String, Unavailable> {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("run.sh");
    fs::write(&script, text).expect("written");
    Board::new(script, emulator).run(Path::new("/models/digits.flow"))
}

#[test]
#[cfg(unix)]
fn the_script_gets_the_machine_and_the_model() {
    let output = run("echo built >&2; echo $1 $FLOWLET_DIGITS", "sh");
    assert_eq!(output, Ok("netduinoplus2 /models/digits.flow\n".to_owned()));
}

#[test]
#[cfg(unix)]
fn a_script_that_fails_has_the_last_word() {
    let failed = |text: &str| Err(Unavailable::Failed(text.to_owned()));
    let output = run(
        "echo one >&2; echo 'error: no target' >&2; echo >&2; exit 3",
        "sh",
    );
    assert_eq!(output, failed("error: no target"));
    assert_eq!(run("exit 3", "sh"), failed("exit status: 3"));
}

#[test]
#[cfg(unix)]
fn without_an_emulator_the_script_is_not_run() {
    let output = run("exit 3", "flowlet-no-such-emulator");
    assert_eq!(
        output,
        Err(Unavailable::NoEmulator("flowlet-no-such-emulator"))
    );
}

#[test]
fn without_a_script_there_is_no_board() {
    let folder = tempfile::tempdir().expect("a folder");
    let board = Board::new(folder.path().join("run.sh"), "sh");
    assert_eq!(board.run(folder.path()), Err(Unavailable::NoScript));
}

#[test]
fn every_reason_is_one_line_that_says_what_to_do() {
    let reasons = [
        Unavailable::NoScript,
        Unavailable::NoEmulator("qemu-system-arm"),
        Unavailable::Failed("exit status: 1".to_owned()),
    ];
    for reason in reasons.map(|reason| reason.to_string()) {
        assert_eq!(reason.lines().count(), 1);
        assert!(reason.contains("`sh tests/setup.sh`"), "{reason}");
    }
}
