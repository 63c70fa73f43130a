//! Running statistics of what was generated, on the device: is the sampler still in its right
//! mind after a million samples in the field?
//!
//! Welford's update (Technometrics 4, 1962) in f32, and the root by `micromath`, whose relative
//! error of up to 6 % one step of Newton's method brings below 0.2 %: enough to see a deviation
//! that has drifted, without an FPU's square root or `libm`'s.

use micromath::F32Ext;

/// Running mean and standard deviation of one column.
///
/// ```
/// let mut stats = flowlet::Stats::default();
/// for value in [1.0, 2.0, 3.0, 4.0] {
///     stats.push(value);
/// }
/// assert_eq!(stats.mean(), 2.5);
/// assert!((stats.std() / 1.118 - 1.0).abs() < 0.002); // population
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Stats {
    count: u32,
    mean: f32,
    squares: f32,
}

impl Stats {
    /// Takes in one value. Beyond 2^24 values later ones no longer move the figures.
    ///
    /// ```
    /// let mut stats = flowlet::Stats::default();
    /// stats.push(7.0);
    /// assert_eq!((stats.count(), stats.mean()), (1, 7.0));
    /// ```
    pub fn push(&mut self, value: f32) {
        self.count = self.count.saturating_add(1);
        let before = value - self.mean;
        self.mean += before / self.count as f32;
        self.squares += before * (value - self.mean);
    }

    /// Values taken in.
    ///
    /// ```
    /// assert_eq!(flowlet::Stats::default().count(), 0);
    /// ```
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Their mean; 0 before the first.
    ///
    /// ```
    /// assert_eq!(flowlet::Stats::default().mean(), 0.0);
    /// ```
    pub fn mean(&self) -> f32 {
        self.mean
    }

    /// Their population standard deviation, within 0.2 %; 0 before the second.
    ///
    /// ```
    /// assert_eq!(flowlet::Stats::default().std(), 0.0);
    /// ```
    pub fn std(&self) -> f32 {
        if self.count < 2 || self.squares <= 0.0 {
            return 0.0;
        }
        root(self.squares / self.count as f32)
    }
}

/// √x for x > 0, within 0.2 %.
fn root(x: f32) -> f32 {
    // By the trait's name: where std is linked, as in tests, its own exact root would be taken.
    let near = F32Ext::sqrt(x);
    0.5 * (near + x / near)
}

#[cfg(test)]
mod tests {
    /// Over twelve decades: what the documentation promises.
    #[test]
    fn root_is_within_a_fifth_of_a_percent() {
        for i in 0..120_000 {
            let x = libm::pow(10.0, f64::from(i) / 10_000.0 - 6.0);
            let root = f64::from(super::root(x as f32));
            assert!((root / libm::sqrt(x) - 1.0).abs() < 0.002, "{x}: {root}");
        }
    }
}
