//! A column of a file, after a first look at its cells.

pub(crate) mod durations;
pub(crate) mod format;
pub(crate) mod plan;
pub(crate) mod progression;
pub(crate) mod rows;
pub(crate) mod suggest;
pub(crate) mod survey;

use crate::data::error::Place;
use format::SeenCell;
use survey::{ColumnSurvey, Role};

/// A file whose columns were surveyed.
#[derive(Clone, Copy)]
pub(crate) struct SurveyedFile<'a> {
    pub file: &'a str,
    pub delimiter: u8,
}

impl SurveyedFile<'_> {
    /// Returns where a cell is.
    pub fn place(&self, column: &str, cell: &SeenCell) -> Place {
        Place {
            cell: Some(cell.text.clone()),
            ..Place::file(self.file)
                .with_line(cell.line)
                .with_column(column)
        }
    }
}

/// A column.
#[derive(Clone)]
pub(crate) struct Column {
    pub name: String,
    pub survey: ColumnSurvey,
    pub role: Role,
    /// The user says that its cells are names, even `NA`.
    pub is_declared: bool,
    /// It has names, whatever they look like.
    pub keeps_all: bool,
}
