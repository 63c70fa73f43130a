//! Tokens that mean a missing value because the user says so.

use super::Row;

/// Tokens that the user declared to mean a missing value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
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

    fn has_number(&self, value: f64) -> bool {
        self.numbers.contains(&value)
    }

    /// Takes out the values, names and the class of a row that are among the tokens. `named` are
    /// the positions of its names.
    pub fn take(&self, row: &mut Row, named: &[usize]) {
        if self.texts.is_empty() {
            return;
        }
        for (position, value) in row.values.iter_mut().enumerate() {
            let name = named.iter().position(|&named| named == position);
            let is_missing = match name {
                Some(name) => self.has_cell(&row.names[name]),
                None => self.has_number(*value),
            };
            if is_missing {
                *value = f64::NAN;
            }
        }
        if row.label.as_ref().is_some_and(|label| self.has_cell(label)) {
            row.label = Some(String::new());
        }
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
