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
}
