//! `defmt::Format` where a derive would write what nobody reads: of a model its card, not its file; of names and
//! samples, which are made as they are read, the items.

use defmt::{Format, Formatter, write};

use crate::{ColumnNames, Model, Sample};

impl Format for Model<'_> {
    fn format(&self, f: Formatter<'_>) {
        let head = self.header();
        write!(
            f,
            "Model {{ dim: {=u16}, width: {=u16}, classes: {=u16}, steps: {=u16}, solver: {}, length: {=u32}, crc: {=u32:#010x} }}",
            head.dim,
            head.width,
            head.classes,
            head.steps,
            self.solver(),
            head.length,
            head.crc
        );
    }
}

impl Format for ColumnNames<'_> {
    fn format(&self, f: Formatter<'_>) {
        list(f, self.clone());
    }
}

impl Format for Sample<'_> {
    /// Values as f32.
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Sample {{ class: {}, values: ", self.class());
        list(f, self.values());
        write!(f, " }}");
    }
}

/// What there is, in brackets.
pub(crate) fn list(f: Formatter<'_>, items: impl Iterator<Item: Format>) {
    write!(f, "[");
    for (index, item) in items.enumerate() {
        if index > 0 {
            write!(f, ", ");
        }
        write!(f, "{}", item);
    }
    write!(f, "]");
}
