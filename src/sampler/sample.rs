//! Samples: standardised fixed point, decoded to physical units when it is read.

use core::ops::RangeInclusive;

use crate::crc;
use crate::decimal::Decimal;
use crate::model::{ColumnKind, Model, Records, decode, format, is_linear, read};
use crate::value::Fixed;

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
pub struct Sample<'s, G = Nothing> {
    pub(super) model: &'s Model<'s>,
    pub(super) state: &'s [i32],
    pub(super) columns: Records<'s>,
    class: Option<u16>,
    pub(super) given: G,
}

impl<'s, G: Given> Sample<'s, G> {
    pub(crate) fn new(
        model: &'s Model<'s>,
        state: &'s [i32],
        class: Option<u16>,
        given: G,
    ) -> Self {
        Self {
            model,
            state,
            columns: model.records(),
            class,
            given,
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
    /// category column the dimension of the chosen category is 1, the others are 0. A circular
    /// column has its value in the first of its two dimensions, and 0 in the other.
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
        let (record, &x) = (self.columns.get(index)?, self.state.get(index)?);
        let (kind, frac) = format(record);
        if let Some(raw) = self.given.raw(index) {
            return Some(given(kind, raw, frac));
        }
        match is_linear(record) {
            true => Some(Fixed {
                raw: decode(record, x),
                frac,
            }),
            false => self.not_linear(index),
        }
    }

    /// Returns the value of a dimension with a curve, or of a column that has several dimensions.
    /// Not inlined, so that other columns do not pay for it.
    #[inline(never)]
    #[cold]
    fn not_linear(&self, index: usize) -> Option<Fixed> {
        let (record, &x) = (self.columns.get(index)?, self.state.get(index)?);
        let (kind, frac) = format(record);
        let raw = match kind {
            ColumnKind::Real | ColumnKind::Integer => {
                let raw = self.model.decode_curve(record, x);
                return Some(Fixed { raw, frac });
            }
            ColumnKind::Circular => return self.circular(index),
            ColumnKind::NextCircular => 0,
            _ => i32::from(self.chosen(self.first_of(index))? == index),
        };
        Some(Fixed { raw, frac: 0 })
    }

    /// Returns value `index` with the decimal places of its column, rounded to the nearest.
    /// Integers have 0 places and are exact. Returns `None` beyond the last value, and if the
    /// column has no known number of decimal places.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let point = sampler.sample(&mut rng)?;
    /// match point.decimal(0) {
    ///     Some(decimal) => println!("{decimal}"), // such as 12.30
    ///     None => println!("{}", point.fixed(0).unwrap().to_f32()),
    /// }
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn decimal(&self, index: usize) -> Option<Decimal> {
        let column = read(self.columns.get(index)?);
        let decimals = match column.kind {
            ColumnKind::Real | ColumnKind::Circular => column.decimals?,
            _ => 0,
        };
        let decimal = self.fixed(index)?.to_decimal(decimals)?;
        if column.kind == ColumnKind::Circular {
            // A value that is rounded up to the end is at the start.
            let (start, end) = column.limits();
            if Some(decimal) == end.to_decimal(decimals) {
                return start.to_decimal(decimals);
            }
        }
        Some(decimal)
    }

    /// Maps value `index` linearly to a range of integers, for example the codes of a converter.
    /// The smallest value of its column becomes the start of the range, the largest its end.
    /// Returns `None` beyond the last value.
    ///
    /// These are the [limits](Model::limits) of this column alone. The values of a waveform need
    /// common limits, such as those of all columns: use [`Fixed::to_range`]. It also takes limits
    /// of your own, for columns that have none.
    ///
    /// ```
    /// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// # let model = flowlet::Model::parse(bytes).unwrap();
    /// # let mut sampler = flowlet::Sampler::<2, 64>::new(model).unwrap();
    /// # let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    /// let wave = sampler.sample(&mut rng)?;
    /// assert!((0..=255).contains(&wave.to_range(0, 0..=255).unwrap()));
    ///
    /// // All values on the scale of a 12-bit converter.
    /// let (low, high) = model.limits(0..2).unwrap();
    /// for value in (0..2).filter_map(|index| wave.fixed(index)) {
    ///     let code = value.to_range(low, high, 0..=4095);
    ///     assert!((0..=4095).contains(&code));
    /// }
    /// # Ok::<(), flowlet::SamplerError>(())
    /// ```
    pub fn to_range(&self, index: usize, range: RangeInclusive<i32>) -> Option<i32> {
        let fixed = self.fixed(index)?;
        let (low, high) = read(self.columns.get(index)?).limits();
        Some(fixed.to_range(low, high, range))
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

/// Values that the caller gave, and which a sample returns as they are. Sealed.
///
/// ```
/// use flowlet::{Given, Sample};
/// /// Sums the values of a sample, or of a row that was filled in.
/// fn sum<G: Given>(sample: &Sample<'_, G>) -> f32 {
///     sample.values().sum()
/// }
/// ```
pub trait Given: Copy {
    /// Returns the given value of dimension `index`, with the fractional bits of the column.
    fn raw(&self, index: usize) -> Option<i32>;
}

/// No given values: the [`Sample`] of a sampler.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Given for Nothing {
    #[inline(always)]
    fn raw(&self, _: usize) -> Option<i32> {
        None
    }
}

/// Returns a given value, which has no fractional bits if it tells whether a category was chosen.
pub(super) fn given(kind: ColumnKind, raw: i32, frac: i8) -> Fixed {
    let frac = match kind {
        ColumnKind::Real | ColumnKind::Integer | ColumnKind::Circular => frac,
        _ => 0,
    };
    Fixed { raw, frac }
}
