//! The examples of the pages about data, run as a reader would run them.
//!
//! A fenced block such as ```` ```csv sales.csv ```` is the content of a file, or its first lines
//! if `…` follows them. A block of `console` has commands, each after `$`, and lines that they
//! print. A line that ends in `…` is the start of one that is printed.

use std::fs;
use std::path::Path;

use clap::CommandFactory;
use flowlet_cli::commands::Cli;

use super::inputs;
use super::markdown::{Document, documents};
use super::shell::shell;
use super::tree::assert_none;

/// The pages.
const PAGES: [&str; 4] = ["csv.md", "data.md", "files.md", "recordings.md"];
/// Ends of the names of files that the examples read, one for each format.
const FORMATS: [&str; 11] = [
    ".csv", ".csv.gz", ".npy", ".npz", "ubyte.gz", ".wav", ".parquet", ".arff", ".ts", " signs",
    " -",
];
/// A command, and the lines that it prints.
struct Example {
    line: String,
    prints: Vec<String>,
}

fn page(name: &str) -> Document {
    let is_it = |document: &Document| document.name() == format!("trainer/docs/{name}");
    documents().into_iter().find(is_it).expect("the page")
}

/// Returns the commands of a block.
fn examples(lines: &[String]) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for line in lines {
        match (line.strip_prefix("$ "), examples.last_mut()) {
            (Some(line), _) => examples.push(Example {
                line: line.to_owned(),
                prints: Vec::new(),
            }),
            (None, Some(example)) => example.prints.push(line.clone()),
            (None, None) => panic!("no command before {line}"),
        }
    }
    examples
}

/// Runs an example, and returns why it is not as the page says.
fn run(example: &Example, folder: &Path) -> Option<String> {
    let Example { line, prints } = example;
    let ended = shell(line, folder);
    let text = [ended.stdout, ended.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    let is_refused = prints.iter().any(|line| line.starts_with("error: "));
    if ended.status.code() != Some(if is_refused { 2 } else { 0 }) {
        return Some(format!("$ {line}\n{}: {text}", ended.status));
    }
    let is_printed = |wanted: &&String| match wanted.strip_suffix('…') {
        Some(start) => text.lines().any(|line| line.starts_with(start)),
        None => text
            .lines()
            .any(|line| line.trim_end() == wanted.trim_end()),
    };
    let missing = prints.iter().find(|wanted| !is_printed(wanted))?;
    Some(format!("$ {line}\ndoes not print: {missing}\nbut {text}"))
}

/// Runs all examples of a page in a folder.
fn assert_runs(name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    inputs::copy(folder.path());
    let mut faults = Vec::new();
    for block in page(name).blocks() {
        match (block.file, block.language.as_str()) {
            (Some(file), _) => {
                let (text, path) = (block.lines.join("\n"), folder.path().join(&file));
                match text.strip_suffix('…') {
                    Some(start) => {
                        let whole = fs::read_to_string(path).expect("a file of `inputs`");
                        assert!(whole.starts_with(start), "{name}: {file} has {whole}");
                    }
                    None => fs::write(path, text + "\n").expect("written"),
                }
            }
            (None, "console") => {
                let examples = examples(&block.lines);
                let wrong = examples
                    .iter()
                    .filter_map(|example| run(example, folder.path()));
                faults.extend(wrong.map(|fault| format!("{name}: {fault}")));
            }
            _ => {}
        }
    }
    assert_none(&faults);
}

#[test]
fn examples_of_text_run() {
    assert_runs("csv.md");
}

#[test]
fn examples_of_data_run() {
    assert_runs("data.md");
}

#[test]
fn examples_of_files_run() {
    assert_runs("files.md");
}

#[test]
fn examples_of_recordings_run() {
    assert_runs("recordings.md");
}

#[test]
fn every_format_and_every_option_of_data_has_an_example() {
    let blocks = PAGES.iter().flat_map(|name| page(name).blocks());
    let console = blocks.filter(|block| block.language == "console");
    let lines: Vec<String> = console
        .flat_map(|block| examples(&block.lines))
        .map(|example| format!("{} ", example.line))
        .collect();
    let mut cli = Cli::command();
    cli.build();
    let train = cli.find_subcommand("train").expect("the command");
    let options = train
        .get_arguments()
        .filter(|argument| argument.get_help_heading() == Some("Data"))
        .filter_map(|argument| Some(format!(" --{} ", argument.get_long()?)));
    let wanted: Vec<String> = options
        .chain(FORMATS.map(|end| format!("{end} ")))
        .collect();
    assert!(wanted.len() > 35, "{wanted:?}");
    let is_missing = |wanted: &&String| !lines.iter().any(|line| line.contains(wanted.as_str()));
    let missing: Vec<String> = wanted.iter().filter(is_missing).cloned().collect();
    assert_none(&missing);
}
