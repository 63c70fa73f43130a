//! What a sampler gives: standardised fixed point, and physical units made from it on demand.

mod category;

use crate::format::crc;
use crate::model::{Column, ColumnKind, Model};

/// One sample: D values in the units of the training data. It borrows the sampler's state and
/// converts as it is read.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
/// # let model = flowlet::Model::parse(bytes).unwrap();
/// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
/// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
/// let point = sampler.sample(&mut rng)?;
/// assert!(point.values().all(|value| value.abs() < 20.0));
/// # Ok::<(), flowlet::SamplerError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Sample<'s> {
    model: &'s Model<'s>,
    state: &'s [i32],
    class: Option<u16>,
}

/// A value in physical units without float: `raw` · 2^−`frac`.
///
/// ```
/// let fixed = flowlet::Fixed { raw: -3 << 20, frac: 21 };
/// assert_eq!(fixed.to_f32(), -1.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fixed {
    /// The integer.
    pub raw: i32,
    /// Its fractional bits, −96 to 126; the same for all samples of a column.
    pub frac: i8,
}

impl Fixed {
    /// The value, correctly rounded; the same bits on every machine.
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
            class,
        }
    }

    /// Its class; `None` for an unconditional model.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert_eq!(sampler.sample(&mut rng)?.class(), None);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn class(&self) -> Option<u16> {
        self.class
    }

    /// The standardised values, Q5.26: what the solver ended with.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert!(sampler.sample(&mut rng)?.standardised().iter().all(|x| x.abs() < 8 << 26));
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn standardised(&self) -> &'s [i32] {
        self.state
    }

    /// Value `index` in physical units, in fixed point; `None` beyond the last. Of the dimensions of a category
    /// column one is 1, the others are 0.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point = sampler.sample(&mut rng)?;
    /// let y = point.fixed(1).unwrap();
    /// assert_eq!(Some(y.to_f32()), point.values().nth(1));
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn fixed(&self, index: usize) -> Option<Fixed> {
        let unit = self.model.column(index)?;
        let chosen = match unit.kind.is_category() {
            true => self.chosen(self.first_of(index))?,
            false => index,
        };
        self.value(index, unit, chosen)
    }

    /// Value `index`, where `chosen` is the dimension of the category of its column.
    fn value(&self, index: usize, unit: Column, chosen: usize) -> Option<Fixed> {
        if unit.kind.is_category() {
            let raw = i32::from(index == chosen);
            return Some(Fixed { raw, frac: 0 });
        }
        let raw = unit.decode(*self.state.get(index)?);
        let frac = unit.frac;
        Some(Fixed { raw, frac })
    }

    /// All D values in physical units, as f32.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// assert_eq!(sampler.sample(&mut rng)?.values().count(), 2);
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn values(&self) -> impl Iterator<Item = f32> + use<'s> {
        let sample = *self;
        let mut chosen = 0;
        (0..self.state.len()).filter_map(move |index| {
            let unit = sample.model.column(index)?;
            if unit.kind == ColumnKind::Category {
                chosen = sample.chosen(index)?;
            }
            Some(sample.value(index, unit, chosen)?.to_f32())
        })
    }

    /// CRC-32/ISO-HDLC of the standardised values as little-endian i32: the same on every core
    /// for the same model, seed, class and steps.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../firmware-examples/models/moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(&model).unwrap();
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
