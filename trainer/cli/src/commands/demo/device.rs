//! Runs the demo's model on an emulated board and compares it with the host, one line per sample.

use flowlet::Model;

use crate::boards::Board;
use crate::commands::Failure;
use crate::firmware::{Compared, FirmwareBuilder, FirmwareError, Run};
use crate::text::grouped;
use flowlet_trainer::generate::Request;

/// Board with a Cortex-M4.
const BOARD: &str = "netduinoplus2";
/// Number of samples.
const COUNT: usize = 5;

/// Runs the model on an emulated board and compares its samples with the host's. Passes each line
/// to `say`, or the reason why there is no board.
pub(super) fn compare(
    builder: &FirmwareBuilder,
    model: &Model<'_>,
    bytes: &[u8],
    say: &mut dyn FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let board = Board::named(BOARD).ok_or_else(|| internal("no such board"))?;
    let request = Request {
        count: COUNT,
        seed: 1,
        ..Request::default()
    };
    let run = builder
        .build(board, model, false)
        .and_then(|firmware| firmware.run(bytes, model, &request, &mut || ()));
    match run {
        Ok(run) => report(model, &request, &run, say),
        Err(
            why @ (FirmwareError::NoScript
            | FirmwareError::NoEmulator(_)
            | FirmwareError::Failed(_)),
        ) => say(&format!("skipped: {why}")),
        Err(fault) => Err(internal(fault)),
    }
}

/// Says a line per sample; fails if the board's bits differ from the host's.
fn report(
    model: &Model<'_>,
    request: &Request<'_>,
    run: &Run,
    say: &mut dyn FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let compared = Compared::new(model, request, run).map_err(internal)?;
    for (index, sample) in run.samples.iter().enumerate() {
        let verdict = match compared.same(index) {
            true => "the same bits",
            false => "DIFFERENT BITS",
        };
        say(&format!(
            "class {}: board {:#010x}, host {:#010x}, {verdict}, {} instructions",
            sample.class,
            sample.crc32,
            compared.host.crc32[index],
            grouped(sample.instructions as usize)
        ))?;
    }
    match compared.all_same() {
        true => Ok(()),
        false => Err(internal("the board's bits differ from the host's")),
    }
}

fn internal(error: impl ToString) -> Failure {
    Failure::Internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use flowlet::Model;

    use super::{compare, report};
    use crate::commands::Failure;
    use crate::firmware::{BoardSample, FirmwareBuilder, Run};
    use flowlet_trainer::generate::{Request, generate};

    const DIGITS: &[u8] = include_bytes!("../../../../../firmware-examples/models/digits.flow");

    #[test]
    fn different_bits_are_a_fault() {
        let model = Model::parse(DIGITS).expect("a model");
        let request = Request {
            count: 2,
            ..Request::default()
        };
        let host = generate(&model, &request).expect("samples");
        let classes = host.classes.expect("classes");
        let sample = |index: usize| BoardSample {
            class: classes[index],
            crc32: host.crc32[index],
            instructions: 1_234_567,
            values: host.device_values.row(index).to_vec(),
        };
        for (broken, verdicts) in [(0, ["same", "same"]), (1, ["same", "DIFFERENT"])] {
            let mut samples = vec![sample(0), sample(1)];
            samples[1].crc32 ^= broken;
            let run = Run { samples, stack: 9 };
            let mut lines = Vec::new();
            let result = report(&model, &request, &run, &mut |line| {
                lines.push(line.to_owned());
                Ok(())
            });
            assert_eq!(result.is_ok(), broken == 0);
            assert!(
                lines
                    .iter()
                    .zip(verdicts)
                    .all(|(line, verdict)| line.contains(verdict)),
                "{lines:?}"
            );
            assert!(
                lines[0].ends_with("bits, 1 234 567 instructions"),
                "{lines:?}"
            );
            assert!(result.is_ok() || matches!(result, Err(Failure::Internal(_))));
        }
    }

    #[test]
    fn without_a_board_one_line_says_why() {
        let model = Model::parse(DIGITS).expect("a model");
        let folder = tempfile::tempdir().expect("a folder");
        let builder = FirmwareBuilder::new(folder.path().to_owned());
        let mut lines = Vec::new();
        let result = compare(&builder, &model, DIGITS, &mut |line| {
            lines.push(line.to_owned());
            Ok(())
        });
        assert!(result.is_ok());
        assert!(
            lines.len() == 1
                && lines[0].starts_with("skipped: there are no firmware examples here"),
            "{lines:?}"
        );
    }
}
