//! State of a sampler between two calls.

use crate::kernel::Stddevs;

/// State of the samples that were begun, except for their values and classes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Integration {
    /// Number of samples; 0 if none was begun.
    pub(super) samples: u16,
    /// Number of steps that are left.
    pub(super) left: u16,
    /// Standard deviations at t, for the exponential step.
    pub(super) stddevs: Stddevs,
}

impl Integration {
    /// No sample was begun.
    pub(super) const NONE: Self = Self::of(0, 0);

    /// Begins `samples` samples of `steps` steps.
    pub(super) const fn of(samples: u16, steps: u16) -> Self {
        Self {
            samples,
            left: steps,
            stddevs: Stddevs::NOISE,
        }
    }
}
