//! Columns of numbers that are made circular, and those that look so.

use std::f64::consts::{PI, TAU};

use ndarray::{Array2, ArrayView1};

use super::Table;
use super::circular::Circular;
use super::range::ValueRange;

/// Least share of its period that the values of a column span to look circular.
const MIN_SPAN: f64 = 0.5;
/// Share of the period by which values may miss its ends because they are rounded.
const ROUNDED: f64 = 1e-3;

/// The period of a column of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cycle {
    /// Name of the column.
    pub column: String,
    /// Smallest value.
    pub start: f64,
    /// Distance from the start to the end, where the values start again.
    pub period: f64,
    /// Decimal places, if they are declared.
    pub decimals: Option<u8>,
}

impl Table {
    /// Returns the same rows with the numbers of some columns made circular. Values outside the
    /// period are wrapped.
    pub(crate) fn with_cycles(&self, cycles: &[Cycle]) -> Self {
        let mut table = self.clone();
        (table.columns, table.categories, table.circular) = Default::default();
        let mut sources = Vec::new();
        for column in self.file_columns() {
            let first = sources.len();
            let range = first..first + column.values.len();
            let known = self
                .circular
                .iter()
                .find(|of| of.first == column.values.start);
            let cycle = cycles.iter().find(|cycle| cycle.column == column.name);
            if let (Some(cycle), None, None) = (cycle, known, &column.categories) {
                let values = self.values.column(column.values.start);
                table.circular.push(cycle.circular(first, values));
                table.columns.extend(Circular::value_names(column.name));
                sources.extend([Some(column.values.start), None]);
                continue;
            }
            if column.categories.is_some() {
                table.categories.push(range);
            }
            table.circular.extend(known.map(|of| Circular {
                first,
                ..of.clone()
            }));
            let names = column.values.clone().map(|at| self.columns[at].clone());
            table.columns.extend(names);
            sources.extend(column.values.map(Some));
        }
        table.values = Array2::zeros((self.values.nrows(), sources.len()));
        for (at, source) in sources.into_iter().enumerate() {
            if let Some(source) = source {
                table
                    .values
                    .column_mut(at)
                    .assign(&self.values.column(source));
            }
        }
        for of in &table.circular {
            let mut column = table.values.column_mut(of.first);
            column.mapv_inplace(|value| of.wrapped(value));
        }
        table
    }
}

impl Cycle {
    fn circular(&self, first: usize, values: ArrayView1<'_, f64>) -> Circular {
        let range = ValueRange::of(values);
        let inferred = if range.integer {
            Some(0)
        } else {
            range.decimals
        };
        Circular {
            first,
            start: self.start,
            period: self.period,
            decimals: self.decimals.or(inferred),
        }
    }

    /// Returns the number of values outside the period. The end is the start.
    pub fn outside(&self, table: &Table) -> usize {
        let period = self.start..=self.start + self.period;
        let place = table.columns.iter().position(|name| *name == self.column);
        let values = place.map(|place| table.values.column(place));
        values.map_or(0, |values| {
            values
                .iter()
                .filter(|&value| !period.contains(value))
                .count()
        })
    }
}

/// Returns the columns of numbers that look circular by their names and values.
pub(crate) fn look_circular(table: &Table) -> Vec<Cycle> {
    let is_known = |at: usize| table.circular.iter().any(|of| of.first == at);
    let columns = table.file_columns().into_iter();
    let numbers = columns.filter(|of| of.categories.is_none() && !is_known(of.values.start));
    let cycle = |name: &str, at: usize| {
        let values = table.values.column(at);
        let [min, max] = [f64::min, f64::max].map(|end| values.iter().copied().reduce(end));
        let (start, period) = natural(name, min?, max?)?;
        Some(Cycle {
            column: name.to_owned(),
            start,
            period,
            decimals: None,
        })
    };
    numbers
        .filter_map(|of| cycle(of.name, of.values.start))
        .collect()
}

/// Returns the start and the period that the name of a column suggests, if its values are within
/// them and span enough of them.
fn natural(name: &str, min: f64, max: f64) -> Option<(f64, f64)> {
    let name = name.to_lowercase();
    let words: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let phrase = words.join("_");
    let ends_with = |known: &[&str]| words.last().is_some_and(|word| known.contains(word));
    let is = |known: &[&str]| known.contains(&phrase.as_str());
    let degrees = [(0.0, 360.0), (-180.0, 360.0)];
    let angles = [(0.0, TAU), (-PI, TAU), degrees[0], degrees[1]];
    let candidates: &[(f64, f64)] = if is(&["day_of_year", "dayofyear", "doy", "yday"]) {
        &[(1.0, 365.25)]
    } else if is(&["day_of_week", "dayofweek", "dow", "weekday"]) {
        &[(0.0, 7.0), (1.0, 7.0)]
    } else if is(&["hour_of_day", "hod"]) || ends_with(&["hour"]) {
        &[(0.0, 24.0)]
    } else if ends_with(&["month"]) {
        &[(1.0, 12.0), (0.0, 12.0)]
    } else if ends_with(&["longitude", "lon", "lng"]) {
        &[degrees[1], degrees[0]]
    } else if ends_with(&[
        "angle",
        "azimuth",
        "bearing",
        "direction",
        "heading",
        "phase",
        "winddir",
        "yaw",
    ]) || name.ends_with("direction")
        || is(&["wind_dir"])
    {
        &angles
    } else {
        return None;
    };
    let fits = |&&(start, period): &&(f64, f64)| {
        let slack = ROUNDED * period;
        min >= start - slack && max <= start + period + slack && max - min >= MIN_SPAN * period
    };
    candidates.iter().find(fits).copied()
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::{Cycle, look_circular};
    use crate::data::Table;
    use crate::data::read::{ReadOptions, parse_csv};

    #[test]
    fn numbers_become_circular_between_other_columns() {
        let text = b"sky,hour,warm,kind,turn\nsun,23,1.5,a,-0.5\nfog,24,2.5,b,4.25\nsun,-1,3,a,1\n";
        let options = ReadOptions::labelled(Some("kind"));
        let table = parse_csv(text, "a.csv", &options).expect("a table");
        let cycle = |column: &str, start, period| Cycle {
            column: column.to_owned(),
            start,
            period,
            decimals: None,
        };
        let cycles = [cycle("hour", 0.0, 24.0), cycle("turn", 1.0, 4.0)];
        assert_eq!(cycles.each_ref().map(|cycle| cycle.outside(&table)), [1, 1]);
        let made = table.with_cycles(&cycles);
        let names = [
            "sky=fog", "sky=sun", "hour=cos", "hour=sin", "warm", "turn=cos", "turn=sin",
        ];
        assert_eq!(made.columns, names);
        assert_eq!(made.categories, vec![0..2; 1]);
        let circular = made.circular.iter();
        let found: Vec<_> = circular
            .map(|of| (of.first, of.start, of.decimals))
            .collect();
        assert_eq!(found, [(2, 0.0, Some(0)), (5, 1.0, Some(2))]);
        let values = array![
            [0.0, 1.0, 23.0, 0.0, 1.5, 3.5, 0.0],
            [1.0, 0.0, 0.0, 0.0, 2.5, 4.25, 0.0],
            [0.0, 1.0, 23.0, 0.0, 3.0, 1.0, 0.0]
        ];
        assert_eq!(made.values, values);
        assert_eq!(made.labels.as_ref().map(|of| of.position), Some(3));
        let again = made.with_cycles(&cycles);
        assert_eq!((again.values, again.circular), (made.values, made.circular));
    }

    #[test]
    fn names_and_values_together_look_circular() {
        let found = |name: &str, values: [f64; 3]| {
            let [a, b, c] = values;
            let text = format!("x,{name}\n1,{a}\n2,{b}\n3,{c}\n");
            let table = Table::parse_csv(text.as_bytes(), "a.csv").expect("a table");
            let cycle = look_circular(&table).into_iter().next()?;
            Some((cycle.start, cycle.period))
        };
        for (name, values, expected) in [
            ("hour", [0.0, 12.0, 23.0], (0.0, 24.0)),
            ("Start hour", [0.5, 12.0, 23.5], (0.0, 24.0)),
            ("day_of_year", [1.0, 180.0, 366.0], (1.0, 365.25)),
            ("month", [1.0, 6.0, 12.0], (1.0, 12.0)),
            ("month", [0.0, 6.0, 11.0], (0.0, 12.0)),
            ("wind_direction", [0.0, 90.0, 360.0], (0.0, 360.0)),
            ("WindDirection", [5.0, 90.0, 350.0], (0.0, 360.0)),
            ("heading", [-170.0, 3.5, 179.0], (-180.0, 360.0)),
            (
                "phase",
                [-3.1, 0.2, 3.1],
                (-std::f64::consts::PI, std::f64::consts::TAU),
            ),
        ] {
            assert_eq!(found(name, values), Some(expected), "{name}");
        }
        for (name, values) in [
            ("hour", [8.0, 12.0, 17.0]),
            ("hour", [0.0, 12.0, 30.0]),
            ("hours", [0.0, 12.0, 23.0]),
            ("joint_angle", [10.0, 20.0, 30.0]),
            ("direction", [-1.0, 0.0, 1.0]),
            ("temperature", [0.0, 12.0, 23.0]),
        ] {
            assert_eq!(found(name, values), None, "{name}");
        }
    }
}
