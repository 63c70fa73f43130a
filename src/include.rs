//! Models in firmware: an aligned `include_bytes!`, and the sizes of a model as constants.

use crate::format::{Header, MAGIC, VERSION};

/// Includes a `.flow` file in the program, aligned to 16 bytes, as `&'static [u8]`. As with
/// `include_bytes!`, the path is relative to the source file.
///
/// ```
/// static MODEL: &[u8] = flowlet::include_model!("../firmware-examples/models/moons.flow");
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

/// Sizes of a model, read at compile time, so that a [`Sampler`](crate::Sampler) has exactly the
/// memory it needs.
///
/// ```
/// static MODEL: &[u8] = flowlet::include_model!("../firmware-examples/models/moons.flow");
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
        Some(Self {
            dim: header.dim as usize,
            width: header.width as usize,
            classes: header.classes as usize,
        })
    }

    /// Returns the bytes of RAM of a [`Sampler`](crate::Sampler) with these sizes and `batch` slots
    /// on a target with 32-bit addresses: its `size_of`. Other targets need some more.
    ///
    /// ```
    /// static MODEL: &[u8] = flowlet::include_model!("../firmware-examples/models/moons.flow");
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
const SAMPLER_BYTES: usize = 96;

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
