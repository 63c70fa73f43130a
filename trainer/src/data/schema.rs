//! The schema file: column types and limits that override those inferred from the data, in TOML.
//!
//! ```toml
//! rain = { min = 0 }                 # no upper limit, whatever the data show
//! doors = { integer = true, min = 2, max = 5 }
//! price = { decimals = 2 }           # 12.30
//! temperature = { integer = false, min = -inf, max = inf }
//! station = { category = true }      # numbers that name categories
//! hour = { period = 24 }             # 23 is next to 0
//! month = { period = 12, min = 1 }   # 1 to 12
//! wind = { min = 0 }                 # also each moment of windows: wind0, wind1, …
//! income = { curve = false }         # one scale for all incomes
//! h = { series = true }              # h00, h01, … share one scale
//! ```

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

use super::category::{self, FileColumn};
use super::cycle::Cycle;
use super::range::{MAX_DECIMALS, ValueRange};
use super::series::{Series, parts, series};
use super::{DataError, Table};
use crate::data::error::names_hint;

/// Smallest and largest period, and largest number of periods from 0 to the start, which leave a
/// device enough bits for a value.
const MIN_PERIOD: f64 = 1e-6;
const MAX_PERIOD: f64 = 1e9;
const MAX_STARTS: f64 = 1000.0;

/// Declared types and limits of columns, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema(BTreeMap<String, ColumnSchema>);

/// Declared type and limits of a column. The rest is inferred from the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table as in { min = 0 }")]
struct ColumnSchema {
    integer: Option<bool>,
    decimals: Option<u8>,
    min: Option<f64>,
    max: Option<f64>,
    period: Option<f64>,
    #[serde(default)]
    category: bool,
    series: Option<bool>,
    curve: Option<bool>,
}

impl ColumnSchema {
    /// Returns whether nothing is declared that a single column has.
    fn is_only_series(&self) -> bool {
        let declared = Self {
            series: None,
            ..*self
        };
        declared == Self::default()
    }

    /// Returns why a column cannot have the declared period.
    fn period_error(&self) -> Option<String> {
        let period = self.period?;
        let start = self.min.unwrap_or(0.0);
        if !(MIN_PERIOD..=MAX_PERIOD).contains(&period) {
            Some(format!(
                "a period is from {MIN_PERIOD} to {MAX_PERIOD}; correct it"
            ))
        } else if self.max.is_some() {
            Some("values with a period end at min + period; remove max".to_owned())
        } else if self.series.is_some() {
            Some("a column with a period is in no series; remove series".to_owned())
        } else if start.is_nan() || start.abs() > MAX_STARTS * period {
            Some(format!(
                "min is more than {MAX_STARTS} periods from 0; choose another"
            ))
        } else {
            None
        }
    }

    /// Returns whether something is declared that only numbers can have.
    fn is_numeric(&self) -> bool {
        let of_values = self.integer.is_some() || self.decimals.is_some() || self.series.is_some();
        of_values
            || self.curve.is_some()
            || self.period.is_some()
            || self.min.is_some()
            || self.max.is_some()
    }
}

/// Returns whether a column is a moment of a channel, as in `hour0` and `hour_t0` of `hour`.
fn is_moment(column: &str, channel: &str) -> bool {
    let (stem, number) = parts(column);
    let rest = stem.strip_prefix(channel);
    !number.is_empty() && matches!(rest, Some("" | "_" | "_t"))
}

fn refuse(path: &Path, message: impl Into<String>) -> DataError {
    DataError::in_file(&path.display().to_string(), message)
}

impl Schema {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`DataError`] if the file cannot be read, is not TOML, or declares what a column cannot
    /// have.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let unreadable = |error| DataError::unreadable(&path.display().to_string(), &error);
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(&text).map_err(|message| refuse(path, message))
    }

    /// Checks that `table` has the declared columns, and that they can be as declared. `path` is
    /// the schema file in messages.
    ///
    /// # Errors
    /// [`DataError`] for an unknown column, or for limits of a column of names.
    pub fn check(&self, path: &Path, table: &Table) -> Result<(), DataError> {
        let resolved = self.resolved(table);
        resolved
            .fits(&table.file_columns(), table.label_column())
            .and_then(|()| resolved.check_limits(table))
            .map_err(|message| refuse(path, message))
    }

    /// Returns the same schema, in which the columns of a series, such as the moments of a channel,
    /// are declared as the series is.
    pub(crate) fn resolved(&self, table: &Table) -> Self {
        let columns = table.file_columns();
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let mut all = BTreeMap::new();
        for (name, declared) in &self.0 {
            let is_member = |column: &&&str| is_moment(column, name);
            let members: Vec<&str> = names.iter().filter(is_member).copied().collect();
            if names.contains(&&name[..]) || declared.is_only_series() || members.len() < 2 {
                all.insert(name.clone(), *declared);
                continue;
            }
            let own = |member: &&str| !self.0.contains_key(*member);
            let members = members.into_iter().filter(own);
            all.extend(members.map(|member| (member.to_owned(), *declared)));
        }
        Self(all)
    }

    /// Checks that each limit leaves some of the values of its column.
    pub(crate) fn check_limits(&self, table: &Table) -> Result<(), String> {
        for (name, values) in table.columns.iter().zip(table.values.columns()) {
            let declared = self.0.get(name).copied().unwrap_or_default();
            if declared.period.is_some() {
                continue;
            }
            let is_within = |&value: &f64| {
                declared.min.is_none_or(|min| value >= min)
                    && declared.max.is_none_or(|max| value <= max)
            };
            if !values.iter().any(is_within) {
                return Err(format!(
                    "column `{name}`: no value of the data is within its limits; correct them"
                ));
            }
        }
        Ok(())
    }

    /// Returns the columns of numbers of `table` that are declared to be circular.
    pub(crate) fn cycles(&self, table: &Table) -> Vec<Cycle> {
        let cycle = |column: FileColumn<'_>| {
            let declared = self.0.get(column.name)?;
            let integer = declared.integer.filter(|&integer| integer).map(|_| 0);
            column.categories.is_none().then_some(Cycle {
                column: column.name.to_owned(),
                start: declared.min.unwrap_or(0.0),
                period: declared.period?,
                decimals: declared.decimals.or(integer),
            })
        };
        table.file_columns().into_iter().filter_map(cycle).collect()
    }

    /// Returns the declared periods, from the start to the end.
    #[must_use]
    pub fn periods(&self) -> BTreeMap<String, Range<f64>> {
        let period = |(name, declared): (&String, &ColumnSchema)| {
            let start = declared.min.unwrap_or(0.0);
            Some((name.clone(), start..start + declared.period?))
        };
        self.0.iter().filter_map(period).collect()
    }

    /// Returns whether something is declared for a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.0.contains_key(column)
    }

    fn fits(
        &self,
        columns: &[category::FileColumn<'_>],
        label: Option<&str>,
    ) -> Result<(), String> {
        let names: Vec<String> = columns
            .iter()
            .map(|column| column.name.to_owned())
            .collect();
        let series = series(&names, &[]);
        for (name, declared) in &self.0 {
            let is_series = series.iter().any(|series| series.name == *name);
            if is_series && declared.series.is_some() && declared.is_only_series() {
                continue;
            }
            if label == Some(name) {
                return Err(format!(
                    "`{name}` is the label, for which nothing is declared; remove it"
                ));
            }
            let Some(column) = columns.iter().find(|column| column.name == name) else {
                let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
                let hint = names_hint(&names, name, "columns");
                return Err(format!("the data have no column `{name}`; {hint}"));
            };
            let position = names.iter().position(|other| other == name);
            let is_member = |of: &Series| position.is_some_and(|at| of.columns.contains(&at));
            if declared.series.is_some() && !series.iter().any(is_member) {
                return Err(format!(
                    "column `{name}` is in no series of eight or more numbered columns; remove \
                     series"
                ));
            }
            if column.categories.is_some() && declared.is_numeric() {
                return Err(format!(
                    "column `{name}` has categories, not numbers; remove its limits"
                ));
            }
        }
        Ok(())
    }

    /// Returns whether the columns of a series share a scale, if that is declared by the name of
    /// the series, without numbers, or by that of any of its columns.
    #[must_use]
    pub(super) fn has_common_scale(&self, series: &Series, columns: &[String]) -> Option<bool> {
        let members = series.columns.iter().map(|&place| &columns[place]);
        let mut named = std::iter::once(&series.name).chain(members);
        named.find_map(|name| self.0.get(name)?.series)
    }

    /// Returns whether a column has a curve, if that is declared.
    #[must_use]
    pub(super) fn has_curve(&self, column: &str) -> Option<bool> {
        self.0.get(column)?.curve
    }

    /// Returns the columns that are declared to have categories.
    #[must_use]
    pub fn categories(&self) -> Vec<String> {
        let declared = self.0.iter().filter(|(_, column)| column.category);
        declared.map(|(name, _)| name.clone()).collect()
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let declared: BTreeMap<String, ColumnSchema> = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map(|span| text[..span.start.min(text.len())].lines().count().max(1));
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            format!("{line}{}", error.message().replace('\n', " "))
        })?;
        for (name, column) in &declared {
            if column.category && column.is_numeric() {
                return Err(format!(
                    "column `{name}`: a category is not a number; remove its other keys"
                ));
            }
            if let Some(message) = column.period_error() {
                return Err(format!("column `{name}`: {message}"));
            }
            if column.decimals.is_some_and(|count| count > MAX_DECIMALS) {
                return Err(format!(
                    "column `{name}`: more than {MAX_DECIMALS} decimals; declare fewer"
                ));
            }
            if let (Some(integer), Some(decimals)) = (column.integer, column.decimals)
                && integer != (decimals == 0)
            {
                return Err(format!(
                    "column `{name}`: integers have 0 decimals; remove one of the two keys"
                ));
            }
            let ends = [column.min, column.max];
            if ends.iter().flatten().any(|end| end.is_nan()) {
                return Err(format!(
                    "column `{name}`: a limit is not a number; write a number, or inf for none"
                ));
            }
            if let [Some(min), Some(max)] = ends
                && min > max
            {
                return Err(format!("column `{name}`: min is above max; swap them"));
            }
        }
        Ok(Self(declared))
    }

    /// Returns the ranges of `columns`: as declared, otherwise as inferred.
    #[must_use]
    pub fn apply(&self, columns: &[String], inferred: Vec<ValueRange>) -> Vec<ValueRange> {
        let applied = |(name, inferred): (&String, ValueRange)| {
            let declared = self.0.get(name).copied().unwrap_or_default();
            let integer = match declared.decimals {
                Some(decimals) => decimals == 0,
                None => declared.integer.unwrap_or(inferred.integer),
            };
            // Inferred limits of integers do not apply to other numbers.
            let inferred = if inferred.integer && !integer {
                ValueRange::REAL
            } else {
                inferred
            };
            let max = declared.max.unwrap_or(f64::INFINITY);
            let min = declared.min.unwrap_or(inferred.min.min(max));
            ValueRange {
                integer,
                decimals: declared.decimals.or(inferred.decimals).filter(|_| !integer),
                min,
                max: declared.max.unwrap_or(inferred.max.max(min)),
            }
        };
        columns.iter().zip(inferred).map(applied).collect()
    }
}

#[cfg(test)]
mod tests;
