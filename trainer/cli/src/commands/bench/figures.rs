//! The figures of the boards, and their record.

use std::collections::BTreeMap;
use std::fs;

use serde::{Deserialize, Serialize};

use super::Failure;
use crate::commands::readme::checkout;
use flowlet_trainer::files;

/// One board's figures by name: instructions of `16-64/1` (the layer of 16 columns and 64 rows, one
/// sample at once), bytes of `text`, …; the less the better.
pub(super) type Figures = BTreeMap<String, u64>;
/// All boards'.
pub(super) type All = BTreeMap<String, Figures>;

/// What was measured, and the compiler that it is of: another one links other code, so the
/// figures of two are not compared.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) compiler: String,
    pub(super) boards: All,
}

/// Committed; relative to the checkout.
const RECORD: &str = "tests/xtask/baseline.json";
/// A figure may be worse by this share, %.
const ALLOWED: u64 = 2;

pub(super) fn read() -> Result<Record, Failure> {
    let path = checkout().join(RECORD);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::Input(format!(
            "{RECORD}: {error}; `flowlet bench --record` writes it"
        ))
    })?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::Input(format!(
            "{RECORD}: {error}; `flowlet bench --record` writes it anew"
        ))
    })
}

pub(super) fn write(record: &Record) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(record)
        .map_err(|error| Failure::Internal(error.to_string()))?;
    Ok(files::write(
        &checkout().join(RECORD),
        format!("{json}\n").as_bytes(),
    )?)
}

/// What differs from the record by more than is allowed, a line each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) worse: Vec<String>,
    pub(super) better: Vec<String>,
}

pub(super) fn compare(before: &All, now: &All) -> Compared {
    let mut compared = Compared::default();
    for (board, figures) in now {
        for (name, &now) in figures {
            let Some(&before) = before.get(board).and_then(|figures| figures.get(name)) else {
                compared
                    .worse
                    .push(format!("{board}: {name} is {now}, and not on record"));
                continue;
            };
            let line = format!("{board}: {name} is {now}, on record {before}");
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

    fn all(value: u64) -> All {
        let figures = Figures::from([("digit".to_owned(), value)]);
        All::from([("microbit".to_owned(), figures)])
    }

    #[test]
    fn two_per_cent_are_allowed() {
        let compare = |now| compare(&all(1000), &all(now));
        assert_eq!(compare(1020), Compared::default());
        assert_eq!(compare(985), Compared::default());
        assert_eq!(
            compare(1021).worse,
            ["microbit: digit is 1021, on record 1000"]
        );
        assert_eq!(
            compare(900).better,
            ["microbit: digit is 900, on record 1000"]
        );
        let compared = super::compare(&All::new(), &all(5));
        assert_eq!(compared.worse, ["microbit: digit is 5, and not on record"]);
    }
}
