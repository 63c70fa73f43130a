//! Columns of numbers that count the rows, or ascend in equal steps.

use std::collections::HashSet;

use super::super::cell::numbers::{Separator, Written};

/// Cells without a repeat after which no repeat is expected.
pub(super) const ENOUGH: usize = 4096;
/// Cells without a repeat that are no coincidence.
pub(super) const MIN_UNIQUE: usize = 10;

/// How the numbers of a column go on from each to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progression {
    count: usize,
    last: f64,
    step: f64,
    uneven: bool,
    /// Smallest and largest, while all are integers without a repeat.
    integers: HashSet<u64>,
    ends: (u64, u64),
    no_index: bool,
}

impl Progression {
    pub fn add(&mut self, written: &Written<'_>) {
        if self.uneven && self.no_index {
            return;
        }
        let value = [Separator::Dot, Separator::Comma]
            .iter()
            .find_map(|&mark| written.value(mark, None));
        let Some(value) = value.filter(|value| value.is_finite()) else {
            (self.uneven, self.no_index) = (true, true);
            return;
        };
        self.count += 1;
        match self.count {
            1 => {}
            2 => self.step = value - self.last,
            _ => {
                let error = (value - self.last - self.step).abs();
                // Allows for the rounding of what is written.
                self.uneven |= error > 0.01 * self.step.abs().max(f64::EPSILON * value.abs());
            }
        }
        self.uneven |= self.count > 1 && value == self.last;
        self.last = value;
        self.add_integer(written);
    }

    fn add_integer(&mut self, written: &Written<'_>) {
        if self.no_index {
            return;
        }
        let integer = written
            .digits()
            .parse::<u64>()
            .ok()
            .filter(|_| written.is_bare());
        let Some(integer) = integer else {
            self.no_index = true;
            self.integers = HashSet::new();
            return;
        };
        self.ends = match self.count {
            1 => (integer, integer),
            _ => (self.ends.0.min(integer), self.ends.1.max(integer)),
        };
        if self.integers.len() < ENOUGH && !self.integers.insert(integer) {
            self.no_index = true;
            self.integers = HashSet::new();
        }
    }

    /// Returns the step, if it is the same from each number to the next.
    pub fn even(&self) -> Option<f64> {
        (!self.uneven && self.count >= MIN_UNIQUE).then_some(self.step)
    }

    /// Returns whether each integer from the smallest to the largest comes once, in any order.
    pub fn is_index(&self) -> bool {
        let length = self.ends.1 - self.ends.0;
        !self.no_index && self.count >= 2 * MIN_UNIQUE && length == self.count as u64 - 1
    }
}
