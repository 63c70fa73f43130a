//! Models in flash: an aligned `include_bytes!`, and the sizes of a model as constants.

use crate::format::{Header, MAGIC, VERSION};

/// Puts a `.flow` file into the program, aligned to 16 bytes: `&'static [u8]`. The path is
/// relative to the source file, as for `include_bytes!`.
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

/// The memory that a model asks of its [`Sampler`](crate::Sampler): read at compile time, so
/// that a sampler is exactly as large as it must be.
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
    /// Data dimension: values in a sample.
    pub dim: usize,
    /// Units of the widest hidden layer.
    pub width: usize,
    /// Number of classes; 0 for an unconditional model.
    pub classes: usize,
}

impl ModelSize {
    /// The sizes that the file `bytes` states, or `None` where it is no whole `.flow` file of
    /// this version. Everything else is left to [`Model::parse`](crate::Model::parse).
    pub const fn of(bytes: &[u8]) -> Option<Self> {
        let Some(head) = bytes.first_chunk() else {
            return None;
        };
        let head = Header::of_bytes(head);
        let magic = u32::from_le_bytes(head.magic) == u32::from_le_bytes(MAGIC);
        if !magic || head.version != VERSION || head.length as usize != bytes.len() {
            return None;
        }
        Some(Self {
            dim: head.dim as usize,
            width: head.width as usize,
            classes: head.classes as usize,
        })
    }
}
