//! The steps of a row.

use super::known::Known;
use super::memory::{BorrowedKnown, KnownBuffers, UNKNOWN};
use super::settings::Filler;
use crate::fixed::TIME_ONE;
use crate::format::Solver;
use crate::kernel::{DriftCoefficients, Span, portable};
use crate::model::Model;
use crate::network::{self, Evaluate, Evaluation};
use crate::sampler::{
    Borrowed, Buffers, Sample, Slot, Update, add_drift, first, first_mut, stages,
};

/// A slot with extra biases of the first layer.
struct Biased<'a, B> {
    slot: &'a mut Slot<B>,
    extra: &'a [i16],
}

impl<B: Buffers> Evaluate for Biased<'_, B> {
    #[inline(always)]
    fn evaluation(&mut self) -> Evaluation<'_> {
        Evaluation {
            extra: self.extra,
            ..self.slot.evaluation()
        }
    }
}

impl<'m, const DIM: usize, const WIDTH: usize, B: Buffers, K: KnownBuffers>
    Filler<'m, DIM, WIDTH, B, K>
{
    /// Takes one step and returns the number of steps that are left, like
    /// [`Sampler::step`](crate::Sampler::step).
    pub fn step(&mut self) -> u16 {
        if let Some(left) = self.sampler.integration.left.checked_sub(1) {
            let of_query = self.query.filter(|query| query.record.steps > 0);
            let (steps, end) = match of_query {
                Some(query) => {
                    let step = query.record.steps.wrapping_sub(left);
                    let time = query.times.get(usize::from(step));
                    let end = time.map_or(TIME_ONE, |&time| u16::from_le_bytes(time));
                    (query.record.steps, end)
                }
                None => {
                    let grid = &self.sampler.time_grid;
                    let step = grid.steps().wrapping_sub(left);
                    (grid.steps(), grid.time(&self.sampler.model, step))
                }
            };
            let integration = &mut self.sampler.integration;
            let time = core::mem::replace(&mut integration.time, end);
            integration.left = left;
            let step = steps.wrapping_sub(left).wrapping_sub(1);
            self.integrate(time, end.wrapping_sub(time), step);
        }
        self.sampler.integration.left
    }

    /// Returns the number of steps that are left; 0 if no row was begun.
    pub fn steps_left(&self) -> u16 {
        self.sampler.integration.left
    }

    /// Returns the row if all its steps were taken, like
    /// [`Sampler::finished`](crate::Sampler::finished).
    pub fn finished(&self) -> Option<Sample<'_, Known<'_>>> {
        let integration = &self.sampler.integration;
        (integration.samples > 0 && integration.left == 0).then(|| self.row())
    }

    /// Returns the row, finished or not.
    pub(super) fn row(&self) -> Sample<'_, Known<'_>> {
        let model = &self.sampler.model;
        let (state, class) = match self.sampler.slots.first() {
            Some(slot) => (first(slot.buffers.state(), model.dim()), slot.class),
            None => (&[][..], 0), // there is one
        };
        let class = (class < model.classes()).then_some(class);
        Sample::new(model, state, class, Known(self.known.values()))
    }

    /// Returns whether known values are held in the state, and not steered by a gain.
    pub(super) fn holds(&self) -> bool {
        !self.query.is_some_and(|query| query.record.gain)
    }

    /// Takes a step from `time` of length `dt`, both in Q0.15.
    fn integrate(&mut self, time: u16, dt: u16, step: u16) {
        if let Some(gain) = self.query.and_then(|query| query.gain(step)) {
            return self.steer(&gain, time, dt);
        }
        let (first, second) = stages(self.sampler.solver, dt);
        self.stage(time, first);
        if let Some(second) = second {
            self.stage(time.wrapping_add(first.b), second);
        }
    }

    /// Takes one step of Euler's method from noise to data.
    pub(super) fn predict_step(&mut self) {
        match self.query.and_then(|query| query.gain(0)) {
            Some(gain) => self.steer(&gain, 0, TIME_ONE),
            None => self.stage(0, Update { a: 0, b: TIME_ONE }),
        }
    }

    /// Evaluates the velocity at `time` (Q0.15, ≤ 1) and updates the unknown values of the state.
    #[inline(never)]
    fn stage(&mut self, time: u16, update: Update) {
        let span = match self.sampler.solver {
            Solver::ExponentialEuler => Span::Step(time, time.wrapping_add(update.b)),
            _ => Span::At(time),
        };
        self.evaluate(time, span);
        let model = &self.sampler.model;
        let (dim, frac) = (model.dim(), model.header().input_frac);
        let values = self.known.values().iter();
        let Some(slot) = self.sampler.slots.first_mut() else {
            return; // there is one
        };
        let Borrowed {
            state,
            io,
            first_velocity,
            ..
        } = slot.buffers.borrow();
        let states = first_mut(state, dim).iter_mut();
        for (((x, k), io), &value) in states.zip(first_velocity).zip(io).zip(values) {
            if value == UNKNOWN {
                *x = update.moved(*x, *k, *io);
                *k = *io;
            }
            *io = portable::input(*x, frac);
        }
    }

    /// Replaces the network's input by the complete velocity at `time`.
    pub(super) fn evaluate(&mut self, time: u16, span: Span) {
        let model: &Model<'_> = &self.sampler.model;
        let BorrowedKnown { extra, .. } = self.known.borrow();
        let Some(slot) = self.sampler.slots.first_mut() else {
            return; // there is one
        };
        let extra = match self.fill.inputs() {
            0 => &[],
            _ => &*extra,
        };
        network::velocity::<_, 1>(model, time, &mut [Biased { slot, extra }]);
        let stddevs = &mut self.sampler.integration.stddevs;
        let coefficients = DriftCoefficients::of(span, model.variance_levels(), stddevs);
        let drift = model.drift(slot.class);
        let Borrowed { state, io, .. } = slot.buffers.borrow();
        let states = first(state, model.dim());
        add_drift(first_mut(io, model.dim()), states, drift, &coefficients);
    }
}
