//! Names of the values of columns that have several.

/// Character between the name of a column and the name of one of its values.
pub(crate) const SEPARATOR: char = '=';

/// Returns the name of a value of a column: `sky=rain` is 1 in rows of the category `rain`.
///
/// ```
/// assert_eq!(flowlet_trainer::data::category::value_name("sky", "rain"), "sky=rain");
/// ```
#[must_use]
pub fn value_name(column: &str, value: &str) -> String {
    format!("{column}{SEPARATOR}{value}")
}
