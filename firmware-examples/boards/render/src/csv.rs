//! Samples of a conditional model as lines of a CSV file, for a serial port. They are the training data's: its columns,
//! then the class.

use core::fmt::{Display, Formatter, Result};

use flowlet::Model;

/// The first line: names of the columns and of the label.
pub struct Header<'m>(pub &'m Model<'m>);

/// A sample's values in thousandths, and the name of its class.
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
