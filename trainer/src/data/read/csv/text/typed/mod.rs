//! Texts that declare their columns: ARFF, and the series of aeon and sktime. Each becomes a table
//! with a header and commas.

pub(crate) mod arff;
pub(crate) mod series;

use crate::data::error::{DataError, DataErrorKind, Place};
use crate::data::read::options::ReadOptions;

/// A table that was made of a text with declarations. Its lines are those of the text.
#[derive(Debug)]
pub(crate) struct TypedTable {
    /// The header, on the line of `@data`, and the rows below it.
    pub text: String,
    pub columns: Declarations,
}

/// What a text declares about its columns.
#[derive(Debug)]
pub(crate) struct Declarations {
    /// Line of the header.
    header_line: usize,
    /// Columns whose cells are names of categories.
    pub categories: Vec<String>,
}

impl Declarations {
    /// Returns the options that read the table.
    pub fn options(&self, options: &ReadOptions) -> ReadOptions {
        let mut options = options.clone();
        options.delimiter = Some(b',');
        options.decimal = Some('.');
        options.thousands = None;
        options.header_line = Some(self.header_line);
        options.skip_after_header = Some(0);
        options.skip_footer = Some(0);
        options.comment = Some(String::new());
        options
    }
}

impl TypedTable {
    /// Returns the table of a text that declares its columns. `None` for other texts.
    pub fn of(text: &str, file: &str) -> Result<Option<Self>, DataError> {
        let mut lines = text.lines().map(str::trim);
        let first = lines.find(|line| !line.is_empty() && !line.starts_with(['%', '#']));
        match first.and_then(declaration) {
            Some((word, _)) if word == "relation" => arff::table(text, file).map(Some),
            Some((word, _)) if word == "problemname" => series::table(text, file).map(Some),
            _ => Ok(None),
        }
    }
}

/// Returns the word after `@` in small letters, and what follows it.
fn declaration(line: &str) -> Option<(String, &str)> {
    let line = line.strip_prefix('@')?;
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    Some((word.to_lowercase(), rest.trim()))
}

/// A cell of a table that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TypedCell {
    pub text: String,
    /// It has quotes, which make it a name.
    pub is_name: bool,
}

impl TypedCell {
    pub fn name(text: &str) -> Self {
        let text = text.to_owned();
        Self {
            text,
            is_name: true,
        }
    }

    pub fn bare(text: &str) -> Self {
        Self {
            is_name: false,
            ..Self::name(text)
        }
    }

    /// Reads the text in quotes at the beginning of a text, in which a backslash keeps the
    /// character after it. Returns what follows, too.
    pub fn quoted(text: &str) -> Option<(Self, &str)> {
        let quote = text.chars().next().filter(|c| ['\'', '"'].contains(c))?;
        let mut inner = String::new();
        let mut chars = text.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                _ if c == quote => return Some((Self::name(&inner), &text[at + 1..])),
                '\\' => match chars.next()?.1 {
                    'n' | 'r' | 't' => inner.push(' '),
                    kept => inner.push(kept),
                },
                _ => inner.push(c),
            }
        }
        None
    }

    /// Reads the first cell of a text. Returns what follows its end, too, if there is one. `None`
    /// if a quote is not closed, or not followed by an end.
    pub fn next(text: &str, is_end: impl Fn(char) -> bool) -> Option<(Self, Option<&str>)> {
        let (cell, rest) = match text.starts_with(['\'', '"']) {
            true => Self::quoted(text)?,
            false => {
                let (cell, rest) = text.split_at(text.find(&is_end).unwrap_or(text.len()));
                (Self::bare(cell.trim()), rest)
            }
        };
        match rest.find(&is_end) {
            Some(at) if rest[..at].trim().is_empty() => {
                Some((cell, Some(rest[at + 1..].trim_start())))
            }
            None if rest.trim().is_empty() => Some((cell, None)),
            _ => None,
        }
    }

    /// Divides a text into cells. `None` if a quote is not closed.
    pub fn list(text: &str, is_end: impl Fn(char) -> bool) -> Option<Vec<Self>> {
        let mut rest = Some(text.trim());
        let mut cells = Vec::new();
        while let Some(text) = rest {
            let (cell, after) = Self::next(text, &is_end)?;
            cells.push(cell);
            rest = after;
        }
        Some(cells)
    }
}

/// Returns a row with commas.
fn row(cells: impl Iterator<Item = TypedCell>) -> String {
    let cells = cells.map(|cell| match cell.is_name {
        true => format!("\"{}\"", cell.text.replace('"', "\"\"")),
        false => cell.text,
    });
    cells.collect::<Vec<_>>().join(",")
}

/// The error of a line.
fn refusal(file: &str, line: usize, message: impl Into<String>) -> DataError {
    let place = Place::file(file).with_line(line);
    DataError::new(DataErrorKind::Other, place, message)
}

#[cfg(test)]
mod tests {
    use super::TypedCell;

    #[test]
    fn quotes_keep_delimiters_and_a_backslash_keeps_quotes() {
        let cells = |text| {
            let cells = TypedCell::list(text, |c| c == ',')?;
            Some(cells.into_iter().map(|cell| cell.text).collect::<Vec<_>>())
        };
        let found = cells(r#"a b , 'it\'s, so' ,"","#).expect("cells");
        assert_eq!(found, ["a b", "it's, so", "", ""]);
        assert_eq!(cells("1,'a"), None);
        assert_eq!(cells("'a'b,1"), None);
    }
}
