//! Iterators over parts of a model. They have names, so that a `struct` can hold them.

use super::Model;
use crate::format::{HIDDEN_LEN, Hidden};
use crate::quantities::Time;

/// Iterator over the hidden layers of a model, from [`Model::hidden`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let mut layers = flowlet::Model::parse(bytes).unwrap().hidden();
/// assert_eq!((layers.len(), layers.next().unwrap().width), (3, 64));
/// ```
#[derive(Clone, Debug)]
pub struct HiddenLayers<'a> {
    records: core::slice::Iter<'a, [u8; HIDDEN_LEN]>,
}

impl Iterator for HiddenLayers<'_> {
    type Item = Hidden;

    fn next(&mut self) -> Option<Hidden> {
        self.records.next().map(Hidden::from_bytes)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }
}

impl ExactSizeIterator for HiddenLayers<'_> {}

/// Iterator over the variance levels of a model, from [`Model::variances`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let levels = flowlet::Model::parse(bytes).unwrap().variances();
/// assert!((1..=8).contains(&levels.len()));
/// ```
#[derive(Clone, Debug)]
pub struct Variances<'a> {
    levels: core::slice::Iter<'a, [u8; 2]>,
}

impl Iterator for Variances<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        self.levels.next().map(|&level| u16::from_le_bytes(level))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.levels.size_hint()
    }
}

impl ExactSizeIterator for Variances<'_> {}

/// Iterator over the recommended time grid of a model, from [`Model::time_grid`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let mut times = flowlet::Model::parse(bytes).unwrap().time_grid();
/// assert_eq!(times.next(), Some(flowlet::Time::ZERO));
/// ```
#[derive(Clone, Debug)]
pub struct Times<'a> {
    times: core::slice::Iter<'a, [u8; 2]>,
}

impl Iterator for Times<'_> {
    type Item = Time;

    fn next(&mut self) -> Option<Time> {
        self.times.next().map(|&time| Time::of_file(time))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.times.size_hint()
    }
}

impl ExactSizeIterator for Times<'_> {}

/// Iterator over the class proportions of a model, from [`Model::proportions`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let shares = flowlet::Model::parse(bytes).unwrap().proportions();
/// assert_eq!(shares.len(), 0); // a model without classes
/// ```
#[derive(Clone, Debug)]
pub struct Proportions<'a> {
    bounds: core::slice::Iter<'a, [u8; 2]>,
    before: u32,
}

impl Iterator for Proportions<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let &bound = self.bounds.next()?;
        // The last class has all that is left.
        let end = match self.bounds.len() {
            0 => 1 << 16,
            _ => u32::from(u16::from_le_bytes(bound)),
        };
        let share = end.wrapping_sub(self.before);
        self.before = end;
        Some(share)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.bounds.size_hint()
    }
}

impl ExactSizeIterator for Proportions<'_> {}

impl<'a> Model<'a> {
    /// Returns the hidden layers.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert!(model.hidden().all(|layer| layer.width == 64));
    /// ```
    pub fn hidden(&self) -> HiddenLayers<'a> {
        HiddenLayers {
            records: self.hidden.as_chunks().0.iter(),
        }
    }

    /// Returns the variance levels of the Gaussian drift, unsigned Q2.14.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert!(model.variances().all(|variance| variance > 1 << 12));
    /// ```
    pub fn variances(&self) -> Variances<'a> {
        Variances {
            levels: self.variances.iter(),
        }
    }

    /// Returns the recommended time grid; empty if all steps have equal length.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.time_grid().len(), 9); // eight steps
    /// ```
    pub fn time_grid(&self) -> Times<'a> {
        Times {
            times: self.time_grid.iter(),
        }
    }

    /// Returns the share of each class in the training data, in units of 2^−16.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().proportions().count(), 0);
    /// ```
    pub fn proportions(&self) -> Proportions<'a> {
        Proportions {
            bounds: self.bounds().iter(),
            before: 0,
        }
    }
}
