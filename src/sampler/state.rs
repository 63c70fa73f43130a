//! State of a sampler between two calls: the integration, and the health of the generator.

use rand_core::TryRng;

use super::SamplerError;
use crate::kernel::Stddevs;

/// State of the samples that were begun, except for their values and classes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Integration {
    /// Number of samples; 0 if none was begun.
    pub(crate) samples: u16,
    /// Number of steps that are left.
    pub(crate) left: u16,
    /// t in Q0.15.
    pub(crate) time: u16,
    /// Standard deviations at t, for the exponential step.
    pub(crate) stddevs: Stddevs,
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
    pub(crate) fn discard(&mut self) {
        (self.samples, self.left) = (0, 0);
    }
}

/// Number of equal words in a row that are accepted. One more comes from a good generator with a
/// probability of 2^−96 per word.
const ACCEPTED: u8 = 3;

/// Health test of the caller's generator: the repetition count test of NIST SP 800-90B, 4.4.1.
///
/// It has the last word of the generator, and how often it came in a row. This is kept from sample
/// to sample, because a sample may take a single word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Health {
    last: u32,
    /// Number of times that it came, at most [`ACCEPTED`].
    times: u8,
}

impl Health {
    /// Returns the state before the first word.
    #[inline(always)]
    pub(super) const fn new() -> Self {
        Self { last: 0, times: 0 }
    }

    /// Draws a word, or returns `None` if the generator failed or is stuck. Not inlined on Armv6-M,
    /// where code size matters most.
    #[cfg_attr(flowlet_kernel = "armv6m", inline(never))]
    #[cfg_attr(not(flowlet_kernel = "armv6m"), inline(always))]
    pub(super) fn draw<R: TryRng + ?Sized>(&mut self, rng: &mut R) -> Option<u32> {
        let Ok(word) = rng.try_next_u32() else {
            self.times = 0;
            return None;
        };
        if word != self.last {
            (self.last, self.times) = (word, 0);
        }
        if self.times >= ACCEPTED {
            return None;
        }
        self.times += 1;
        Some(word)
    }

    /// Returns why a word was not drawn.
    pub(super) fn error(&self) -> SamplerError {
        match self.times {
            ACCEPTED => SamplerError::StuckGenerator,
            _ => SamplerError::Generator,
        }
    }
}
