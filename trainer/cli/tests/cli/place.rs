//! A folder of its own for each test, and the command run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// Options that make a training as short as can be.
pub const TINY: &str = "--iterations 20 --hidden 8";

/// Rows of the table that most tests train on.
pub const ROWS: usize = 100;

/// A temporary folder that the command runs in.
pub struct Place(TempDir);

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// A folder with `data.csv`, see [`table`], and `model.flow`, a model of it.
    pub fn with_model() -> Self {
        static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
        let place = Self::new();
        place.put("data.csv", table());
        let model = MODEL.get_or_init(|| {
            let line = format!("train data.csv -o model.flow --label kind {TINY}");
            assert_eq!(place.run(&line).code, Some(0));
            place.get("model.flow")
        });
        place.put("model.flow", model);
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

    /// The names and contents of everything in the folder; `None` for a folder.
    pub fn contents(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let entries = fs::read_dir(self.0.path()).expect("a listing");
        let named = entries.map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("UTF-8");
            (name, fs::read(entry.path()).ok())
        });
        named.collect()
    }

    /// The command with the words of `line`, ready to run here.
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

    /// Runs what must succeed and gives its standard output.
    pub fn done(&self, line: &str) -> Vec<u8> {
        let ended = self.run(line);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{line}");
        ended.stdout
    }

    /// Runs `line` on models and rows that a command of both must refuse: of other columns, and cut short.
    pub fn refuses_what_does_not_match(&self, line: impl Fn(&str, &str) -> String) {
        self.put("wrong.csv", "kind,a\nred,2\nred,4\n");
        assert_eq!(
            self.refused(&line("model.flow", "wrong.csv")),
            "wrong.csv: the data have no column `b`, which the model was trained on; flowlet inspect says what it has"
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

    /// Runs what must be refused as bad input, with one line on standard error, and with nothing
    /// in the folder changed; gives that line.
    pub fn refused(&self, line: &str) -> String {
        self.refused_command(line, &mut self.command(line))
    }

    /// The same of a command that is not made of words alone.
    pub fn refused_command(&self, line: &str, command: &mut Command) -> String {
        let before = self.contents();
        let ended = Ended::from(command.output().expect("it runs"));
        let words = ended.stderr.trim_end().to_owned();
        assert_eq!(ended.code, Some(2), "{line}: {words}");
        assert_eq!(words.lines().count(), 1, "{line}: {words}");
        assert!(ended.stdout.is_empty(), "{line}");
        assert!(self.contents() == before, "{line} changed its folder");
        let words = words.strip_prefix("error: ");
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

/// A command for each way to write a file, by the model and the table of [`Place::with_model`], and what it writes.
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

/// Two columns of numbers, the label between them, and a constant one: 60 % red, 30 % green and
/// 10 % blue rows.
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
