//! Columns of names, in which each cell becomes one 1 among zeros: one value per category. If the
//! names are dates, they become circular columns.

pub(crate) mod dates;
pub(crate) mod day_order;
pub(crate) mod moment;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use flowlet::format::MAX_WIDTH;
use ndarray::Array2;

use super::super::options::{Missing, ReadOptions};
use super::super::rows::selection::MAX_CATEGORIES;
use super::super::rows::{Opened, Row, sorted_names};
use crate::data::category::{SEPARATOR, value_name};
use crate::data::circular::Circular;
use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};
use dates::Dates;

/// The rows of a file with one value per category in the place of names.
pub(crate) struct Expanded {
    /// Names of the values.
    pub columns: Vec<String>,
    /// Values of each category column.
    pub categories: Vec<Range<usize>>,
    /// Circular columns that dates have become.
    pub circular: Vec<Circular>,
    pub values: Array2<f64>,
    /// Number of columns that each column of the file has become.
    pub widths: Vec<usize>,
    pub notes: Vec<Note>,
}

/// A column of names.
enum Named {
    Categories(CategoryNames),
    Dates(Dates),
}

/// Returns the positions of the columns that hold names: those read as names, and those declared to
/// have categories.
pub(crate) fn positions(opened: &Opened<'_>, options: &ReadOptions) -> Vec<usize> {
    let has_names = |position: &usize| {
        opened.named.contains(position) || options.has_names(&opened.columns[*position])
    };
    (0..opened.columns.len()).filter(has_names).collect()
}

/// Expands rows whose columns hold numbers, except at `positions`, where they hold names.
pub(crate) fn expand(
    opened: &Opened<'_>,
    rows: &[Row],
    positions: &[usize],
    options: &ReadOptions,
) -> Result<Expanded, DataError> {
    let mut named: BTreeMap<usize, Named> = BTreeMap::new();
    let mut refused = Vec::new();
    for &position in positions {
        match Named::read(opened, rows, position, options) {
            Ok(column) => named.extend(column.map(|column| (position, column))),
            Err(error) => refused.push(error),
        }
    }
    if let Some(error) = DataError::first_of(refused) {
        return Err(error);
    }
    let (mut names, mut categories, mut circular) = (Vec::new(), Vec::new(), Vec::new());
    let (mut widths, mut notes) = (Vec::new(), Vec::new());
    for (position, column) in opened.columns.iter().cloned().enumerate() {
        let of = named.get(&position);
        widths.push(1);
        if !matches!(of, Some(Named::Dates(_)))
            && let Some(part) = dates::named_part(&column, options)
            && !opened.columns.contains(part)
        {
            let message = format!(
                "there is no column {}, because {} has no dates",
                quoted(part),
                quoted(&column)
            );
            return Err(DataError::in_file(&opened.file, message));
        }
        match of {
            Some(_) if column.contains(SEPARATOR) => {
                let place = Place::file(&opened.file).with_column(&column);
                let message = "the column has names or dates, so its own name must have no `=`; \
                               rename it";
                return Err(DataError::new(DataErrorKind::Other, place, message));
            }
            Some(Named::Categories(of)) => {
                let first = names.len();
                names.extend(of.distinct.iter().map(|name| value_name(&column, name)));
                categories.push(first..names.len());
                notes.extend(differ_in_case(&opened.file, &column, &of.distinct));
                if of.are_numbers {
                    let place = Place::file(&opened.file).with_column(&column);
                    notes.push(Note::new(NoteKind::Category, place, NUMBERS_AS_TEXTS));
                }
            }
            Some(Named::Dates(dates)) => {
                widths[position] = dates.parts.len();
                notes.push(dates.note.clone());
                for part in &dates.parts {
                    check_name(opened, &column, &part.name)?;
                    circular.push(part.circular(names.len()));
                    names.extend(Circular::value_names(&part.name));
                }
            }
            None => names.push(column),
        }
    }
    if names.is_empty() {
        let message = match notes.first() {
            Some(note) => format!("no columns are left: {}", note.message),
            None => "no columns are left".to_owned(),
        };
        return Err(DataError::in_file(&opened.file, message));
    }
    check_width(opened, &named, names.len())?;
    let mut values = Vec::with_capacity(rows.len() * names.len());
    for (at, row) in rows.iter().enumerate() {
        for (position, &value) in row.values.iter().enumerate() {
            match named.get(&position) {
                Some(Named::Categories(of)) => {
                    let is_kept = value.is_nan() && options.missing == Missing::Keep;
                    let one_hot = |category| match is_kept {
                        true => f64::NAN,
                        false => f64::from(category == of.of_row[at]),
                    };
                    values.extend((0..of.distinct.len()).map(one_hot));
                }
                Some(Named::Dates(of)) => {
                    values.extend(of.parts.iter().flat_map(|part| [part.values[at], 0.0]));
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
        circular,
        widths,
        notes,
    })
}

/// Refuses the name of a circular column that another column has.
fn check_name(opened: &Opened<'_>, column: &str, name: &str) -> Result<(), DataError> {
    if !opened.columns.iter().any(|other| other == name) {
        return Ok(());
    }
    let place = Place::file(&opened.file).with_column(column);
    let message = format!(
        "the column has dates, of which {} is made, but there is a column of this name; leave one \
         of them out",
        quoted(name)
    );
    Err(DataError::new(DataErrorKind::Dates, place, message))
}

fn check_width(
    opened: &Opened<'_>,
    named: &BTreeMap<usize, Named>,
    found: usize,
) -> Result<(), DataError> {
    let categories = named.iter().filter_map(|(position, column)| match column {
        Named::Categories(names) => Some((position, names)),
        Named::Dates(_) => None,
    });
    let widest = categories.max_by_key(|(_, names)| names.distinct.len());
    match widest {
        Some((&position, names)) if found > MAX_WIDTH.into() => {
            let categories = names.distinct.len();
            let message = format!(
                "a row has {found} values, {categories} of them for the categories of this column, \
                 but a model has at most {MAX_WIDTH}; leave the column out"
            );
            let place = Place::file(&opened.file).with_column(&opened.columns[position]);
            Err(DataError::unusable_column(place, message))
        }
        _ => Ok(()),
    }
}

/// The error of a column without any value.
pub(crate) fn no_values(file: &str, column: &str) -> DataError {
    let place = Place::file(file).with_column(column);
    let message = "the column has no value to fill the missing ones with; leave it out";
    DataError::unusable_column(place, message)
}

/// A note about two names of a column that differ only in case.
pub(crate) fn differ_in_case(file: &str, column: &str, names: &[String]) -> Option<Note> {
    let mut seen: HashMap<String, &String> = HashMap::new();
    let pair = names.iter().find_map(|name| {
        let other = seen.insert(name.to_lowercase(), name);
        other.map(|other| (other, name))
    });
    pair.map(|(one, other)| {
        let place = Place::file(file).with_column(column);
        let message = format!(
            "{} and {} differ only in case, but are two names; write them alike if they mean the \
             same",
            quoted(one),
            quoted(other)
        );
        Note::new(NoteKind::Other, place, message)
    })
}

/// The error of a class or category whose name cannot be kept.
pub(crate) fn control_character(place: Place, name: &str) -> DataError {
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
    /// All names are numbers that the file stores as texts.
    are_numbers: bool,
}

const NUMBERS_AS_TEXTS: &str = "the numbers of this column are stored as texts, which are read as \
                                names; store them as numbers, or leave the column out";

impl Named {
    fn read(
        opened: &Opened<'_>,
        rows: &[Row],
        position: usize,
        options: &ReadOptions,
    ) -> Result<Option<Self>, DataError> {
        let text = opened.named.iter().position(|&named| named == position);
        let cell = |row: &Row| match text {
            _ if row.values[position].is_nan() => None,
            Some(text) => Some(row.names[text].clone()),
            None => Some(row.values[position].to_string()),
        };
        let cells: Vec<Option<String>> = rows.iter().map(cell).collect();
        let is_declared = options.has_names(&opened.columns[position]);
        if !is_declared && let Some(dates) = dates::read(opened, rows, position, &cells, options)? {
            return Ok(Some(Self::Dates(dates)));
        }
        let max = if is_declared {
            usize::MAX
        } else {
            MAX_CATEGORIES
        };
        let are_numbers = !is_declared && are_numbers(&cells);
        check(&cells, max, |row| opened.place(&rows[row], position)).map_err(|error| {
            let place = Place::file(&opened.file).with_column(&opened.columns[position]);
            match are_numbers {
                true => DataError::unusable_column(place, NUMBERS_AS_TEXTS)
                    .of_kind(DataErrorKind::UnusableColumn { may_be_label: true }),
                false => error,
            }
        })?;
        let mut names = CategoryNames::new(&cells);
        if let Some(names) = &mut names {
            names.are_numbers = are_numbers;
        }
        if names.is_none() && options.missing == Missing::Keep {
            return Ok(None);
        }
        let names = names.ok_or_else(|| no_values(&opened.file, &opened.columns[position]))?;
        let may_lack = matches!(options.missing, Missing::Mean | Missing::Keep);
        debug_assert!(may_lack || !cells.contains(&None));
        Ok(Some(Self::Categories(names)))
    }
}

impl CategoryNames {
    /// Numbers the names of cells. `None` if all are missing.
    fn new(cells: &[Option<String>]) -> Option<Self> {
        let commonest = commonest(cells)?;
        let distinct: HashSet<String> = cells.iter().flatten().cloned().collect();
        let distinct = sorted_names(distinct.into_iter().collect());
        let number: HashMap<&str, usize> = distinct.iter().map(String::as_str).zip(0..).collect();
        let of_row = cells.iter();
        let of_row = of_row.map(|name| number[name.as_deref().unwrap_or(&commonest)]);
        Some(Self {
            of_row: of_row.collect(),
            distinct,
            are_numbers: false,
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

/// Returns whether all cells are numbers.
fn are_numbers(cells: &[Option<String>]) -> bool {
    cells
        .iter()
        .flatten()
        .all(|cell| cell.trim().parse::<f64>().is_ok())
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
