//! Cuts recordings into windows: consecutive rows become the values of one row, channel by channel.

use std::collections::VecDeque;

use super::columns::numbered;
use super::options::Window;
use super::row::Row;

/// The present recording, as far as it has been read.
pub(super) struct Cutter {
    window: Window,
    kept: VecDeque<Row>,
    /// Rows to skip before the next window starts.
    skip: usize,
    /// Recording and class of the latest row.
    last: Option<(usize, Option<String>)>,
}

impl Cutter {
    pub fn new(window: Window) -> Self {
        Self {
            window,
            kept: VecDeque::with_capacity(window.length),
            skip: 0,
            last: None,
        }
    }

    /// Returns the names of a window's values, channel by channel.
    pub fn columns(window: Window, channels: &[String]) -> Vec<String> {
        let moments = |channel: &String| {
            // Separates a digit at the end of the name from the number.
            let ends_in_digit = channel.ends_with(|c: char| c.is_ascii_digit());
            let prefix = if ends_in_digit {
                format!("{channel}_")
            } else {
                channel.clone()
            };
            numbered(&prefix, window.length)
        };
        channels.iter().flat_map(moments).collect()
    }

    /// Ends the recording.
    pub fn end(&mut self) {
        self.kept.clear();
        self.skip = 0;
    }

    /// Takes the next row, and returns a window if the row completes one. A window has one
    /// recording and one class.
    pub fn push(&mut self, row: Row) -> Option<Row> {
        let of = (row.recording, row.label.clone());
        if self.last.as_ref() != Some(&of) {
            self.end();
            self.last = Some(of);
        }
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.kept.push_back(row);
        if self.kept.len() < self.window.length {
            return None;
        }
        let first = self.kept.front()?;
        let channels = first.values.len();
        let values =
            (0..channels).flat_map(|channel| self.kept.iter().map(move |row| row.values[channel]));
        let window = Row {
            values: values.collect(),
            names: Vec::new(),
            label: first.label.clone(),
            recording: first.recording,
            at: first.at.clone(),
        };
        let passed = self.window.stride.min(self.window.length);
        self.kept.drain(..passed);
        self.skip = self.window.stride - passed;
        Some(window)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::error::RowPlace;
    use super::{Cutter, Row, Window};

    fn cut(length: usize, stride: usize, rows: &[(f64, usize)]) -> Vec<Vec<f64>> {
        let mut cutter = Cutter::new(Window { length, stride });
        let rows = rows.iter().map(|&(value, recording)| Row {
            values: vec![value, -value],
            names: Vec::new(),
            label: None,
            recording,
            at: RowPlace::Row(1),
        });
        let windows = rows.filter_map(|row| cutter.push(row));
        windows.map(|row| row.values).collect()
    }

    #[test]
    fn windows_overlap_touch_or_leave_gaps() {
        let rows: Vec<(f64, usize)> = (1..=7).map(|value| (value as f64, 0)).collect();
        let first = |stride| {
            let windows = cut(3, stride, &rows);
            windows.iter().map(|window| window[0]).collect::<Vec<_>>()
        };
        assert_eq!(first(1), [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(first(3), [1.0, 4.0]);
        assert_eq!(first(4), [1.0, 5.0]);
        assert_eq!(cut(2, 2, &rows)[1], [3.0, 4.0, -3.0, -4.0]);
    }

    #[test]
    fn no_window_crosses_into_another_recording() {
        let rows = [(1.0, 0), (2.0, 0), (3.0, 0), (4.0, 1), (5.0, 1)];
        assert_eq!(
            cut(2, 2, &rows),
            [[1.0, 2.0, -1.0, -2.0], [4.0, 5.0, -4.0, -5.0]]
        );
        // Nor is the gap before a window carried into another.
        let rows = [(1.0, 0), (4.0, 1), (5.0, 2)];
        assert_eq!(cut(1, 3, &rows), [[1.0, -1.0], [4.0, -4.0], [5.0, -5.0]]);
    }

    #[test]
    fn moments_are_named_by_channel_and_number() {
        let names = |channels: &[&str]| {
            let channels: Vec<String> = channels.iter().map(|&name| name.to_owned()).collect();
            Cutter::columns(
                Window {
                    length: 11,
                    stride: 1,
                },
                &channels,
            )
        };
        assert_eq!(names(&["x", "y"])[10..12], ["x10", "y00"]);
        assert_eq!(names(&["v2"])[0], "v2_00");
    }
}
