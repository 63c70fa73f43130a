//! `flowlet emulate`: a board draws the samples of the host.
//!
//! Tests in `quick` and `deep` need compiler targets and QEMU; `sh tests/run.sh` and
//! `sh tests/deep.sh` run them.

use flowlet::Model;
use flowlet_cli::boards::{Board, Demand};
use serde_json::Value;

use crate::place::{Ended, Place};

/// Compares the board's file with the host's for the same options, and returns the board's figures.
fn check(place: &Place, model: &str, board: &str, options: &str) -> Value {
    let line = format!("emulate {model} --board {board} {options} -o board.csv --json");
    let figures = place.json(&line);
    place.done(&format!("sample {model} {options} -o host.csv"));
    assert!(place.get("board.csv") == place.get("host.csv"), "{line}");
    assert_eq!(figures["same_bits"], true, "{line}");
    figures
}

mod quick {
    use super::*;

    #[test]
    #[ignore = "needs targets and QEMU: sh tests/run.sh"]
    fn options_mean_what_they_mean_to_sample() {
        let place = Place::with_model();
        let odd = include_bytes!("../../../../firmware-examples/models/odd.flow");
        place.put("odd.flow", odd);
        let check = |model, options| check(&place, model, "microbit", options);
        check("model.flow", "-n 3 --class red --steps 2");
        check(
            "model.flow",
            "-n 3 --solver heun --seed 18446744073709551615",
        );
        check(
            "odd.flow",
            "-n 2 --guidance 1.5 --solver midpoint --steps 3",
        );
        // Samples go to standard output, figures to standard error.
        let ended = place.run("emulate model.flow --board cortex-m0 -n 2");
        place.done("sample model.flow -n 2 -o host.csv");
        assert_eq!(ended.code, Some(0));
        assert!(ended.stdout == place.get("host.csv"));
        assert!(
            ended
                .stderr
                .contains("samples       2, the same bits as the host"),
            "{}",
            ended.stderr
        );
        assert!(
            place
                .run("emulate model.flow --board cortex-m0 -n 2 -q")
                .stderr
                .is_empty()
        );
    }
}

mod deep {
    use super::*;

    #[test]
    #[ignore = "needs targets and QEMU: sh tests/deep.sh"]
    fn every_board_draws_what_sample_draws() {
        let place = Place::with_model();
        for board in Board::emulated() {
            let board = board.name;
            let figures = check(&place, "model.flow", board, "-n 5 --seed 3");
            assert_eq!(figures["samples"], 5);
            for key in ["min", "mean", "max"] {
                let count = figures["instructions"][key].as_u64().expect("a count");
                assert!((1000..100_000).contains(&count), "{board}: {count}");
            }
            let stack = figures["stack"].as_u64().expect("bytes");
            assert!((500..4000).contains(&stack), "{board}: {stack}");
        }
    }

    #[test]
    #[ignore = "needs targets and QEMU: sh tests/deep.sh"]
    fn estimates_of_ram_hold_for_wide_models() {
        let place = Place::new();
        let mut compared = 0;
        for columns in [130, 512, 1024] {
            place.put("wide.csv", wide(columns));
            // A latent would make the layers narrower than the columns.
            let options = "--hidden 8 --iterations 1 --uniform-steps --latent off -q";
            place.done(&format!("train wide.csv -o wide.flow {options}"));
            let bytes = place.get("wide.flow");
            let demand = Demand::of_model(&Model::parse(&bytes).expect("a model"));
            for board in Board::emulated() {
                let estimate = demand.ram_bytes(board.core, 1);
                let name = board.name;
                let line = format!("emulate wide.flow --board {name} -n 1 --steps 1 --json");
                if estimate > board.ram {
                    let words = place.refused(&line);
                    assert!(words.contains("bytes of RAM"), "{words}");
                    continue;
                }
                let figures = place.json(&line);
                let measured = figures["stack"].as_u64().expect("bytes") as usize;
                assert!(
                    (estimate * 3 / 4..=estimate).contains(&measured),
                    "{name}, {columns} columns: {measured} bytes, estimated {estimate}"
                );
                compared += 1;
            }
        }
        assert_eq!(
            compared, 20,
            "only one board is too small, and for one model"
        );
    }

    /// Returns a table of random numbers.
    fn wide(columns: usize) -> String {
        let head: Vec<String> = (0..columns).map(|column| format!("c{column}")).collect();
        let mut rows = head.join(",");
        let mut state = 1u32;
        for _ in 0..40 {
            let mut number = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 20).to_string()
            };
            let cells: Vec<String> = (0..columns).map(&mut number).collect();
            rows += &format!("\n{}", cells.join(","));
        }
        rows
    }

    #[test]
    #[ignore = "needs targets and QEMU: sh tests/deep.sh"]
    fn a_model_that_does_not_fit_is_refused() {
        let place = Place::new();
        place.put("data.csv", crate::place::table());
        // 102 400 weights and their scales and biases; the board has 128 KiB, the firmware
        // included.
        let options = "--drop kind --hidden 320,320 --iterations 1 --steps 1 --json";
        place.done(&format!("train data.csv -o wide.flow {options}"));
        let words = place.refused("emulate wide.flow --board stm32vldiscovery -o made.csv");
        let fits = "stm32vldiscovery: the model does not fit: it takes ";
        assert!(
            words.starts_with(fits) && words.contains("bytes of flash"),
            "{words}"
        );
    }
}

#[test]
fn without_an_emulator_a_line_says_what_to_do() {
    let place = Place::with_model();
    let mut command = place.command("emulate model.flow --board microbit");
    let ended: Ended = command.env("PATH", "").output().expect("it runs").into();
    assert_eq!((ended.code, ended.stdout.len()), (Some(2), 0));
    assert_eq!(
        ended.stderr,
        "error: microbit: `qemu-system-arm` is not installed; `sh tests/setup.sh` in a checkout installs it\n"
    );
}

#[test]
fn unsuitable_requests_are_refused_first() {
    let place = Place::with_model();
    let words = place.refused("emulate model.flow --board microbit --class mauve");
    assert!(words.contains("no class `mauve`"), "{words}");
    let words = place.refused("emulate model.flow --board microbit --guidance 2");
    assert!(words.contains("label dropout"), "{words}");
}
