//! `defmt::Format` for types for which a derive would log too much, such as a file's bytes or a
//! sampler's memory.

use defmt::{Format, Formatter, write};

use crate::noise::{FromFn, TryFromFn};
use crate::sampler::{Buffers, Given};
use crate::{ColumnNames, Columns, HiddenLayers, Proportions, Times, Values, Variances};
use crate::{Contributions, Decimal, Model, Ranks, Sample, Sampler, Samples, Score, Scorer};

impl Format for Model<'_> {
    fn format(&self, f: Formatter<'_>) {
        let header = self.header();
        write!(
            f,
            "Model {{ dim: {=u16}, width: {=u16}, classes: {=u16}, steps: {=u16}, solver: {}, length: {=u32}, crc: {=u32:#010x} }}",
            header.dim,
            header.width,
            header.classes,
            header.steps,
            self.solver(),
            header.length,
            header.crc
        );
    }
}

/// Iterators are logged as lists of their items.
macro_rules! lists {
    ($($iterator:ident)*) => {$(
        impl Format for $iterator<'_> {
            fn format(&self, f: Formatter<'_>) {
                list(f, self.clone());
            }
        }
    )*};
}

lists!(ColumnNames HiddenLayers Proportions Times Variances);

impl<G: Given> Format for Columns<'_, G> {
    fn format(&self, f: Formatter<'_>) {
        list(f, self.clone());
    }
}

impl<G: Given> Format for Values<'_, G> {
    fn format(&self, f: Formatter<'_>) {
        list(f, self.clone());
    }
}

impl<F> Format for FromFn<F> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "FromFn");
    }
}

impl<F> Format for TryFromFn<F> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "TryFromFn");
    }
}

impl Format for Decimal {
    /// Formats the value as `1230e-2`.
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=i32}e-{=u8}", self.digits, self.decimals);
    }
}

impl<G: Given> Format for Sample<'_, G> {
    /// Formats values as f32.
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Sample {{ class: {}, values: ", self.class());
        list(f, self.values());
        write!(f, " }}");
    }
}

impl<const DIM: usize, const WIDTH: usize, B: Buffers> Format for Samples<'_, DIM, WIDTH, B> {
    fn format(&self, f: Formatter<'_>) {
        list(f, self.clone());
    }
}

impl<const DIM: usize, const WIDTH: usize, const BATCH: usize, B> Format
    for Sampler<'_, DIM, WIDTH, BATCH, B>
{
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Sampler<{=usize}, {=usize}, {=usize}> {{ solver: {}, steps: {=u16}, left: {=u16}, class: {}, guidance: {} }}",
            DIM,
            WIDTH,
            BATCH,
            self.solver,
            self.time_grid.steps(),
            self.integration.left,
            self.class,
            self.guidance
        );
    }
}

/// Writes items in brackets.
fn list(f: Formatter<'_>, items: impl Iterator<Item: Format>) {
    write!(f, "[");
    for (index, item) in items.enumerate() {
        if index > 0 {
            write!(f, ", ");
        }
        write!(f, "{}", item);
    }
    write!(f, "]");
}

impl Format for Score<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Score {{ value: {=i32}, p_value: {}, class: {}, out_of_range: {=bool} }}",
            self.value(),
            self.p_value(),
            self.class(),
            self.out_of_range()
        );
    }
}

impl Format for Contributions<'_> {
    fn format(&self, f: Formatter<'_>) {
        list(f, self.clone());
    }
}

impl Format for Ranks {
    fn format(&self, f: Formatter<'_>) {
        list(f, self.clone());
    }
}

impl<const DIM: usize, const WIDTH: usize, B> Format for Scorer<'_, DIM, WIDTH, B> {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Scorer<{=usize}, {=usize}> {{ calibrated: {=bool}, class: {} }}",
            DIM,
            WIDTH,
            self.is_calibrated(),
            self.class
        );
    }
}
