//! What a user may say of their data.

use std::str::FromStr;

/// How data are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The column (or array) that names each row's class.
    pub label: Option<String>,
    /// The columns to learn, in this order; empty for all.
    pub columns: Vec<String>,
    /// Columns to leave out.
    pub drop: Vec<String>,
    /// Columns whose cells are names of categories, whatever they look like; others are told from the cells.
    pub categories: Vec<String>,
    /// What separates the cells of a CSV file, where its first lines do not tell.
    pub delimiter: Option<u8>,
    /// The first line of a CSV file is a row already.
    pub no_header: bool,
    /// The array of an NPZ file that has the rows.
    pub array: Option<String>,
    /// What becomes of missing values.
    pub missing: Missing,
    /// Rows are moments of recordings, to be cut into windows.
    pub window: Option<Window>,
    /// At most so many rows, drawn evenly.
    pub rows: Option<usize>,
}

impl ReadOptions {
    /// All columns, one of them the label.
    #[must_use]
    pub fn labelled(label: Option<&str>) -> Self {
        Self {
            label: label.map(str::to_owned),
            ..Self::default()
        }
    }
}

/// Windows of consecutive rows: each is one row of as many values as it has cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows of a window, at least 1.
    pub length: usize,
    /// Rows from the start of one to the start of the next, at least 1.
    pub stride: usize,
}

/// What becomes of missing values: cells that are empty or say `NaN`, `NA`, `null` or `?`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// They are counted and refused.
    #[default]
    Refuse,
    /// Rows with one are left out; a recording ends there.
    Drop,
    /// The mean of the column takes their place, or its commonest category. Rows without a class are left out.
    Mean,
}

impl FromStr for Missing {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "drop" => Ok(Self::Drop),
            "mean" => Ok(Self::Mean),
            _ => Err(
                "missing values are refused (refuse), left out with their row (drop) or filled (mean)",
            ),
        }
    }
}
