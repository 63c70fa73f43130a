//! Sections: optional parts of a file for firmware that does more than sampling.

/// Kind of a section. A file has at most one of each, in the order of their numbers.
///
/// Sections follow the curves in the tensors. Each is a word, little-endian, that has the kind in
/// its lowest byte and the number of content bytes above it, then its content, padded with zeros to
/// a multiple of 4 bytes. [`Model::parse`](crate::Model::parse) skips them, so firmware that only
/// samples has no code for them. [`Model::check_sections`](crate::Model::check_sections) and the
/// constructors of the types that use a section check it.
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// assert_eq!(model.section(flowlet::format::Section::Score), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Section {
    /// Calibration of the score.
    Score = 1,
    /// What filling in needs: masks, conditions or gains.
    Fill = 2,
}

impl Section {
    /// All kinds, in their order.
    pub const ALL: [Self; 2] = [Self::Score, Self::Fill];

    /// Splits the first word of a section into the number of its kind and the length of its
    /// content, bytes.
    pub(crate) const fn split(word: &[u8; 4]) -> (u8, usize) {
        let word = u32::from_le_bytes(*word);
        (word as u8, (word >> 8) as usize)
    }

    /// Returns the first word of a section with `len` content bytes, which are below 2^24.
    #[cfg(feature = "encode")]
    pub(crate) const fn word(self, len: usize) -> [u8; 4] {
        ((len as u32) << 8 | self as u32).to_le_bytes()
    }
}
