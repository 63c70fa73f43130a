//! Provenance of a model: what it was trained on, in a line of text that the model file holds.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::data::Table;
use crate::data::split::Split;

/// What a model was trained on. `Display` gives the card of a model file, which [`FromStr`] reads
/// back.
///
/// ```
/// use flowlet_trainer::{Provenance, Table, Trainer};
///
/// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
/// let provenance: Provenance = trained.model().card().parse().expect("a card");
/// assert_eq!((provenance.steps, provenance.rows), (1, 3));
/// assert_eq!(provenance.split(&table).as_ref(), Some(trained.split()));
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Provenance {
    /// Version of flowlet.
    pub version: String,
    /// Random seed of the training.
    pub seed: u64,
    /// Optimiser steps of the training, without reflow and distillation.
    pub steps: usize,
    /// Number of training rows.
    pub rows: usize,
    /// Number of validation rows.
    pub validation_rows: usize,
    /// Share of the rows that was kept for validation.
    pub validation: f64,
    /// Checksum of the data in hexadecimal, as of [`Table::checksum`](crate::Table::checksum).
    pub data_crc32: String,
}

impl Provenance {
    /// Describes a training on the rows of `split` that are no validation rows.
    #[must_use]
    pub fn new(table: &Table, split: &Split, validation: f64, seed: u64, steps: usize) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            seed,
            steps,
            rows: split.training.len(),
            validation_rows: split.validation.len(),
            validation,
            data_crc32: format!("{:08x}", table.checksum()),
        }
    }

    /// Returns training and validation rows of `table`, if the model was trained on it.
    #[must_use]
    pub fn split(&self, table: &Table) -> Option<Split> {
        let is_same = format!("{:08x}", table.checksum()) == self.data_crc32;
        if !is_same || table.values.nrows() < 2 {
            return None;
        }
        let split = Split::new(table, self.validation, self.seed).ok()?;
        let counts = (split.training.len(), split.validation.len());
        (counts == (self.rows, self.validation_rows)).then_some(split)
    }
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            version,
            seed,
            steps,
            rows,
            validation_rows,
            validation,
            data_crc32,
        } = self;
        write!(
            f,
            "flowlet {version}, seed {seed}, {steps} steps, \
             {rows}+{validation_rows} rows ({validation}), data {data_crc32}"
        )
    }
}

impl FromStr for Provenance {
    type Err = ();

    /// Reads the card of a model file. The error means that flowlet did not write it.
    fn from_str(card: &str) -> Result<Self, ()> {
        let mut parts = card.split(", ");
        let mut part = |before: &str, after: &str| {
            let part = parts.next()?.strip_prefix(before)?;
            part.strip_suffix(after)
        };
        let mut read = || {
            let version = part("flowlet ", "")?.to_owned();
            let seed = part("seed ", "")?.parse().ok()?;
            let steps = part("", " steps")?.parse().ok()?;
            let (rows, validation) = part("", ")")?.split_once(" rows (")?;
            let (rows, validation_rows) = rows.split_once('+')?;
            Some(Self {
                version,
                seed,
                steps,
                rows: rows.parse().ok()?,
                validation_rows: validation_rows.parse().ok()?,
                validation: validation.parse().ok()?,
                data_crc32: part("data ", "")?.to_owned(),
            })
        };
        read().ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::Provenance;

    #[test]
    fn a_card_is_read_back() {
        let provenance = Provenance {
            version: "0.1.0".to_owned(),
            seed: u64::MAX,
            steps: 8000,
            rows: 1169,
            validation_rows: 292,
            validation: 0.2,
            data_crc32: "00001a2b".to_owned(),
        };
        let card = provenance.to_string();
        let text = "flowlet 0.1.0, seed 18446744073709551615, 8000 steps, 1169+292 rows (0.2), \
                    data 00001a2b";
        assert_eq!(card, text);
        assert_eq!(card.parse(), Ok(provenance));
        for other in ["", "made by hand", &card[..card.len() - 14], &card[1..]] {
            assert_eq!(other.parse::<Provenance>(), Err(()), "{other}");
        }
    }
}
