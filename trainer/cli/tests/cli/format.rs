//! The specification of the file format, compared with real files.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use flowlet::{BorrowedScorer, ColumnKind, Filler, Fixed, Model};
use flowlet_trainer::generate::{Request, generate};
use ndarray::Array2;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::place::{Place, TINY};

const FORMAT: &str = include_str!("../../../docs/format.md");
const MOONS: &[u8] = include_bytes!("../../../../firmware-examples/models/moons.flow");

#[test]
fn the_worked_example_is_the_file() {
    let (_, dump) = FORMAT.split_once("```text\n").expect("a dump");
    let (dump, _) = dump.split_once("```").expect("its end");
    let mut at = 0;
    for line in dump.lines() {
        let (address, words) = line.split_once(": ").expect("an address");
        assert_eq!(usize::from_str_radix(address, 16), Ok(at));
        let digits: String = words.split(' ').collect();
        let hex: String = MOONS[at..at + 16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digits, hex, "{address}");
        at += 16;
    }
    assert!(at >= 0x70);
}

/// The reader that follows the specification in pure Python draws the runtime's bits.
#[test]
fn the_reader_draws_the_same_bits() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../firmware-examples/models"
    );
    for (name, count, seed) in [("moons", 5, 1), ("digits", 3, 4), ("odd", 3, 9)] {
        read_alike(Path::new(&format!("{folder}/{name}.flow")), count, seed);
    }
}

/// Every category is drawn, so that none is 1 by chance.
#[test]
fn the_reader_knows_categories() {
    let place = Place::new();
    let colours = ["red", "green", "blue"];
    let rows: String = (0..90)
        .map(|row| format!("{},{},{}\n", row % 7, colours[row % 3], row % 4))
        .collect();
    place.put("data.csv", format!("a,colour,b\n{rows}"));
    place.done(&format!("train data.csv -o model.flow {TINY}"));
    let bytes = place.get("model.flow");
    let model = Model::parse(&bytes).expect("a model");
    let kinds: Vec<ColumnKind> = (0..5).filter_map(|i| Some(model.column(i)?.kind)).collect();
    assert_eq!(
        kinds[1..4],
        [
            ColumnKind::Category,
            ColumnKind::NextCategory,
            ColumnKind::NextCategory
        ]
    );
    let drawn = read_alike(&place.path("model.flow"), 30, 2);
    for category in 1..4 {
        assert!(drawn.column(category).iter().any(|&value| value == 1.0));
    }
}

/// An imported network has a table for its activation, and no drift.
#[test]
fn the_reader_knows_tables_of_activations() {
    let place = Place::new();
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/pytorch/moons");
    place.done(&format!(
        "import {example}/moons.safetensors --like {example}/spec.toml -o moons.flow -q \
         --calibrate {example}/moons.csv"
    ));
    let bytes = place.get("moons.flow");
    let model = Model::parse(&bytes).expect("a model");
    assert!(model.hidden().all(|layer| layer.table));
    read_alike(&place.path("moons.flow"), 3, 5);
}

/// A circular column has its value in one dimension, and the card is not taken for a name.
#[test]
fn the_reader_knows_circular_columns() {
    let path = Path::new("../../tests/golden/v1/circular.flow");
    let drawn = read_alike(path, 30, 2);
    assert!(
        drawn
            .column(5)
            .iter()
            .all(|value| (-12.0..12.0).contains(value))
    );
    assert!(drawn.column(6).iter().all(|&value| value == 0.0));
}

/// A latent and curves decode alike.
#[test]
fn the_reader_knows_latents_and_curves() {
    let path = Path::new("../../tests/golden/v1/latent.flow");
    let drawn = read_alike(path, 30, 3);
    assert_eq!(drawn.ncols(), 18);
}

/// Draws samples with the reader and the runtime, compares them, and returns the values.
fn read_alike(path: &Path, count: usize, seed: u64) -> Array2<f32> {
    let bytes = fs::read(path).expect("read");
    let model = Model::parse(&bytes).expect("a model");
    let request = Request {
        count,
        seed,
        ..Request::default()
    };
    let generated = generate(&model, &request).expect("samples");
    let output = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reader.py"))
        .arg(path)
        .args([count.to_string(), seed.to_string()])
        .output();
    let Ok(output) = output else {
        eprintln!("NOT RUN: there is no python3");
        return generated.device_values;
    };
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(printed.lines().count(), count);
    for (row, line) in printed.lines().enumerate() {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("a word");
        assert_eq!(word(), generated.crc32[row].to_string(), "{path:?}");
        let values = word()
            .split(',')
            .map(|value| value.parse::<f64>().expect("a number") as f32);
        assert!(
            values.eq(generated.device_values.row(row).iter().copied()),
            "{path:?}: {line}"
        );
        if let Some(classes) = &generated.classes {
            let class = model.class_names().nth(classes[row].into());
            assert_eq!(Some(word()), class, "{path:?}");
        }
    }
    generated.device_values
}

/// Rows have the same scores, with and without a calibration, a latent, curves and classes.
#[test]
fn scores_follow_their_specification() {
    for name in [
        "circular",
        "latent",
        "score",
        "score-latent",
        "random-classes",
        "relu",
    ] {
        let path = format!("../../tests/golden/v1/{name}.flow");
        let bytes = fs::read(&path).expect("read");
        let model = Model::parse(&bytes).expect("a model");
        let mut states = vec![0; model.dim()];
        let mut halfwords = vec![0; 2 * (model.dim() + model.width() + 2)];
        let mut scorer =
            BorrowedScorer::with_buffers(model, &mut states, &mut halfwords).expect("a scorer");
        let request = Request {
            count: 12,
            seed: 5,
            ..Request::default()
        };
        let generated = generate(&model, &request).expect("samples");
        let (mut rows, mut expected) = (String::new(), String::new());
        for (number, values) in generated.device_values.rows().into_iter().enumerate() {
            let mut row: Vec<Fixed> = values.iter().map(|&value| value.into()).collect();
            // Every second row has an unusual value, and every third one no category.
            let at = number % row.len();
            row[at].raw = row[at].raw.wrapping_add((number as i32 % 2) << 24);
            if number % 3 == 2 {
                let kinds = (0..row.len()).filter_map(|at| Some(model.column(at)?.kind));
                for (fixed, kind) in row.iter_mut().zip(kinds) {
                    fixed.raw = if kind.is_category() { 0 } else { fixed.raw };
                }
            }
            let texts = row
                .iter()
                .map(|fixed| format!("{}:{}", fixed.raw, fixed.frac));
            rows += &(texts.collect::<Vec<_>>().join(" ") + "\n");
            let score = scorer.score(&row);
            let tail = |tail: Option<u16>| tail.map_or("None".to_owned(), |tail| tail.to_string());
            let contributions = (0..row.len()).filter_map(|at| score.contribution(at));
            let contributions: Vec<String> = contributions.map(|size| size.to_string()).collect();
            expected += &format!(
                "{} {} {} {} {} {}\n",
                score.value(),
                tail(score.p_value()),
                tail(score.lower_tail()),
                score.class().unwrap_or(0),
                u8::from(score.out_of_range()),
                contributions.join(",")
            );
        }
        let Some(printed) = read_by("score.py", &[&path], &rows) else {
            return;
        };
        for (line, expected) in printed.lines().zip(expected.lines()) {
            assert_eq!(line, expected, "{name}");
        }
        assert_eq!(printed, expected, "{name}");
    }
}

/// Rows with known columns have the same states: those of each query, others, and predictions.
#[test]
fn filling_in_follows_its_specification() {
    let path = "../../tests/golden/v1/fill.flow";
    let bytes = fs::read(path).expect("read");
    let model = Model::parse(&bytes).expect("a model");
    let mut filler = Filler::<20, 20>::new(model).expect("it fills in");
    let (fill, dim) = (*filler.fill(), model.dim());
    let sets = (0..8).map(|set| (0..dim).map(|at| set >> (at % 3) & 1 == 1).collect());
    let queries = fill
        .queries()
        .map(|query| (0..dim).map(|at| query.knows(at)).collect());
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(9);
    filler.set_class(Some(1)).expect("the class exists");
    let (mut rows, mut expected) = (String::new(), String::new());
    for (number, known) in sets.chain(queries).enumerate() {
        let known: Vec<bool> = known;
        filler.forget();
        let mut words = vec!["?".to_owned(); fill.dims()];
        for index in (0..fill.dims()).filter(|&at| at >= dim || known[at]) {
            let column = match index.checked_sub(dim) {
                None => model.column(index),
                Some(condition) => fill.condition(condition),
            };
            let column = column.expect("a column");
            // Up to 12 standard deviations, of which 8 count.
            let raw = column.decode((number as i32 % 7 - 3) << 28);
            match column.kind {
                ColumnKind::Category => {
                    filler.know(index, 1).expect("the second category");
                    (words[index], words[index + 1]) = ("0:0".to_owned(), "1:0".to_owned());
                }
                ColumnKind::Circular => {
                    let value = Fixed {
                        raw: raw % (12 << 20),
                        frac: 20,
                    };
                    filler.know(index, value).expect("an angle");
                    words[index] = format!("{}:20", value.raw);
                    words[index + 1] = "0:0".to_owned();
                }
                ColumnKind::Real | ColumnKind::Integer => {
                    let frac = column.frac;
                    filler.know(index, Fixed { raw, frac }).expect("a number");
                    words[index] = format!("{raw}:{frac}");
                }
                ColumnKind::NextCategory | ColumnKind::NextCircular => {}
            }
        }
        rows += &(words.join(" ") + "\n");
        let row = filler.sample(&mut rng).expect("a row");
        let state: Vec<String> = row.standardised().iter().map(i32::to_string).collect();
        let crc32 = row.crc32();
        let predicted = filler.predict().expect("a prediction").crc32();
        expected += &format!("{crc32} {predicted} {}\n", state.join(","));
    }
    let Some(printed) = read_by("fill.py", &[path, "9", "1"], &rows) else {
        return;
    };
    for (line, expected) in printed.lines().zip(expected.lines()) {
        assert_eq!(line, expected);
    }
    assert_eq!(printed, expected);
}

/// Runs a reader in Python on these lines, and returns what it prints; `None` without Python.
fn read_by(script: &str, arguments: &[&str], lines: &str) -> Option<String> {
    let reader = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/").to_owned() + script)
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut reader) = reader else {
        eprintln!("NOT RUN: there is no python3");
        return None;
    };
    let mut input = reader.stdin.take().expect("its input");
    input.write_all(lines.as_bytes()).expect("written");
    drop(input);
    let output = reader.wait_with_output().expect("its output");
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}
