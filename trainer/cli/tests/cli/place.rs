//! A temporary folder for each test, and the command in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// Options of the shortest training.
pub const TINY: &str = "--iterations 20 --hidden 8 --uniform-steps";

/// Number of rows of the table that most tests train on.
pub const ROWS: usize = 100;

/// A temporary folder in which the command runs.
pub struct Place(TempDir);

/// Result of a command.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// Creates a folder with the data `data.csv` (see [`table`]) and a model of them, `model.flow`.
    pub fn with_model() -> Self {
        let place = Self::new();
        place.put("data.csv", table());
        place.put("model.flow", place_of_training().get("own.flow"));
        place
    }

    /// Creates a folder with `data.csv`, a model `own.flow` and its run folder.
    pub fn with_run() -> Self {
        let place = Self::new();
        let trained = place_of_training();
        fs::create_dir(place.path("own.run")).expect("made");
        for name in ["recipe.toml", "losses.csv", "card.json", "network"] {
            let name = format!("own.run/{name}");
            place.put(&name, trained.get(&name));
        }
        for name in ["data.csv", "own.flow"] {
            place.put(name, trained.get(name));
        }
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).expect("written");
    }

    pub fn get(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("read")
    }

    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.get(name)).expect("UTF-8")
    }

    /// Returns the names and contents of everything in the folder; `None` for a folder.
    pub fn contents(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let entries = fs::read_dir(self.0.path()).expect("a listing");
        let named = entries.map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("UTF-8");
            (name, fs::read(entry.path()).ok())
        });
        named.collect()
    }

    /// Returns the command with the words of `line`, to run in the folder.
    pub fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowlet"));
        command
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, line: &str) -> Ended {
        self.command(line).output().expect("it runs").into()
    }

    /// Runs a command that must succeed, and returns its standard output.
    pub fn done(&self, line: &str) -> Vec<u8> {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
        ended.stdout
    }

    /// Runs a command that must succeed, and returns the text that it prints.
    pub fn says(&self, line: &str) -> String {
        String::from_utf8(self.done(line)).expect("UTF-8")
    }

    /// Runs a command that must succeed, and returns the JSON that it prints.
    pub fn json(&self, line: &str) -> Value {
        serde_json::from_slice(&self.done(line)).expect("JSON")
    }

    /// Checks that a command refuses rows of other columns, and models and rows that are missing or
    /// damaged.
    pub fn refuses_what_does_not_match(&self, line: impl Fn(&str, &str) -> String) {
        self.put("wrong.csv", "kind,a\nred,2\nred,4\n");
        assert_eq!(
            self.refused(&line("model.flow", "wrong.csv")),
            "wrong.csv: the data have no column `b`, which the model was trained on; add it"
        );
        self.put("wrong.csv", "a,c\n1,2\n3,4\n");
        let words = self.refused(&line("model.flow", "wrong.csv"));
        assert!(
            words.starts_with("wrong.csv: ") && words.contains("`kind`"),
            "{words}"
        );
        assert_eq!(
            self.refused(&line("model.flow", "nowhere.csv")),
            "nowhere.csv: no such file; check the path"
        );
        self.put("cut.flow", &self.get("model.flow")[..100]);
        let words = self.refused(&line("cut.flow", "data.csv"));
        assert!(words.starts_with("cut.flow: truncated"), "{words}");
    }

    /// Checks that a command is refused as bad input and changes nothing in the folder. Returns the
    /// line of the error, the last one on standard error. Notes and decisions may come before it.
    pub fn refused(&self, line: &str) -> String {
        self.refused_command(line, &mut self.command(line))
    }

    /// As [`refused`](Self::refused), for any command.
    pub fn refused_command(&self, line: &str, command: &mut Command) -> String {
        let before = self.contents();
        let ended = Ended::from(command.output().expect("it runs"));
        let lines: Vec<&str> = ended.stderr.lines().collect();
        assert_eq!(ended.code, Some(2), "{line}: {lines:?}");
        assert!(ended.stdout.is_empty(), "{line}");
        assert!(self.contents() == before, "{line} changed its folder");
        let (last, before) = lines.split_last().expect("a line");
        let is_said = |line: &&str| line.starts_with("note: ") || line.ends_with(')');
        assert!(before.iter().all(is_said), "{line}: {lines:?}");
        let words = last.strip_prefix("error: ");
        words.expect("it begins with `error: `").to_owned()
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

/// A command for each way to write a file in a folder of [`Place::with_model`], and the file.
pub const WRITERS: [(&str, &str); 7] = [
    (
        "train data.csv --label kind --iterations 20 --hidden 8 -o out.flow",
        "out.flow",
    ),
    ("sample model.flow -n 2000 -o out.csv", "out.csv"),
    ("export model.flow --rust -o out.rs", "out.rs"),
    ("export model.flow --c -o out.h", "out.h"),
    ("export model.flow --json -o out.json", "out.json"),
    (
        "plot model.flow data.csv --kind samples -o out.svg",
        "out.svg",
    ),
    ("report model.flow data.csv -o out.html", "out.html"),
];

/// Returns the folder of the one training that most tests share.
fn place_of_training() -> &'static Place {
    static TRAINED: LazyLock<Place> = LazyLock::new(|| {
        let place = Place::new();
        place.put("data.csv", table());
        place.done(&format!("train data.csv -o own.flow --label kind {TINY}"));
        place
    });
    &TRAINED
}

/// Returns a table of two numeric columns, the label between them, and a constant column. 60 % of
/// the rows are red, 30 % green and 10 % blue.
pub fn table() -> String {
    let row = |row: usize| {
        let (kind, centre) = match row % 10 {
            0..6 => ("red", 0.0),
            6..9 => ("green", 5.0),
            _ => ("blue", -5.0),
        };
        let (a, b) = ((row as f64).sin(), (row as f64 * 1.7).cos());
        format!("{},{kind},{},3.7\n", centre + a, 100.0 + a + b)
    };
    let rows: String = (0..ROWS).map(row).collect();
    format!("a,kind,b,still\n{rows}")
}
