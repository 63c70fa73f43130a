//! How a number is written: a sign, digits with separators, an exponent, and a unit.

use super::units::{is_currency, is_suffix};

/// A character that separates groups of digits, or the integer from its decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Separator {
    Dot,
    Comma,
    Apostrophe,
    /// Also a narrow or non-breaking space.
    Space,
}

impl Separator {
    pub fn of(c: char) -> Option<Self> {
        match c {
            '.' => Some(Self::Dot),
            ',' => Some(Self::Comma),
            '\'' | '’' => Some(Self::Apostrophe),
            ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' => Some(Self::Space),
            _ => None,
        }
    }

    /// Returns whether it may separate decimals.
    fn is_mark(self) -> bool {
        matches!(self, Self::Dot | Self::Comma)
    }
}

/// How the separators of a cell may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Only digits.
    Plain,
    /// A decimal separator, which cannot separate thousands: `1.5`, `0.125`.
    Decimal(Separator),
    /// Either a decimal separator or one of thousands: `1.234`.
    Either(Separator),
    /// Only separators of thousands: `1.234.567`, `1 234`.
    Grouped(Separator),
    /// Separators of thousands, then a decimal separator: `1.234,5`.
    Both(Separator, Separator),
}

/// Sign of a number, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Positive,
    Negative,
    /// A minus after the digits, as accounting software writes it.
    Trailing,
    /// Brackets around a negative amount.
    Brackets,
}

/// A cell that looks like a number, in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written<'a> {
    pub sign: Sign,
    /// Digits and their separators.
    digits: &'a str,
    exponent: Option<i32>,
    pub form: Form,
    /// A currency before the digits. Usually empty.
    pub prefix: &'a str,
    /// A unit after them. Usually empty.
    pub suffix: &'a str,
}

const MINUS: [char; 4] = ['-', '\u{2212}', '\u{2013}', '\u{fe63}'];

impl<'a> Written<'a> {
    /// Takes a cell apart. `None` if it does not look like a number.
    pub fn of(cell: &'a str) -> Option<Self> {
        let text = cell.trim();
        // A currency may also be before the brackets.
        let inner = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let inner = inner.map(|(outer, text)| (outer.trim(), text));
        let inner = inner.filter(|(outer, _)| outer.is_empty() || is_currency(outer));
        let (outer, text) = inner.unwrap_or(("", text));
        let bracketed = inner.is_some();
        let (text, sign) = signed(text);
        let first = text.find(|c: char| c.is_ascii_digit())?;
        // A decimal separator may come before the first digit.
        let first = match text[..first].chars().next_back() {
            Some(mark @ ('.' | ',')) => first - mark.len_utf8(),
            _ => first,
        };
        let (prefix, text) = (text[..first].trim(), &text[first..]);
        // The sign may also follow the currency.
        let (prefix, inner_sign) = match prefix.strip_suffix(MINUS) {
            Some(prefix) => (prefix.trim(), true),
            None => (prefix.strip_suffix('+').unwrap_or(prefix).trim(), false),
        };
        if !prefix.is_empty() && (!is_currency(prefix) || !outer.is_empty()) {
            return None;
        }
        let prefix = if outer.is_empty() { prefix } else { outer };
        let (digits, text) = split_digits(text);
        let (exponent, text) = split_exponent(text);
        let text = text.trim();
        let (suffix, trailing) = match text.strip_suffix(MINUS) {
            Some(text) => (text.trim(), true),
            None => (text, false),
        };
        if !suffix.is_empty() && !is_suffix(suffix) {
            return None;
        }
        let signs = [bracketed, sign, inner_sign, trailing];
        let sign = match signs {
            [false, false, false, false] => Sign::Positive,
            [true, false, false, false] => Sign::Brackets,
            [false, true, false, false] | [false, false, true, false] => Sign::Negative,
            [false, false, false, true] => Sign::Trailing,
            _ => return None,
        };
        let form = match (Form::of(digits)?, exponent) {
            (form, None) => form,
            (form @ (Form::Plain | Form::Decimal(_)), Some(_)) => form,
            (Form::Either(mark), Some(_)) => Form::Decimal(mark),
            (Form::Grouped(_) | Form::Both(..), Some(_)) => return None,
        };
        Some(Self {
            sign,
            digits,
            exponent,
            form,
            prefix,
            suffix,
        })
    }

    /// Returns the value, if the cell is written with this decimal separator and this separator of
    /// thousands.
    pub fn value(&self, decimal: Separator, thousands: Option<Separator>) -> Option<f64> {
        let decimals = self.split(decimal, thousands)?;
        let mut text = String::with_capacity(self.digits.len() + 8);
        if self.sign != Sign::Positive {
            text.push('-');
        }
        let (integer, fraction) = match decimals {
            Some(at) => (&self.digits[..at], &self.digits[at + 1..]),
            None => (self.digits, ""),
        };
        text.extend(integer.chars().filter(char::is_ascii_digit));
        text.push('.');
        text.push_str(fraction);
        if let Some(exponent) = self.exponent {
            text += &format!("e{exponent}");
        }
        text.parse().ok()
    }

    /// Returns the digits and their separators.
    pub fn digits(&self) -> &'a str {
        self.digits
    }

    /// Returns whether the cell has digits and nothing else.
    pub fn is_bare(&self) -> bool {
        self.form == Form::Plain
            && self.sign == Sign::Positive
            && self.exponent.is_none()
            && self.prefix.is_empty()
            && self.suffix.is_empty()
    }

    /// Returns an integer that is written with digits only, unless it is beyond all values.
    pub fn integer(&self) -> Option<i128> {
        let is_plain = self.form == Form::Plain && self.exponent.is_none();
        let integer: i128 = is_plain.then(|| self.digits.parse().ok()).flatten()?;
        Some(if self.sign == Sign::Positive {
            integer
        } else {
            -integer
        })
    }

    /// Returns the place of the decimal separator, `None` inside if there is none.
    fn split(&self, decimal: Separator, thousands: Option<Separator>) -> Option<Option<usize>> {
        let last = || self.digits.rfind(|c: char| !c.is_ascii_digit());
        match self.form {
            Form::Plain => Some(None),
            Form::Decimal(mark) => (mark == decimal).then(last),
            Form::Either(mark) if mark == decimal => Some(last()),
            Form::Either(mark) | Form::Grouped(mark) => (Some(mark) == thousands).then_some(None),
            Form::Both(groups, mark) => (mark == decimal && Some(groups) == thousands).then(last),
        }
    }
}

impl Form {
    /// Returns how digits and separators may be read. `None` if they are no number.
    fn of(digits: &str) -> Option<Self> {
        let parts: Vec<&str> = digits.split(|c: char| !c.is_ascii_digit()).collect();
        let marks = digits.chars().filter(|c| !c.is_ascii_digit());
        let marks: Vec<Separator> = marks.map(Separator::of).collect::<Option<_>>()?;
        let (&last, before) = match marks.as_slice() {
            [] => return Some(Self::Plain),
            [before @ .., last] => (last, before),
        };
        if before.is_empty() {
            let grouped = are_groups(&parts);
            return match (last.is_mark(), grouped) {
                (true, true) => Some(Self::Either(last)),
                (true, false) => Some(Self::Decimal(last)),
                (false, true) => Some(Self::Grouped(last)),
                (false, false) => None,
            };
        }
        let groups = before[0];
        if before.iter().any(|&mark| mark != groups) {
            return None;
        }
        if last == groups {
            return are_groups(&parts).then_some(Self::Grouped(groups));
        }
        let (_, integer) = parts.split_last()?;
        (last.is_mark() && are_groups(integer)).then_some(Self::Both(groups, last))
    }
}

/// Returns whether these are groups of thousands, or of hundreds before the last one as in India.
fn are_groups(parts: &[&str]) -> bool {
    let [first, middle @ .., last] = parts else {
        return false;
    };
    let is_first = (1..=3).contains(&first.len()) && !first.starts_with('0');
    let of_length = |length: usize| middle.iter().all(|part| part.len() == length);
    is_first && last.len() == 3 && (of_length(3) || first.len() < 3 && of_length(2))
}

fn signed(text: &str) -> (&str, bool) {
    match text.strip_prefix(MINUS) {
        Some(text) => (text.trim_start(), true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    }
}

/// Splits off digits and separators. A separator belongs to them if a digit follows, or if it is a
/// decimal separator at the end.
fn split_digits(text: &str) -> (&str, &str) {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let belongs = match Separator::of(c) {
            _ if c.is_ascii_digit() => true,
            Some(_) if is_digit(next) => true,
            Some(Separator::Dot | Separator::Comma) => next.is_none_or(|next| "eE".contains(next)),
            _ => false,
        };
        if !belongs {
            break;
        }
        end = at + c.len_utf8();
    }
    text.split_at(end)
}

/// Splits off an exponent, such as `E+05`. Fortran writes `D+05`.
fn split_exponent(text: &str) -> (Option<i32>, &str) {
    let Some(exponent) = text.strip_prefix(['e', 'E', 'd', 'D']) else {
        return (None, text);
    };
    let signed = exponent.strip_prefix(['+', '-', '\u{2212}']);
    if signed.is_none() && text.starts_with(['d', 'D']) {
        return (None, text);
    }
    let digits = signed.unwrap_or(exponent);
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let negative = signed.is_some() && !exponent.starts_with('+');
    match digits[..end].parse::<i32>() {
        Ok(value) => (Some(if negative { -value } else { value }), &digits[end..]),
        // A number with many digits is beyond every float.
        Err(_) if end > 0 => (Some(if negative { -9999 } else { 9999 }), &digits[end..]),
        Err(_) => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Separator, Sign, Written};
    use Separator::{Apostrophe, Comma, Dot, Space};

    fn value(cell: &str, decimal: Separator, thousands: Option<Separator>) -> Option<f64> {
        Written::of(cell).and_then(|written| written.value(decimal, thousands))
    }

    #[test]
    fn separators_have_one_or_two_readings() {
        let form = |cell| Written::of(cell).map(|written| written.form);
        assert_eq!(form("1234"), Some(Form::Plain));
        for cell in ["1.5", "0.125", "1234.567", ".5", "5.", "1.23456", "00.123"] {
            assert_eq!(form(cell), Some(Form::Decimal(Dot)), "{cell}");
        }
        assert_eq!(form("1.234"), Some(Form::Either(Dot)));
        assert_eq!(form("123,456"), Some(Form::Either(Comma)));
        assert_eq!(form("1.234e5"), Some(Form::Decimal(Dot)));
        assert_eq!(form("1.234.567"), Some(Form::Grouped(Dot)));
        assert_eq!(form("12,34,567"), Some(Form::Grouped(Comma)));
        assert_eq!(form("1’234"), Some(Form::Grouped(Apostrophe)));
        assert_eq!(form("1.234,5"), Some(Form::Both(Dot, Comma)));
        assert_eq!(form("1\u{202f}234.5"), Some(Form::Both(Space, Dot)));
        let others = [
            "1.2.3",
            "2024.01.02",
            "10.0.0.1",
            "12 5",
            "1'23",
            "1,2345,678",
            "0.123.456",
            "-",
            "1.234,567.8",
            "5.0 e",
            "0x1F",
            "12:30",
            "1-2",
            "v1",
            "1e",
            "--5",
            "(-5)",
            "$ ($5)",
            "x (5)",
            "",
        ];
        for cell in others {
            let written = Written::of(cell).filter(|written| written.suffix.is_empty());
            assert_eq!(written, None, "{cell}");
        }
    }

    #[test]
    fn values_are_read_in_a_format() {
        assert_eq!(value("7.050", Comma, Some(Dot)), Some(7050.0));
        assert_eq!(value("7.050", Dot, None), Some(7.05));
        assert_eq!(value("7,050", Dot, None), None);
        assert_eq!(value("2,5", Dot, Some(Comma)), None);
        assert_eq!(value("1.234.567,25", Comma, Some(Dot)), Some(1_234_567.25));
        assert_eq!(value("12,34,567.8", Dot, Some(Comma)), Some(1_234_567.8));
        assert_eq!(value("1\u{a0}234,5", Comma, Some(Space)), Some(1234.5));
        assert_eq!(value("1,5e3", Comma, None), Some(1500.0));
        assert_eq!(value("1.5D-03", Dot, None), Some(0.0015));
        assert_eq!(value("5.", Dot, None), Some(5.0));
        assert_eq!(value(",5", Comma, None), Some(0.5));
        assert_eq!(value("1e999", Dot, None), Some(f64::INFINITY));
    }

    #[test]
    fn signs_and_units_are_taken_apart() {
        let parts = |cell| {
            let written = Written::of(cell).expect("a number");
            let value = written.value(Dot, Some(Comma)).expect("a value");
            (value, written.sign, written.prefix, written.suffix)
        };
        assert_eq!(parts("+5"), (5.0, Sign::Positive, "", ""));
        assert_eq!(parts("\u{2212}5"), (-5.0, Sign::Negative, "", ""));
        assert_eq!(parts("5-"), (-5.0, Sign::Trailing, "", ""));
        assert_eq!(parts("(1,234.50)"), (-1234.5, Sign::Brackets, "", ""));
        assert_eq!(parts("€ 12.50"), (12.5, Sign::Positive, "€", ""));
        assert_eq!(parts("$ (1.5)"), (-1.5, Sign::Brackets, "$", ""));
        assert_eq!(parts("-$3"), (-3.0, Sign::Negative, "$", ""));
        assert_eq!(parts("$-3"), (-3.0, Sign::Negative, "$", ""));
        assert_eq!(parts("12.5 €"), (12.5, Sign::Positive, "", "€"));
        assert_eq!(parts("45 %"), (45.0, Sign::Positive, "", "%"));
        assert_eq!(parts("21.5°C"), (21.5, Sign::Positive, "", "°C"));
        assert_eq!(parts("9.81 m/s²"), (9.81, Sign::Positive, "", "m/s²"));
        assert_eq!(parts("1.5e3 kg"), (1500.0, Sign::Positive, "", "kg"));
    }
}
