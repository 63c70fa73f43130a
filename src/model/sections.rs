//! Sections of a file, found when they are needed.

use super::{Model, padded};
use crate::format::{Field, HIDDEN_LEN, KNOT_LEN, ModelError, Nodes, Section};

impl<'a> Model<'a> {
    /// Returns the content of a section, or `None` if the file does not have it.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.section(flowlet::format::Section::Fill), None);
    /// ```
    #[inline(never)]
    pub const fn section(&self, section: Section) -> Option<&'a [u8]> {
        let mut rest = self.sections();
        while let Some((kind, content)) = take(&mut rest) {
            if kind == section as u8 {
                return Some(content);
            }
        }
        None
    }

    /// Checks that the sections are complete, and that each comes once, in the order of their
    /// numbers. Also checks what fills in rows.
    ///
    /// # Errors
    /// [`Field::Sections`] or [`Field::Fill`] in [`ModelError::Invalid`].
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert!(flowlet::Model::parse(bytes).unwrap().check_sections().is_ok());
    /// ```
    pub fn check_sections(&self) -> Result<(), ModelError> {
        let (mut rest, mut last) = (self.sections(), 0);
        while let Some((kind, _)) = take(&mut rest) {
            let exists = Section::ALL.iter().any(|&section| section as u8 == kind);
            if kind <= last || !exists {
                return Err(ModelError::Invalid(Field::Sections));
            }
            last = kind;
        }
        match rest {
            [] => self.fill().map(|_| ()),
            _ => Err(ModelError::Invalid(Field::Sections)),
        }
    }

    /// Returns the bytes of all sections, which are between the curves and the table.
    pub(crate) const fn sections(&self) -> &'a [u8] {
        let (mut records, mut knots) = (self.records(), 0);
        while let Some((&[.., count], rest)) = records.split_first() {
            knots += count as usize;
            records = rest;
        }
        let (mut hidden, mut table) = (self.hidden, 0);
        while let Some((&[.., flags], rest)) = hidden.split_first_chunk::<HIDDEN_LEN>() {
            if flags & 2 != 0 {
                table = size_of::<Nodes>();
            }
            hidden = rest;
        }
        let end = self.tensors.len().saturating_sub(table);
        let start = self.curves_at().saturating_add(padded(KNOT_LEN * knots));
        let Some((before, _)) = self.tensors.split_at_checked(end) else {
            return &[];
        };
        match before.split_at_checked(start) {
            Some((_, sections)) => sections,
            None => &[],
        }
    }
}

/// Takes a section from the front of `rest`: the number of its kind, and its content. Returns
/// `None` if there is no complete one.
const fn take<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let Some((word, after)) = rest.split_first_chunk() else {
        return None;
    };
    let (kind, len) = Section::split(word);
    let (Some((content, _)), Some((_, after))) = (
        after.split_at_checked(len),
        after.split_at_checked(padded(len)),
    ) else {
        return None;
    };
    *rest = after;
    Some((kind, content))
}
