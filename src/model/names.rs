//! Names of the columns and classes of a model, and its card.

use super::Model;

/// Iterator over names of a model, from [`Model::column_names`] and [`Model::class_names`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons.flow");
/// let model = flowlet::Model::parse(bytes).unwrap();
/// assert_eq!(model.column_names().count(), model.dim());
/// ```
#[derive(Clone, Debug)]
pub struct ColumnNames<'a> {
    /// Remaining names, each followed by a newline.
    names: &'a [u8],
    left: usize,
}

impl<'a> ColumnNames<'a> {
    /// Returns an iterator over the first `left` lines.
    pub(super) fn new(names: &'a [u8], left: usize) -> Self {
        Self { names, left }
    }
}

impl<'a> Iterator for ColumnNames<'a> {
    type Item = &'a str;

    /// Returns the next name, or "\u{fffd}" if it is not UTF-8. `parse` does not check names, so
    /// firmware that does not read them does not link the check.
    fn next(&mut self) -> Option<&'a str> {
        self.left = self.left.checked_sub(1)?;
        let mut lines = self.names.splitn(2, |&byte| byte == b'\n');
        let name = lines.next()?;
        self.names = lines.next().unwrap_or_default();
        Some(core::str::from_utf8(name).unwrap_or("\u{fffd}"))
    }
}

impl<'a> Model<'a> {
    /// Returns the names of the D dimensions, in the order of the training data. A category has the
    /// name `column=category`.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert!(flowlet::Model::parse(bytes).unwrap().column_names().eq(["x", "y"]));
    /// ```
    pub fn column_names(&self) -> ColumnNames<'a> {
        ColumnNames {
            names: self.names,
            left: self.dim(),
        }
    }

    /// Returns the name of the label column and its position among all columns of the training
    /// data, or `None` for an unconditional model.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().label(), None);
    /// ```
    pub fn label(&self) -> Option<(&'a str, usize)> {
        if self.classes() == 0 {
            return None;
        }
        let name = self.names_from(self.dim(), 1).next()?;
        Some((name, self.header().label_position.into()))
    }

    /// Returns the names of the classes, in the order of their numbers.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().class_names().count(), 0);
    /// ```
    pub fn class_names(&self) -> ColumnNames<'a> {
        self.names_from(self.dim() + 1, self.classes().into())
    }

    /// Returns the card, a text of at most 255 bytes in which the trainer says how the model was
    /// made and what it is worth; empty if there is none. `parse` does not check that it is UTF-8:
    /// if it is not, it is "\u{fffd}", like a name.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons.flow");
    /// assert_eq!(flowlet::Model::parse(bytes).unwrap().card(), "");
    /// ```
    pub fn card(&self) -> &'a str {
        core::str::from_utf8(self.card_bytes()).unwrap_or("\u{fffd}")
    }

    /// Returns the card as it is in the file.
    fn card_bytes(&self) -> &'a [u8] {
        let names = match self.classes() {
            0 => self.dim(),
            classes => self.dim() + 1 + usize::from(classes),
        };
        let mut lines = self.names.splitn(names + 1, |&byte| byte == b'\n');
        lines.nth(names).unwrap_or_default()
    }

    /// Returns all names, each followed by a newline.
    #[cfg(feature = "encode")]
    pub(crate) fn names_without_card(&self) -> &'a [u8] {
        let end = self.names.len() - self.card_bytes().len();
        self.names.get(..end).unwrap_or_default()
    }

    fn names_from(&self, first: usize, count: usize) -> ColumnNames<'a> {
        let mut lines = self.names.splitn(first + 1, |&byte| byte == b'\n');
        ColumnNames {
            names: lines.nth(first).unwrap_or_default(),
            left: count,
        }
    }
}
