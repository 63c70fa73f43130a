//! `flowlet export`: a model as source text, for projects that cannot include a file.
//!
//! Each language has its own writer. All write the same: the file's bytes, sizes, columns, and the
//! names of columns and classes as constants.

mod c;
mod names;
mod rust;

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use flowlet::{Column, Model};
use serde::Serialize;

use super::inspect::Contents;
use super::model_file::ModelFile;
use super::{Failure, output};

/// Write a model as source text, with its sizes, columns and names as constants.
#[derive(Args, Clone, Debug)]
#[command(group(ArgGroup::new("language").required(true).args(["rust", "c", "json"])))]
#[command(after_help = "Examples:
  flowlet export beats.flow --rust -o src/beats.rs
  flowlet export beats.flow --c -o beats.h
  flowlet export beats.flow --json | jq .model.columns

In Rust, add `mod beats;` and call `flowlet::Model::parse(beats::MODEL)`. In C,
define BEATS_IMPLEMENTATION in one source file before including beats.h.")]
pub struct ExportArgs {
    /// Model to export.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Write a Rust module for the flowlet crate; `no_std`.
    #[arg(long)]
    pub rust: bool,
    /// Write a header for C99 and C++. The source file that defines NAME_IMPLEMENTATION gets the
    /// data.
    #[arg(long)]
    pub c: bool,
    /// Write JSON: the output of `inspect --json`, and the bytes in hexadecimal.
    #[arg(long)]
    pub json: bool,
    /// Begin names in C with this prefix. In JSON, set the name of the model. [default: the file's
    /// name]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Write the text to this file; `-` is standard output.
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub output: PathBuf,
}

impl ExportArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if self.rust && self.name.is_some() {
            return Err(Failure::Input(
                "--name has no effect on Rust, where the module has the name; leave it out"
                    .to_owned(),
            ));
        }
        output::check_writable(&self.output, &[&self.model])?;
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        let name = self.name.clone().unwrap_or_else(|| stem(&self.model));
        let export = Export {
            name: &name,
            bytes: &file.bytes,
            model,
        };
        let text = match (self.rust, self.c) {
            (true, _) => rust::write(&export),
            (_, true) => c::write(&export),
            _ => json(&export)?,
        };
        Ok(output::write(&self.output, text.as_bytes())?)
    }
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A model to write.
struct Export<'a> {
    name: &'a str,
    bytes: &'a [u8],
    model: Model<'a>,
}

impl Export<'_> {
    fn columns(&self) -> impl Iterator<Item = Column> {
        (0..self.model.dim()).filter_map(|column| self.model.column(column))
    }

    /// Returns the values and conditions of a filler; `None` if the model only samples.
    fn filler_dims(&self) -> Option<usize> {
        self.model.fill().ok().flatten().map(|fill| fill.dims())
    }

    /// Returns the names of the conditions.
    fn conditions(&self) -> Vec<&str> {
        let fill = self.model.fill().ok().flatten();
        fill.map_or_else(Vec::new, |fill| fill.condition_names().collect())
    }

    /// Returns the bytes in lines of sixteen, for C and Rust.
    fn byte_lines(&self) -> String {
        let line = |bytes: &[u8]| {
            let words: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02x}")).collect();
            format!("    {},\n", words.join(", "))
        };
        self.bytes.chunks(16).map(line).collect()
    }
}

/// A model as JSON.
#[derive(Serialize)]
pub(super) struct Json<'a> {
    name: &'a str,
    model: Contents<'a>,
    /// The file, two digits per byte.
    bytes_hex: String,
}

fn json(export: &Export<'_>) -> Result<String, Failure> {
    let json = Json {
        name: export.name,
        model: Contents::of(&export.model),
        bytes_hex: export
            .bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    };
    let text = serde_json::to_string_pretty(&json)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(text + "\n")
}
