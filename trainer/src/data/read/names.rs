//! Columns of names, in which each cell becomes one 1 among zeros: one value per category.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use flowlet::format::MAX_WIDTH;
use ndarray::Array2;

use super::super::category::{SEPARATOR, value_name};
use super::super::error::{DataError, DataErrorKind, Place, quoted};
use super::options::{Missing, ReadOptions};
use super::row::{Opened, Row, sorted_names};
use super::time::is_date;

/// Most categories of a column that was not declared to have categories. More are usually texts or
/// dates.
pub(super) const MAX_CATEGORIES: usize = 32;

/// The rows of a file with one value per category in the place of names.
pub(super) struct Expanded {
    /// Names of the values.
    pub columns: Vec<String>,
    /// Values of each category column.
    pub categories: Vec<Range<usize>>,
    pub values: Array2<f64>,
}

/// Returns the positions of the columns that hold names: those read as names, and those declared to
/// have categories.
pub(super) fn positions(opened: &Opened<'_>, options: &ReadOptions) -> Vec<usize> {
    let has_names = |position: &usize| {
        opened.named.contains(position) || options.has_names(&opened.columns[*position])
    };
    (0..opened.columns.len()).filter(has_names).collect()
}

/// Expands rows whose columns hold numbers, except at `positions`, where they hold names.
pub(super) fn expand(
    opened: &Opened<'_>,
    rows: &[Row],
    positions: &[usize],
    options: &ReadOptions,
) -> Result<Expanded, DataError> {
    let named = positions.iter().map(|&position| {
        let column = CategoryNames::read(opened, rows, position, options)?;
        Ok((position, column))
    });
    let named: BTreeMap<usize, CategoryNames> = named.collect::<Result<_, DataError>>()?;
    let (mut names, mut categories) = (Vec::new(), Vec::new());
    for (position, column) in opened.columns.iter().cloned().enumerate() {
        match named.get(&position) {
            Some(_) if column.contains(SEPARATOR) => {
                let place = Place::file(&opened.file).with_column(&column);
                let message = "the column has categories, so its name must have no `=`; rename it";
                return Err(DataError::new(DataErrorKind::Other, place, message));
            }
            Some(of) => {
                let first = names.len();
                names.extend(of.distinct.iter().map(|name| value_name(&column, name)));
                categories.push(first..names.len());
            }
            None => names.push(column),
        }
    }
    check_width(opened, &named, names.len())?;
    let mut values = Vec::with_capacity(rows.len() * names.len());
    for (at, row) in rows.iter().enumerate() {
        for (position, &value) in row.values.iter().enumerate() {
            match named.get(&position) {
                Some(of) => {
                    let one_hot = |category| f64::from(category == of.of_row[at]);
                    values.extend((0..of.distinct.len()).map(one_hot));
                }
                None => values.push(value),
            }
        }
    }
    Ok(Expanded {
        values: Array2::from_shape_vec((rows.len(), names.len()), values)
            .expect("one value per name"),
        columns: names,
        categories,
    })
}

fn check_width(
    opened: &Opened<'_>,
    named: &BTreeMap<usize, CategoryNames>,
    found: usize,
) -> Result<(), DataError> {
    let widest = named.iter().max_by_key(|(_, names)| names.distinct.len());
    match widest {
        Some((&position, names)) if found > MAX_WIDTH.into() => {
            let categories = names.distinct.len();
            let message = format!(
                "a row has {found} values, {categories} of them for the categories of this column, \
                 but a model has at most {MAX_WIDTH}; leave the column out"
            );
            Err(unusable_column(opened, position, message, false))
        }
        _ => Ok(()),
    }
}

/// The error of a column of dates or times.
pub(super) fn dates(place: Place) -> DataError {
    let message = "the column has dates or times; replace them by numbers, such as the hour and \
                   the day of the year, or leave it out";
    DataError::new(DataErrorKind::Dates, place, message)
}

fn unusable_column(
    opened: &Opened<'_>,
    position: usize,
    message: impl Into<String>,
    may_be_label: bool,
) -> DataError {
    let place = Place::file(&opened.file).with_column(&opened.columns[position]);
    DataError::new(
        DataErrorKind::UnusableColumn { may_be_label },
        place,
        message,
    )
}

/// The error of a column without any value.
pub(super) fn no_values(file: &str, column: &str) -> DataError {
    let place = Place::file(file).with_column(column);
    let message = "the column has no value to fill the missing ones with; leave it out";
    let may_be_label = false;
    DataError::new(
        DataErrorKind::UnusableColumn { may_be_label },
        place,
        message,
    )
}

/// The error of a class or category whose name cannot be kept.
pub(super) fn control_character(place: Place, name: &str) -> DataError {
    let name = quoted(name);
    let message = format!("the name {name} has a control character; rename it");
    DataError::new(DataErrorKind::Other, place, message)
}

/// The categories of a column.
struct CategoryNames {
    /// Names, sorted as those of classes are.
    distinct: Vec<String>,
    /// Category of each row, an index into `distinct`.
    of_row: Vec<usize>,
}

impl CategoryNames {
    fn read(
        opened: &Opened<'_>,
        rows: &[Row],
        position: usize,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let text = opened.named.iter().position(|&named| named == position);
        let cell = |row: &Row| match text {
            _ if row.values[position].is_nan() => None,
            Some(text) => Some(row.names[text].clone()),
            None => Some(row.values[position].to_string()),
        };
        let cells: Vec<Option<String>> = rows.iter().map(cell).collect();
        let is_declared = options.has_names(&opened.columns[position]);
        let max = if is_declared {
            usize::MAX
        } else {
            MAX_CATEGORIES
        };
        let mut known = cells.iter().flatten().peekable();
        if !is_declared && known.peek().is_some() && known.all(|name| is_date(name)) {
            let place = Place::file(&opened.file);
            return Err(dates(place.with_column(&opened.columns[position])));
        }
        check(&cells, max, |row| opened.place(&rows[row], position))?;
        let commonest =
            commonest(&cells).ok_or_else(|| no_values(&opened.file, &opened.columns[position]))?;
        debug_assert!(options.missing == Missing::Mean || !cells.contains(&None));
        let distinct: HashSet<String> = cells.iter().flatten().cloned().collect();
        let distinct = sorted_names(distinct.into_iter().collect());
        let number: HashMap<&str, usize> = distinct.iter().map(String::as_str).zip(0..).collect();
        let of_row = cells.iter();
        let of_row = of_row.map(|name| number[name.as_deref().unwrap_or(&commonest)]);
        Ok(Self {
            of_row: of_row.collect(),
            distinct,
        })
    }
}

/// Finds the first cell that cannot be the name of a category, or is one too many.
fn check(
    cells: &[Option<String>],
    max: usize,
    place: impl Fn(usize) -> Place,
) -> Result<(), DataError> {
    let mut seen = HashSet::new();
    for (row, name) in cells.iter().enumerate() {
        let Some(name) = name else { continue };
        if name.contains(char::is_control) {
            return Err(control_character(place(row), name));
        }
        if seen.insert(name) && seen.len() > max {
            let message = format!(
                "{} would be category {} of this column, and more than {max} are rarely intended; \
                 leave the column out, or declare that it has categories",
                quoted(name),
                max + 1
            );
            let kind = DataErrorKind::UnusableColumn { may_be_label: true };
            return Err(DataError::new(kind, place(row), message));
        }
    }
    Ok(())
}

/// Returns the first of the commonest names.
fn commonest(cells: &[Option<String>]) -> Option<String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for name in cells.iter().flatten() {
        *counts.entry(name).or_default() += 1;
    }
    let most = counts.iter().rev().max_by_key(|&(_, count)| count);
    most.map(|(&name, _)| name.clone())
}
