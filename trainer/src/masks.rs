//! Masks of a training: which columns of a row are known.
//!
//! A quarter of the rows has no known column, so the network also makes whole rows. The others have
//! what users ask for: the beginning of series, series with a gap, some channels, some columns of a
//! table, all columns but one. Declared queries are drawn more often.

use std::ops::Range;

use ndarray::ArrayViewMut1;
use rand::{Rng, RngExt};

use crate::data::Table;
use crate::data::series::series;

/// Share of the rows without a known column.
const NOTHING: f32 = 0.25;
/// Share of the rows with a declared query, if there is one.
const DECLARED: f32 = 0.4;
/// Share of the other rows of a table with all columns known but one.
const ALL_BUT_ONE: f32 = 0.25;
/// Shares of the other rows of series: random columns, a gap, some channels. The rest has the
/// beginning.
const RANDOM: f32 = 0.2;
const GAP: f32 = 0.3;
const CHANNELS: f32 = 0.15;

/// Draws masks for the rows of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Masks {
    /// Values of each column of the file.
    columns: Vec<Range<usize>>,
    /// Numbers of the columns of each series, in order.
    series: Vec<Vec<usize>>,
    /// Declared queries: whether each column is known.
    queries: Vec<Vec<bool>>,
}

impl Masks {
    /// Creates masks for the rows of `table`. A query says of each column of the file whether it is
    /// known.
    #[must_use]
    pub fn new(table: &Table, queries: Vec<Vec<bool>>) -> Self {
        let columns = table.file_columns();
        let number = |value: &usize| {
            let is_in = |column: &Range<usize>| column.contains(value);
            columns.iter().position(|column| is_in(&column.values))
        };
        let series = series(&table.columns, &table.categories);
        let numbers = |values: &Vec<usize>| values.iter().filter_map(number).collect();
        Self {
            series: series.iter().map(|one| numbers(&one.columns)).collect(),
            columns: columns.into_iter().map(|column| column.values).collect(),
            queries,
        }
    }

    /// Returns the number of values of a row.
    #[must_use]
    pub fn values(&self) -> usize {
        self.columns.last().map_or(0, |last| last.end)
    }

    /// Returns whether a column can be known: a row has others then.
    #[must_use]
    pub fn can_know(&self) -> bool {
        self.columns.len() > 1
    }

    /// Writes 1 for each known value and 0 for each other one. At least one value is not known.
    pub fn draw(&self, mut mask: ArrayViewMut1<'_, f32>, rng: &mut impl Rng) {
        let kind: f32 = rng.random();
        mask.fill(0.0);
        if kind < NOTHING {
            return;
        }
        if kind < NOTHING + DECLARED && !self.queries.is_empty() {
            let query = &self.queries[rng.random_range(0..self.queries.len())];
            return self.write(query, mask);
        }
        let mut known = vec![false; self.columns.len()];
        match self.series.is_empty() {
            true => self.draw_columns(&mut known, rng),
            false => self.draw_series(&mut known, rng),
        }
        if known.iter().all(|&known| known) {
            let unknown = rng.random_range(0..known.len());
            known[unknown] = false;
        }
        self.write(&known, mask);
    }

    /// Writes 1 for each value of a known column.
    pub fn write(&self, known: &[bool], mut mask: ArrayViewMut1<'_, f32>) {
        for (values, _) in self.columns.iter().zip(known).filter(|(_, known)| **known) {
            for value in values.clone() {
                mask[value] = 1.0;
            }
        }
    }

    fn draw_columns(&self, known: &mut [bool], rng: &mut impl Rng) {
        if rng.random::<f32>() < ALL_BUT_ONE {
            known.fill(true);
            known[rng.random_range(0..self.columns.len())] = false;
        } else {
            draw_some(known, rng);
        }
    }

    fn draw_series(&self, known: &mut [bool], rng: &mut impl Rng) {
        let kind: f32 = rng.random();
        if kind < RANDOM {
            return draw_some(known, rng);
        }
        // Columns of no series are known or not, each by itself.
        known.fill_with(|| rng.random());
        let are_channels = self.series.len() > 1;
        if kind < RANDOM + CHANNELS && are_channels {
            for columns in &self.series {
                let is_known = rng.random();
                for &column in columns {
                    known[column] = is_known;
                }
            }
            return;
        }
        // All channels have the same beginning or gap.
        let is_gap = kind < RANDOM + CHANNELS + GAP;
        let (start, width): (f32, f32) = (rng.random(), rng.random());
        for columns in &self.series {
            let count = columns.len() as f32;
            let unknown = match is_gap {
                false => (1.0 + start * (count - 1.0)) as usize..columns.len(),
                true => {
                    let start = (start * count) as usize;
                    start..start + 1 + (width * count / 2.0) as usize
                }
            };
            for (place, &column) in columns.iter().enumerate() {
                known[column] = !unknown.contains(&place);
            }
        }
    }
}

/// Draws a share of known columns, and then columns.
fn draw_some(known: &mut [bool], rng: &mut impl Rng) {
    let share: f32 = rng.random();
    known.fill_with(|| rng.random::<f32>() < share);
}

#[cfg(test)]
mod tests {
    use ndarray::Array1;
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{Masks, NOTHING};
    use crate::data::Table;

    fn table(header: &str) -> Table {
        let count = header.split(',').count();
        let row = |of: &str| vec![of; count].join(",");
        let text = format!("{header}\n{}\n{}\n", row("1"), row("2"));
        Table::parse_csv(text.as_bytes(), "rows.csv").expect("a table")
    }

    fn draws(masks: &Masks) -> Vec<Vec<bool>> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let draw = |_| {
            let mut mask = Array1::zeros(masks.values());
            masks.draw(mask.view_mut(), &mut rng);
            mask.iter().map(|&known| known > 0.0).collect()
        };
        (0..4000).map(draw).collect()
    }

    #[test]
    fn something_is_always_unknown_and_often_everything() {
        for header in ["a,b,c", "a", "x0,x1,x2,x3,x4,x5,x6,x7,k"] {
            let all = draws(&Masks::new(&table(header), Vec::new()));
            assert!(all.iter().all(|mask| mask.contains(&false)), "{header}");
            let nothing = all.iter().filter(|mask| !mask.contains(&true)).count() as f32;
            assert!(nothing / 4000.0 > NOTHING - 0.03, "{header}: {nothing}");
        }
    }

    #[test]
    fn channels_have_the_same_beginning_or_gap() {
        let names = |stem: &str| (0..8).map(|at| format!("{stem}{at}")).collect::<Vec<_>>();
        let header = [names("x"), names("y")].concat().join(",");
        let all = draws(&Masks::new(&table(&header), Vec::new()));
        let is_shared = |mask: &&Vec<bool>| mask[..8] == mask[8..] && mask.contains(&true);
        let shared = all.iter().filter(is_shared).count();
        assert!((0.35..0.60).contains(&(shared as f64 / 4000.0)), "{shared}");
        let half: Vec<bool> = (0..16).map(|at| at % 8 < 4).collect();
        assert!(all.contains(&half));
    }

    #[test]
    fn declared_queries_are_drawn_more_often() {
        let query = vec![true, false, false];
        let count = |queries: Vec<Vec<bool>>| {
            let all = draws(&Masks::new(&table("a,b,c"), queries));
            all.iter().filter(|mask| **mask == query).count()
        };
        assert!(count(vec![query.clone()]) > 3 * count(Vec::new()));
    }
}
