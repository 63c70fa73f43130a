//! What a user says of columns, where it should not be what the data tell: a TOML file.
//!
//! ```toml
//! rain = { min = 0 }                 # no limit above, whatever was seen
//! doors = { whole = true, min = 2, max = 5 }
//! temperature = { whole = false, min = -inf, max = inf }
//! station = { category = true }      # numbers that are names
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::range::ValueRange;
use super::{DataError, Table, category};

/// What is said of some columns, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema(BTreeMap<String, Column>);

/// What is said of one; the rest is seen from the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table as in { min = 0 }")]
struct Column {
    whole: Option<bool>,
    min: Option<f64>,
    max: Option<f64>,
    #[serde(default)]
    category: bool,
}

impl Column {
    /// Something is said that only numbers can be.
    fn is_of_numbers(&self) -> bool {
        self.whole.is_some() || self.min.is_some() || self.max.is_some()
    }
}

fn fault(path: &Path, what: String) -> DataError {
    DataError::Schema {
        file: path.display().to_string(),
        what,
    }
}

impl Schema {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`DataError::Schema`] for a file that cannot be read, is no TOML, or says what cannot be of one column.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let text = std::fs::read_to_string(path).map_err(|error| fault(path, error.to_string()))?;
        Self::parse(&text).map_err(|what| fault(path, what))
    }

    /// Sees that what the file at `path` says is of columns that `table` has, and can be of them.
    ///
    /// # Errors
    /// [`DataError::Schema`] for an unknown column, or numbers where there are names.
    pub fn check(&self, path: &Path, table: &Table) -> Result<(), DataError> {
        self.fits(&table.file_columns())
            .map_err(|what| fault(path, what))
    }

    fn fits(&self, columns: &[category::FileColumn<'_>]) -> Result<(), String> {
        for (name, said) in &self.0 {
            let Some(column) = columns.iter().find(|column| column.name == name) else {
                let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
                return Err(format!(
                    "no column `{name}`; there are: {}",
                    names.join(", ")
                ));
            };
            if column.categories.is_some() && said.is_of_numbers() {
                return Err(format!("column `{name}` has categories, not numbers"));
            }
        }
        Ok(())
    }

    /// The columns that are said to have categories.
    #[must_use]
    pub fn categories(&self) -> Vec<String> {
        let said = self.0.iter().filter(|(_, column)| column.category);
        said.map(|(name, _)| name.clone()).collect()
    }

    fn parse(text: &str) -> Result<Self, String> {
        let said: BTreeMap<String, Column> = toml::from_str(text).map_err(|error| {
            let line = error
                .span()
                .map(|span| text[..span.start.min(text.len())].lines().count().max(1));
            let line = line.map_or_else(String::new, |line| format!("line {line}: "));
            format!("{line}{}", error.message().replace('\n', " "))
        })?;
        for (name, column) in &said {
            if column.category && column.is_of_numbers() {
                return Err(format!(
                    "column `{name}`: a category is not whole, nor has it limits"
                ));
            }
            let ends = [column.min, column.max];
            if ends.iter().flatten().any(|end| end.is_nan()) {
                return Err(format!(
                    "column `{name}`: a limit is a number, or inf for none"
                ));
            }
            if let [Some(min), Some(max)] = ends
                && min > max
            {
                return Err(format!("column `{name}`: min is above max; swap them"));
            }
        }
        Ok(Self(said))
    }

    /// The ranges of `columns`, with what is said in the place of what was seen.
    #[must_use]
    pub fn apply(&self, columns: &[String], seen: Vec<ValueRange>) -> Vec<ValueRange> {
        let applied = |(name, seen): (&String, ValueRange)| {
            let said = self.0.get(name).copied().unwrap_or_default();
            let whole = said.whole.unwrap_or(seen.whole);
            // Limits that were seen only because values are whole go with that.
            let seen = if seen.whole && !whole {
                ValueRange::REAL
            } else {
                seen
            };
            let min = said
                .min
                .unwrap_or(seen.min.min(said.max.unwrap_or(f64::INFINITY)));
            ValueRange {
                whole,
                min,
                max: said.max.unwrap_or(seen.max.max(min)),
            }
        };
        columns.iter().zip(seen).map(applied).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Schema, ValueRange};
    use crate::data::category::columns;

    fn names() -> Vec<String> {
        ["rain", "doors"].map(str::to_owned).to_vec()
    }

    /// Of a file with a column of categories too.
    fn parsed(text: &str) -> Result<Schema, String> {
        let schema = Schema::parse(text)?;
        let columns = columns(&["rain", "doors", "kind=a", "kind=b"], &vec![2..4; 1]);
        schema.fits(&columns).map(|()| schema)
    }

    #[test]
    fn what_is_said_comes_before_what_was_seen() {
        let text = "rain = { min = 0 }\ndoors = { whole = false, max = inf }\n";
        let schema = parsed(text).expect("a schema");
        let doors = ValueRange {
            whole: true,
            min: 2.0,
            max: 5.0,
        };
        let applied = schema.apply(&names(), vec![ValueRange::REAL, doors]);
        assert_eq!(
            applied[0],
            ValueRange {
                min: 0.0,
                ..ValueRange::REAL
            }
        );
        assert_eq!(applied[1], ValueRange::REAL);
        assert_eq!(Schema::default().apply(&names(), applied.clone()), applied);
    }

    #[test]
    fn numbers_are_said_to_be_categories() {
        let schema = parsed("doors = { category = true }\nkind = { category = true }\nrain = {}");
        let schema = schema.expect("a schema");
        assert_eq!(schema.categories(), ["doors", "kind"]);
    }

    #[test]
    fn faults_are_named() {
        let refused = |text| parsed(text).expect_err("refused");
        assert_eq!(
            refused("snow = {}"),
            "no column `snow`; there are: rain, doors, kind"
        );
        assert_eq!(
            refused("kind = { min = 2 }"),
            "column `kind` has categories, not numbers"
        );
        assert_eq!(
            refused("doors = { category = true, whole = true }"),
            "column `doors`: a category is not whole, nor has it limits"
        );
        assert_eq!(
            refused("rain = { min = 2, max = 1 }"),
            "column `rain`: min is above max; swap them"
        );
        assert!(refused("rain = { min = nan }").contains("a limit is a number"));
        assert!(refused("\nrain = { lo = 2 }").contains("line 2: unknown field `lo`"));
        assert!(refused("rain = ").starts_with("line 1: "));
        assert!(refused("rain = 3").ends_with("expected a table as in { min = 0 }"));
    }
}
