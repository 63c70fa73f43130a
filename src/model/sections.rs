//! Sections of a file, found when they are needed.

use super::{Model, padded};
use crate::format::{COLUMN_LEN, Field, KNOT_LEN, ModelError, Nodes, Section};

impl<'a> Model<'a> {
    /// Returns the content of a section, or `None` if the file does not have it.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// let model = flowlet::Model::parse(bytes).unwrap();
    /// assert_eq!(model.section(flowlet::format::Section::Fill), None);
    /// ```
    pub fn section(&self, section: Section) -> Option<&'a [u8]> {
        let mut rest = self.sections();
        while let Some((kind, content)) = take(&mut rest) {
            if kind == section as u8 {
                return Some(content);
            }
        }
        None
    }

    /// Checks that the sections are complete, and that each comes once, in the order of their
    /// numbers. Their content is not checked.
    ///
    /// # Errors
    /// [`Field::Sections`] in [`ModelError::Invalid`].
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
            [] => Ok(()),
            _ => Err(ModelError::Invalid(Field::Sections)),
        }
    }

    /// Returns the bytes of all sections, which are between the curves and the table.
    pub(crate) fn sections(&self) -> &'a [u8] {
        let knots = self.records().iter().map(count_of_knots).sum::<usize>();
        let start = self.curves_at().saturating_add(padded(KNOT_LEN * knots));
        let table = match self.hidden().any(|hidden| hidden.table) {
            true => size_of::<Nodes>(),
            false => 0,
        };
        let end = self.tensors.len().saturating_sub(table);
        self.tensors.get(start..end).unwrap_or_default()
    }
}

/// Returns the number of knots of a column.
fn count_of_knots(&[.., knots]: &[u8; COLUMN_LEN]) -> usize {
    knots.into()
}

/// Takes a section from the front of `rest`: the number of its kind, and its content. Returns
/// `None` if there is no complete one.
fn take<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (word, after) = rest.split_first_chunk()?;
    let (kind, len) = Section::split(word);
    let content = after.get(..len)?;
    *rest = after.get(padded(len)..)?;
    Some((kind, content))
}
