//! The scorer's memory and its steps.

use super::calibration::Calibration;
use super::cell::{Cell, weighed};
use super::latent::Columns;
use super::places::Places;
use super::score::Score;
use crate::error::Error;
use crate::fixed::{VELOCITY_FRAC, round_state, saturate};
use crate::kernel::{DriftCoefficients, Span, Stddevs, portable};
use crate::model::{ColumnKind, Model, format};
use crate::network;
use crate::sampler::{Borrowed, Buffers, Owned, SamplerError, Slot, first, first_mut};
use crate::value::Fixed;

/// Scores rows: says how unusual each is compared with the rows of the training, and which columns
/// make it so.
///
/// `DIM` and `WIDTH` are those of the model, or larger. The scorer owns its memory, which is that
/// of a [`Sampler`](crate::Sampler) of one slot: 8·`DIM` + 4·`WIDTH` bytes and some 30 words. Its
/// functions take at most 64 bytes more stack than
/// [`ModelSize::stack_bytes`](crate::ModelSize::stack_bytes) states.
///
/// A model that was trained with `--calibrate` has a calibration, which turns the score into a
/// [p-value](Score::p_value). Without one, the score is only comparable with other scores of the
/// same model.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes)?;
/// let mut scorer = flowlet::Scorer::<2, 64>::new(model)?;
/// let usual = scorer.score(&[0.0f32, 1.0]).value();
/// let unusual = scorer.score(&[5.0f32, 5.0]).value();
/// assert!(usual < unusual);
/// # Ok::<(), flowlet::Error>(())
/// ```
#[derive(Clone, Debug)]
// An order of the fields with which a scorer is built in place, without a memcpy in small firmware.
#[repr(C)]
pub struct Scorer<'m, const DIM: usize, const WIDTH: usize, B = Owned<DIM, WIDTH>> {
    /// Class of the rows; `None` to find it.
    pub(crate) class: Option<u16>,
    progress: Progress,
    calibration: Calibration<'m>,
    model: Model<'m>,
    slot: Slot<B>,
}

/// [`Scorer`] in memory that the caller provides, for callers that learn the sizes of a model at
/// run time. It has the same methods.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes)?;
/// let mut states = vec![0; model.dim()];
/// let mut halfwords = vec![0; 2 * (model.dim() + model.width())]; // both are even
/// let mut scorer = flowlet::BorrowedScorer::with_buffers(model, &mut states, &mut halfwords)?;
/// assert!(scorer.score(&[5.0f32, 5.0]).value() > 0);
/// # Ok::<(), flowlet::Error>(())
/// ```
pub type BorrowedScorer<'m, 'b> = Scorer<'m, 0, 0, Borrowed<'b>>;

/// What was done of a row.
#[derive(Clone, Copy, Debug)]
struct Progress {
    /// Number of the next evaluation; [`DONE`] if none is left.
    next: u8,
    /// Whether the class is known or was found. Only then the cells get contributions.
    is_final: bool,
    /// Whether a value is beyond the limits of the device, or a column has none of its categories.
    is_outside: bool,
    /// Sum of the weighed squares of the class's residuals, Q20.11.
    sum: u32,
    /// Sum of the squared distances from the latent, Q20.11.
    distance: u32,
    /// Smallest score of a class, its sum, and the class.
    best: (i32, u32, u16),
}

/// Number of evaluations per class.
const DONE: u8 = 2;
/// [`Progress::best`] before the first class.
const NO_CLASS: (i32, u32, u16) = (i32::MAX, u32::MAX, 0);

impl<'m, const DIM: usize, const WIDTH: usize> Scorer<'m, DIM, WIDTH> {
    /// Makes a scorer of `model`. If the model has classes, the class of a row is found.
    ///
    /// # Errors
    /// [`SamplerError::Dim`] or [`SamplerError::Width`] if the model is larger than the scorer.
    /// [`SamplerError::Condition`] if the model has conditions, which a scorer does not take.
    /// [`Field::Score`](crate::Field::Score) if the calibration of the model is invalid.
    #[inline(always)]
    pub fn new(model: Model<'m>) -> Result<Self, Error> {
        let (needed, capacity) = (model.dim(), DIM);
        if needed > capacity {
            return Err(SamplerError::Dim { needed, capacity }.into());
        }
        let (needed, capacity) = (model.width(), WIDTH);
        if needed > capacity {
            return Err(SamplerError::Width { needed, capacity }.into());
        }
        let calibration = Calibration::of_scorer(&model)?;
        // Inlined, and nothing fails from here on, so that the scorer is built in its final place
        // instead of being copied.
        Ok(Self::with(
            model,
            calibration,
            const {
                Slot {
                    class: 0,
                    buffers: Owned::ZERO,
                }
            },
        ))
    }
}

impl<'m, 'b> BorrowedScorer<'m, 'b> {
    /// Makes a scorer of `model` in borrowed memory, otherwise like [`Scorer::new`]. It needs
    /// [`dim`](Model::dim) `states` and 2·(dim + width) `halfwords`, where dim and
    /// [`width`](Model::width) are rounded up to even numbers.
    ///
    /// # Errors
    /// [`SamplerError::Dim`] if there are too few states, [`SamplerError::Width`] if there are too
    /// few halfwords; otherwise those of [`Scorer::new`].
    pub fn with_buffers(
        model: Model<'m>,
        mut states: &'b mut [i32],
        mut halfwords: &'b mut [i16],
    ) -> Result<Self, Error> {
        let sizes = (model.dim(), model.width());
        let buffers = Borrowed::take(sizes, &mut states, &mut halfwords)?;
        let calibration = Calibration::of_scorer(&model)?;
        Ok(Self::with(model, calibration, Slot { class: 0, buffers }))
    }
}

impl<const DIM: usize, const WIDTH: usize, B> Scorer<'_, DIM, WIDTH, B> {
    /// Returns whether the model has a calibration, so that scores have p-values.
    pub fn is_calibrated(&self) -> bool {
        self.calibration.is_calibrated()
    }
}

impl<'m, const DIM: usize, const WIDTH: usize, B: Buffers> Scorer<'m, DIM, WIDTH, B> {
    #[inline(always)]
    fn with(model: Model<'m>, calibration: Calibration<'m>, slot: Slot<B>) -> Self {
        Self {
            calibration,
            model,
            class: None,
            progress: Progress {
                next: DONE,
                is_final: false,
                is_outside: false,
                sum: 0,
                distance: 0,
                best: NO_CLASS,
            },
            slot,
        }
    }

    /// Returns the model.
    pub fn model(&self) -> &Model<'m> {
        &self.model
    }

    /// Sets the class of the next rows; `None` finds the class in which a row is least unusual,
    /// with two evaluations per class. An unconditional model accepts only `None`. This discards a
    /// row that was begun.
    ///
    /// # Errors
    /// [`SamplerError::Class`] if the model does not have the class.
    pub fn set_class(&mut self, class: Option<u16>) -> Result<(), SamplerError> {
        let classes = self.model.classes();
        match class {
            Some(class) if class >= classes => Err(SamplerError::Class { class, classes }),
            class => {
                self.class = class;
                (self.progress.next, self.progress.is_final) = (DONE, false);
                Ok(())
            }
        }
    }

    /// Scores a row, which has one value per dimension, as
    /// [`Model::standardise`](crate::Model::standardise) says.
    pub fn score<V: Copy + Into<Fixed>>(&mut self, row: &[V]) -> Score<'_> {
        self.begin(row);
        while self.step() {}
        self.result()
    }

    /// Begins to score a row, so that the caller can take the [steps](Self::step) one by one. This
    /// discards a row that was begun.
    pub fn begin<V: Copy + Into<Fixed>>(&mut self, row: &[V]) {
        self.begin_with(|index| {
            let zero = Fixed { raw: 0, frac: 0 };
            row.get(index).map_or(zero, |&value| value.into())
        });
    }

    /// Begins to score a row whose values `value` returns, otherwise like [`begin`](Self::begin).
    pub fn begin_with(&mut self, value: impl Fn(usize) -> Fixed) {
        let mut is_outside = lacks_category(&self.model, &value);
        let (dim, records) = (self.model.dim(), self.model.records());
        let cells = first_mut(self.slot.buffers.borrow().state, dim);
        for (index, cell) in cells.iter_mut().enumerate() {
            // None beyond the last dimension.
            if let Some(standardised) = self.model.standardise_by(records, index, &value) {
                is_outside |= standardised.is_outside;
                let x = saturate(round_state(standardised.x, VELOCITY_FRAC));
                *cell = Cell::new(x).word();
            }
        }
        self.slot.class = self.class.unwrap_or(0);
        self.progress = Progress {
            next: 0,
            is_final: self.class.is_some() || self.model.classes() == 0,
            is_outside,
            sum: 0,
            distance: 0,
            best: NO_CLASS,
        };
        self.project();
    }

    /// Evaluates the network once, if an evaluation is left. Returns whether more are left.
    pub fn step(&mut self) -> bool {
        if self.progress.next >= DONE {
            return false;
        }
        self.evaluate(self.progress.next.into());
        self.progress.next += 1;
        if self.progress.next == DONE {
            self.finish_class();
        }
        self.progress.next < DONE
    }

    /// Returns the score if all steps of a row were taken, and `None` if none was begun.
    pub fn finished(&self) -> Option<Score<'_>> {
        let is_done = self.progress.next == DONE && self.progress.is_final;
        is_done.then(|| self.result())
    }

    /// Evaluates the network at time number `number` and adds the weighed squares of the residuals.
    #[inline(never)]
    fn evaluate(&mut self, number: usize) {
        let (model, record) = (&self.model, self.calibration.record());
        let [early, late] = record.times;
        let time = if number == 0 { early } else { late };
        let (dim, values) = (model.dim(), model.state_dim());
        let places = Places::of(model);
        let Borrowed { state, io, .. } = self.slot.buffers.borrow();
        let cells = first(state, dim);
        for (index, input) in first_mut(io, values).iter_mut().enumerate() {
            let x = places.value(cells, index).wrapping_mul(time.into());
            *input = portable::input(x, model.header().input_frac);
        }
        network::velocity::<Slot<B>, 1>(model, time, core::slice::from_mut(&mut self.slot));
        let (levels, means) = model.drift(self.slot.class);
        let variances = model.variance_levels();
        let coefficients = DriftCoefficients::of(Span::At(time), variances, &mut Stddevs::none());
        let Borrowed { state, io, .. } = self.slot.buffers.borrow();
        let cells = first_mut(state, dim);
        let terms = levels.iter().zip(means).zip(first_mut(io, values));
        for (index, ((&level, &mean), io)) in terms.enumerate() {
            let value = places.value(cells, index);
            let x = value.wrapping_mul(time.into());
            let velocity = portable::velocity(&coefficients, x, *io, level, mean);
            let residual = saturate(i32::from(velocity).wrapping_sub(value));
            let square = weighed(residual, self.calibration.weight(number, values, index));
            self.progress.sum = self.progress.sum.saturating_add(square);
            // The row that the network expects, for the contributions of a latent's columns.
            *io = velocity;
            if self.progress.is_final
                && !places.is_latent(index)
                && let Some(cell) = cells.get_mut(places.column(index))
            {
                *cell = Cell::of_word(*cell).adding(square).word();
            }
        }
        if self.progress.is_final && number == 1 {
            let weight = record.deviation;
            self.with_latent(|columns| {
                columns.contribute(weight);
                0
            });
        }
    }

    /// Finds the row's values in the latent of the class, if there is a latent.
    fn project(&mut self) {
        self.progress.distance = self.with_latent(|columns| columns.project());
    }

    /// Calls `f` with the columns of the latent of the class, or returns 0 without one.
    fn with_latent(&mut self, f: impl FnOnce(&mut Columns<'_>) -> u32) -> u32 {
        let Some(latent) = self.model.latent() else {
            return 0;
        };
        let mut layers = self.model.layers();
        let Some(layer) = layers.latent_of(self.slot.class) else {
            return 0; // a latent has a layer
        };
        let Borrowed {
            state,
            io,
            first_velocity,
            ..
        } = self.slot.buffers.borrow();
        let state = state.get_mut(latent.first.into()..).unwrap_or_default();
        f(&mut Columns {
            latent,
            layer: &layer.dense,
            cells: first_mut(state, latent.columns.into()),
            input: io,
            output: first_velocity,
        })
    }

    /// Goes to the next class, or back to the best one.
    fn finish_class(&mut self) {
        if self.progress.is_final {
            return;
        }
        let (value, class) = (self.value(), self.slot.class);
        let progress = &mut self.progress;
        let (least, sum, _) = progress.best;
        if (value, progress.sum) < (least, sum) {
            progress.best = (value, progress.sum, class);
        }
        let next = class.wrapping_add(1);
        progress.is_final = next >= self.model.classes();
        self.slot.class = match progress.is_final {
            true => progress.best.2,
            false => next,
        };
        (progress.next, progress.sum) = (0, 0);
        if self.model.latent().is_some_and(|latent| latent.layers > 1) {
            self.project();
        }
    }

    /// Returns the score with the class, Q15.16.
    #[inline(never)]
    fn value(&self) -> i32 {
        let record = self.calibration.record();
        let value = record.residual.of(self.progress.sum);
        match self.model.latent() {
            Some(_) => value.max(record.outside.of(self.progress.distance)),
            None => value,
        }
    }

    /// Returns the score of the row in the cells.
    fn result(&self) -> Score<'_> {
        let (progress, value) = (&self.progress, self.value());
        let has_classes = self.model.classes() > 0;
        let is_found = has_classes && self.class.is_none();
        let tails = self
            .is_calibrated()
            .then(|| self.calibration.tails(value, is_found));
        let cells = first(self.slot.buffers.state(), self.model.dim());
        Score::new(
            value,
            tails,
            has_classes.then_some(self.slot.class),
            progress.is_outside,
            cells,
        )
    }
}

/// Returns whether all values of a category column are 0. It is not inlined, because its variables
/// would then take stack while the network is evaluated.
#[inline(never)]
fn lacks_category(model: &Model<'_>, value: impl Fn(usize) -> Fixed) -> bool {
    let (mut lacks, mut is_open) = (false, false);
    for index in 0..model.dim() {
        let kind = kind(model, index);
        if kind != ColumnKind::NextCategory {
            lacks |= is_open;
            is_open = kind == ColumnKind::Category;
        }
        is_open = is_open && value(index).raw == 0;
    }
    lacks || is_open
}

/// Returns the kind of a dimension. A call, because compilers would unroll the loop around it.
#[inline(never)]
fn kind(model: &Model<'_>, index: usize) -> ColumnKind {
    let record = model.records().get(index);
    record.map_or(ColumnKind::Real, |record| format(record).0)
}
