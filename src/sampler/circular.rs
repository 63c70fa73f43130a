//! Circular columns: the angle of two dimensions is the value.

use super::sample::{Given, Sample};
use crate::format::COLUMN_LEN;
use crate::model::Column;
use crate::value::Fixed;

impl<G: Given> Sample<'_, G> {
    /// Returns the value of the circular column that starts at dimension `first`. Not inlined, so
    /// that other columns do not pay for it.
    #[inline(never)]
    pub(super) fn circular(&self, first: usize) -> Option<Fixed> {
        let dimension = |index: usize| component(self.columns.get(index)?, self.state.get(index)?);
        let (cosine, sine) = (dimension(first)?, dimension(first + 1)?);
        let column = Column::from_bytes(self.columns.get(first)?);
        let raw = column.decode_circular(cosine, sine);
        let frac = column.frac;
        Some(Fixed { raw, frac })
    }
}

/// Returns the cosine or the sine.
#[inline(never)]
fn component(record: &[u8; COLUMN_LEN], x: &i32) -> Option<i32> {
    Some(Column::from_bytes(record).decode_component(*x))
}
