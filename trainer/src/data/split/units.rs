//! Units: rows that stay on one side of a split.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro128PlusPlus;

use super::super::Table;

/// Rows that stay on one side.
pub(super) struct Unit {
    rows: Vec<usize>,
    /// Rows of each class. A table without labels has one class.
    of_class: Vec<usize>,
}

impl Unit {
    /// Puts rows of one key into one unit, in the order of the keys.
    pub fn all<K: Ord>(table: &Table, key: impl Fn(usize) -> K) -> Vec<Self> {
        let mut rows: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        for row in 0..table.values.nrows() {
            rows.entry(key(row)).or_default().push(row);
        }
        let classes = table
            .labels
            .as_ref()
            .map_or(1, |labels| labels.classes.len());
        let unit = |rows: Vec<usize>| {
            let mut of_class = vec![0; classes];
            for &row in &rows {
                of_class[class(table, row)] += 1;
            }
            Self { rows, of_class }
        };
        rows.into_values().map(unit).collect()
    }

    /// Returns the rows of the chosen units, and those of the others.
    pub fn divided(units: &[Self], chosen: &[bool]) -> (Vec<usize>, Vec<usize>) {
        let of = |side: bool| {
            let of_side = units
                .iter()
                .zip(chosen)
                .filter(|&(_, &chosen)| chosen == side);
            of_side.flat_map(|(unit, _)| &unit.rows).copied().collect()
        };
        (of(true), of(false))
    }
}

/// Returns the class of a row, 0 without labels.
pub(super) fn class(table: &Table, row: usize) -> usize {
    table.classes().map_or(0, |classes| classes[row].into())
}

/// Chooses units for validation, so that about `fraction` of the rows of each class are in them.
/// Each class keeps rows for training. Chooses none if every class is in a single unit.
pub(super) fn choose(units: &[Unit], fraction: f64, rng: &mut Xoshiro128PlusPlus) -> Vec<bool> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.shuffle(rng);
    let mut choice = Choice::new(units, fraction);
    for &unit in &order {
        if choice.is_allowed(unit) && choice.gain(unit) > 0.0 {
            choice.take(unit);
        }
    }
    // A class of few large units may have given none.
    for class in 0..choice.total.len() {
        if choice.total[class] == 0 || choice.taken[class] > 0 {
            continue;
        }
        let mut with_class = order.clone();
        with_class.retain(|&unit| units[unit].of_class[class] > 0 && choice.is_allowed(unit));
        let best = with_class
            .into_iter()
            .max_by(|&a, &b| choice.gain(a).total_cmp(&choice.gain(b)));
        if let Some(best) = best {
            choice.take(best);
        }
    }
    choice.chosen
}

/// The units that were chosen so far.
struct Choice<'u> {
    units: &'u [Unit],
    fraction: f64,
    chosen: Vec<bool>,
    /// Rows of each class, and those in chosen units.
    total: Vec<usize>,
    taken: Vec<usize>,
}

impl<'u> Choice<'u> {
    fn new(units: &'u [Unit], fraction: f64) -> Self {
        let classes = units.first().map_or(0, |unit| unit.of_class.len());
        let total = |class: usize| units.iter().map(|unit| unit.of_class[class]).sum();
        Self {
            units,
            fraction,
            chosen: vec![false; units.len()],
            total: (0..classes).map(total).collect(),
            taken: vec![0; classes],
        }
    }

    /// Returns whether a unit leaves training rows in each class.
    fn is_allowed(&self, unit: usize) -> bool {
        let counts = self.units[unit].of_class.iter();
        let mut classes = counts.zip(self.taken.iter().zip(&self.total));
        !self.chosen[unit]
            && classes.all(|(&own, (&taken, &total))| own == 0 || taken + own < total)
    }

    /// Returns how much nearer a unit brings the shares of the classes to the fraction.
    fn gain(&self, unit: usize) -> f64 {
        let counts = self.units[unit].of_class.iter();
        let classes = counts.zip(self.taken.iter().zip(&self.total));
        let gains =
            classes
                .filter(|(_, (_, total))| **total > 0)
                .map(|(&own, (&taken, &total))| {
                    let off = |taken: usize| taken as f64 / total as f64 - self.fraction;
                    (off(taken).powi(2) - off(taken + own).powi(2)) * total as f64
                });
        gains.sum()
    }

    fn take(&mut self, unit: usize) {
        self.chosen[unit] = true;
        for (taken, own) in self.taken.iter_mut().zip(&self.units[unit].of_class) {
            *taken += own;
        }
    }
}
