//! The demo's model on an emulated board, one line a sample, beside the host's.

use std::path::Path;

use flowlet::Model;

use crate::cli::Failure;
use crate::cli::card::grouped;
use crate::emulate::{Board, BoardSample, Compared, parse};

/// Runs the model at `path` on `board` and holds its samples against the host's; `say` gets each
/// line. Where there is no board, it gets the reason.
pub(super) fn compare(
    board: &Board,
    model: &Model<'_>,
    path: &Path,
    say: &mut dyn FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let unreadable = |error| Failure::Input(format!("{}: {error}", path.display()));
    let path = path.canonicalize().map_err(unreadable)?;
    let output = match board.run(&path) {
        Ok(output) => output,
        Err(why) => return say(&format!("skipped: {why}")),
    };
    let compare = |sample| Compared::new(model, sample).map_err(internal);
    let samples = parse(&output).map_err(internal)?.into_iter();
    let compared = samples.map(compare).collect::<Result<Vec<_>, _>>()?;
    compared
        .iter()
        .try_for_each(|sample| say(&line(sample, model.steps())))?;
    if compared.iter().all(Compared::same) {
        return Ok(());
    }
    Err(internal("the board's bits are not the host's"))
}

fn internal(error: impl ToString) -> Failure {
    Failure::Internal(error.to_string())
}

fn line(compared: &Compared, own_steps: u16) -> String {
    let BoardSample {
        class,
        steps,
        seed,
        crc32,
        instructions,
    } = compared.board;
    let steps = steps.unwrap_or(own_steps);
    let verdict = if compared.same() {
        "the same bits"
    } else {
        "OTHER BITS"
    };
    format!(
        "class {class}, seed {seed}, {steps} steps: board {crc32:#010x}, host {:#010x}, {verdict}, {} instructions",
        compared.host_crc32,
        grouped(instructions as usize)
    )
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use flowlet::Model;

    use super::{compare, line};
    use crate::cli::Failure;
    use crate::emulate::{Board, BoardSample, Compared};

    const DIGITS: &[u8] = include_bytes!("../../../../firmware-examples/models/digits.flow");

    const SAMPLE: BoardSample = BoardSample {
        class: 3,
        steps: None,
        seed: 1,
        crc32: 0,
        instructions: 1_234_567,
    };

    /// What comes of a board whose script is `text`, and what is said of it.
    fn run(text: &str) -> (Result<(), Failure>, Vec<String>) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name| folder.path().join(name);
        fs::write(file("run.sh"), text).expect("written");
        fs::write(file("digits.flow"), DIGITS).expect("written");
        let model = Model::parse(DIGITS).expect("a model");
        let mut said = Vec::new();
        let board = Board::new(file("run.sh"), "sh");
        let result = compare(&board, &model, &file("digits.flow"), &mut |line| {
            said.push(line.to_owned());
            Ok(())
        });
        (result, said)
    }

    /// A script that prints a sample of this checksum.
    fn script(crc32: u32) -> String {
        format!("echo model=digits class=3 steps=file seed=1 crc32={crc32:#010x} instructions=9\n")
    }

    #[test]
    fn the_same_bits_are_a_success_and_others_a_fault() {
        let model = Model::parse(DIGITS).expect("a model");
        let right = Compared::new(&model, SAMPLE).expect("a sample").host_crc32;
        let (result, said) = run(&(script(right) + &script(right)));
        assert!(result.is_ok());
        assert!(said.len() == 2 && said.iter().all(|line| line.contains("the same bits")));
        for (text, lines) in [(script(!right), 1), (script(right) + &script(!right), 2)] {
            let (result, said) = run(&text);
            assert!(matches!(result, Err(Failure::Internal(_))));
            assert_eq!(said.len(), lines);
            assert!(said[lines - 1].contains("OTHER BITS"), "{said:?}");
        }
    }

    #[test]
    fn a_board_that_says_nothing_is_a_fault() {
        let unknown_class = script(0).replace("class=3", "class=99");
        for text in ["", "echo model=digits class=3", &unknown_class] {
            let (result, said) = run(text);
            assert!(matches!(result, Err(Failure::Internal(_))));
            assert!(said.is_empty(), "{said:?}");
        }
    }

    #[test]
    fn without_a_board_one_line_says_why() {
        let (result, said) = run("echo 'no target' >&2; exit 1");
        assert!(result.is_ok());
        assert!(
            said.len() == 1 && said[0].starts_with("skipped: "),
            "{said:?}"
        );
        assert!(said[0].contains("no target"), "{said:?}");
    }

    #[test]
    fn a_line_has_both_checksums_and_the_verdict() {
        let compared = |board| Compared {
            board,
            host_crc32: 0x00ab_cdef,
        };
        let words = "host 0x00abcdef, OTHER BITS, 1 234 567 instructions";
        assert_eq!(
            line(&compared(SAMPLE), 2),
            format!("class 3, seed 1, 2 steps: board 0x00000000, {words}")
        );
        let same = BoardSample {
            crc32: 0x00ab_cdef,
            ..SAMPLE
        };
        assert!(line(&compared(same), 2).contains("0x00abcdef, the same bits, "));
    }
}
