//! Options of every command that reads data.

use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use flowlet::Model;
use serde::{Deserialize, Serialize};

use super::{Failure, hint, print, values};
use flowlet_trainer::data::category::value_name;
use flowlet_trainer::data::read::{
    Background, Missing, ReadOptions, Window, is_missing_word, parse_csv,
};
use flowlet_trainer::data::{Note, NoteKind};
use flowlet_trainer::device_columns::{AlignError, category_columns, circular_columns, periods};
use flowlet_trainer::{DataError, DataErrorKind, Table};

/// Heading of the options in help texts.
pub(super) const DATA: &str = "Data";
/// How missing values of rows to be filled in are treated.
const KEEP: &str = "keep";

/// How to read the data.
#[derive(Args, Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct DataArgs {
    /// Read the class of each row from this column, so that samples of one class can be drawn.
    /// There are at most 256 classes. For a folder with subfolders and for IDX files, give the
    /// classes a name; for an NPZ file, name the array. [default: no classes]
    #[arg(help_heading = DATA, long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Use these columns in this order, separated by commas: names, ranges such as x0..x9, wild
    /// cards such as 'x*', or positions such as :3 and :3-5, counted from 1. [default: all]
    #[arg(help_heading = DATA, long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Leave out these columns, separated by commas. They are named as in --columns.
    /// [default: none]
    #[arg(help_heading = DATA, long, value_name = "NAMES", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// Treat missing values like this: `refuse` the data, `drop` the row, or insert the `mean` of
    /// the column. A column of categories gets its most common category.
    #[arg(help_heading = DATA, long, value_name = "HOW", default_value = "refuse", value_parser = ["refuse", "drop", "mean"])]
    pub missing: String,
    /// Read this cell as a missing value too. A number matches however it is
    /// written. Repeat
    /// the option for several.
    #[serde(rename = "missing-value")]
    #[arg(help_heading = DATA, long = "missing-value", value_name = "TOKEN", allow_hyphen_values = true)]
    pub missing_values: Vec<String>,
    /// Read the cells of these columns as names of categories, even if they look like numbers or
    /// missing values. Separate the columns by commas. [default: inferred]
    #[serde(rename = "category")]
    #[arg(help_heading = DATA, long = "category", value_name = "NAMES", value_delimiter = ',')]
    pub categories: Vec<String>,
    /// Cut recordings into windows of N rows. Each row of a recording is a moment in time.
    /// [default: no windows]
    #[arg(help_heading = DATA, long, value_name = "N", value_parser = values::count, allow_negative_numbers = true)]
    pub window: Option<u32>,
    /// Begin a window every N rows. [default: --window]
    #[arg(help_heading = DATA, long, value_name = "N", value_parser = values::count, allow_negative_numbers = true)]
    pub stride: Option<u32>,
    /// Take the recording, person or machine of each row from this column, which is not trained on.
    /// Windows never cross groups, and each group is used either for training or for validation.
    /// [default: each file is a recording]
    #[arg(help_heading = DATA, long, value_name = "COLUMN")]
    pub group: Option<String>,
    /// Take the time of each row from this column, which is not trained on. It has numbers, or
    /// dates and times such as 2024-05-31 12:30:00. A gap begins a new recording.
    /// [default: rows have equal steps]
    #[arg(help_heading = DATA, long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// Begin a new recording after a longer step in time, in the unit of the time column; seconds
    /// for dates. [default: 1.5 times the median step]
    #[arg(help_heading = DATA, long, value_name = "STEP", value_parser = values::gap, allow_negative_numbers = true)]
    pub gap: Option<f64>,
    /// Use at most N rows, drawn at random. [default: as many as fit in 1 GB]
    #[arg(help_heading = DATA, long, value_name = "N", value_parser = values::rows, allow_negative_numbers = true)]
    pub rows: Option<u32>,
    /// Separate the cells of a CSV file at this character. A space means any number of spaces.
    /// [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "CHAR", value_parser = values::delimiter)]
    pub delimiter: Option<char>,
    /// Separate the decimals of numbers in a CSV file by a dot or a comma. [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "CHAR", value_parser = values::decimal)]
    pub decimal: Option<char>,
    /// Separate the thousands in numbers of a CSV file at this character: a dot, a comma, an
    /// apostrophe or `space`. [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "CHAR", value_parser = values::thousands)]
    pub thousands: Option<char>,
    /// Read the first line of a CSV file as a row, not as a header.
    #[arg(help_heading = DATA, long)]
    pub no_header: bool,
    /// Read each channel of a WAV file. [default: their mean]
    #[arg(help_heading = DATA, long)]
    pub split_channels: bool,
    /// Scale all images to this size in pixels, such as 16x12. [default: the size that they have]
    #[arg(help_heading = DATA, long, value_name = "SIZE", value_parser = values::image_size)]
    pub size: Option<String>,
    /// Read images as red, green and blue values. [default: grey values]
    #[arg(help_heading = DATA, long, alias = "color")]
    pub colour: bool,
    /// Put `black` or `white` behind the transparent parts of images.
    #[arg(help_heading = DATA, long, value_name = "SHADE", default_value = "black", value_parser = ["black", "white"])]
    pub background: String,
    /// Take line N of a CSV file as the header. [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "N", value_parser = values::count, conflicts_with = "no_header")]
    pub header_line: Option<u32>,
    /// Leave out N lines below the header of a CSV file. [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "N")]
    pub skip_after_header: Option<u32>,
    /// Leave out the last N lines of a CSV file that are not blank. [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "N")]
    pub skip_footer: Option<u32>,
    /// Leave out lines of a CSV file that begin with this text. An empty text means that there are
    /// no comments. [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub comment: Option<String>,
    /// Read a CSV file in this encoding, such as windows-1252 or shift_jis. [default: inferred]
    #[arg(help_heading = DATA, long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Read the rows from this array of an NPZ file. [default: the only one, or x, X, data or
    /// arr_0]
    #[arg(help_heading = DATA, long, value_name = "NAME")]
    pub array: Option<String>,
}

impl DataArgs {
    /// Reads the data at `paths` with what the arguments add to `known` options.
    pub(super) fn read(&self, paths: &[PathBuf], known: ReadOptions) -> Result<Table, Failure> {
        let table = self.read_with(paths, known)?;
        print_notes(&table.notes);
        Ok(table)
    }

    /// Reads the data as [`read`](Self::read) does, without its notes.
    fn read_with(&self, paths: &[PathBuf], known: ReadOptions) -> Result<Table, Failure> {
        let is_npz = |end: &OsStr| end.eq_ignore_ascii_case("npz");
        let other = paths
            .iter()
            .find(|path| !path.extension().is_some_and(is_npz));
        if let (Some(_), Some(path)) = (&self.array, other) {
            return Err(Failure::Input(format!(
                "{}: --array is for NPZ files; leave it out",
                path.display()
            )));
        }
        self.check()?;
        let window = self.window.map(|length| Window {
            length: length as usize,
            stride: self.stride.unwrap_or(length) as usize,
        });
        let options = ReadOptions {
            label: self.label.clone().or(known.label),
            columns: values::unquoted(&self.columns),
            drop: values::unquoted(&self.drop),
            categories: [values::unquoted(&self.categories), known.categories].concat(),
            inferred_categories: known.inferred_categories,
            date_parts: known.date_parts,
            periods: known.periods,
            single: known.single,
            decimal: self.decimal,
            thousands: self.thousands,
            missing_values: self.missing_values.clone(),
            delimiter: self.delimiter.map(|c| c as u8),
            no_header: self.no_header,
            split_channels: self.split_channels,
            colour: self.colour,
            background: match self.background.as_str() {
                "white" => Background::White,
                _ => Background::Black,
            },
            image_size: self.size.as_deref().and_then(values::sides),
            header_line: self.header_line.map(|line| line as usize),
            skip_after_header: self.skip_after_header.map(|lines| lines as usize),
            skip_footer: self.skip_footer.map(|lines| lines as usize),
            comment: self.comment.clone(),
            encoding: self.encoding.clone(),
            array: self.array.clone(),
            missing: self.missing.parse().unwrap_or(Missing::Refuse),
            group: self.group.clone(),
            time: self.time.clone(),
            gap: self.gap,
            rows: self.rows.map(|rows| rows as usize),
            window,
        };
        let stdin = PathBuf::from("-");
        if paths.len() > 1 && paths.contains(&stdin) {
            return Err(Failure::Input(
                "standard input cannot be joined with files; name either `-` or files".to_owned(),
            ));
        }
        if paths == [stdin] {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| Failure::Input(format!("standard input: {error}")))?;
            return Ok(parse_csv(&bytes, "standard input", &options)?);
        }
        Ok(Table::read_all(paths, &options)?)
    }

    /// Checks that options have those that they need, which may come from a recipe.
    fn check(&self) -> Result<(), Failure> {
        let (no_window, no_time) = (self.window.is_none(), self.time.is_none());
        let needs = [
            (self.stride.is_some() && no_window, "--stride", "--window"),
            (self.time.is_some() && no_window, "--time", "--window"),
            (self.gap.is_some() && no_time, "--gap", "--time"),
        ];
        match needs.into_iter().find(|(lacks, ..)| *lacks) {
            Some((_, option, other)) => Err(Failure::Input(format!(
                "{option} needs {other}; give both or none"
            ))),
            None => Ok(()),
        }
    }

    /// Reads the data at `paths` as rows of a model.
    pub(super) fn read_for(&self, paths: &[PathBuf], model: &Model<'_>) -> Result<Table, Failure> {
        let refuse = |error| self.not_aligned(paths, &error);
        let label = model.label().map(|(name, _)| name);
        let table = self.read_known(paths, model, label, false)?;
        table.align_to_model(model).map_err(refuse)
    }

    /// Reads the data at `paths` as rows of a model to be filled in: missing values are NaN. The
    /// column of the classes may be missing.
    pub(super) fn read_partly_for(
        &self,
        paths: &[PathBuf],
        model: &Model<'_>,
    ) -> Result<Table, Failure> {
        let refuse = |error| self.not_aligned(paths, &error);
        let read = Self {
            missing: KEEP.to_owned(),
            ..self.clone()
        };
        let aligned = |label| {
            let table = read.read_known(paths, model, label, true)?;
            table.align_partly_to_model(model).map_err(refuse)
        };
        let dropped = values::unquoted(&self.drop);
        let is_unlabelled = |error: &DataError| {
            let kinds = [DataErrorKind::NoLabel, DataErrorKind::NoLabelColumn];
            kinds.contains(&error.kind)
        };
        let is_kept = |label: &&str| dropped.iter().all(|name| name != label);
        let label = model.label().map(|(name, _)| name).filter(is_kept);
        match aligned(label) {
            // Without the column, the rows have no class.
            Err(Failure::Data(error)) if is_unlabelled(&error) => aligned(None),
            read => read,
        }
    }

    /// Reads the data at `paths` as rows of a model that are scored. They may have categories and
    /// classes that the model was not trained on.
    pub(super) fn read_open(&self, paths: &[PathBuf], model: &Model<'_>) -> Result<Table, Failure> {
        self.read_openly(paths, model, model.label().map(|(name, _)| name))
    }

    /// Reads the data at `paths` as rows of a model that are scored, without their classes. The
    /// column of the classes may be missing, but standard input, which is read once, does not have
    /// it.
    pub(super) fn read_unlabelled(
        &self,
        paths: &[PathBuf],
        model: &Model<'_>,
    ) -> Result<Table, Failure> {
        let args = Self {
            label: None,
            ..self.clone()
        };
        if let Some((label, _)) = model.label().filter(|_| paths != [PathBuf::from("-")]) {
            let drop = [&self.drop[..], &[label.to_owned()]].concat();
            let without = Self {
                drop,
                ..args.clone()
            };
            if let Ok(table) = without.read_openly(paths, model, None) {
                return Ok(table);
            }
        }
        args.read_openly(paths, model, None)
    }

    fn read_openly(
        &self,
        paths: &[PathBuf],
        model: &Model<'_>,
        label: Option<&str>,
    ) -> Result<Table, Failure> {
        let refuse = |error| self.not_aligned(paths, &error);
        let table = self.read_known(paths, model, label, true)?;
        let known = table.notes.len();
        let mut table = table.align_openly_to_model(model).map_err(refuse)?;
        for note in &mut table.notes[known..] {
            note.place.file = Some(shown(paths));
        }
        print_notes(&table.notes[known..]);
        Ok(table)
    }

    /// Refuses data that do not have the columns of a model.
    fn not_aligned(&self, paths: &[PathBuf], error: &AlignError) -> Failure {
        let message = hint::alignment_with_options(error, self.label.as_deref());
        Failure::Input(format!("{}: {message}", shown(paths)))
    }

    /// Reads the data at `paths` with what a model knows of its columns. One row is enough if it is
    /// `single`.
    fn read_known(
        &self,
        paths: &[PathBuf],
        model: &Model<'_>,
        label: Option<&str>,
        single: bool,
    ) -> Result<Table, Failure> {
        // A name such as NA is only kept if the model knows it.
        let keeps = |column: &String| {
            let prefix = value_name(column, "");
            let conditions = model.fill().ok().flatten();
            let conditions = conditions.iter().flat_map(|of| of.condition_names());
            let mut names = model.column_names().chain(conditions);
            names.any(|name| name.strip_prefix(&prefix).is_some_and(is_missing_word))
        };
        let (declared, inferred) = category_columns(model).into_iter().partition(keeps);
        let known = ReadOptions {
            categories: declared,
            inferred_categories: inferred,
            date_parts: Some(circular_columns(model)),
            periods: periods(model),
            single,
            ..ReadOptions::labelled(label)
        };
        let mut table = self.read_with(paths, known)?;
        // A column to be filled in may be empty.
        let is_filled = self.missing == KEEP;
        table.notes.retain(|note| {
            let is_expected = note.kind == NoteKind::NoValues && is_filled;
            !is_expected && !note.kind.is_about_choice()
        });
        print_notes(&table.notes);
        Ok(table)
    }
}

/// Returns the name of the data in messages.
pub(super) fn shown(paths: &[PathBuf]) -> String {
    several(paths, |path| path.display().to_string())
}

/// Returns the short name of the data.
pub(super) fn input_name(paths: &[PathBuf]) -> String {
    several(paths, |path| match path.file_name() {
        Some(name) if path != Path::new("-") => name.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    })
}

fn several(paths: &[PathBuf], name: impl Fn(&Path) -> String) -> String {
    let first = paths.first().map(|path| name(path)).unwrap_or_default();
    match paths.len() {
        0 | 1 => first,
        2 => format!("{first} and another"),
        more => format!("{first} and {} others", more - 1),
    }
}

fn print_notes(notes: &[Note]) {
    for note in notes {
        print::note(&format!("note: {}", hint::note_with_options(note)));
    }
}
