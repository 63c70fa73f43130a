//! Samples: standardised fixed point, decoded to physical units when it is read.

use crate::crc;
use crate::kernel::ColumnTable;
use crate::model::{Column, ColumnKind, Model};

/// One sample: D values in physical units, those of the training data.
///
/// It borrows the sampler's state and decodes values when they are read.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
/// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let point = sampler.sample(&mut rng)?;
/// assert!(point.values().all(|value| value.abs() < 20.0));
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sample<'s> {
    pub(super) model: &'s Model<'s>,
    pub(super) state: &'s [i32],
    pub(super) columns: ColumnTable<'s>,
    class: Option<u16>,
}

/// Value in physical units in fixed point: `raw` · 2^−`frac`.
///
/// ```
/// let fixed = flowlet::Fixed { raw: -3 << 20, frac: 21 };
/// assert_eq!(fixed.to_f32(), -1.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fixed {
    /// Value times 2^`frac`.
    pub raw: i32,
    /// Number of fractional bits, −96..=126; the same in all samples of a column.
    pub frac: i8,
}

impl Fixed {
    /// Converts to f32, correctly rounded, with the same bits on every machine.
    ///
    /// ```
    /// assert_eq!(flowlet::Fixed { raw: 5, frac: -1 }.to_f32(), 10.0);
    /// ```
    pub fn to_f32(self) -> f32 {
        libm::ldexpf(self.raw as f32, -i32::from(self.frac))
    }
}

impl<'s> Sample<'s> {
    pub(crate) fn new(model: &'s Model<'s>, state: &'s [i32], class: Option<u16>) -> Self {
        Self {
            model,
            state,
            columns: model.column_table(),
            class,
        }
    }

    /// Returns the class, or `None` for an unconditional model.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert_eq!(sampler.sample(&mut rng)?.class(), None);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn class(&self) -> Option<u16> {
        self.class
    }

    /// Returns the standardised values, Q5.26: the state at t = 1.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert!(sampler.sample(&mut rng)?.standardised().iter().all(|x| x.abs() < 8 << 26));
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn standardised(&self) -> &'s [i32] {
        self.state
    }

    /// Returns value `index` in physical units, in fixed point, or `None` beyond the last. In a
    /// category column the dimension of the chosen category is 1, the others are 0.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point = sampler.sample(&mut rng)?;
    /// let y = point.fixed(1).unwrap();
    /// assert_eq!(Some(y.to_f32()), point.values().nth(1));
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn fixed(&self, index: usize) -> Option<Fixed> {
        let column = Column::of(&self.columns, index)?;
        if column.kind.is_category() {
            return self.share(index);
        }
        let raw = column.decode(*self.state.get(index)?);
        let frac = column.frac;
        Some(Fixed { raw, frac })
    }

    /// Returns 1 if dimension `index` is the chosen category of its column, otherwise 0. Not
    /// inlined, so that other columns do not pay for it.
    #[inline(never)]
    fn share(&self, index: usize) -> Option<Fixed> {
        let raw = i32::from(self.chosen(self.first_of(index))? == index);
        Some(Fixed { raw, frac: 0 })
    }

    /// Returns value `index` of `column`, whose chosen category is dimension `chosen`.
    fn value(&self, index: usize, column: Column, chosen: usize) -> Option<Fixed> {
        if column.kind.is_category() {
            let raw = i32::from(index == chosen);
            return Some(Fixed { raw, frac: 0 });
        }
        let raw = column.decode(*self.state.get(index)?);
        let frac = column.frac;
        Some(Fixed { raw, frac })
    }

    /// Returns all D values in physical units, as f32.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert_eq!(sampler.sample(&mut rng)?.values().count(), 2);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn values(&self) -> impl Iterator<Item = f32> + use<'s> {
        let sample = *self;
        let mut chosen = 0;
        (0..self.state.len()).filter_map(move |index| {
            let column = Column::of(&sample.columns, index)?;
            if column.kind == ColumnKind::Category {
                chosen = sample.chosen(index)?;
            }
            Some(sample.value(index, column, chosen)?.to_f32())
        })
    }

    /// Returns the CRC-32/ISO-HDLC of the standardised values as little-endian i32. It is the same
    /// on every core for the same model, noise, class and settings.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// let first = sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?.crc32();
    /// let again = sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?.crc32();
    /// assert_eq!(first, again);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn crc32(&self) -> u32 {
        let values = self.state.iter();
        !values.fold(!0, |crc, x| crc::update(crc, &x.to_le_bytes()))
    }
}
