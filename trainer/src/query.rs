//! Declared queries: which columns will be known, and which ones will be asked for.
//!
//! A query is a line such as `forecast: ax00..ax15, site -> ax16..ax31`. The name and the columns
//! that are asked for may be left out: all columns that are not known are then asked for.

use std::ops::Range;

use crate::data::column_list::columns;
use crate::data::{DataError, Table};

/// Divides the known columns from those that are asked for.
const ARROW: &str = "->";

/// A declared query on the columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Name.
    pub name: String,
    /// Whether each column of the file is known.
    pub known: Vec<bool>,
    /// Whether each column of the file is asked for.
    pub asked: Vec<bool>,
}

impl Query {
    /// Reads queries on the columns of `table`.
    ///
    /// ```
    /// use flowlet_trainer::{Query, Table};
    ///
    /// let table = Table::parse_csv(b"a1,a2,b1,b2\n1,2,3,4\n5,6,7,8\n", "rows.csv")?;
    /// let lines = ["late: a1..a2 -> b2".to_owned(), "b*".to_owned()];
    /// let queries = Query::parse_all(&lines, &table)?;
    /// assert_eq!(queries[0].known, [true, true, false, false]);
    /// assert_eq!(queries[0].asked, [false, false, false, true]);
    /// assert_eq!(queries[1].name, "query2");
    /// assert_eq!(queries[1].asked, [true, true, false, false]);
    /// # Ok::<(), flowlet_trainer::DataError>(())
    /// ```
    ///
    /// # Errors
    /// [`DataError`] if a line names no column, or a column that does not exist.
    pub fn parse_all(lines: &[String], table: &Table) -> Result<Vec<Self>, DataError> {
        let columns = table.file_columns();
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let mut queries: Vec<Self> = Vec::new();
        for (line, number) in lines.iter().zip(1..) {
            let refuse = |what: String| DataError::new_plain(format!("query `{line}`: {what}"));
            let query = Self::parse(line, number, &names, table.label_column()).map_err(refuse)?;
            if queries.iter().any(|other| other.name == query.name) {
                let name = &query.name;
                return Err(refuse(format!(
                    "another query is called `{name}` too; rename one"
                )));
            }
            if let Some(other) = queries.iter().find(|other| other.known == query.known) {
                let name = &other.name;
                return Err(refuse(format!(
                    "query `{name}` has the same known columns; remove one"
                )));
            }
            queries.push(query);
        }
        Ok(queries)
    }

    fn parse(
        line: &str,
        number: usize,
        names: &[&str],
        label: Option<&str>,
    ) -> Result<Self, String> {
        let (left, right) = match line.split_once(ARROW) {
            Some((left, right)) => (left, Some(right)),
            None => (line, None),
        };
        let (name, left) = match left.split_once(':') {
            Some((name, left)) => (name.trim().to_owned(), left),
            None => (format!("query{number}"), left),
        };
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(
                "the name before the colon is empty; write one, such as forecast".to_owned(),
            );
        }
        let known = columns(left, names, label)?;
        let asked = match right {
            Some(right) => columns(right, names, label)?,
            None => known.iter().map(|known| !known).collect(),
        };
        let both = known
            .iter()
            .zip(&asked)
            .position(|(known, asked)| *known && *asked);
        if let Some(column) = both {
            let column = names[column];
            return Err(format!(
                "column `{column}` is known and asked for; remove it from a side"
            ));
        }
        match (known.contains(&true), asked.contains(&true)) {
            (true, true) => Ok(Self { name, known, asked }),
            (false, _) => Err("no column is known; name some before the arrow".to_owned()),
            (true, false) if right.is_some() => {
                Err("nothing is asked for; name columns after the arrow, or remove it".to_owned())
            }
            (true, false) => {
                Err("all columns are known; leave out those to be filled in".to_owned())
            }
        }
    }

    /// Returns whether each value is known, of columns with these `values`.
    pub(crate) fn known_values(&self, values: &[Range<usize>]) -> Vec<bool> {
        spread(&self.known, values)
    }

    /// Returns whether each value is asked for.
    pub(crate) fn asked_values(&self, values: &[Range<usize>]) -> Vec<bool> {
        spread(&self.asked, values)
    }
}

fn spread(columns: &[bool], values: &[Range<usize>]) -> Vec<bool> {
    let each = columns.iter().zip(values);
    each.flat_map(|(&of, values)| values.clone().map(move |_| of))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Query;
    use crate::data::Table;

    fn parse(line: &str) -> Result<Query, String> {
        let text = b"x0,x1,x2,sky,y:0\n1,2,3,a,4\n5,6,7,b,8\n";
        let table = Table::parse_csv(text, "rows.csv").expect("a table");
        let queries = Query::parse_all(&[line.to_owned()], &table);
        queries
            .map(|mut all| all.remove(0))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn names_ranges_and_wild_cards_are_read() {
        let query = parse("late: x0..x1, sky -> y*").expect("a query");
        assert_eq!(query.name, "late");
        assert_eq!(query.known, [true, true, false, true, false]);
        assert_eq!(query.asked, [false, false, false, false, true]);
        let query = parse("sky").expect("a query");
        assert_eq!((query.name.as_str(), query.asked[4]), ("query1", true));
    }

    #[test]
    fn queries_differ_in_what_is_known() {
        let table = Table::parse_csv(b"a,b,c\n1,2,3\n4,5,6\n", "rows.csv").expect("a table");
        let lines = ["one: a -> b", "two: a -> c"].map(str::to_owned);
        let error = Query::parse_all(&lines, &table).expect_err("refused");
        let words = "query `two: a -> c`: query `one` has the same known columns; remove one";
        assert_eq!(error.to_string(), words);
    }

    #[test]
    fn errors_say_what_to_do() {
        for (line, words) in [
            (
                "skyy -> x0",
                "there is no column `skyy`; did you mean `sky`?",
            ),
            ("x1..x0", "the range x1..x0 ends before it begins"),
            ("q* -> sky", "no column fits `q*`; the columns are `x0`, "),
            ("x0 -> x0", "column `x0` is known and asked for"),
            ("-> x0", "no column is known"),
            ("*", "all columns are known"),
            (": x0 -> x1", "the name before the colon is empty"),
        ] {
            let error = parse(line).expect_err(line);
            assert!(error.contains(words), "{error}");
        }
    }
}
