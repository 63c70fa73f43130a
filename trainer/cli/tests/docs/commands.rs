//! Command lines in documents and help texts, and the help texts themselves.

use clap::error::ErrorKind;
use clap::{Command, CommandFactory};
use flowlet_cli::commands::Cli;

use super::markdown::documents;
use super::tree::assert_none;
use super::words;

/// Parses a command line, and returns why the command would refuse it.
fn parse(line: &str) -> Result<(), String> {
    let words = shlex::split(line).ok_or("not a line of a shell")?;
    let end = |word: &String| ["|", ">", "<", "&&"].contains(&word.as_str());
    let words = words.split(end).next().unwrap_or_default();
    match Cli::command().try_get_matches_from(words) {
        Err(error) if !help(error.kind()) => {
            let text = error.to_string();
            Err(text.lines().next().unwrap_or_default().to_owned())
        }
        _ => Ok(()),
    }
}

fn help(kind: ErrorKind) -> bool {
    [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion].contains(&kind)
}

/// Returns the lines that call flowlet, each joined with the lines that continue it.
fn calls<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut whole: Vec<String> = Vec::new();
    let mut continued = false;
    for line in lines {
        let part = line.trim_end_matches('\\');
        match whole.last_mut().filter(|_| continued) {
            Some(before) => before.push_str(part),
            None => whole.push(part.trim_start().trim_start_matches("$ ").to_owned()),
        }
        continued = line.ends_with('\\');
    }
    let flowlet = |line: String| -> Option<String> {
        let line = line.replace("cargo run --release -- ", "flowlet ");
        match line.starts_with("flowlet ") {
            true => Some(line),
            // The right side of a pipe.
            false => Some(format!("flowlet {}", line.split_once("| flowlet ")?.1)),
        }
    };
    whole.into_iter().filter_map(flowlet).collect()
}

/// The commands, each with its name.
fn all_commands() -> Vec<(String, Command)> {
    let mut root = Cli::command();
    root.build();
    let mut all: Vec<(String, Command)> = root
        .get_subcommands()
        .map(|command| (format!("flowlet {}", command.get_name()), command.clone()))
        .collect();
    all.push(("flowlet".to_owned(), root));
    all
}

#[test]
fn command_lines_in_documents_parse() {
    let (mut faults, mut lines) = (Vec::new(), 0);
    for document in documents() {
        let blocks = document.blocks().into_iter();
        for block in blocks.filter(|block| ["console", "sh"].contains(&block.language.as_str())) {
            for line in calls(block.lines.iter().map(String::as_str)) {
                lines += 1;
                if let Err(fault) = parse(&line) {
                    faults.push(format!("{}: {line}\n    {fault}", document.name()));
                }
            }
        }
    }
    assert!(lines > 40, "{lines}");
    assert_none(&faults);
}

#[test]
fn options_in_documents_exist() {
    let known: Vec<String> = all_commands()
        .iter()
        .flat_map(|(_, command)| command.get_arguments())
        .filter_map(|argument| Some(format!("--{}", argument.get_long()?)))
        .collect();
    let names: Vec<String> = all_commands().into_iter().map(|(name, _)| name).collect();
    let mut faults = Vec::new();
    for document in documents() {
        for span in document.spans() {
            let mut words = span.split(' ');
            match (words.next(), words.next()) {
                (Some("flowlet"), Some(command)) => {
                    let name = format!("flowlet {command}");
                    if !names.contains(&name) {
                        faults.push(format!("{}: no command `{span}`", document.name()));
                    }
                }
                (Some(option), _)
                    if option.starts_with("--") && !known.contains(&option.to_owned()) =>
                {
                    faults.push(format!("{}: no option `{span}`", document.name()));
                }
                _ => {}
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn examples_in_help_texts_parse() {
    let (mut faults, mut lines) = (Vec::new(), 0);
    for (name, command) in all_commands() {
        let Some(text) = command.get_after_help() else {
            continue;
        };
        for line in calls(text.to_string().lines()) {
            lines += 1;
            if let Err(fault) = parse(&line) {
                faults.push(format!("{name}: {line}\n    {fault}"));
            }
        }
    }
    assert!(lines > 15, "{lines}");
    assert_none(&faults);
}

#[test]
fn help_texts_are_plain() {
    let mut faults = Vec::new();
    for (name, command) in all_commands() {
        let mut texts = vec![
            command.get_about(),
            command.get_long_about(),
            command.get_after_help(),
            command.get_after_long_help(),
        ];
        let values: Vec<_> = command
            .get_arguments()
            .map(|argument| (argument, argument.get_possible_values()))
            .collect();
        for (argument, values) in &values {
            texts.extend([argument.get_help(), argument.get_long_help()]);
            texts.extend(values.iter().map(|value| value.get_help()));
        }
        for text in texts.into_iter().flatten().map(ToString::to_string) {
            faults.extend(
                words::faults(&text)
                    .iter()
                    .map(|fault| format!("{name}: {fault}: {text}")),
            );
            if text
                .lines()
                .any(|line| line.starts_with("  ") && line.chars().count() > 100)
            {
                faults.push(format!("{name}: a line of more than 100 columns: {text}"));
            }
        }
    }
    assert_none(&faults);
}
