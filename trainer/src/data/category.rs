//! Category columns: one column of names in a file, one value per category in a model.

use std::ops::Range;

use ndarray::ArrayView1;

use super::circular::Circular;
pub(crate) use super::value_name::SEPARATOR;
pub use super::value_name::value_name;

/// A column as it is in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileColumn<'a> {
    /// Name.
    pub name: &'a str,
    /// Positions of its values.
    pub values: Range<usize>,
    /// Names of its categories, one per value. `None` if its first value is a number.
    pub categories: Option<Vec<&'a str>>,
}

impl<'a> FileColumn<'a> {
    /// Returns the name of the category of a row of values. `None` if the column has numbers.
    #[must_use]
    pub fn category(&self, row: ArrayView1<'_, f64>) -> Option<&'a str> {
        let mut named = self.categories.as_ref()?.iter().zip(self.values.clone());
        let chosen = named.find(|&(_, value)| row[value] == 1.0);
        Some(chosen.map_or("", |(name, _)| name))
    }
}

/// Returns the columns of a file whose values have these `names`, and whose category columns have
/// the values `categories`, in ascending order, like the `circular` columns.
pub fn columns<'a>(
    names: &[&'a str],
    categories: &[Range<usize>],
    circular: &[Circular],
) -> Vec<FileColumn<'a>> {
    let mut columns = Vec::new();
    let mut categories = categories.iter().peekable();
    let mut circular = circular.iter().peekable();
    let mut at = 0;
    while at < names.len() {
        let values = categories.next_if(|range| range.start == at).cloned();
        let is_circular = circular.next_if(|column| column.first == at).is_some();
        columns.push(match values {
            Some(values) => category(&names[values.clone()], values),
            None if is_circular => FileColumn {
                categories: None,
                ..category(&names[at..at + 2], at..at + 2)
            },
            None => FileColumn {
                name: names[at],
                values: at..at + 1,
                categories: None,
            },
        });
        at = columns
            .last()
            .map_or(at, |column: &FileColumn<'_>| column.values.end);
    }
    columns
}

/// Names of columns of several values have no [`SEPARATOR`]; names of categories may have one.
fn category<'a>(names: &[&'a str], values: Range<usize>) -> FileColumn<'a> {
    let parts = names
        .iter()
        .map(|name| name.split_once(SEPARATOR).unwrap_or(("", name)));
    let (columns, categories): (Vec<_>, Vec<_>) = parts.unzip();
    FileColumn {
        name: columns[0],
        values,
        categories: Some(categories),
    }
}
