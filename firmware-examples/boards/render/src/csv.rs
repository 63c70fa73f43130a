//! Samples of a model with classes as lines of a CSV file, for a serial port: the columns of the
//! training data, then the class.

use core::fmt::{Display, Formatter, Result};

use flowlet::{Fixed, Model};

/// First line: names of the columns, and of the label column.
pub struct Header<'m>(pub &'m Model<'m>);

/// Line of a sample: its values with three decimals, and the name of its class.
pub struct Row<'v>(pub &'v [Fixed], pub &'v str);

/// Fractional bits of a value before it is written. Its integer part has at most 15 bits.
const FRAC: i8 = 16;

impl Display for Header<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for name in self.0.column_names() {
            write!(f, "{name},")?;
        }
        f.write_str(self.0.label().map_or("", |(name, _)| name))
    }
}

impl Display for Row<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for value in self.0 {
            let value = i64::from(value.rescale_saturating(FRAC));
            let thousandths = (value * 1000 + (1 << (FRAC - 1))) >> FRAC;
            let sign = if thousandths < 0 { "-" } else { "" };
            let size = thousandths.unsigned_abs();
            write!(f, "{sign}{}.{:03},", size / 1000, size % 1000)?;
        }
        f.write_str(self.1)
    }
}
