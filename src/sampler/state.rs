//! State of a sampler between two calls.

use crate::kernel::Stddevs;

/// State of the samples that were begun, except for their values and classes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Integration {
    /// Number of samples; 0 if none was begun.
    pub(super) samples: u16,
    /// Number of steps that are left.
    pub(super) left: u16,
    /// t in Q0.15.
    pub(super) time: u16,
    /// Standard deviations at t, for the exponential step.
    pub(super) stddevs: Stddevs,
}

impl Integration {
    /// No sample was begun.
    #[inline(always)]
    pub(super) const fn none() -> Self {
        Self {
            samples: 0,
            left: 0,
            time: 0,
            stddevs: Stddevs::none(),
        }
    }

    /// Discards the samples.
    pub(super) fn discard(&mut self) {
        (self.samples, self.left) = (0, 0);
    }
}
