//! Columns of names, in which rows become ones and zeros: a value a category.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use flowlet::format::MAX_WIDTH;
use ndarray::Array2;

use super::super::category::{BETWEEN, value_name};
use super::super::{DataError, error::Cell};
use super::row::{Opened, Row, sorted};
use super::{Missing, ReadOptions};

/// Categories of a column that was not said to be one: more look like texts or dates.
pub(super) const MOST: usize = 32;

/// The rows of a file with a value a category in the place of names.
pub(super) struct Expanded {
    /// Names of the values.
    pub columns: Vec<String>,
    /// Values of each category column.
    pub categories: Vec<Range<usize>>,
    pub values: Array2<f32>,
}

/// Which of the `columns` hold names: those read as such, and numbers that are said to be.
pub(super) fn places(opened: &Opened<'_>, options: &ReadOptions) -> Vec<usize> {
    let holds = |place: &usize| {
        opened.named.contains(place) || options.categories.contains(&opened.columns[*place])
    };
    (0..opened.columns.len()).filter(holds).collect()
}

/// Takes the rows apart, whose `columns` hold numbers but for those at `places`.
pub(super) fn expand(
    opened: &Opened<'_>,
    rows: &[Row],
    columns: Vec<String>,
    places: &[usize],
    options: &ReadOptions,
) -> Result<Expanded, DataError> {
    let named = places.iter().map(|&place| {
        let column = Names::of(opened, rows, place, options)?;
        Ok((place, column))
    });
    let named: BTreeMap<usize, Names> = named.collect::<Result<_, DataError>>()?;
    let (mut names, mut categories) = (Vec::new(), Vec::new());
    for (place, column) in columns.into_iter().enumerate() {
        match named.get(&place) {
            Some(_) if column.contains(BETWEEN) => {
                return Err(DataError::EqualsInCategory {
                    file: opened.file.clone(),
                    column,
                });
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
        for (place, &value) in row.values.iter().enumerate() {
            match named.get(&place) {
                Some(of) => {
                    let one_hot = |category| f32::from(category == of.of_row[at]);
                    values.extend((0..of.distinct.len()).map(one_hot));
                }
                None => values.push(value),
            }
        }
    }
    Ok(Expanded {
        values: Array2::from_shape_vec((rows.len(), names.len()), values).expect("a value a name"),
        columns: names,
        categories,
    })
}

fn check_width(
    opened: &Opened<'_>,
    named: &BTreeMap<usize, Names>,
    found: usize,
) -> Result<(), DataError> {
    let widest = named.iter().max_by_key(|(_, names)| names.distinct.len());
    match widest {
        Some((&place, names)) if found > MAX_WIDTH.into() => Err(DataError::CategoriesTooWide {
            file: opened.file.clone(),
            column: opened.columns[place].clone(),
            categories: names.distinct.len(),
            found,
        }),
        _ => Ok(()),
    }
}

/// The names in a column.
struct Names {
    /// Sorted as those of classes are.
    distinct: Vec<String>,
    /// Of each row, an index into them.
    of_row: Vec<usize>,
}

impl Names {
    fn of(
        opened: &Opened<'_>,
        rows: &[Row],
        place: usize,
        options: &ReadOptions,
    ) -> Result<Self, DataError> {
        let text = opened.named.iter().position(|&named| named == place);
        let cell = |row: &Row| match text {
            _ if row.values[place].is_nan() => None,
            Some(text) => Some(row.names[text].clone()),
            None => Some(row.values[place].to_string()),
        };
        let cells: Vec<Option<String>> = rows.iter().map(cell).collect();
        let said = options.categories.contains(&opened.columns[place]);
        let most = if said { usize::MAX } else { MOST };
        check(&cells, most, |row| opened.cell(&rows[row], place))?;
        let commonest = commonest(&cells).ok_or_else(|| DataError::NothingToFill {
            file: opened.file.clone(),
            column: opened.columns[place].clone(),
        })?;
        debug_assert!(options.missing == Missing::Mean || !cells.contains(&None));
        let distinct: HashSet<String> = cells.iter().flatten().cloned().collect();
        let distinct = sorted(distinct.into_iter().collect());
        let number: HashMap<&str, usize> = distinct.iter().map(String::as_str).zip(0..).collect();
        let of_row = cells.iter();
        let of_row = of_row.map(|name| number[name.as_deref().unwrap_or(&commonest)]);
        Ok(Self {
            of_row: of_row.collect(),
            distinct,
        })
    }
}

/// The first cell that cannot be the name of a category, or is one too many.
fn check(
    cells: &[Option<String>],
    most: usize,
    cell: impl Fn(usize) -> Cell,
) -> Result<(), DataError> {
    let mut seen = HashSet::new();
    for (row, name) in cells.iter().enumerate() {
        let Some(name) = name else { continue };
        if name.contains(char::is_control) {
            return Err(DataError::ControlInClass {
                at: cell(row),
                text: name.clone(),
            });
        }
        if seen.insert(name) && seen.len() > most {
            return Err(DataError::TooManyCategories {
                at: cell(row),
                text: name.clone(),
                most,
            });
        }
    }
    Ok(())
}

/// The first of the commonest names.
fn commonest(cells: &[Option<String>]) -> Option<String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for name in cells.iter().flatten() {
        *counts.entry(name).or_default() += 1;
    }
    let most = counts.iter().rev().max_by_key(|&(_, count)| count);
    most.map(|(&name, _)| name.clone())
}
