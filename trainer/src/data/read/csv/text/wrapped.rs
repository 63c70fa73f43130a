//! What devices write around the values of a row, which is taken away before a text is read.

use std::borrow::Cow;

use super::pairs::table_of_pairs;
use super::position::Position;
use crate::data::error::Place;
use crate::data::note::{Note, NoteKind};
use crate::text::counted;

/// First lines that show what is around the values.
const PROBED: usize = 512;
/// What the serial monitor of the Arduino IDE writes between a time and a line.
const ARROW: &str = " -> ";

/// A text, and where its first line is.
pub(crate) struct Unwrapped<'t> {
    pub text: Cow<'t, str>,
    pub start: Position,
    pub note: Option<Note>,
}

impl<'t> From<Cow<'t, str>> for Unwrapped<'t> {
    fn from(text: Cow<'t, str>) -> Self {
        Self {
            text,
            start: Position::START,
            note: None,
        }
    }
}

/// Takes away what is around the values of each line.
pub(crate) fn unwrapped<'t>(text: Cow<'t, str>, file: &str) -> Unwrapped<'t> {
    let note = |what: &str| {
        let place = Place::file(file).with_line(1);
        Some(Note::new(NoteKind::Other, place, what))
    };
    let (text, stamped) = match without_stamps(&text) {
        Some(rest) => {
            let what = "the times of the serial monitor, up to `->`, were left out";
            (Cow::Owned(rest), note(what))
        }
        None => (text, None),
    };
    if let Some((table, skipped)) = table_of_pairs(&text) {
        let mut what = "the names of the columns were taken from each line".to_owned();
        if skipped > 0 {
            let lines = counted(skipped, "line", "lines");
            what += &format!("; {lines} without them left out");
        }
        return Unwrapped {
            text: Cow::Owned(table),
            // The names are above the first line.
            start: Position { byte: 0, line: 0 },
            note: note(&what),
        };
    }
    let text = match has_closed_lines(&text) {
        true => Cow::Owned(text.replace(";\r", "\r").replace(";\n", "\n")),
        false => text,
    };
    Unwrapped {
        note: stamped,
        ..Unwrapped::from(text)
    }
}

/// Returns lines such as `12:30:05.123 -> 21.5,40` without their times. `None` if a line has none.
fn without_stamps(text: &str) -> Option<String> {
    let mut rest = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            rest += line;
            continue;
        }
        let (time, values) = line.split_once(ARROW.trim_end())?;
        let is_time = |c: char| c.is_ascii_digit() || ":.".contains(c);
        let time = time.trim_end();
        if time.matches(':').count() != 2 || !time.chars().all(is_time) {
            return None;
        }
        rest += values.strip_prefix(' ').unwrap_or(values);
    }
    (!rest.is_empty()).then_some(rest)
}

/// Returns whether the first lines end with semicolons, which separate no cells.
fn has_closed_lines(text: &str) -> bool {
    let lines = text.lines().map(str::trim_end);
    let lines = lines.filter(|line| !line.is_empty()).take(PROBED);
    let (mut closed, mut open) = (0, 0);
    for line in lines {
        let inner = line.strip_suffix(';');
        if inner.unwrap_or(line).contains(';') || line.matches([',', '\t']).count() < 2 {
            return false;
        }
        match inner {
            Some(_) => closed += 1,
            None => open += 1,
        }
    }
    closed > open
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Position, unwrapped};

    fn plain(text: &str) -> (String, usize) {
        let unwrapped = unwrapped(Cow::Borrowed(text), "a.txt");
        (unwrapped.text.into_owned(), unwrapped.start.line)
    }

    #[test]
    fn lines_of_names_and_values_become_a_table() {
        for (text, table) in [
            ("x:1,y:-2.5\nx:3,y:4\n", "x\ty\n1\t-2.5\n3\t4\n"),
            ("x:1 y:2\r\n\r\nx:3 y:4\r\n", "x\ty\n1\t2\n\n3\t4\n"),
            (
                "x:1\ty:2\nx:3\ty:nan\nx:5\ty:6\nx:7\ty:8\nx:5",
                "x\ty\n1\t2\n3\tnan\n5\t6\n7\t8\n\n",
            ),
            (
                "ready\nx:1,y:2\nx:3,y:4\nx:5,y:6\nx:7,y:8\n",
                "x\ty\n\n1\t2\n3\t4\n5\t6\n7\t8\n",
            ),
            ("t=1 v=2 \nt=2 v=3.5\n", "t\tv\n1\t2\n2\t3.5\n"),
            (
                "Temp: 21.5 °C, Rel hum: 40 %\nTemp: 22 °C, Rel hum: 41 %\n",
                "Temp\tRel hum\n21.5 °C\t40 %\n22 °C\t41 %\n",
            ),
            (
                "12:30:05.123 -> x:1,y:2\n12:30:06.123 -> x:3,y:4\n",
                "x\ty\n1\t2\n3\t4\n",
            ),
        ] {
            assert_eq!(plain(text), (table.to_owned(), 0), "{text}");
        }
    }

    #[test]
    fn other_lines_are_kept() {
        for text in [
            "x:1,y:2\nx:3,z:4\n",
            "x:1,y:2\ny:4,x:3\n",
            "ready\nsteady\nx:1,y:2\nx:3,y:4\n",
            "12:30,1\n12:31,2\n",
            "I (10) main: temp=21.5 hum=40\nI (20) main: temp=21 hum=41\n",
            "rate=10\nrate=11\n",
            "a,b\nx=1,2\n",
            "x;y\n1;2\n",
            "1,5;\n2,5;\n",
            "12:30:05.123 -> 1,2\n3,4\n",
        ] {
            assert_eq!(
                plain(text),
                (text.to_owned(), Position::START.line),
                "{text}"
            );
        }
    }

    #[test]
    fn times_of_a_monitor_and_closing_semicolons_are_left_out() {
        let text = "12:30:05.123 -> x,y\r\n12:30:06.001 -> 1,2\r\n";
        assert_eq!(plain(text).0, "x,y\r\n1,2\r\n");
        assert_eq!(
            plain("33,walk,1.5;\n33,run,2;\n").0,
            "33,walk,1.5\n33,run,2\n"
        );
    }
}
