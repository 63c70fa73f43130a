//! Recipes: the options of a training in a TOML file, by their names on the command line.
//!
//! A recipe is read as if its lines were on the command line, where options take precedence. So
//! options mean the same in both, and the same code checks them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, Id};
use toml::{Table, Value};

use crate::commands::{Failure, input};

/// Options that a recipe does not have, because they do not change the model.
const EXCLUDED: [&str; 11] = [
    "config",
    "resume",
    "json",
    "sweep",
    "board",
    "max_size",
    "checkpoint_every",
    "help",
    "version",
    "verbose",
    "quiet",
];

/// A recipe file.
pub(in crate::commands) struct Recipe {
    pub path: PathBuf,
    /// Arguments that the recipe adds to the command line.
    pub arguments: Vec<OsString>,
}

/// Reads the recipe at `path`, without the options that were given.
pub(super) fn read(
    path: PathBuf,
    command: &Command,
    given: &ArgMatches,
) -> Result<Recipe, Failure> {
    let recipe = table(&path)?;
    let arguments = arguments(&path, recipe, command, given)?;
    Ok(Recipe { path, arguments })
}

/// Reads the options of `names` in the recipe at `path` for data with the name `data`, without
/// those that were given. Returns `None` if the recipe is for another format.
pub(in crate::commands) fn read_some(
    path: PathBuf,
    names: &[&str],
    data: &[PathBuf],
    command: &Command,
    given: &ArgMatches,
) -> Result<Option<Recipe>, Failure> {
    let mut recipe = table(&path)?;
    let trained_on = recipe.get("data").and_then(|value| match value {
        Value::Array(files) => files.first()?.as_str(),
        one => one.as_str(),
    });
    let (Some(trained_on), Some(data)) = (trained_on, data.first()) else {
        return Ok(None);
    };
    if format(Path::new(trained_on)) != format(data) {
        return Ok(None);
    }
    recipe.retain(|name, _| names.contains(&name));
    let arguments = arguments(&path, recipe, command, given)?;
    Ok(Some(Recipe { path, arguments }))
}

/// Returns the ending of a file's name. Standard input is CSV.
fn format(data: &Path) -> Option<String> {
    let stem = match data.extension() {
        Some(end) if end.eq_ignore_ascii_case("gz") => Path::new(data.file_stem()?),
        _ => data,
    };
    match data == Path::new("-") {
        true => Some("csv".to_owned()),
        false => Some(stem.extension()?.to_string_lossy().to_ascii_lowercase()),
    }
}

fn table(path: &Path) -> Result<Table, Failure> {
    let text = input::text(path, "a recipe")?;
    text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(1, |span| 1 + text[..span.start].matches('\n').count());
        let file = path.display();
        Failure::Input(format!("{file}: line {line}: {}", error.message()))
    })
}

fn arguments(
    path: &Path,
    recipe: Table,
    command: &Command,
    given: &ArgMatches,
) -> Result<Vec<OsString>, Failure> {
    let file = path.display();
    let refuse = |what: String| Failure::Input(format!("{file}: {what}"));
    let is_typed =
        |arg: &&Arg| given.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let typed: Vec<&Arg> = command.get_arguments().filter(is_typed).collect();
    let ruled_out: Vec<&Id> = typed
        .iter()
        .flat_map(|arg| command.get_arg_conflicts_with(arg))
        .map(Arg::get_id)
        .collect();
    // A new budget plans new steps.
    let replaced = match given.try_contains_id("budget").unwrap_or(false) {
        true => ["iterations", "stop_after"].as_slice(),
        false => &[],
    };
    let typed: Vec<&Id> = typed.into_iter().map(Arg::get_id).collect();
    let mut arguments = Vec::new();
    for (name, value) in &recipe {
        let Some(arg) = named(command, name) else {
            return Err(refuse(unknown(command, name)));
        };
        let id = arg.get_id();
        if typed.contains(&id) || ruled_out.contains(&id) || replaced.contains(&id.as_str()) {
            continue;
        }
        let of_value = |value: &Value| {
            text_of(value).ok_or_else(|| {
                refuse(format!(
                    "{name}: write a text, a number, true, false, or a list of them"
                ))
            })
        };
        if let (Value::Array(values), true) = (value, is_repeated(arg)) {
            for value in values {
                let text = of_value(value)?;
                arguments.push(match arg.is_positional() {
                    true => text.into(),
                    false => format!("--{name}={text}").into(),
                });
            }
            continue;
        }
        let text = of_value(value)?;
        // Omits defaults, because even the default of an option conflicts with other options.
        let default = arg.get_default_values().first();
        if default.is_some_and(|default| default == text.as_str()) {
            continue;
        }
        match (arg.get_action(), arg.is_positional()) {
            (ArgAction::SetTrue, _) if text == "true" => arguments.push(format!("--{name}").into()),
            (ArgAction::SetTrue, _) if text == "false" => {}
            (ArgAction::SetTrue, _) => return Err(refuse(format!("{name}: write true or false"))),
            (_, true) => arguments.push(text.into()),
            (_, false) => arguments.push(format!("--{name}={text}").into()),
        }
    }
    Ok(arguments)
}

/// Returns whether an option is repeated for several values.
fn is_repeated(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append) && arg.get_value_delimiter().is_none()
}

fn named<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    let is = |arg: &&Arg| {
        let id = arg.get_id().as_str();
        let is_included = !EXCLUDED.contains(&id);
        is_included && (arg.get_long() == Some(name) || arg.is_positional() && id == name)
    };
    command.get_arguments().find(is)
}

fn unknown(command: &Command, name: &str) -> String {
    let names = command.get_arguments().filter_map(|arg| arg.get_long());
    let nearest = names
        .max_by(|a, b| strsim::jaro_winkler(a, name).total_cmp(&strsim::jaro_winkler(b, name)));
    match nearest.filter(|nearest| strsim::jaro_winkler(nearest, name) > 0.8) {
        Some(nearest) if nearest != name => {
            format!("there is no option `{name}`; did you mean `{nearest}`?")
        }
        _ => format!("a recipe has no option `{name}`; `flowlet train --help` lists them"),
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Boolean(flag) => Some(flag.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<String>> = values.iter().map(text_of).collect();
            Some(texts?.join(","))
        }
        Value::Datetime(_) | Value::Table(_) => None,
    }
}

/// Returns every option by name, as it was given or by default.
pub(in crate::commands) fn of_matches(
    command: &Command,
    matches: &ArgMatches,
) -> BTreeMap<String, Value> {
    let mut recipe = BTreeMap::new();
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        if EXCLUDED.contains(&id) || !matches.contains_id(id) {
            continue;
        }
        let name = arg.get_long().unwrap_or(id).to_owned();
        if matches!(arg.get_action(), ArgAction::SetTrue) {
            if matches.get_flag(id) {
                recipe.insert(name, Value::Boolean(true));
            }
            continue;
        }
        let texts = matches.get_raw(id).into_iter().flatten();
        // Trainings with a run folder refuse file names that are not UTF-8.
        if let Some(texts) = texts.map(|raw| raw.to_str()).collect::<Option<Vec<_>>>() {
            let value = match is_repeated(arg) && !(arg.is_positional() && texts.len() == 1) {
                true => Value::Array(texts.into_iter().map(value_of).collect()),
                false => value_of(&texts.join(",")),
            };
            recipe.insert(name, value);
        }
    }
    recipe
}

/// Returns a number if it is written back as the same text.
fn value_of(text: &str) -> Value {
    if let Ok(number) = text.parse::<i64>()
        && number.to_string() == text
    {
        return Value::Integer(number);
    }
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number.to_string() == text => Value::Float(number),
        _ => Value::String(text.to_owned()),
    }
}

/// Returns the text of a recipe file.
pub(super) fn to_toml(recipe: &BTreeMap<String, Value>) -> Result<String, Failure> {
    let lines = toml::to_string(recipe).map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(format!("# flowlet train --config recipe.toml\n{lines}"))
}
