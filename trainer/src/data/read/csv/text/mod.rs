//! From the bytes of a file to a text with a row on each line.

pub(crate) mod decode;
pub(crate) mod no_table;
pub(crate) mod pairs;
pub(crate) mod position;
pub(crate) mod typed;
pub(crate) mod wrapped;

use std::borrow::Cow;

use super::super::files::{self, sniff};
use super::super::options::ReadOptions;
use crate::data::error::DataError;
use crate::data::note::Note;
use position::Position;
use typed::{Declarations, TypedTable};
use wrapped::Unwrapped;

/// The text of a file.
pub(crate) struct CsvText {
    pub text: String,
    /// Where its first line is.
    pub start: Position,
    /// What it declares about its columns.
    pub declarations: Option<Declarations>,
    /// What was noticed about its encoding, and about what is around its values.
    pub notes: Vec<Note>,
}

impl CsvText {
    /// Unpacks and decodes the bytes of a file, and takes away what is around the values. Refuses
    /// other formats than tables in text.
    pub fn read(bytes: &[u8], file: &str, options: &ReadOptions) -> Result<Self, DataError> {
        let bytes = files::unpacked(bytes, file)?;
        if let Some(format) = sniff::format(&bytes) {
            return Err(format.error(file));
        }
        let (text, guessed) = decode::text(&bytes, file, options.encoding.as_deref())?;
        let says = options.no_header || options.header_line.is_some();
        let typed = match says {
            true => None,
            false => TypedTable::of(&text, file)?,
        };
        let (text, declarations) = match typed {
            Some(table) => (Cow::Owned(table.text), Some(table.columns)),
            None => (text, None),
        };
        let is_plain = says || declarations.is_some();
        let Unwrapped { text, start, note } = match is_plain {
            true => Unwrapped::from(text),
            false => wrapped::unwrapped(text, file),
        };
        if let Some(format) = no_table::format(&text).filter(|_| !is_plain) {
            return Err(format.error(file));
        }
        if text.trim().is_empty() {
            let message = "the file is empty; it needs a header row and rows of numbers";
            return Err(DataError::in_file(file, message));
        }
        Ok(Self {
            text: text.into_owned(),
            start,
            declarations,
            notes: guessed.into_iter().chain(note).collect(),
        })
    }

    /// Returns the options, as far as the text does not decide.
    pub fn options<'o>(&self, options: &'o ReadOptions) -> Cow<'o, ReadOptions> {
        match &self.declarations {
            Some(declarations) => Cow::Owned(declarations.options(options)),
            None => Cow::Borrowed(options),
        }
    }
}
