//! Curves: how columns are decoded whose values lie far from the bulk, or recur inside the range.
//!
//! Incomes are spread over powers of ten, and one value of 10⁶ among small ones sets the scale of
//! its column. The ranks of such values become about standard normal. A recurring value, such as a
//! 0 that means "none", gets a plateau: every x of a wide interval is decoded to it.

/// Least distance of knots.
pub(super) const MIN_DISTANCE: f64 = 1.0 / 256.0;

/// A monotone, piecewise linear map from standardised x to the value of a column. It is constant
/// beyond its ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// x, increasing, and the values there, not decreasing.
    knots: Vec<(f64, f64)>,
}

impl Curve {
    /// Makes a curve of its knots: x, increasing, and the values there, not decreasing.
    ///
    /// ```
    /// use flowlet_trainer::data::curve::Curve;
    ///
    /// let curve = Curve::new(vec![(-1.0, 0.0), (0.0, 0.0), (1.0, 50.0)]);
    /// assert_eq!([-9.0, 0.5, 9.0].map(|x| curve.value(x)), [0.0, 25.0, 50.0]);
    /// assert_eq!([0.0, 25.0].map(|value| curve.standardised(value)), [-0.5, 0.5]);
    /// ```
    ///
    /// # Panics
    /// If there are fewer than two knots.
    #[must_use]
    pub fn new(knots: Vec<(f64, f64)>) -> Self {
        assert!(knots.len() > 1, "a curve has two knots");
        Self { knots }
    }

    /// Returns the knots: x and value.
    #[must_use]
    pub fn knots(&self) -> &[(f64, f64)] {
        &self.knots
    }

    /// Returns the value at x.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        let after = self.knots.partition_point(|knot| knot.0 <= x);
        let (Some(before), Some(after)) = (after.checked_sub(1), self.knots.get(after)) else {
            return self.knots[after.min(self.knots.len() - 1)].1;
        };
        between(self.knots[before], *after, x)
    }

    /// Returns x of a value: the middle of a plateau, or an end of the curve for values beyond it.
    #[must_use]
    pub fn standardised(&self, value: f64) -> f64 {
        self.lower(value).midpoint(self.upper(value))
    }

    /// Returns whether the curve bends elsewhere than at plateaus, because values lie far away.
    pub(crate) fn is_far(&self) -> bool {
        let inner = &self.knots[1..self.knots.len() - 1];
        inner.iter().any(|knot| !self.recurs(knot.1))
    }

    /// Returns the values that have a plateau, ascending.
    pub(crate) fn recurring(&self) -> Vec<f64> {
        let pairs = self.knots.windows(2);
        let plateaus = pairs.filter(|pair| pair[0].1 == pair[1].1);
        plateaus.map(|pair| pair[0].1).collect()
    }

    /// Returns whether a value has a plateau.
    pub(super) fn recurs(&self, value: f64) -> bool {
        self.knots
            .windows(2)
            .any(|pair| pair[0].1 == value && pair[1].1 == value)
    }

    /// Returns the smallest x of the curve whose value is at least `value`.
    pub(super) fn lower(&self, value: f64) -> f64 {
        let at = self.knots.partition_point(|knot| knot.1 < value);
        self.inverse(at.checked_sub(1), at, value)
    }

    /// Returns the largest x of the curve whose value is at most `value`.
    pub(super) fn upper(&self, value: f64) -> f64 {
        let at = self.knots.partition_point(|knot| knot.1 <= value);
        self.inverse(at.checked_sub(1), at, value)
    }

    fn inverse(&self, before: Option<usize>, after: usize, value: f64) -> f64 {
        match (before, self.knots.get(after)) {
            (None, _) => self.knots[0].0,
            (Some(before), None) => self.knots[before].0,
            (Some(before), Some(&(x, end))) => {
                let (start, first) = self.knots[before];
                between((first, start), (end, x), value)
            }
        }
    }

    /// Returns the curve whose x is decoded as shift + gain · x is by this one.
    pub(super) fn adjusted(&self, shift: f64, gain: f64) -> Self {
        let knot = |&(x, value): &(f64, f64)| ((x - shift) / gain, value);
        Self::new(self.knots.iter().map(knot).collect())
    }

    /// Narrows the plateaus that are not at an end: `half` returns half of the width of one, given
    /// its value and its middle. None gets wider.
    pub(super) fn narrow(&mut self, half: impl Fn(f64, f64) -> f64) {
        let last = self.knots.len() - 1;
        for at in 1..last.saturating_sub(1) {
            let ((low, value), (high, next)) = (self.knots[at], self.knots[at + 1]);
            if value == next {
                let middle = low.midpoint(high);
                let half = half(value, middle).clamp(MIN_DISTANCE, (high - low) / 2.0);
                self.knots[at].0 = middle - half;
                self.knots[at + 1].0 = middle + half;
            }
        }
    }

    /// Returns the value in the middle, and about the change of the value per 1 of x there.
    pub(crate) fn line(&self) -> (f64, f64) {
        let rise = (self.value(1.0) - self.value(-1.0)) / 2.0;
        let (first, last) = (self.knots[0].1, self.knots[self.knots.len() - 1].1);
        (
            self.value(0.0),
            if rise > 0.0 {
                rise
            } else {
                (last - first) / 16.0
            },
        )
    }
}

/// Interpolates between two points at x.
fn between((x0, y0): (f64, f64), (x1, y1): (f64, f64), x: f64) -> f64 {
    y0 + (y1 - y0) * (x - x0) / (x1 - x0)
}
