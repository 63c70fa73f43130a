//! Rows as lines over their columns.

use std::ops::Range;

use super::axes::{Axes, SIZE};
use super::categories::{AROUND, short};
use flowlet_trainer::data::layout::Layout;

/// Most columns that are named.
const MAX_NAMED: usize = 24;
/// Height of a named column, pixels.
const HEIGHT: i32 = 18;

/// Places of columns: from left to right with their numbers, or from top to bottom with their names
/// if they are few and no series or image.
pub struct Places {
    count: usize,
    /// Names from bottom to top; empty without names.
    names: Vec<String>,
    /// What the numbers count.
    counted: &'static str,
}

impl Places {
    /// Creates places for the columns of a row.
    pub fn new(columns: &[String], layout: &Layout) -> Self {
        let is_named = matches!(layout, Layout::Numbers) && columns.len() <= MAX_NAMED;
        let names = columns.iter().rev().filter(|_| is_named);
        Self {
            count: columns.len(),
            names: names.map(|name| short(name)).collect(),
            counted: "column",
        }
    }

    /// Creates the places of a series, which are numbered.
    pub fn of_series(count: usize) -> Self {
        Self {
            count,
            names: Vec::new(),
            counted: "moment",
        }
    }

    /// Returns the names as axes take them.
    pub fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// Returns the size of a panel.
    pub fn size(&self) -> (i32, i32) {
        let height = HEIGHT * self.names.len() as i32 + AROUND;
        (SIZE.0, SIZE.1.max(height))
    }

    /// Returns axes for values in a range, in a unit. `names` are those of [`names`](Self::names).
    pub fn axes<'t>(&self, values: Range<f64>, unit: &'t str, names: &'t [&'t str]) -> Axes<'t> {
        let last = (self.count - 1) as f64;
        match names.is_empty() {
            true => Axes {
                x_title: self.counted,
                y_title: unit,
                ..Axes::plain(0.0..last.max(1.0), values)
            },
            false => Axes {
                x_title: unit,
                y_names: names,
                ..Axes::plain(values, -0.5..last + 0.5)
            },
        }
    }

    /// Returns the point of a value of a column.
    pub fn at(&self, place: usize, value: f64) -> (f64, f64) {
        match self.names.is_empty() {
            true => (place as f64, value),
            false => (value, (self.count - 1 - place) as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Layout, Places};

    #[test]
    fn few_columns_are_named_from_top_to_bottom() {
        let columns = ["speed", "temp", "state=off"].map(str::to_owned);
        let places = Places::new(&columns, &Layout::Numbers);
        assert_eq!(places.names(), ["state=off", "temp", "speed"]);
        assert_eq!(places.at(0, 0.25), (0.25, 2.0));
        let many = vec!["x".to_owned(); 60];
        let places = Places::new(&many, &Layout::Numbers);
        assert!(places.names().is_empty());
        assert_eq!(places.at(7, 0.25), (7.0, 0.25));
    }
}
