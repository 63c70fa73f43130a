//! What every command that reads data is told of them.

use std::io::Read;
use std::path::Path;

use clap::Args;
use flowlet::Model;
use serde::{Deserialize, Serialize};

use super::{Failure, values};
use flowlet_trainer::Table;
use flowlet_trainer::data::read::{Missing, ReadOptions, Window, csv};
use flowlet_trainer::device_columns::category_columns;

/// How to read the data.
#[derive(Args, Clone, Debug, Default, Deserialize, Serialize)]
#[command(next_help_heading = "Data")]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataArgs {
    /// Column that names each row's class, at most 256 classes; the model can then be asked for a class.
    /// Of a folder with subfolders, and of MNIST's files, what to call it; of an NPZ file, the array.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Columns to use, separated by commas, in this order; without it all.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Columns to leave out, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// What becomes of missing values: refuse, drop their rows, or put the column's mean (or commonest category) in.
    #[arg(long, value_name = "HOW", default_value = "refuse", value_parser = ["refuse", "drop", "mean"])]
    pub missing: String,
    /// Rows are moments of recordings: cut them into windows of N, each a row of the model.
    #[arg(long, value_name = "N", value_parser = values::count())]
    pub window: Option<u32>,
    /// From the start of a window to the start of the next; without it windows touch.
    #[arg(long, value_name = "N", requires = "window", value_parser = values::count())]
    pub stride: Option<u32>,
    /// At most N rows, drawn evenly; without it what fits in 1 GB.
    #[arg(long, value_name = "N", value_parser = values::rows())]
    pub rows: Option<u32>,
    /// What separates the cells of a CSV file, where its first lines do not tell.
    #[arg(long, value_name = "CHAR", value_parser = values::delimiter)]
    pub delimiter: Option<char>,
    /// The first line of a CSV file is a row already.
    #[arg(long)]
    pub no_header: bool,
    /// The array of an NPZ file that has the rows.
    #[arg(long, value_name = "NAME")]
    pub array: Option<String>,
}

impl DataArgs {
    /// Reads the data at `path`, labelled by `label` where the user names none; the columns `categories` are read
    /// as names, whatever they look like.
    pub(super) fn read(
        &self,
        path: &Path,
        label: Option<&str>,
        categories: Vec<String>,
    ) -> Result<Table, Failure> {
        let window = self.window.map(|length| Window {
            length: length as usize,
            stride: self.stride.unwrap_or(length) as usize,
        });
        let options = ReadOptions {
            label: self.label.clone().or(label.map(str::to_owned)),
            columns: self.columns.clone(),
            drop: self.drop.clone(),
            categories,
            delimiter: self.delimiter.map(|c| c as u8),
            no_header: self.no_header,
            array: self.array.clone(),
            missing: self.missing.parse().unwrap_or(Missing::Refuse),
            rows: self.rows.map(|rows| rows as usize),
            window,
        };
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| Failure::Input(format!("standard input: {error}")))?;
            return Ok(csv::parse(&bytes, "standard input", &options)?);
        }
        Ok(Table::read(path, &options)?)
    }

    /// Reads the data at `path` as rows of `model`.
    pub(super) fn read_for(&self, path: &Path, model: &Model<'_>) -> Result<Table, Failure> {
        let label = model.label().map(|(name, _)| name);
        let table = self.read(path, label, category_columns(model))?;
        let refuse = |error| Failure::Input(format!("{}: {error}", path.display()));
        table.align_to_model(model).map_err(refuse)
    }
}
