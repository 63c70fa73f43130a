//! Cells that mean a missing value.

/// Cells that mean a missing value, in lower case. An empty cell does too.
const ABSENT: [&str; 5] = ["nan", "na", "n/a", "null", "?"];
/// A cell that means a missing value among numbers, and may be a category elsewhere.
const NONE: &str = "none";

/// Returns whether a cell means a missing value in any column.
pub(super) fn is_absent(cell: &str) -> bool {
    cell.is_empty() || ABSENT.contains(&cell.to_lowercase().as_str())
}

/// Returns whether a cell of a column of numbers means a missing value.
pub(super) fn is_absent_number(cell: &str) -> bool {
    is_absent(cell) || cell.eq_ignore_ascii_case(NONE)
}
