//! ARFF, as Weka, OpenML and KEEL write it.

use super::{Declarations, TypedCell, TypedTable, declaration, refusal, row};
use crate::data::error::{DataError, quoted};

/// A column, as `@attribute` declares it.
struct Attribute {
    name: String,
    kind: AttributeKind,
}

enum AttributeKind {
    Number,
    /// One of these names.
    Category(Vec<TypedCell>),
    /// Texts and dates.
    Text,
}

/// Words for a type of numbers, of which KEEL may add the limits.
const NUMBERS: [&str; 3] = ["numeric", "real", "integer"];
/// What is wrong with a row that cannot be divided into cells.
const OPEN: &str = "the row has an open quote, an open brace or an unknown index; correct it";
/// Declarations of series for forecasts, in a format that begins like ARFF.
const FORECASTS: [&str; 3] = ["frequency", "horizon", "equallength"];

/// Returns the table of a text with `@attribute` and `@data`.
pub(crate) fn table(text: &str, file: &str) -> Result<TypedTable, DataError> {
    let mut lines = text.lines().map(str::trim).zip(1..);
    let mut attributes: Vec<Attribute> = Vec::new();
    let header_line = loop {
        let Some((line, number)) = lines.next() else {
            let message = "the ARFF file has no line `@data`; add it above the rows";
            return Err(DataError::in_file(file, message));
        };
        match declaration(line) {
            Some((word, rest)) if word == "attribute" => {
                let attribute = Attribute::of(rest);
                attributes.push(attribute.map_err(|what| refusal(file, number, what))?);
            }
            Some((word, _)) if FORECASTS.contains(&word.as_str()) => {
                let message = "the file has series for forecasts (.tsf); write each series as a CSV \
                               file with a row for each moment";
                return Err(refusal(file, number, message));
            }
            Some((word, _)) if word == "data" && attributes.is_empty() => {
                let message = "no column is declared above this line; add lines with `@attribute`";
                return Err(refusal(file, number, message));
            }
            Some((word, _)) if word == "data" => break number,
            _ => {}
        }
    };
    let names = attributes.iter().map(|of| TypedCell::name(&of.name));
    let mut table = "\n".repeat(header_line - 1) + &row(names);
    for (line, number) in lines {
        table.push('\n');
        if !line.is_empty() && !line.starts_with('%') {
            let cells = cells(line, &attributes).ok_or_else(|| refusal(file, number, OPEN))?;
            table += &row(cells.into_iter());
        }
    }
    let is_category = |of: &Attribute| matches!(of.kind, AttributeKind::Category(_));
    let categories = attributes.into_iter().filter(is_category);
    Ok(TypedTable {
        text: table,
        columns: Declarations {
            header_line,
            categories: categories.map(|of| of.name).collect(),
        },
    })
}

impl Attribute {
    /// Reads what follows `@attribute`: a name and a type. The error is without a place.
    fn of(text: &str) -> Result<Self, String> {
        let is_end = |c: char| c.is_whitespace() || c == '{';
        let (name, kind) = match TypedCell::quoted(text) {
            Some((name, rest)) => (name.text, rest),
            None => {
                let (name, rest) = text.split_at(text.find(is_end).unwrap_or(text.len()));
                (name.to_owned(), rest)
            }
        };
        let kind = kind.trim();
        let is_end = |c: char| !c.is_ascii_alphabetic();
        let word = kind[..kind.find(is_end).unwrap_or(kind.len())].to_lowercase();
        let names = kind.strip_prefix('{').and_then(|of| of.rsplit_once('}'));
        let kind = match (names, word.as_str()) {
            (Some((names, _)), _) => {
                TypedCell::list(names, |c| c == ',').map(AttributeKind::Category)
            }
            (None, word) if NUMBERS.contains(&word) => Some(AttributeKind::Number),
            (None, "string" | "date") => Some(AttributeKind::Text),
            (None, "relational") => {
                return Err(format!(
                    "each cell of {} is a table of its own; convert the file to CSV with a row for \
                     each series",
                    quoted(&name)
                ));
            }
            _ => None,
        };
        let unknown = || {
            format!(
                "the type of {} is unknown; declare numeric, {{names}}, string or date",
                quoted(&name)
            )
        };
        let kind = kind.ok_or_else(unknown)?;
        Ok(Self { name, kind })
    }

    /// Returns a cell as CSV has it.
    fn cell(&self, cell: TypedCell) -> TypedCell {
        let is_missing = !cell.is_name && ["?", "<null>", ""].contains(&cell.text.as_str());
        match self.kind {
            _ if is_missing => TypedCell::bare("?"),
            // A comma in a number is an error that is reported when the number is read.
            AttributeKind::Number if !cell.text.contains([',', '"']) => TypedCell::bare(&cell.text),
            _ => TypedCell::name(&cell.text),
        }
    }

    /// Returns what a row with indices means if it leaves the attribute out: 0, or the first name.
    fn default(&self) -> TypedCell {
        match &self.kind {
            AttributeKind::Category(names) => {
                TypedCell::name(names.first().map_or("", |of| &of.text))
            }
            AttributeKind::Number | AttributeKind::Text => TypedCell::bare("0"),
        }
    }
}

/// Returns the cells of a row: `5.1,'a name',?`, or those of `{0 5.1, 2 'a name'}` by their
/// indices. `None` if it cannot be divided.
fn cells(line: &str, attributes: &[Attribute]) -> Option<Vec<TypedCell>> {
    let Some(sparse) = line.strip_prefix('{') else {
        let cells = match line.contains(',') || attributes.len() < 2 {
            true => TypedCell::list(line, |c| c == ','),
            false => TypedCell::list(line, char::is_whitespace),
        };
        let cells = cells?.into_iter().enumerate();
        let cells = cells.map(|(at, cell)| match attributes.get(at) {
            Some(of) => of.cell(cell),
            // A row with too many cells is refused when it is read.
            None => cell,
        });
        return Some(cells.collect());
    };
    let mut cells: Vec<TypedCell> = attributes.iter().map(Attribute::default).collect();
    let mut rest = Some(sparse.strip_suffix('}')?.trim());
    while let Some(pair) = rest.filter(|rest| !rest.is_empty()) {
        let (index, value) = pair.split_once(char::is_whitespace)?;
        let index: usize = index.parse().ok()?;
        let (value, after) = TypedCell::next(value.trim_start(), |c| c == ',')?;
        cells[index] = attributes.get(index)?.cell(value);
        rest = after;
    }
    Some(cells)
}
