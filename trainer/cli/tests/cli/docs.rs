//! The documents: the file format's specification holds for real files.

use std::fs;
use std::path::Path;
use std::process::Command;

use flowlet::{ColumnKind, Model};
use flowlet_cli::commands::Cli;
use flowlet_trainer::generate::{Request, generate};
use ndarray::Array2;

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

/// The reader beside the specification, which follows it in pure Python, draws the runtime's bits.
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

/// Of models with a category column: each category is drawn, so that none is 1 by chance.
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

/// Of an imported network: its activation is a table of the file, and it has no base.
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

/// Has the reader and the runtime draw of the model at `path`, and gives the values, which are the same.
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
        eprintln!("no python3 here: not tried");
        return generated.values;
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
            values.eq(generated.values.row(row).iter().copied()),
            "{path:?}: {line}"
        );
        if let Some(classes) = &generated.classes {
            let class = model.class_names().nth(classes[row].into());
            assert_eq!(Some(word()), class, "{path:?}");
        }
    }
    generated.values
}

/// All sources and scripts that messages come from, their text without line breaks within strings.
fn sources() -> String {
    fn collect(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).expect("a listing") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, text);
            } else {
                *text += &fs::read_to_string(&path).expect("text");
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut text = fs::read_to_string(root.join("firmware-examples/boards.sh")).expect("text");
    collect(&root.join("trainer/src"), &mut text);
    collect(&root.join("trainer/cli/src"), &mut text);
    collect(&root.join("src"), &mut text);
    let joined = text.replace("\\\n", "");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Messages in the list of errors are those that flowlet has.
#[test]
fn explained_messages_exist() {
    let sources = sources();
    let text = include_str!("../../../docs/errors.md");
    let items = text.split("\n- ").skip(1).map(|item| {
        let head = item
            .split_once("`:")
            .or_else(|| item.split_once("` is no error"));
        head.expect("messages, then what they mean").0
    });
    let mut pieces = 0;
    for item in items {
        for message in format!("{item}`").split('`').skip(1).step_by(2) {
            for piece in message
                .split('…')
                .map(str::trim)
                .filter(|piece| piece.len() > 2)
            {
                assert!(sources.contains(piece), "{piece}");
                pieces += 1;
            }
        }
    }
    assert!(pieces > 40, "{pieces}");
}

/// Options in the guides are those that flowlet has.
#[test]
fn options_in_the_guides_exist() {
    let commands = <Cli as clap::CommandFactory>::command();
    let known: Vec<String> = commands
        .get_subcommands()
        .chain([&commands])
        .flat_map(|command| command.get_arguments())
        .filter_map(|argument| Some(format!("--{}", argument.get_long()?)))
        .collect();
    for text in [
        include_str!("../../../docs/guide.md"),
        include_str!("../../../docs/errors.md"),
    ] {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        for option in words.filter(|word| word.starts_with("--") && word.len() > 3) {
            let cargos = ["--path"].contains(&option);
            assert!(
                cargos || known.iter().any(|known| known == option),
                "{option}"
            );
        }
    }
}
