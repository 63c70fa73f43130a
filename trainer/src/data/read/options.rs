//! Options for reading data.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use super::super::layout::ImageSize;

/// Settings for reading data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadOptions {
    /// The column (or array) that names each row's class.
    pub label: Option<String>,
    /// The columns to train on, in this order. Empty for all.
    pub columns: Vec<String>,
    /// Columns to leave out.
    pub drop: Vec<String>,
    /// Columns whose cells are names of categories, even `NA`. Others are inferred from the cells.
    pub categories: Vec<String>,
    /// More columns of names. As in other columns, cells such as `NA` are missing values there.
    pub inferred_categories: Vec<String>,
    /// Names of the circular columns that dates and times become, such as `when.hour`. Otherwise
    /// the data show which parts of them vary.
    pub date_parts: Option<Vec<String>>,
    /// Columns of numbers that are circular: from the start up to the end, where values start
    /// again. Their mean takes the place of missing values.
    pub periods: BTreeMap<String, Range<f64>>,
    /// Delimiter of a CSV file. Otherwise it is inferred from the first lines.
    pub delimiter: Option<u8>,
    /// Decimal separator of a CSV file, a dot or a comma. Otherwise it is inferred from all cells.
    pub decimal: Option<char>,
    /// Separator of thousands in a CSV file. Otherwise it is inferred from all cells.
    pub thousands: Option<char>,
    /// Whether the first line of a CSV file is already a row.
    pub no_header: bool,
    /// Read each channel of a recording, not their mean.
    pub split_channels: bool,
    /// Read images as red, green and blue values, not as grey ones.
    pub colour: bool,
    /// What is behind the transparent parts of images.
    pub background: Background,
    /// Scale all images to this size.
    pub image_size: Option<ImageSize>,
    /// Line of the header of a CSV file, counted from 1. Otherwise it is inferred.
    pub header_line: Option<usize>,
    /// Lines below the header of a CSV file that are no rows. Otherwise units are left out.
    pub skip_after_header: Option<usize>,
    /// Lines at the end of a CSV file that are no rows. Otherwise they are inferred.
    pub skip_footer: Option<usize>,
    /// What lines of a CSV file begin with that are comments. Otherwise it is inferred. Empty if
    /// there are no comments.
    pub comment: Option<String>,
    /// Name of the encoding of a CSV file. Otherwise it is inferred.
    pub encoding: Option<String>,
    /// The array of an NPZ file that has the rows.
    pub array: Option<String>,
    /// Further cells, or numbers, that mean a missing value. Numbers are compared as numbers.
    pub missing_values: Vec<String>,
    /// Treatment of missing values.
    pub missing: Missing,
    /// Cut recordings, whose rows are moments, into windows.
    pub window: Option<Window>,
    /// The column that names the recording, person or machine of each row. It is not trained on.
    /// Windows never cross groups, and a split keeps a group on one side.
    pub group: Option<String>,
    /// The column with the time of each row, which is not trained on. A recording ends at a gap.
    pub time: Option<String>,
    /// The longest step in time that is no gap, in the unit of the time column: seconds for dates.
    /// Otherwise 1.5 median steps of the recording.
    pub gap: Option<f64>,
    /// Keep at most this many rows, drawn evenly.
    pub rows: Option<usize>,
    /// Whether a single row is enough, because it is not trained on.
    pub single: bool,
}

impl ReadOptions {
    /// Reads all columns, one of them as the label.
    #[must_use]
    pub fn labelled(label: Option<&str>) -> Self {
        Self {
            label: label.map(str::to_owned),
            ..Self::default()
        }
    }

    /// Returns whether a model has the column, but not as dates.
    pub(crate) fn has_no_dates(&self, column: &str) -> bool {
        let is_of = |part: &String| {
            let part = part.strip_prefix(column);
            part.is_some_and(|part| part.starts_with('.'))
        };
        self.date_parts
            .as_ref()
            .is_some_and(|parts| !parts.iter().any(is_of))
    }

    /// Returns whether the cells of a column are names, whatever they look like.
    pub(crate) fn has_names(&self, column: &String) -> bool {
        self.categories.contains(column) || self.inferred_categories.contains(column)
    }
}

/// Windows of consecutive rows. Each becomes one row with all their values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Rows per window, at least 1.
    pub length: usize,
    /// Rows from the start of one window to the start of the next, at least 1.
    pub stride: usize,
}

/// What is behind the transparent parts of images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Background {
    /// Black.
    #[default]
    Black,
    /// White.
    White,
}

/// Treatment of missing values: cells that are empty or say `NaN`, `NA`, `null` or the like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// Count and refuse them.
    #[default]
    Refuse,
    /// Leave out their rows. A recording ends there.
    Drop,
    /// Replace them by the mean of the column, or by its commonest category. Rows without a class
    /// are left out.
    Mean,
    /// Read them as NaN, which is what a model fills in. Rows without a class are refused.
    Keep,
}

impl FromStr for Missing {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "drop" => Ok(Self::Drop),
            "mean" => Ok(Self::Mean),
            "keep" => Ok(Self::Keep),
            _ => Err("choose refuse, drop (their rows) or mean (fill them)"),
        }
    }
}
