//! Columns of numbers with few values, such as settings: samples may have values between them.

use std::collections::BTreeMap;

use crate::data::Table;
use crate::data::layout::channel;
use crate::data::recordings::Recordings;
use crate::data::transform::Transform;
use crate::text::{MAX_LISTED, listed};

/// Greatest number of values of a column that has few, and least number of rows with each.
const MAX_VALUES: usize = 10;
const MIN_COPIES: usize = 5;

/// Returns the columns of numbers that have only a few of the values within their range, each of
/// them often, such as the speeds 900, 1200 and 1500. The moments of a channel are one column.
pub(super) fn few_values(table: &Table, transform: &Transform) -> Vec<String> {
    let mut all: Vec<Values<'_>> = Vec::new();
    let columns = table.file_columns();
    let recordings = table.recordings.as_ref();
    let are_windows = recordings.is_some_and(Recordings::are_windows);
    for column in columns.iter().filter(|of| of.categories.is_none()) {
        let at = column.values.start;
        let range = transform.ranges[at];
        let decimals = range.decimals.or(range.integer.then_some(0));
        let is_circular = transform.circular.iter().any(|of| of.first == at);
        let Some(decimals) = decimals.filter(|_| !is_circular) else {
            continue;
        };
        let name = match are_windows {
            true => channel(column.name),
            false => column.name,
        };
        let known = all.iter().position(|other| other.name == name);
        let known = known.unwrap_or_else(|| {
            all.push(Values::new(name, decimals));
            all.len() - 1
        });
        all[known].see(table.values.column(at).iter());
    }
    let few = all.into_iter().filter(Values::are_few);
    few.map(|values| values.to_string()).collect()
}

/// The values of a column.
struct Values<'t> {
    name: &'t str,
    /// A value is a multiple of 10^−decimals.
    decimals: i32,
    /// Number of rows with each multiple, for one more value than are few.
    counts: BTreeMap<i64, usize>,
}

impl<'t> Values<'t> {
    fn new(name: &'t str, decimals: u8) -> Self {
        Self {
            name,
            decimals: decimals.into(),
            counts: BTreeMap::new(),
        }
    }

    fn see<'v>(&mut self, values: impl Iterator<Item = &'v f64>) {
        for value in values {
            if self.counts.len() > MAX_VALUES {
                return;
            }
            let multiple = (value * 10f64.powi(self.decimals)).round() as i64;
            *self.counts.entry(multiple).or_default() += 1;
        }
    }

    fn are_few(&self) -> bool {
        let mut multiples = self.counts.keys();
        let ends = multiples.next().zip(multiples.next_back());
        let width = ends.map_or(0, |(min, max)| max.saturating_sub(*min));
        let have_gaps = width >= self.counts.len() as i64;
        let are_common = self.counts.values().all(|&count| count >= MIN_COPIES);
        self.counts.len() <= MAX_VALUES && have_gaps && are_common
    }
}

impl std::fmt::Display for Values<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = 10f64.powi(self.decimals);
        let value = |&multiple: &i64| (multiple as f64 / unit).to_string();
        let values: Vec<String> = self.counts.keys().map(value).collect();
        write!(f, "{} ({})", self.name, listed(&values, MAX_LISTED))
    }
}

#[cfg(test)]
mod tests {
    use crate::data::read::{ReadOptions, Window, parse_csv};
    use crate::{DecisionKind, Table, Trainer};

    /// Three speeds, valves of half steps, a count without gaps, and a value that occurs once.
    fn text() -> String {
        let row = |row: usize| {
            let speed = [900, 1200, 1500][row / 8 % 3];
            let rare = if row == 3 { 9 } else { row % 2 };
            format!("{speed},{:.1},{},{rare}\n", (row % 3) as f64 / 2.0, row % 4)
        };
        let rows: String = (0..96).map(row).collect();
        format!("rpm,valve,count,rare\n{rows}")
    }

    fn decision(table: &Table) -> Option<String> {
        let plan = Trainer::new(table).plan().expect("a plan");
        let mut all = plan.decisions().iter();
        let few = all.find(|decision| decision.kind == DecisionKind::FewValues);
        few.map(|decision| decision.message.clone())
    }

    #[test]
    fn numbers_with_gaps_between_few_values_are_named() {
        let table = Table::parse_csv(text().as_bytes(), "rows.csv").expect("a table");
        let expected = "rpm (900, 1200, 1500), valve (0, 0.5, 1); samples may have values between \
                        them";
        assert_eq!(decision(&table).as_deref(), Some(expected));
    }

    #[test]
    fn a_channel_is_named_once() {
        let options = ReadOptions {
            window: Some(Window {
                length: 8,
                stride: 8,
            }),
            ..ReadOptions::default()
        };
        let table = parse_csv(text().as_bytes(), "rows.csv", &options).expect("windows");
        let message = decision(&table).expect("few values");
        assert!(
            message.starts_with("rpm (900, 1200, 1500), valve ("),
            "{message}"
        );
    }
}
