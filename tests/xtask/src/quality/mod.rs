//! `cargo xtask quality`: how good samples of known data sets are, for the float network and for
//! the runtime.
//!
//! Every figure is a mean over seeds. Each seed has its own split, network and noise. Float and
//! int8 samples come from the same noise, so their difference is paired.

mod table;
mod tables;
mod toys;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::{Failure, checkout};

/// Train on known data sets and score the samples, over several seeds.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask quality --case digits --seeds 1
  cargo xtask quality --record

All cases take about twenty minutes on two cores.")]
pub struct QualityArgs {
    /// Train only this case; may be given more than once. [default: all]
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<Case>,
    /// Number of seeds.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seeds: u32,
    /// Optimiser steps of every training. [default: those of each case]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    iterations: Option<u32>,
    /// Record the figures in trainer/docs/benchmarks.md.
    #[arg(long, conflicts_with_all = ["cases", "iterations"])]
    record: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// A data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// Two moons, as in the tutorial of torchcfm.
    Moons,
    /// Eight Gaussians on a circle, as in the tutorial of torchcfm.
    Gaussians,
    /// Handwritten digits, with classes.
    Digits,
    /// Heartbeats.
    Ecg,
    /// Windows of an accelerometer, with the exercise as class.
    Motion,
    /// Days, with the weather as class.
    Weather,
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
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Row {
    case: Case,
    measure: &'static str,
    float: Option<f64>,
    int8: f64,
    real_baseline: Option<f64>,
    /// Mean and standard deviation over the seeds of int8 − float.
    difference: Option<[f64; 2]>,
}

impl QualityArgs {
    pub fn run(&self) -> Result<(), Failure> {
        let chosen = |case: &&Case| self.cases.is_empty() || self.cases.contains(case);
        let mut rows = Vec::new();
        for case in Case::value_variants().iter().filter(chosen) {
            let seeds = (0..self.seeds).map(|seed| {
                let name = case.to_possible_value().expect("no case is skipped");
                eprintln!("{} {}/{}", name.get_name(), seed + 1, self.seeds);
                self.measure(*case, seed.into())
            });
            rows.extend(over_seeds(*case, &seeds.collect::<Result<Vec<_>, _>>()?));
        }
        match self.json {
            true => println!("{}", serde_json::to_string_pretty(&rows)?),
            false => print!("{}", table::terminal(&rows)),
        }
        match self.record {
            true => checkout::record_tables("quality", &table::markdown(&rows)),
            false => Ok(()),
        }
    }

    fn measure(&self, case: Case, seed: u64) -> Result<Vec<Figure>, Failure> {
        let iterations = |usual| self.iterations.map_or(usual, |n| n as usize);
        match case {
            Case::Moons => toys::measure(toys::moons, seed, iterations(toys::ITERATIONS)),
            Case::Gaussians => toys::measure(toys::gaussians, seed, iterations(toys::ITERATIONS)),
            _ => {
                let setup = tables::setup(case);
                tables::measure(&setup, seed, iterations(setup.iterations))
            }
        }
    }
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
            measure: all[0].measure,
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
