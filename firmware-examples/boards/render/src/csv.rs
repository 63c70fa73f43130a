//! Samples of a model with classes as lines of a CSV file, for a serial port: the columns of the
//! training data, then the class.

use core::fmt::{Display, Formatter, Result};

use flowlet::Model;

/// First line: names of the columns, and of the label column.
pub struct Header<'m>(pub &'m Model<'m>);

/// Line of a sample: its values in thousandths, and the name of its class.
pub struct Row<'v>(pub &'v [i32], pub &'v str);

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
            let sign = if *value < 0 { "-" } else { "" };
            let value = value.unsigned_abs();
            write!(f, "{sign}{}.{:03},", value / 1000, value % 1000)?;
        }
        f.write_str(self.1)
    }
}
