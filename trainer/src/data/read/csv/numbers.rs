//! Numbers as a file writes them.

/// How a file writes numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberFormat {
    /// Whether a comma may be the decimal separator.
    decimal_comma: bool,
}

impl NumberFormat {
    /// Returns the format of a file whose cells are separated by `delimiter`.
    pub fn new(delimiter: u8) -> Self {
        Self {
            decimal_comma: delimiter != b',',
        }
    }

    /// Reads a number, with a decimal comma if commas do not separate cells.
    pub fn value(self, text: &str) -> Option<f64> {
        let decimal_comma = self.decimal_comma && !text.contains('.');
        match text.parse() {
            Err(_) if decimal_comma => text.replacen(',', ".", 1).parse().ok(),
            other => other.ok(),
        }
    }
}
