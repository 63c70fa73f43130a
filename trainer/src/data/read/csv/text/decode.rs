//! The text of a file, whatever its encoding.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::position::line_ends;
use crate::data::error::{DataError, DataErrorKind, Place, quoted};
use crate::data::note::{Note, NoteKind};

/// Bytes that show the encoding of a text without a byte-order mark.
const PROBED: usize = 1 << 12;
/// Characters without a width, which web pages and joined files leave in cells: byte-order marks,
/// zero-width spaces and marks of the writing direction.
const INVISIBLE: [char; 5] = ['\u{feff}', '\u{200b}', '\u{2060}', '\u{200e}', '\u{200f}'];

/// Returns the text of a file and, if its encoding was guessed, a note. `name` is the name of the
/// encoding, if the user gives it.
pub(crate) fn text<'b>(
    bytes: &'b [u8],
    file: &str,
    name: Option<&str>,
) -> Result<(Cow<'b, str>, Option<Note>), DataError> {
    let encoding = match name {
        Some(name) => Some(named(name, file)?),
        None => wide(bytes),
    };
    // A byte-order mark wins over a name, and is no part of the text.
    let encoding = Encoding::for_bom(bytes).map_or(encoding, |(encoding, _)| Some(encoding));
    let (text, note) = match encoding {
        Some(encoding) if encoding != UTF_8 => (decoded(bytes, encoding, file)?, None),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), None),
            Err(_) if encoding.is_none() && !has_controls(bytes) => {
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
                let note = guessed(&text, file);
                (text, Some(note))
            }
            Err(error) => {
                let message = match has_controls(bytes) {
                    true => "the file is not a text; give a table in a text file",
                    false => "the bytes are not UTF-8; save the file as UTF-8",
                };
                let line = 1 + line_ends(&bytes[..error.valid_up_to()]);
                let place = Place::file(file).with_line(line);
                return Err(DataError::new(DataErrorKind::Encoding, place, message));
            }
        },
    };
    let text = match text {
        Cow::Borrowed(text) if !text.contains(INVISIBLE) => Cow::Borrowed(trimmed(text)),
        text => Cow::Owned(trimmed(&text.replace(INVISIBLE, "")).to_owned()),
    };
    let what = match text.find('\0') {
        Some(at) => Some((1 + line_ends(&text.as_bytes()[..at]), "a zero byte")),
        None if is_mostly_controls(&text) => Some((1, "many control characters")),
        None => None,
    };
    match what {
        Some((line, what)) => {
            let place = Place::file(file).with_line(line);
            let message = format!("{what}, so this is not a text; give a table in a text file");
            Err(DataError::new(DataErrorKind::Encoding, place, message))
        }
        None => Ok((text, note)),
    }
}

/// Removes what old systems and broken loggers write after the last line.
fn trimmed(text: &str) -> &str {
    match text.trim_end_matches(['\0', '\u{1a}']) {
        "" => text,
        text => text,
    }
}

fn named(name: &str, file: &str) -> Result<&'static Encoding, DataError> {
    // The names of Latin-1 mean Windows-1252, as in every browser.
    Encoding::for_label(name.as_bytes()).ok_or_else(|| {
        let message = format!(
            "there is no encoding {}; for example, choose utf-8, utf-16le, windows-1252, shift_jis \
             or gbk",
            quoted(name)
        );
        DataError::in_file(file, message).of_kind(DataErrorKind::Encoding)
    })
}

/// Returns which UTF-16 a text without a byte-order mark has: every other byte of its beginning is
/// 0, as far as it is ASCII.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(PROBED)];
    let zeros = |parity: usize| {
        start
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let enough = start.len() / 3;
    match (zeros(0), zeros(1)) {
        (0, low) if low > 0 && low >= enough => Some(UTF_16LE),
        (high, 0) if high > 0 && high >= enough => Some(UTF_16BE),
        _ => None,
    }
}

fn decoded<'b>(
    bytes: &'b [u8],
    encoding: &'static Encoding,
    file: &str,
) -> Result<Cow<'b, str>, DataError> {
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let Some(at) = text.find('\u{fffd}') else {
        return Ok(text);
    };
    let place = Place::file(file).with_line(1 + line_ends(&text.as_bytes()[..at]));
    let message = format!(
        "the bytes are not {}; choose another encoding",
        encoding.name()
    );
    Err(DataError::new(DataErrorKind::Encoding, place, message))
}

/// The note of a text that was taken for Windows-1252. It shows the first cell that depends on it.
fn guessed(text: &str, file: &str) -> Note {
    let at = text.find(|c: char| !c.is_ascii()).unwrap_or_default();
    let line = 1 + line_ends(&text.as_bytes()[..at]);
    let is_end = |c: char| ",;\t|\r\n\"".contains(c);
    let start = text[..at].rfind(is_end).map_or(0, |at| at + 1);
    let end = text[at..].find(is_end).map_or(text.len(), |end| at + end);
    let message = format!(
        "the file is not UTF-8, so it was read as Windows-1252, with {}",
        quoted(text[start..end].trim())
    );
    Note::new(
        NoteKind::Encoding,
        Place::file(file).with_line(line),
        message,
    )
}

/// Returns whether bytes have control characters that no text has.
fn has_controls(bytes: &[u8]) -> bool {
    let is_control =
        |&byte: &u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
    bytes.iter().take(PROBED).any(is_control)
}

/// Returns whether several of the first characters, and one of 20, are control characters.
fn is_mostly_controls(text: &str) -> bool {
    let is_control = |c: &char| c.is_control() && !c.is_whitespace();
    let controls = text.chars().take(PROBED).filter(is_control).count();
    controls > 2 && 20 * controls > text.chars().take(PROBED).count()
}
