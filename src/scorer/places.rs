//! Places of the values of a state in the memory of a scorer.

use super::cell::Cell;
use crate::model::Model;

/// Places of the values of the state in the cells of the columns.
#[derive(Clone, Copy)]
pub(super) struct Places {
    /// Values of the latent, in the upper halves of the cells of the same number.
    first: usize,
    end: usize,
    /// Columns of the latent minus its values.
    more: usize,
}

impl Places {
    pub(super) fn of(model: &Model<'_>) -> Self {
        match model.latent() {
            Some(latent) => {
                let first = usize::from(latent.first);
                Self {
                    first,
                    end: first + usize::from(latent.rank),
                    more: usize::from(latent.columns.wrapping_sub(latent.rank)),
                }
            }
            None => Self {
                first: 0,
                end: 0,
                more: 0,
            },
        }
    }

    pub(super) fn is_latent(self, index: usize) -> bool {
        self.first <= index && index < self.end
    }

    /// Returns the column of a value that is not of the latent.
    pub(super) fn column(self, index: usize) -> usize {
        match index < self.first {
            true => index,
            false => index.wrapping_add(self.more),
        }
    }

    /// Returns a value of the state, Q4.11.
    #[inline(always)]
    pub(super) fn value(self, cells: &[i32], index: usize) -> i32 {
        let is_latent = self.is_latent(index);
        let index = if is_latent { index } else { self.column(index) };
        let cell = Cell::of_word(cells.get(index).copied().unwrap_or_default());
        i32::from(if is_latent { cell.upper() } else { cell.x() })
    }
}
