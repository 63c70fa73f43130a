//! Running statistics of generated values on the device, to monitor a sampler in the field.
//!
//! The update is Welford's (Technometrics 4, 1962), in f32. `micromath` gives the square root with
//! a relative error of up to 6 %; one step of Newton's method reduces it to less than 0.2 %. This
//! needs neither an FPU nor the square root of `libm`.

use micromath::F32Ext;

/// Running mean and standard deviation of one column.
///
/// ```
/// let mut stats = flowlet::Stats::default();
/// for value in [1.0, 2.0, 3.0, 4.0] {
///     stats.push(value);
/// }
/// assert_eq!(stats.mean(), 2.5);
/// assert!((stats.stddev() / 1.118 - 1.0).abs() < 0.002); // population
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Stats {
    count: u32,
    mean: f32,
    squares: f32,
}

impl Stats {
    /// Adds one value. After 2^24 values, further ones no longer change the results.
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

    /// Returns the number of values.
    ///
    /// ```
    /// assert_eq!(flowlet::Stats::default().count(), 0);
    /// ```
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns the mean; 0 if there are no values.
    ///
    /// ```
    /// assert_eq!(flowlet::Stats::default().mean(), 0.0);
    /// ```
    pub fn mean(&self) -> f32 {
        self.mean
    }

    /// Returns the population standard deviation within 0.2 %; 0 if there are fewer than two
    /// values.
    ///
    /// ```
    /// assert_eq!(flowlet::Stats::default().stddev(), 0.0);
    /// ```
    pub fn stddev(&self) -> f32 {
        if self.count < 2 || self.squares <= 0.0 {
            return 0.0;
        }
        sqrt(self.squares / self.count as f32)
    }
}

/// Returns √x for x > 0, within 0.2 %.
fn sqrt(x: f32) -> f32 {
    // Called through the trait: if `std` is linked, as in tests, `x.sqrt()` would be that of `std`.
    let near = F32Ext::sqrt(x);
    0.5 * (near + x / near)
}

#[cfg(test)]
mod tests {
    /// Checks the documented error over twelve decades.
    #[test]
    fn square_root_is_within_a_fifth_of_a_percent() {
        for i in 0..120_000 {
            let x = libm::pow(10.0, f64::from(i) / 10_000.0 - 6.0);
            let root = f64::from(super::sqrt(x as f32));
            assert!((root / libm::sqrt(x) - 1.0).abs() < 0.002, "{x}: {root}");
        }
    }
}
