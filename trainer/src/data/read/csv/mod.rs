//! CSV: a header row, then numbers except in the label column and in category columns.
//!
//! A file goes through four stages. A stage imports nothing of a later one.
//!
//! 1. `text`: bytes become a text with a row on each line. Other formats are refused.
//! 2. `records`: the text becomes lines of cells. The first ones show delimiter and quotes.
//! 3. `lines`: each line becomes a part of the header, a row, or neither.
//! 4. `columns`: the cells of a column show how they are read, and become values or names.
//!
//! `cell` is below all stages: what a single cell may be. The file is held in memory while its rows
//! are read, so that messages can count lines as an editor does, whatever the line endings.

pub(crate) mod cell;
pub(crate) mod columns;
pub(crate) mod lines;
pub(crate) mod records;
pub(crate) mod text;

use std::path::Path;

use super::super::error::{DataError, DataErrorKind, Place};
use super::super::note::Note;
use super::files;
use super::options::ReadOptions;
use super::rows::declared::Declared;
use super::rows::selection::Selection;
use super::rows::{LateNotes, Opened, Source};
use columns::plan::Plan;
use columns::rows::CsvRows;
use lines::Layout;
use lines::body::Body;
use lines::names::Names;
use text::CsvText;

/// The text of a CSV file in memory.
pub(crate) struct CsvFile {
    name: String,
    text: CsvText,
}

/// What the lines of a file, a first look at its cells and the options say.
struct Findings<'a> {
    body: Body<'a>,
    selection: Selection,
    columns: Vec<String>,
    label: Option<(String, usize)>,
    plan: Plan,
    notes: Vec<Note>,
}

impl CsvFile {
    pub fn read(path: &Path, options: &ReadOptions) -> Result<Self, DataError> {
        Self::new(&files::bytes(path)?, &path.display().to_string(), options)
    }

    pub fn new(bytes: &[u8], name: &str, options: &ReadOptions) -> Result<Self, DataError> {
        Ok(Self {
            name: name.to_owned(),
            text: CsvText::read(bytes, name, options)?,
        })
    }

    fn look(&self, options: &ReadOptions) -> Result<Findings<'_>, DataError> {
        let options = &*self.text.options(options);
        let layout = Layout::new(&self.text.text, self.text.start, &self.name, options)?;
        let (mut body, of_lines) = Body::new(&self.text.text, &self.name, &layout, options);
        if let Some(line) = body.reordered {
            let message = "the names of the columns are here again, in another order; split the \
                           file above this line, and name both files";
            let place = Place::file(&self.name).with_line(line);
            return Err(DataError::new(DataErrorKind::Other, place, message));
        }
        let of_names = Names::new(&layout, &body, &self.name);
        let names: Vec<&str> = of_names.names.iter().map(String::as_str).collect();
        body.width = names.len();
        let selection = Selection::without(&names, &of_names.left_out, &self.name, options)?;
        let columns = selection.names(&names);
        let surveyed = columns::rows::survey(&body, &Declared::new(&options.missing_values))?;
        let surveyed = names.iter().map(|&name| name.to_owned()).zip(surveyed);
        let source = columns::SurveyedFile {
            file: &self.name,
            delimiter: layout.shape.syntax.delimiter.byte(),
        };
        let plan = Plan::new(surveyed.collect(), &selection.trained, source, options)?;
        let of_text = self.text.notes.clone();
        let of_plan = plan.notes.clone();
        Ok(Findings {
            label: selection.label_of(&names),
            notes: [of_text, layout.notes, of_lines, of_names.notes, of_plan].concat(),
            body,
            selection,
            columns,
            plan,
        })
    }
}

impl Source for CsvFile {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn categories(&self) -> &[String] {
        let declarations = self.text.declarations.as_ref();
        declarations.map_or(&[], |of| &of.categories)
    }

    fn open(&self, options: &ReadOptions) -> Result<Opened<'_>, DataError> {
        let Findings {
            body,
            selection,
            columns,
            label,
            plan,
            notes,
        } = self.look(options)?;
        let named = plan.named();
        let rows = CsvRows {
            file: &self.name,
            cursor: body.start(),
            body,
            selection,
            plan,
            named: named.clone(),
        };
        Ok(Opened {
            file: self.name.clone(),
            columns,
            named,
            label,
            notes,
            late: LateNotes::default(),
            rows: Box::new(rows),
        })
    }

    fn explain(&self, error: DataError, options: &ReadOptions) -> DataError {
        match error.kind {
            DataErrorKind::MissingValue => match self.look(options) {
                Ok(findings) => findings.plan.explain(error),
                Err(_) => error,
            },
            DataErrorKind::NoRows => {
                let least = if options.single { "1 row" } else { "2 rows" };
                let message = format!("the file has a header but no rows; add at least {least}");
                DataError::in_file(&self.name, message)
            }
            _ => error,
        }
    }
}

#[cfg(test)]
mod tests;
