//! The documents: the file format's specification holds for real files.

use std::fs;
use std::path::Path;
use std::process::Command;

use flowlet::Model;
use flowlet_trainer::cli::Cli;
use flowlet_trainer::generate::{Request, generate};

const FORMAT: &str = include_str!("../../docs/format.md");
const MOONS: &[u8] = include_bytes!("../../../firmware-examples/models/moons.flow");

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
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../firmware-examples/models");
    for (name, count, seed) in [("moons", 5, 1), ("digits", 3, 4), ("odd", 3, 9)] {
        let path = format!("{folder}/{name}.flow");
        let output = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reader.py"))
            .args([&path, &count.to_string(), &seed.to_string()])
            .output();
        let Ok(output) = output else {
            eprintln!("no python3 here: not tried");
            return;
        };
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let bytes = fs::read(&path).expect("read");
        let model = Model::parse(&bytes).expect("a model");
        let request = Request {
            count,
            seed,
            ..Request::default()
        };
        let generated = generate(&model, &request).expect("samples");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(printed.lines().count(), count);
        for (row, line) in printed.lines().enumerate() {
            let mut words = line.split(' ');
            let mut word = || words.next().expect("a word");
            assert_eq!(word(), generated.crc32[row].to_string(), "{name}");
            let values = word()
                .split(',')
                .map(|value| value.parse::<f64>().expect("a number") as f32);
            assert!(
                values.eq(generated.values.row(row).iter().copied()),
                "{name}: {line}"
            );
            if let Some(classes) = &generated.classes {
                let class = model.class_names().nth(classes[row].into());
                assert_eq!(Some(word()), class, "{name}");
            }
        }
    }
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut text = fs::read_to_string(root.join("firmware-examples/build.sh")).expect("text");
    collect(&root.join("trainer/src"), &mut text);
    collect(&root.join("src"), &mut text);
    let joined = text.replace("\\\n", "");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Messages in the list of errors are those that flowlet has.
#[test]
fn explained_messages_exist() {
    let sources = sources();
    let text = include_str!("../../docs/errors.md");
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
        include_str!("../../docs/guide.md"),
        include_str!("../../docs/errors.md"),
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
