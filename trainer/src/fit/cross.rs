//! Cross-conformal scores: each row of a small table is scored by a model that was not trained on
//! it (Vovk 2015, *Annals of Mathematics and Artificial Intelligence* 74). So all rows calibrate
//! the scores, in place of the few validation rows.

use std::borrow::Cow;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{FitConfig, FitControl, Prepared, Progress, fit};
use crate::data::Table;
use crate::error::Error;
use crate::score::{FoldScores, score};

/// Number of parts. Each is scored by a model of the others.
const FOLDS: usize = 5;
/// Number of rows from which on the validation rows are enough.
const MAX_ROWS: usize = 500;
/// Mixed into the seed of the parts.
const SEED: u64 = 0x666f_6c64_7300_0000;

/// Returns whether all rows of a table calibrate scores: they are few, and none belong together.
pub(crate) fn is_crossed(table: &Table, config: &FitConfig) -> bool {
    let rows = table.values.nrows();
    config.crosses && table.recordings.is_none() && (2 * FOLDS..MAX_ROWS).contains(&rows)
}

/// Trains a model for each part of the rows and scores the part.
pub(super) fn scores(table: &Table, config: &FitConfig) -> Result<FoldScores, Error> {
    let config = FitConfig {
        crosses: false,
        chooses_steps: false,
        ..config.clone()
    };
    let mut all = FoldScores::default();
    for fold in folds(table, config.train.seed) {
        let others = (0..table.values.nrows()).filter(|row| !fold.contains(row));
        let others = table.select(&others.collect::<Vec<usize>>());
        let control = FitControl {
            checkpoint: None,
            budget: None,
            observer: &mut |_: &Progress| {},
        };
        let prepared = Prepared::new(Cow::Owned(others), &config)?;
        let trained = fit(&prepared, &config, &[config.steps], control)?;
        let rows = table.select(&fold);
        for trained in &trained {
            let model = trained.model();
            let values = |known: bool| -> Result<Vec<f64>, Error> {
                let scores = score(&model, &rows, known)?;
                Ok(scores.iter().map(|score| score.value).collect())
            };
            all.known.extend(values(true)?);
            all.best.extend(values(false)?);
        }
    }
    Ok(all)
}

/// Divides the rows at random, each class in proportion.
fn folds(table: &Table, seed: u64) -> Vec<Vec<usize>> {
    let mut rows: Vec<usize> = (0..table.values.nrows()).collect();
    rows.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed ^ SEED));
    if let Some(classes) = table.classes() {
        rows.sort_by_key(|&row| classes[row]);
    }
    let mut folds = vec![Vec::new(); FOLDS];
    for (place, row) in rows.into_iter().enumerate() {
        folds[place % FOLDS].push(row);
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::folds;
    use crate::data::Table;

    #[test]
    fn every_row_is_in_one_part_and_every_class_in_all() {
        let row = |row: usize| format!("{row},{}\n", if row < 10 { "rare" } else { "common" });
        let text: String = (0..97).map(row).collect();
        let table = Table::parse_csv(format!("x,kind\n{text}").as_bytes(), "rows.csv");
        let table = table.and_then(|table| table.with_label("kind"));
        let folds = folds(&table.expect("a table"), 3);
        let mut all: Vec<usize> = folds.concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..97));
        for fold in folds {
            assert_eq!(fold.iter().filter(|&&row| row < 10).count(), 2, "{fold:?}");
        }
    }
}
