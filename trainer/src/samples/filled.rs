//! Writes rows that were filled in as CSV, with intervals if there are several draws.

use csv::Writer;
use flowlet::Model;
use ndarray::{Array2, ArrayView1};

use super::csv::{cell, with_label};
use crate::data::Table;
use crate::data::category::FileColumn;
use crate::device_columns::file_columns;
use crate::fill::quantile;

/// Ends of the intervals: what follows the name of the column, and the share of the draws below.
const ENDS: [(&str, f64); 2] = [(" 10%", 0.1), (" 90%", 0.9)];

/// Returns a CSV file of `rows` with their missing values filled in.
///
/// One draw is written as it is. Of several draws, numbers have their mean, and each column with
/// missing values is followed by two with the 10 % and the 90 % quantile. Circular columns have the
/// mean direction, and names are the most frequent ones; both have no quantiles.
///
/// # Panics
/// If there is no draw, or if the draws are from another model or other rows.
#[must_use]
pub fn filled_to_csv(model: &Model<'_>, rows: &Table, draws: &[Array2<f64>]) -> Vec<u8> {
    let columns = file_columns(model);
    let filled: Vec<Column<'_>> = columns
        .into_iter()
        .map(|of| Column::new(of, rows))
        .collect();
    let mut writer = Writer::from_writer(Vec::new());
    let mut put = |cells: Vec<String>| {
        writer
            .write_record(cells)
            .expect("memory accepts any record")
    };
    let has_ends = |column: &Column<'_>| draws.len() > 1 && column.has_ends;
    let position = |label: usize| {
        let before = filled.iter().take(label);
        before
            .map(|column| if has_ends(column) { 3 } else { 1 })
            .sum()
    };
    let place = model.label().filter(|_| rows.labels.is_some());
    let place = place.map(|(name, at)| (name, position(at)));
    let mut header = Vec::new();
    for column in &filled {
        header.push(column.of.name.to_owned());
        if has_ends(column) {
            header.extend(ENDS.map(|(end, _)| format!("{}{end}", column.of.name)));
        }
    }
    put(with_label(header, place, |name| name.to_owned()));
    for row in 0..rows.values.nrows() {
        let mut cells = Vec::new();
        for column in &filled {
            cells.extend(column.cells(model, rows, draws, row, has_ends(column)));
        }
        let class = |_: &str| {
            let labels = rows.labels.as_ref();
            labels.map_or_else(String::new, |of| {
                of.classes[usize::from(of.of_row[row])].clone()
            })
        };
        put(with_label(cells, place, class));
    }
    writer.into_inner().expect("memory can be flushed")
}

/// A column that is filled in.
struct Column<'a> {
    of: FileColumn<'a>,
    /// Period of a circular column.
    period: Option<f64>,
    /// Whether several draws have quantiles: it is a number that is missing in a row.
    has_ends: bool,
}

impl<'a> Column<'a> {
    fn new(of: FileColumn<'a>, rows: &Table) -> Self {
        let first = of.values.start;
        let circular = rows
            .circular
            .iter()
            .find(|circular| circular.first == first);
        let is_missing = rows.values.column(first).iter().any(|value| value.is_nan());
        Self {
            has_ends: is_missing && of.categories.is_none() && circular.is_none(),
            period: circular.map(|circular| circular.period),
            of,
        }
    }

    /// Returns the cells of a row.
    fn cells(
        &self,
        model: &Model<'_>,
        rows: &Table,
        draws: &[Array2<f64>],
        row: usize,
        has_ends: bool,
    ) -> Vec<String> {
        let first = self.of.values.start;
        let text = |values: ArrayView1<'_, f64>| cell(model, &self.of, values);
        let is_missing = rows.values[[row, first]].is_nan();
        // A known value comes back as it was read.
        let mut values = match is_missing {
            true => draws[0].row(row).to_owned(),
            false => rows.values.row(row).to_owned(),
        };
        if !is_missing || draws.len() == 1 {
            let mut cells = vec![text(values.view())];
            cells.resize(if has_ends { 3 } else { 1 }, String::new());
            return cells;
        }
        let mut drawn: Vec<f64> = draws.iter().map(|draw| draw[[row, first]]).collect();
        match (&self.of.categories, self.period) {
            (Some(_), _) => {
                let share = |at: usize| draws.iter().map(|draw| draw[[row, at]]).sum::<f64>();
                let range = self.of.values.clone();
                let chosen = range.max_by(|&a, &b| share(a).total_cmp(&share(b)));
                for at in self.of.values.clone() {
                    values[at] = f64::from(u8::from(Some(at) == chosen));
                }
                return vec![text(values.view())];
            }
            (None, Some(period)) => {
                let angle = |value: &f64| std::f64::consts::TAU * value / period;
                let sin: f64 = drawn.iter().map(|value| angle(value).sin()).sum();
                let cos: f64 = drawn.iter().map(|value| angle(value).cos()).sum();
                let mean = sin.atan2(cos) / std::f64::consts::TAU * period;
                let low = rows.circular.iter().find(|of| of.first == first);
                values[first] = low.map_or(mean, |of| of.wrapped(mean));
                return vec![text(values.view())];
            }
            (None, None) => {}
        }
        drawn.sort_unstable_by(f64::total_cmp);
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        let number = |value: f64| {
            let mut values = values.clone();
            values[first] = value;
            text(values.view())
        };
        // A mean of integers is rounded like all values of the column.
        let mut cells = vec![number(mean)];
        cells.extend(ENDS.map(|(_, share)| number(quantile(&drawn, share))));
        cells
    }
}
