//! Column roles: how the columns of a table were interpreted, so that a user can correct it.

use std::fmt;

use flowlet::Model;
use serde::Serialize;

use crate::data::category::FileColumn;
use crate::data::layout::Layout;
use crate::data::series::moments;
use crate::device_columns::{self, file_columns};
use crate::text::{MAX_LISTED, counted, listed};

/// Columns that share a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnRoles {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Role of the columns.
    pub role: String,
    /// Whether text names only the first and the last column, because all are one image or series.
    #[serde(skip)]
    pub is_span: bool,
}

/// Returns the roles of a model's columns and label.
pub(crate) fn roles(model: &Model<'_>) -> Vec<ColumnRoles> {
    let transform = device_columns::transform(model);
    let names: Vec<String> = model.column_names().map(str::to_owned).collect();
    let (mut all, rest) = together(&names, Layout::of(&names, &transform.categories));
    let columns = file_columns(model);
    let alone = || {
        let of_rest = |column: &&FileColumn<'_>| rest.contains(&column.values.start);
        columns.iter().filter(of_rest)
    };
    let role = |column: &FileColumn<'_>| {
        let at = column.values.start;
        let range = transform.ranges[at];
        if let Some(of) = transform.circular.iter().find(|of| of.first == at) {
            return of.to_string();
        }
        match range.decimals {
            _ if range.integer => "integers".to_owned(),
            Some(decimals) => {
                let decimals = counted(decimals.into(), "decimal", "decimals");
                format!("numbers with {decimals}")
            }
            None => "numbers".to_owned(),
        }
    };
    let mut numbers: Vec<(String, Vec<&str>)> = Vec::new();
    for column in alone().filter(|column| column.categories.is_none()) {
        let role = role(column);
        match numbers.iter_mut().find(|(other, _)| *other == role) {
            Some((_, names)) => names.push(column.name),
            None => numbers.push((role, vec![column.name])),
        }
    }
    for (role, names) in numbers {
        all.push(ColumnRoles::new(&names, role));
    }
    for column in alone() {
        if let Some(categories) = &column.categories {
            let count = counted(categories.len(), "category", "categories");
            all.push(ColumnRoles::new(&[column.name], count));
        }
    }
    if let Some((label, _)) = model.label() {
        all.push(ColumnRoles::new(
            &[label],
            counted(model.classes().into(), "class", "classes"),
        ));
    }
    all
}

impl ColumnRoles {
    fn new(columns: &[&str], role: impl Into<String>) -> Self {
        Self {
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            role: role.into(),
            is_span: false,
        }
    }
}

impl fmt::Display for ColumnRoles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.columns.as_slice() {
            [first, .., last] if self.is_span => write!(f, "{first} to {last}: {}", self.role),
            names => write!(f, "{}: {}", listed(names, MAX_LISTED), self.role),
        }
    }
}

/// Returns the image or the series, and the indices of all other columns.
#[must_use]
pub fn together(names: &[String], layout: Layout) -> (Vec<ColumnRoles>, Vec<usize>) {
    let span = |places: &[usize], role: String| ColumnRoles {
        columns: places.iter().map(|&place| names[place].clone()).collect(),
        role,
        is_span: true,
    };
    match layout {
        Layout::ColourImage(shape) => {
            let places: Vec<usize> = (0..names.len()).collect();
            let image = format!("an image of {} × {} in colour", shape.width, shape.height);
            (vec![span(&places, image)], Vec::new())
        }
        Layout::Image(shape) => {
            let places: Vec<usize> = (0..names.len()).collect();
            let image = format!("an image of {} × {}", shape.width, shape.height);
            (vec![span(&places, image)], Vec::new())
        }
        Layout::Series(series, rest) => {
            let one = |places: &[usize]| {
                let members: Vec<String> = places.iter().map(|&at| names[at].clone()).collect();
                let but = match Layout::of(&members, &[]) {
                    Layout::Image(shape) => format!(
                        " (an image of {} × {} if the other columns are left out)",
                        shape.width, shape.height
                    ),
                    _ => String::new(),
                };
                span(places, format!("a series of {}{but}", places.len()))
            };
            let all: Vec<ColumnRoles> = series.iter().map(|of| one(&of.columns)).collect();
            // Channels that were all taken alike need one line.
            let plain = format!("a series of {}", series[0].columns.len());
            let alike = all.iter().all(|of| of.role == plain);
            match moments(&series).filter(|_| alike) {
                Some(moments) => {
                    let places: Vec<usize> =
                        series.iter().flat_map(|of| of.columns.clone()).collect();
                    let window = format!("{} channels × {moments} moments", series.len());
                    (vec![span(&places, window)], rest)
                }
                None => (all, rest),
            }
        }
        Layout::Numbers => (Vec::new(), (0..names.len()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Layout, together};

    fn of(names: &[String]) -> Vec<String> {
        let layout = Layout::of(names, &[]);
        let all = together(names, layout).0;
        all.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_image_is_one_only_by_itself() {
        let mut pixels: Vec<String> = (0..16).map(|n| format!("p{}{}", n / 4, n % 4)).collect();
        assert_eq!(of(&pixels), ["p00 to p33: an image of 4 × 4"]);
        pixels.push("label".to_owned());
        let but = "(an image of 4 × 4 if the other columns are left out)";
        assert_eq!(of(&pixels), [format!("p00 to p33: a series of 16 {but}")]);
        let series: Vec<String> = (0..9).map(|n| format!("t{n}")).collect();
        assert_eq!(of(&series), ["t0 to t8: a series of 9"]);
        let channel = |name: &'static str| (0..9).map(move |n| format!("{name}{n}"));
        let window: Vec<String> = ["x", "y", "z"].into_iter().flat_map(channel).collect();
        assert_eq!(of(&window), ["x0 to z8: 3 channels × 9 moments"]);
    }
}
