//! What is known of rows while the flow integrates them.

use ndarray::{Array2, ArrayView2, Axis, s};
use std::ops::Range;

/// What is known of the rows of a batch.
#[derive(Clone, Debug, Default)]
pub enum Known {
    /// Nothing.
    #[default]
    Nothing,
    /// 1 for each coordinate of the state that is known, `n × S`. The state has its value.
    Masked(Array2<f32>),
    /// Values of condition columns, `n × O`, which are no part of the state.
    Conditions(Array2<f32>),
}

impl Known {
    /// Returns the query of the network, one row per row.
    pub fn query(&self) -> Option<ArrayView2<'_, f32>> {
        match self {
            Self::Nothing => None,
            Self::Masked(of) | Self::Conditions(of) => Some(of.view()),
        }
    }

    /// Returns what is known of some consecutive rows.
    pub fn slice(&self, rows: Range<usize>) -> Self {
        let part = |of: &Array2<f32>| of.slice(s![rows, ..]).to_owned();
        match self {
            Self::Nothing => Self::Nothing,
            Self::Masked(of) => Self::Masked(part(of)),
            Self::Conditions(of) => Self::Conditions(part(of)),
        }
    }

    /// Returns what is known of `rows` rows, which is the same for all of them.
    pub fn mask(known: &[bool], rows: usize) -> Self {
        let row = known.iter().map(|&known| f32::from(u8::from(known)));
        let row = Array2::from_shape_vec((1, known.len()), row.collect()).expect("one row");
        let all = row.broadcast((rows, known.len())).expect("as many columns");
        Self::Masked(all.to_owned())
    }

    /// Sets the velocity of known coordinates to 0.
    pub fn hold(&self, velocity: &mut Array2<f32>) {
        if let Self::Masked(mask) = self {
            velocity.zip_mut_with(mask, |v, &known| *v *= 1.0 - known);
        }
    }

    /// Replaces known coordinates of `state` by those of `rows`.
    pub fn place(&self, rows: ArrayView2<'_, f32>, state: &mut Array2<f32>) {
        if let Self::Masked(mask) = self {
            ndarray::Zip::from(state)
                .and(rows)
                .and(mask)
                .for_each(|x, &row, &known| *x = if known > 0.0 { row } else { *x });
        }
    }

    /// Returns what is known of the rows with these numbers.
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Nothing => Self::Nothing,
            Self::Masked(of) => Self::Masked(of.select(Axis(0), rows)),
            Self::Conditions(of) => Self::Conditions(of.select(Axis(0), rows)),
        }
    }
}
