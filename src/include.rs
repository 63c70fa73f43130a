//! Models in firmware: an aligned `include_bytes!`, and the sizes of a model as constants.

use crate::format::{Header, MAGIC, VERSION};
use crate::kernel::Kernel;
use crate::model::Model;

/// Includes a `.flow` file in the program, aligned to 16 bytes, as `&'static [u8]`. As with
/// `include_bytes!`, the path is relative to the source file.
///
/// ```
/// static MODEL: &[u8] = flowlet::include_model!("moons.flow");
/// assert_eq!(MODEL.as_ptr().align_offset(16), 0);
/// ```
#[macro_export]
macro_rules! include_model {
    ($path:expr $(,)?) => {{
        #[repr(C, align(16))]
        struct Aligned<B: ?Sized>(B);
        static ALIGNED: &Aligned<[u8]> = &Aligned(*include_bytes!($path));
        &ALIGNED.0
    }};
}

/// Makes a module of a `.flow` file, which the compiler checks completely. So the firmware has no
/// code for these checks, takes no time for them at start-up, and has no error to handle. A file
/// that [`Model::parse`](crate::Model::parse) rejects is an error of the compiler, which says what
/// is wrong.
///
/// `flowlet::model!(pub mod beats = "beats.flow");` makes the module `beats` with
///
/// - `static BYTES: &[u8]`, the file, aligned to 16 bytes;
/// - `const SIZE: ModelSize`, its sizes;
/// - `type Sampler<const BATCH: usize = 1>`, a [`Sampler`](crate::Sampler) of these sizes;
/// - `const fn model() -> Model<'static>`, the checked model;
/// - `const fn sampler() -> Sampler`, a sampler with one slot. It may be the value of a `static`,
///   which then takes as much flash as RAM. A model with conditions has none;
/// - `type Scorer` and `fn scorer() -> Result<Scorer, Error>`, a [`Scorer`](crate::Scorer) of these
///   sizes;
/// - `type Filler` and `const fn filler() -> Result<Filler, SamplerError>`, a
///   [`Filler`](crate::Filler) of these sizes, if the model fills in rows.
///
/// As with `include_bytes!`, the path is relative to the source file. The check takes the compiler
/// about 4 seconds per 100 KB.
///
/// ```
/// # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
/// flowlet::model!(mod moons = "moons.flow");
///
/// # fn main() -> Result<(), flowlet::SamplerError> {
/// let mut sampler = moons::sampler();
/// let point = sampler.sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))?;
/// assert_eq!(point.values().count(), moons::SIZE.dim);
///
/// let mut three = moons::Sampler::<3>::new(moons::model())?;
/// assert_eq!(three.sample_batch(&mut Xoshiro128PlusPlus::seed_from_u64(1))?.count(), 3);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! model {
    ($(#[$attribute:meta])* $visibility:vis mod $name:ident = $path:expr $(;)?) => {
        $(#[$attribute])*
        #[allow(dead_code)]
        $visibility mod $name {
            /// The file, aligned to 16 bytes.
            pub static BYTES: &[u8] = $crate::include_model!($path);

            #[allow(long_running_const_eval)]
            const MODEL: $crate::Model<'static> = $crate::checked(BYTES);

            /// Sizes of the model.
            pub const SIZE: $crate::ModelSize = $crate::ModelSize::of_model(&MODEL);

            /// A sampler of these sizes.
            pub type Sampler<const BATCH: usize = 1> =
                $crate::Sampler<'static, { SIZE.dim }, { SIZE.width }, BATCH>;

            /// A scorer of these sizes.
            pub type Scorer = $crate::Scorer<'static, { SIZE.dim }, { SIZE.width }>;

            /// Returns a scorer, or an error if the calibration of the model is invalid.
            pub fn scorer() -> Result<Scorer, $crate::Error> {
                Scorer::new(MODEL)
            }

            #[allow(long_running_const_eval)]
            const FILL: Option<$crate::Fill<'static>> = $crate::checked_fill(&MODEL);

            /// A filler of these sizes.
            pub type Filler = $crate::Filler<'static, { $crate::fill_dims(&MODEL, FILL) }, { SIZE.width }>;

            /// Returns a filler, or an error if the model only samples.
            pub const fn filler() -> Result<Filler, $crate::SamplerError> {
                match FILL {
                    Some(fill) => Filler::of(MODEL, fill),
                    None => Err($crate::SamplerError::NoFill),
                }
            }

            /// Returns the model, which the compiler has checked.
            pub const fn model() -> $crate::Model<'static> {
                MODEL
            }

            const HAS_CONDITIONS: bool = MODEL.has_conditions();

            /// Returns a sampler with one slot. It is an error of the compiler, or a panic at the
            /// call, if the model has conditions.
            pub const fn sampler() -> Sampler {
                assert!(!HAS_CONDITIONS, "a model with conditions needs a filler");
                match Sampler::new(MODEL) {
                    Ok(sampler) => sampler,
                    Err(_) => unreachable!(),
                }
            }
        }
    };
}

/// Returns the model in `bytes`. For [`model!`](crate::model!).
///
/// # Panics
/// If [`Model::parse`](crate::Model::parse) returns an error: an error of the compiler.
#[doc(hidden)]
pub const fn checked(bytes: &[u8]) -> Model<'_> {
    match Model::parse(bytes) {
        Ok(model) => model,
        Err(error) => panic!("{}", error.message()),
    }
}

/// Sizes of a model, read at compile time, so that a [`Sampler`](crate::Sampler) has exactly the
/// memory it needs.
///
/// ```
/// static MODEL: &[u8] = flowlet::include_model!("moons.flow");
/// const SIZE: flowlet::ModelSize = flowlet::ModelSize::of(MODEL).expect("a flowlet model");
/// type Points = flowlet::Sampler<'static, { SIZE.dim }, { SIZE.width }>;
/// assert_eq!(SIZE.dim, 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ModelSize {
    /// Data dimension: number of values per sample.
    pub dim: usize,
    /// Number of units of the widest hidden layer.
    pub width: usize,
    /// Number of classes; 0 for an unconditional model.
    pub classes: usize,
}

impl ModelSize {
    /// Returns the sizes in the header of the file `bytes`, or `None` if it is not a complete
    /// `.flow` file of this version. [`Model::parse`](crate::Model::parse) makes all other checks.
    pub const fn of(bytes: &[u8]) -> Option<Self> {
        let Some(first) = bytes.first_chunk() else {
            return None;
        };
        let header = Header::from_bytes(first);
        let magic = u32::from_le_bytes(header.magic) == u32::from_le_bytes(MAGIC);
        if !magic || header.version != VERSION || header.length as usize != bytes.len() {
            return None;
        }
        Some(Self::of_header(&header))
    }

    /// Returns the sizes of a model.
    ///
    /// ```
    /// let bytes = flowlet::include_model!("moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(flowlet::ModelSize::of_model(&model).width, 64);
    /// ```
    pub const fn of_model(model: &Model<'_>) -> Self {
        Self::of_header(&model.header())
    }

    const fn of_header(header: &Header) -> Self {
        Self {
            dim: header.dim as usize,
            width: header.width as usize,
            classes: header.classes as usize,
        }
    }

    /// Returns the most bytes of stack that functions of a sampler of these sizes with `batch`
    /// slots take with this target's kernel, see [`Kernel::stack_bytes`].
    ///
    /// ```
    /// flowlet::model!(mod moons = "moons.flow");
    /// const STACK: usize = moons::SIZE.stack_bytes(1);
    /// assert!(STACK < 8192);
    /// ```
    #[must_use]
    pub const fn stack_bytes(&self, batch: usize) -> usize {
        let columns = if self.dim > self.width {
            self.dim
        } else {
            self.width
        };
        Kernel::CURRENT.stack_bytes(columns, batch)
    }

    /// Returns the bytes of RAM of a [`Sampler`](crate::Sampler) with these sizes and `batch` slots
    /// on a target with 32-bit addresses: its `size_of`. Other targets need some more.
    ///
    /// ```
    /// static MODEL: &[u8] = flowlet::include_model!("moons.flow");
    /// const SIZE: flowlet::ModelSize = flowlet::ModelSize::of(MODEL).expect("a flowlet model");
    /// // 2 values and 64 units.
    /// assert_eq!(SIZE.sampler_bytes(2) - SIZE.sampler_bytes(1), 8 * 2 + 4 * 64 + 4);
    /// ```
    #[must_use]
    pub const fn sampler_bytes(&self, batch: usize) -> usize {
        let slot = 4 * self.dim
            + 4 * self.dim.next_multiple_of(2)
            + 4 * self.width.next_multiple_of(2)
            + 4;
        SAMPLER_BYTES + batch * slot
    }
}

/// Bytes of a sampler without slots: the model's view, the settings and the state.
const SAMPLER_BYTES: usize = if cfg!(feature = "latent") { 108 } else { 104 };

#[cfg(target_pointer_width = "32")]
const _: () = {
    const fn matches<const DIM: usize, const WIDTH: usize, const BATCH: usize>() -> bool {
        let (dim, width, classes) = (DIM, WIDTH, 0);
        let stated = ModelSize {
            dim,
            width,
            classes,
        }
        .sampler_bytes(BATCH);
        size_of::<crate::Sampler<'_, DIM, WIDTH, BATCH>>() == stated
    }
    assert!(
        matches::<2, 64, 1>(),
        "SAMPLER_BYTES is not the size of a sampler without slots"
    );
    assert!(matches::<3, 5, 3>() && matches::<64, 88, 2>() && matches::<1023, 1, 1>());
};
