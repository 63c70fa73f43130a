//! `flowlet quality`: how good samples are on known data, from nothing, for the float network and for the runtime.
//!
//! Every figure is a mean over seeds, each with its own split or draws, network and noise. Float and int8 samples
//! come from the same noise, so their difference is a paired one.

mod tables;
mod toys;
mod view;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::progress::TrainingBar;
use super::{Failure, print, readme, values};

/// Train on known data sets and say how good the samples are, over several seeds.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet quality --case digits --seeds 1
  cargo run --release -p flowlet-cli -- quality --record

All of it takes about twenty minutes on two cores.")]
pub struct QualityArgs {
    /// Only this case; may be given more than once.
    #[arg(long = "case", value_name = "NAME")]
    pub cases: Vec<Case>,
    /// Seeds to average over.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = values::count())]
    pub seeds: u32,
    /// Optimiser steps of every training, in place of each case's own.
    #[arg(long, value_name = "N", value_parser = values::count())]
    pub iterations: Option<u32>,
    /// Put the figures into the README (in a checkout of the sources).
    #[arg(long, conflicts_with_all = ["cases", "iterations"])]
    pub record: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Data to learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// Two moons, as in torchcfm's tutorial.
    Moons,
    /// Eight Gaussians on a circle, as in torchcfm's tutorial.
    Gaussians,
    /// Handwritten digits, by class.
    Digits,
    /// Heartbeats.
    Ecg,
    /// Windows of an accelerometer, by exercise.
    Motion,
    /// Days, by their weather.
    Weather,
}

/// One figure of one seed.
#[derive(Clone, Debug, PartialEq)]
struct Figure {
    measure: &'static str,
    /// Of the float network; `None` for what only a file has.
    float: Option<f64>,
    int8: f64,
    /// Of real rows in the place of generated ones.
    real: Option<f64>,
}

/// One figure over all seeds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Row {
    case: Case,
    measure: &'static str,
    float: Option<f64>,
    int8: f64,
    real: Option<f64>,
    /// int8 less float: the mean over seeds, and its standard deviation over seeds.
    difference: Option<[f64; 2]>,
}

impl QualityArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let chosen = |case: &&Case| self.cases.is_empty() || self.cases.contains(case);
        let mut rows = Vec::new();
        for case in Case::value_variants().iter().filter(chosen) {
            let seeds = (0..self.seeds).map(|seed| {
                let name = case.to_possible_value().expect("no case is skipped");
                let title = format!("{} {}/{} ", name.get_name(), seed + 1, self.seeds);
                self.measure(*case, seed.into(), &title)
            });
            rows.extend(over_seeds(*case, &seeds.collect::<Result<Vec<_>, _>>()?));
        }
        match self.json {
            true => print::json(&rows, false)?,
            false => print::text(&view::terminal(&rows), false)?,
        }
        match self.record {
            true => readme::write("quality", &view::markdown(&rows)),
            false => Ok(()),
        }
    }

    fn measure(&self, case: Case, seed: u64, title: &str) -> Result<Vec<Figure>, Failure> {
        let mut bar = TrainingBar::titled(title);
        let iterations = |usual| self.iterations.map_or(usual, |n| n as usize);
        match case {
            Case::Moons => toys::measure(toys::moons, seed, iterations(toys::ITERATIONS), &mut bar),
            Case::Gaussians => toys::measure(
                toys::gaussians,
                seed,
                iterations(toys::ITERATIONS),
                &mut bar,
            ),
            _ => {
                let setup = tables::setup(case);
                tables::measure(&setup, seed, iterations(setup.iterations), &mut bar)
            }
        }
    }
}

/// Means of the figures, which come in the same order in every seed.
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
            real: mean_of(|figure| figure.real),
            difference: differences.map(|all| [mean(&all), deviation(&all)]),
        }
    };
    (0..measures).map(row).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Standard deviation; 0 of a single value.
fn deviation(values: &[f64]) -> f64 {
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
            real: Some(real),
        };
        let seeds = [vec![figure(1.0, 1.5, 0.5)], vec![figure(2.0, 2.0, 1.5)]];
        let rows = over_seeds(Case::Moons, &seeds);
        let [row] = &rows[..] else {
            panic!("a row a measure")
        };
        assert_eq!(
            (row.float, row.int8, row.real),
            (Some(1.5), 1.75, Some(1.0))
        );
        let [mean, deviation] = row.difference.expect("both are there");
        assert_eq!((mean, deviation), (0.25, 0.125_f64.sqrt()));
    }
}
