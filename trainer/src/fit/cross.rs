//! Cross-conformal scores: each row of a small table is scored by a model that was not trained on
//! it (Vovk 2015, *Annals of Mathematics and Artificial Intelligence* 74). So all rows calibrate
//! the scores, in place of the few validation rows.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::checkpoint::Fingerprint;
use super::config::FOLDS;
use super::{Checkpoint, FitConfig, FitControl, Observer, Prepared, Progress, Stop, fit};
use crate::data::Table;
use crate::data::split::originals;
use crate::error::Error;
use crate::score::{FoldScores, score};

/// Number of rows from which on the validation rows are enough.
const MAX_ROWS: usize = 500;
/// Mixed into the seed of the folds.
const SEED: u64 = 0x666f_6c64_7300_0000;

/// Returns whether all rows of a table can calibrate scores: they are few, none belong together,
/// and a model can be trained without each fold, which may have all rows of a category.
pub(crate) fn is_crossed(table: &Table, config: &FitConfig) -> bool {
    let rows = table.values.nrows();
    let is_small = (2 * FOLDS as usize..MAX_ROWS).contains(&rows);
    let is_possible = |fold: &Vec<usize>| Prepared::new(others(table, fold), config).is_ok();
    is_small
        && table.recordings.is_none()
        && folds(table, config.train.seed).iter().all(is_possible)
}

/// Returns the rows that are not in a fold.
fn others(table: &Table, fold: &[usize]) -> Cow<'static, Table> {
    let others = (0..table.values.nrows()).filter(|row| !fold.contains(row));
    Cow::Owned(table.select(&others.collect::<Vec<usize>>()))
}

/// Trains a model without each fold of the rows and scores the fold, or returns what a checkpoint
/// has of them. There are no scores if all rows need not calibrate. `print` identifies the fit.
///
/// Returns the control of the training that follows, too.
pub(super) fn scores<'a>(
    table: &Table,
    config: &FitConfig,
    print: Fingerprint,
    control: FitControl<'a>,
) -> Result<(FoldScores, FitControl<'a>), Error> {
    let FitControl {
        mut checkpoint,
        budget,
        observer,
    } = control;
    let fold_checkpoint = checkpoint.take_if(|of| of.fold.is_some());
    let is_past = checkpoint.is_some();
    let resumed = checkpoint.as_ref().or(fold_checkpoint.as_ref());
    let mut scores = resumed.map_or_else(FoldScores::default, |of| of.scores.clone());
    let first = fold_checkpoint.as_ref().and_then(|of| of.fold);
    if config.crosses && !is_past {
        let steps: usize = config.phase_steps().iter().sum();
        let folds = (1..).zip(folds(table, config.train.seed));
        let mut inner = fold_checkpoint;
        for (number, rows) in folds.skip_while(|(number, _)| Some(*number) < first) {
            let mut observer = FoldObserver {
                number,
                later: (FOLDS - number + 1) as usize * steps,
                print,
                scores: &scores,
                observer: &mut *observer,
            };
            let of_fold = score_fold(table, config, &rows, inner.take(), &mut observer)?;
            scores.known.extend(of_fold.known);
            scores.best.extend(of_fold.best);
        }
    }
    let control = FitControl {
        checkpoint,
        budget,
        observer,
    };
    Ok((scores, control))
}

/// Trains a model of the other rows and scores the rows of a fold.
fn score_fold(
    table: &Table,
    config: &FitConfig,
    fold: &[usize],
    checkpoint: Option<Checkpoint>,
    observer: &mut dyn Observer,
) -> Result<FoldScores, Error> {
    let config = FitConfig {
        crosses: false,
        chooses_steps: false,
        chooses_solver: false,
        ..config.clone()
    };
    let others = others(table, fold);
    let checkpoint = checkpoint.map(|of| Checkpoint {
        fold: None,
        scores: FoldScores::default(),
        ..of
    });
    let control = FitControl {
        checkpoint,
        budget: None,
        observer,
    };
    let prepared = Prepared::new(others, &config)?;
    let trained = fit(&prepared, &config, &[config.steps], control)?.swap_remove(0);
    let (model, rows) = (trained.model(), table.select(fold));
    let values = |known: bool| -> Result<Vec<f64>, Error> {
        let scores = score(&model, &rows, known)?;
        Ok(scores.iter().map(|score| score.value).collect())
    };
    Ok(FoldScores {
        known: values(true)?,
        best: values(false)?,
    })
}

/// Passes the training of a fold's model on to the observer of the fit.
struct FoldObserver<'a> {
    number: u32,
    /// Optimiser steps of the later folds and of the model that is kept.
    later: usize,
    /// Fingerprint of the fit.
    print: Fingerprint,
    /// Scores of the folds before.
    scores: &'a FoldScores,
    observer: &'a mut dyn Observer,
}

impl FoldObserver<'_> {
    fn progress(&self, now: &Progress) -> Progress {
        Progress {
            fold: Some(self.number),
            left: now.left + self.later,
            ..*now
        }
    }
}

impl Observer for FoldObserver<'_> {
    fn step(&mut self, now: &Progress, checkpoint: &dyn Fn() -> Checkpoint) -> ControlFlow<Stop> {
        let progress = self.progress(now);
        let checkpoint = || Checkpoint {
            fingerprint: self.print,
            fold: Some(self.number),
            scores: self.scores.clone(),
            ..checkpoint()
        };
        self.observer.step(&progress, &checkpoint)
    }

    fn diverged(&mut self, now: &Progress, learning_rate: f32) {
        self.observer.diverged(&self.progress(now), learning_rate);
    }
}

/// Divides the rows at random, each class in proportion. Copies of a row are in one part.
fn folds(table: &Table, seed: u64) -> Vec<Vec<usize>> {
    let mut rows: Vec<usize> = (0..table.values.nrows()).collect();
    rows.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed ^ SEED));
    if let Some(classes) = table.classes() {
        rows.sort_by_key(|&row| classes[row]);
    }
    let originals = originals(table);
    let original = |row: usize| originals.as_ref().map_or(row, |of| of[row]);
    let mut folds = vec![Vec::new(); FOLDS as usize];
    let mut fold_of = HashMap::new();
    for row in rows {
        let next = fold_of.len() % folds.len();
        let fold = *fold_of.entry(original(row)).or_insert(next);
        folds[fold].push(row);
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::folds;
    use crate::data::Table;
    use crate::fit::Progress;
    use crate::trainer::Trainer;

    #[test]
    fn the_steps_that_are_left_count_all_folds_and_phases() {
        let rows: String = (0..20).map(|row| format!("{row},{}\n", row % 7)).collect();
        let table = Table::parse_csv(format!("x,y\n{rows}").as_bytes(), "rows.csv");
        let table = table.expect("a table");
        let trainer = Trainer::new(&table).hidden([4]).iterations(3).distil();
        let mut left = Vec::new();
        let plan = trainer
            .calibrate(0.2)
            .stop_after([2])
            .plan()
            .expect("a plan");
        plan.fit_observed(&mut |now: &Progress| left.push(now.left))
            .expect("a model");
        // Each of six models takes two steps of training and two of distillation.
        assert!(left.iter().copied().eq((0..24).rev()), "{left:?}");
    }

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

    #[test]
    fn copies_are_in_one_part() {
        let row = |row: usize| format!("{},{}\n", row % 50, row % 50 * 37 % 41);
        let text: String = (0..100).map(row).collect();
        let table = Table::parse_csv(format!("x,y\n{text}").as_bytes(), "rows.csv");
        for fold in folds(&table.expect("a table"), 3) {
            assert_eq!(fold.len(), 20);
            assert!(fold.iter().all(|row| fold.contains(&((row + 50) % 100))));
        }
    }
}
