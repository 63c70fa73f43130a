//! `cargo xtask quality`: how good samples of known data sets are, for the float network and for
//! the runtime.
//!
//! Every figure is a mean over seeds. Each seed has its own split, network and noise. Float and
//! int8 samples come from the same noise, so their difference is paired.
//! Units of distances do not depend on the model, so figures of different versions compare.

mod bounds;
mod case;
mod data;
mod fill;
mod forest;
mod measures;
mod record;
mod scale;
mod sides;
mod table;
mod tables;
mod toys;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::Failure;
use case::{Case, Group};

/// Solver steps.
const STEPS: u16 = 4;
/// Share of the samples that are nearest to training rows, at whose end copies are counted.
const NEAREST: f64 = 0.05;
/// Optimiser steps of a quick look.
const QUICK: usize = 1000;

/// Train on known data sets and score the samples, over several seeds.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask quality --case ecg --seeds 1
  cargo xtask quality --group tables --quick
  cargo xtask quality --record
  cargo xtask quality --case ecg --record

All cases take about half an hour on two cores.")]
pub struct QualityArgs {
    /// Train only this case; may be given more than once. [default: all]
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<Case>,
    /// Train only this group of cases; may be given more than once. [default: all]
    #[arg(long = "group", value_name = "NAME")]
    groups: Vec<Group>,
    /// Number of seeds. [default: 12 for series, columns and rows that are filled in, otherwise 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seeds: Option<u32>,
    /// Optimiser steps of every training. [default: those of each case]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    iterations: Option<u32>,
    /// Train with one seed and 1000 optimiser steps, which takes seconds.
    #[arg(long, conflicts_with_all = ["seeds", "iterations", "record"])]
    quick: bool,
    /// Record the figures in trainer/docs/benchmarks.md; those of other cases stay as they are.
    #[arg(long, conflicts_with = "iterations")]
    record: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// One figure of one seed.
#[derive(Clone, Debug, PartialEq)]
struct Figure {
    measure: &'static str,
    /// Figure of the float network; `None` if only a file has it.
    float: Option<f64>,
    int8: f64,
    /// Real rows in the place of samples.
    real_baseline: Option<f64>,
}

/// One figure over all seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    case: Case,
    measure: String,
    float: Option<f64>,
    /// NaN if there is no model.
    int8: f64,
    real_baseline: Option<f64>,
    /// Mean and standard deviation over the seeds of int8 − float.
    difference: Option<[f64; 2]>,
}

impl Row {
    fn new(case: Case, measure: &str, int8: f64) -> Self {
        Self {
            case,
            measure: measure.to_owned(),
            float: None,
            int8,
            real_baseline: None,
            difference: None,
        }
    }
}

impl QualityArgs {
    pub fn run(&self) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for &case in Case::value_variants() {
            if self.is_chosen(case) {
                rows.extend(self.over_seeds(case));
            }
        }
        rows = with_summaries(rows);
        match self.json {
            true => println!("{}", serde_json::to_string_pretty(&rows)?),
            false => print!("{}", table::terminal(&rows)),
        }
        if self.record {
            rows = with_summaries(record::with_others(rows)?);
            record::write(&rows)?;
        }
        let exceeds = |row: &&Row| bounds::of(row).is_some_and(|bound| !bound.holds(row));
        match rows.iter().filter(exceeds).count() {
            0 => Ok(()),
            1 => Err("1 bound is not reached".into()),
            count => Err(format!("{count} bounds are not reached").into()),
        }
    }

    fn is_chosen(&self, case: Case) -> bool {
        let all = self.cases.is_empty() && self.groups.is_empty();
        all || self.cases.contains(&case) || self.groups.contains(&case.group())
    }

    /// Measures a case with every seed. Without a model, its bounded figures are missing.
    fn over_seeds(&self, case: Case) -> Vec<Row> {
        let count = match self.quick {
            true => 1,
            false => self.seeds.unwrap_or_else(|| case.seeds()),
        };
        let seeds = (0..count).map(|seed| {
            eprintln!("{} {}/{count}", case.name(), seed + 1);
            self.measure(case, seed.into())
        });
        match seeds.collect::<Result<Vec<_>, _>>() {
            Ok(seeds) => over_seeds(case, &seeds),
            Err(failure) => {
                eprintln!("{}: {failure}", case.name());
                let missing = |(measure, _)| Row::new(case, measure, f64::NAN);
                bounds::of_case(case).map(missing).collect()
            }
        }
    }

    fn measure(&self, case: Case, seed: u64) -> Result<Vec<Figure>, Failure> {
        let quick = self.quick.then_some(QUICK);
        let iterations = self.iterations.map(|n| n as usize).or(quick);
        match case.group() {
            Group::Points => toys::measure(case, seed, iterations),
            Group::Tables => forest::measure(case, seed, iterations),
            Group::Fill => fill::measure(case, seed, iterations),
            Group::Images | Group::Series | Group::Columns => {
                tables::measure(case, seed, iterations)
            }
        }
    }
}

/// Adds the summaries of complete groups, in the order of the cases.
fn with_summaries(mut rows: Vec<Row>) -> Vec<Row> {
    rows.retain(|row| !row.case.is_summary());
    rows.extend(forest::summary(&rows));
    rows.extend(fill::summary(&rows));
    rows.sort_by_key(|row| row.case);
    rows
}

/// Returns the means of the figures, which are in the same order for every seed.
fn over_seeds(case: Case, seeds: &[Vec<Figure>]) -> Vec<Row> {
    let measures = seeds.first().map_or(0, Vec::len);
    let row = |index: usize| {
        let all: Vec<&Figure> = seeds.iter().map(|seed| &seed[index]).collect();
        let mean_of = |of: fn(&Figure) -> Option<f64>| -> Option<f64> {
            let values: Option<Vec<f64>> = all.iter().map(|figure| of(figure)).collect();
            values.map(|values| mean(&values))
        };
        let paired = |figure: &&Figure| figure.float.map(|float| figure.int8 - float);
        let differences: Option<Vec<f64>> = all.iter().map(paired).collect();
        Row {
            case,
            measure: all[0].measure.to_owned(),
            float: mean_of(|figure| figure.float),
            int8: mean_of(|figure| Some(figure.int8)).unwrap_or(f64::NAN),
            real_baseline: mean_of(|figure| figure.real_baseline),
            difference: differences.map(|all| [mean(&all), stddev(&all)]),
        }
    };
    (0..measures).map(row).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Returns the standard deviation; 0 for a single value.
fn stddev(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0).max(1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::{Case, Figure, over_seeds};

    #[test]
    fn figures_are_averaged_and_paired() {
        let figure = |float, int8, real| Figure {
            measure: "distance",
            float: Some(float),
            int8,
            real_baseline: Some(real),
        };
        let seeds = [vec![figure(1.0, 1.5, 0.5)], vec![figure(2.0, 2.0, 1.5)]];
        let rows = over_seeds(Case::Moons, &seeds);
        let [row] = &rows[..] else {
            panic!("one row per measure")
        };
        assert_eq!(
            (row.float, row.int8, row.real_baseline),
            (Some(1.5), 1.75, Some(1.0))
        );
        let [mean, stddev] = row.difference.expect("both are there");
        assert_eq!((mean, stddev), (0.25, 0.125_f64.sqrt()));
    }
}
