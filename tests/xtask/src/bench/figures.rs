//! The figures of the boards, and the record of them.

use std::collections::BTreeMap;
use std::fs;

use flowlet_trainer::files;
use serde::{Deserialize, Serialize};

use crate::{Failure, checkout};

/// Figures of a board by name; less is better. `16-64/1` are the instructions of a layer with 16
/// columns and 64 rows for one sample, `text` are bytes of code.
pub type Figures = BTreeMap<String, u64>;
/// Figures by board.
pub type Boards = BTreeMap<String, Figures>;

/// Name of the network with the shape of MLPerf Tiny's anomaly detector, for one sample.
pub const DETECTOR: &str = "640-128-128-128-128-8-128-128-128-128-640/1";

/// Returns a figure; NaN if the board has none.
pub fn get(figures: &Figures, name: &str) -> f64 {
    figures.get(name).map_or(f64::NAN, |&figure| figure as f64)
}

/// Returns the multiply-accumulates of a name such as `16-64-2/3` or `unaligned 64-64/1`.
pub fn multiply_accumulates(name: &str) -> f64 {
    let shape = name.strip_prefix("unaligned ").unwrap_or(name);
    let (widths, samples) = shape.split_once('/').unwrap_or((shape, "1"));
    let number = |text: &str| text.parse().unwrap_or(f64::NAN);
    let widths: Vec<f64> = widths.split('-').map(number).collect();
    widths.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() * number(samples)
}

/// Measured figures and their compiler. Figures of different compilers are not compared, because
/// the linked code differs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    pub compiler: String,
    pub boards: Boards,
}

/// The committed record.
const RECORD: &str = "tests/xtask/baseline.json";
/// Percentage by which a figure may be worse than recorded.
const ALLOWED: u64 = 2;

pub fn read() -> Result<Record, Failure> {
    let hint = |error: &dyn std::fmt::Display| {
        format!("{RECORD}: {error}; `cargo xtask bench --record` writes it anew")
    };
    let text = fs::read_to_string(checkout::path(RECORD)).map_err(|error| hint(&error))?;
    Ok(serde_json::from_str(&text).map_err(|error| hint(&error))?)
}

pub fn write(record: &Record) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(record)? + "\n";
    Ok(files::write(&checkout::path(RECORD), json.as_bytes())?)
}

/// Figures that differ from the record by more than is allowed, one line each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compared {
    pub worse: Vec<String>,
    pub better: Vec<String>,
}

pub fn compare(before: &Boards, now: &Boards) -> Compared {
    let mut compared = Compared::default();
    for (board, figures) in now {
        for (name, &now) in figures {
            let Some(&before) = before.get(board).and_then(|figures| figures.get(name)) else {
                let line = format!("{board}: {name} is {now} and has no record");
                compared.worse.push(line);
                continue;
            };
            let line = format!("{board}: {name} is {now}, recorded {before}");
            if now * 100 > before * (100 + ALLOWED) {
                compared.worse.push(line);
            } else if now * (100 + ALLOWED) < before * 100 {
                compared.better.push(line);
            }
        }
    }
    compared
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boards(value: u64) -> Boards {
        let figures = Figures::from([("digit".to_owned(), value)]);
        Boards::from([("microbit".to_owned(), figures)])
    }

    #[test]
    fn names_tell_the_multiply_accumulates() {
        assert_eq!(multiply_accumulates("16-64/1"), 1024.0);
        assert_eq!(multiply_accumulates("16-64-2/3"), 3.0 * (1024.0 + 128.0));
        assert_eq!(multiply_accumulates("unaligned 64-64/1"), 4096.0);
        assert_eq!(multiply_accumulates(DETECTOR), 264_192.0);
    }

    #[test]
    fn two_percent_are_allowed() {
        let compare = |now| compare(&boards(1000), &boards(now));
        assert_eq!(compare(1020), Compared::default());
        assert_eq!(compare(985), Compared::default());
        assert_eq!(
            compare(1021).worse,
            ["microbit: digit is 1021, recorded 1000"]
        );
        assert_eq!(
            compare(900).better,
            ["microbit: digit is 900, recorded 1000"]
        );
        let compared = super::compare(&Boards::new(), &boards(5));
        assert_eq!(compared.worse, ["microbit: digit is 5 and has no record"]);
    }
}
