//! Tokens that mean a missing value because the user says so.

/// Tokens that the user declared to mean a missing value.
#[derive(Clone, Debug, Default)]
pub(super) struct Declared {
    texts: Vec<String>,
    numbers: Vec<f64>,
}

impl Declared {
    pub fn new(tokens: &[String]) -> Self {
        let tokens = tokens.iter().map(|token| token.trim());
        let number = |token: &str| {
            let number: Option<f64> = token.replacen(',', ".", 1).parse().ok();
            number.filter(|number| !number.is_nan())
        };
        Self {
            numbers: tokens.clone().filter_map(number).collect(),
            texts: tokens.map(str::to_owned).collect(),
        }
    }

    /// Returns whether a cell is one of the tokens. Numbers are compared as numbers.
    pub fn has_cell(&self, cell: &str) -> bool {
        if self.texts.is_empty() {
            return false;
        }
        self.texts.iter().any(|token| token == cell)
            || !self.numbers.is_empty() && cell.parse().is_ok_and(|value| self.has_number(value))
    }

    /// Returns whether a number is one of the tokens.
    pub fn has_number(&self, value: f64) -> bool {
        self.numbers.contains(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::Declared;

    #[test]
    fn declared_numbers_are_compared_as_numbers() {
        let declared = Declared::new(&["-999".into(), "bad".into(), "-0,5".into()]);
        for cell in ["-999", "-999.0", "-9.99e2", "bad", "-0.5"] {
            assert!(declared.has_cell(cell), "{cell}");
        }
        for cell in ["999", "Bad", "-999.1", "NaN", ""] {
            assert!(!declared.has_cell(cell), "{cell}");
        }
    }
}
