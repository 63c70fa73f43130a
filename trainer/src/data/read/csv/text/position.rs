//! Where lines begin, whatever ends them: LF, CRLF or CR.

/// Where a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub byte: usize,
    /// Number of the line, as an editor counts it.
    pub line: usize,
}

impl Position {
    pub const START: Self = Self { byte: 0, line: 1 };

    /// Returns where a line of a text begins, counted from 1.
    pub fn of_line(text: &str, line: usize) -> Option<Self> {
        let mut at = Self::START;
        while at.line < line {
            at.byte += text[at.byte..].find(['\n', '\r'])?;
            at = at.after_line_end(text);
        }
        (at.byte < text.len()).then_some(at)
    }

    /// Returns where the next line begins. The line end is here.
    pub fn after_line_end(self, text: &str) -> Self {
        let is_pair = text.as_bytes()[self.byte..].starts_with(b"\r\n");
        Self {
            byte: self.byte + if is_pair { 2 } else { 1 },
            line: self.line + 1,
        }
    }
}

/// Returns the number of line ends.
pub(crate) fn line_ends(bytes: &[u8]) -> usize {
    let is_end = |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..bytes.len()).filter(is_end).count()
}
