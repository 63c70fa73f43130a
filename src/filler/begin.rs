//! The beginning of a row: which query it is, extra biases, noise.

use rand_core::TryRng;

use super::known::{Known, ONE, standardised};
use super::memory::{BorrowedKnown, KnownBuffers, UNKNOWN};
use super::settings::Filler;
use crate::fixed::limit_state;
use crate::int_math::scale_state;
use crate::kernel::{self, Stddevs, portable};
use crate::model::Query;
use crate::sampler::{Borrowed, Buffers, Sample, SamplerError, first, first_mut};

impl<'m, const DIM: usize, const WIDTH: usize, B: Buffers, K: KnownBuffers>
    Filler<'m, DIM, WIDTH, B, K>
{
    /// Draws a row of which the known columns are known: [`begin`](Self::begin) and all steps.
    ///
    /// # Errors
    /// Those of [`begin`](Self::begin).
    pub fn sample<R: TryRng + ?Sized>(
        &mut self,
        rng: &mut R,
    ) -> Result<Sample<'_, Known<'_>>, SamplerError> {
        self.begin(rng)?;
        while self.step() > 0 {}
        Ok(self.row())
    }

    /// Begins a row with noise from `rng`, like [`Sampler::begin`](crate::Sampler::begin). One word
    /// is drawn per dimension of the data, known or not.
    ///
    /// # Errors
    /// [`SamplerError::Condition`] if a condition is not known. [`SamplerError::Query`] if the
    /// model has no query with these known columns and is not masked. The errors of generators.
    pub fn begin<R: TryRng + ?Sized>(&mut self, rng: &mut R) -> Result<(), SamplerError> {
        self.sampler.integration.discard();
        let spread = self.choose()?;
        self.sampler.begin(rng)?;
        self.sampler.integration.left = self.steps();
        self.start(spread);
        Ok(())
    }

    /// Returns the conditional mean of the unknown columns, in one evaluation. In a category column
    /// it is the most likely category.
    ///
    /// # Errors
    /// [`SamplerError::NotPredicting`] if the model was not trained for it,
    /// [`SamplerError::NeedsClass`] if the class was not set and there is no null class; the errors
    /// of [`begin`](Self::begin).
    pub fn predict(&mut self) -> Result<Sample<'_, Known<'_>>, SamplerError> {
        self.sampler.integration.discard();
        if !self.fill.record.predicts {
            return Err(SamplerError::NotPredicting);
        }
        self.choose()?;
        let header = self.sampler.model.header();
        let class = match self.sampler.class {
            Some(class) => class,
            None if header.null_class == 0 && header.classes > 0 => {
                return Err(SamplerError::NeedsClass);
            }
            None => header.classes,
        };
        for slot in &mut self.sampler.slots {
            slot.class = class;
        }
        let integration = &mut self.sampler.integration;
        (integration.samples, integration.time) = (1, 0);
        integration.stddevs = Stddevs::NOISE;
        self.start(0);
        self.predict_step();
        Ok(self.row())
    }

    /// Finds the query with the known columns, checks that the row can be drawn, and returns the
    /// factor of the noise.
    fn choose(&mut self) -> Result<u16, SamplerError> {
        let (values, dim) = (self.known.values(), self.sampler.model.dim());
        let is_known = |index: usize| values.get(index).is_some_and(|&value| value != UNKNOWN);
        if let Some(index) = (dim..self.fill.dims()).find(|&index| !is_known(index)) {
            return Err(SamplerError::Condition(index));
        }
        self.query = None;
        if !(0..dim).any(is_known) {
            return Ok(match self.fill.record.conditions {
                0 => 1 << 14,
                _ => self.fill.record.spread,
            });
        }
        let matches = |query: &Query<'_>| (0..dim).all(|at| query.knows(at) == is_known(at));
        self.query = self.fill.queries().find(matches);
        match self.query {
            Some(query) => Ok(query.record.spread),
            None if self.fill.record.masked => Ok(self.fill.record.spread),
            None => Err(SamplerError::Query),
        }
    }

    /// Returns the number of steps of the chosen query.
    fn steps(&self) -> u16 {
        match self.query {
            Some(query) if query.record.steps > 0 => query.record.steps,
            _ => self.sampler.time_grid.steps(),
        }
    }

    /// Computes the extra biases, scales the noise in the state, and puts known values in its
    /// place.
    #[inline(never)]
    fn start(&mut self, spread: u16) {
        let holds = self.holds();
        let (model, fill) = (&self.sampler.model, &self.fill);
        let BorrowedKnown { values, extra } = self.known.borrow();
        let Some(slot) = self.sampler.slots.first_mut() else {
            return; // there is one
        };
        let known = first(values, model.dim()).iter();
        let any = fill.record.conditions > 0 || known.copied().any(|raw| raw != UNKNOWN);
        let header = model.header();
        if any && self.sampler.class.is_none() && header.null_class != 0 {
            slot.class = header.classes;
        }
        let dim = model.dim();
        let Borrowed {
            state,
            io,
            first_velocity: inputs,
            ..
        } = slot.buffers.borrow();
        if let Some(layer) = fill.layer() {
            let (frac, skipped) = (fill.record.frac, if fill.record.masked { 0 } else { dim });
            for (input, index) in inputs.iter_mut().zip(skipped..fill.dims()) {
                let known = values.get(index).is_some_and(|&raw| raw != UNKNOWN);
                *input = match index < dim {
                    true => i16::from(known && holds) << (frac & 15),
                    false => portable::input(standardised(model, fill, values, index), frac),
                };
            }
            extra.fill(0);
            kernel::dense(&layer, [&*inputs], [&mut *extra]);
        }
        let factor = i32::from(spread) << 12;
        let states = first_mut(state, dim).iter_mut().zip(io);
        for (index, (x, input)) in states.enumerate() {
            let known = values.get(index).is_some_and(|&raw| raw != UNKNOWN);
            *x = match known && holds {
                true => standardised(model, fill, values, index),
                false if factor == ONE => *x,
                false => limit_state(scale_state(*x, factor)),
            };
            *input = portable::input(*x, header.input_frac);
        }
    }
}
