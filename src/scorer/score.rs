//! The score of a row: how unusual it is, and which columns make it so.

use core::iter::FusedIterator;

use super::cell::Cell;

/// Score of a row. It borrows the scorer.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes)?;
/// let mut scorer = flowlet::Scorer::<2, 64>::new(model)?;
/// let score = scorer.score(&[9.0f32, 0.5]);
/// let (column, _) = score.contributions().next().unwrap();
/// assert_eq!(column, 0); // x is unusual
/// assert_eq!(score.p_value(), None); // a model without a calibration
/// # Ok::<(), flowlet::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Score<'s> {
    value: i32,
    tails: Option<[u16; 2]>,
    class: Option<u16>,
    is_outside: bool,
    cells: &'s [i32],
}

impl<'s> Score<'s> {
    pub(super) const fn new(
        value: i32,
        tails: Option<[u16; 2]>,
        class: Option<u16>,
        is_outside: bool,
        cells: &'s [i32],
    ) -> Self {
        Self {
            value,
            tails,
            class,
            is_outside,
            cells,
        }
    }

    /// Returns the score, Q15.16: larger is more unusual.
    ///
    /// With a calibration, 0 is the median and 1 the 90th percentile of rows like those of the
    /// training. Without one, it is the sum of the squared residuals.
    pub const fn value(&self) -> i32 {
        self.value
    }

    /// Returns the p-value in units of 2^−16: the share of normal rows that have at least this
    /// score, with the row itself among them. `None` without a calibration.
    ///
    /// An alarm at p ≤ α is false for a share of α of normal rows. It is at least 1 / (n + 1) for a
    /// calibration with n rows.
    pub const fn p_value(&self) -> Option<u16> {
        match self.tails {
            Some([upper, _]) => Some(upper),
            None => None,
        }
    }

    /// Returns the share of normal rows that have at most this score, in units of 2^−16. A small
    /// one means that the row is more regular than rows are, such as a stuck sensor. `None` without
    /// a calibration.
    pub const fn lower_tail(&self) -> Option<u16> {
        match self.tails {
            Some([_, lower]) => Some(lower),
            None => None,
        }
    }

    /// Returns the class to which the row was compared; `None` for an unconditional model.
    pub const fn class(&self) -> Option<u16> {
        self.class
    }

    /// Returns whether a value is beyond the limits of its column or of the device, or whether all
    /// values of a category column are 0, which is how an unknown category is given. A value beyond
    /// a limit is scored as if it were at the limit.
    pub const fn out_of_range(&self) -> bool {
        self.is_outside
    }

    /// Returns the contribution of dimension `index` to the score, unsigned Q8.8, or `None` beyond
    /// the last. Normal rows have about 2 per column on average if the model has a calibration.
    pub fn contribution(&self, index: usize) -> Option<u16> {
        let cell = self.cells.get(index)?;
        Some(Cell::of_word(*cell).contribution())
    }

    /// Returns all dimensions and their contributions, unsigned Q8.8, largest first. Each step
    /// takes a walk over all of them.
    pub const fn contributions(&self) -> Contributions<'s> {
        Contributions {
            cells: self.cells,
            last: None,
        }
    }
}

/// Iterator over the contributions to a score, largest first, from [`Score::contributions`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes)?;
/// let mut scorer = flowlet::Scorer::<2, 64>::new(model)?;
/// let sizes = scorer.score(&[9.0f32, 0.5]).contributions().map(|(_, size)| size);
/// assert!(sizes.is_sorted_by(|a, b| a >= b));
/// # Ok::<(), flowlet::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Contributions<'s> {
    cells: &'s [i32],
    /// The last dimension and its contribution.
    last: Option<(usize, u16)>,
}

impl Iterator for Contributions<'_> {
    type Item = (usize, u16);

    fn next(&mut self) -> Option<(usize, u16)> {
        let mut largest: Option<(usize, u16)> = None;
        for (index, &cell) in self.cells.iter().enumerate() {
            let size = Cell::of_word(cell).contribution();
            // After the last one: smaller, or equal and behind it.
            let is_left = self
                .last
                .is_none_or(|(before, last)| size < last || size == last && index > before);
            if is_left && largest.is_none_or(|(_, most)| size > most) {
                largest = Some((index, size));
            }
        }
        if largest.is_none() {
            self.cells = &[]; // so that it stays at the end
        }
        self.last = largest;
        largest
    }
}

impl FusedIterator for Contributions<'_> {}
