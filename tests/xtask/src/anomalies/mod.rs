//! `cargo xtask anomalies`: how well scores of int8 models tell anomalies from normal rows,
//! compared with common detectors.
//!
//! Each model is trained on normal rows only, with the defaults of the command and `--calibrate`.
//! Detectors are fitted to the training and the calibration rows.

mod bounds;
mod case;
mod faults;
mod made;
mod record;
mod synthetic;
mod table;

use clap::Args;
use flowlet::Model;
use flowlet::format::{SCORE_LEN, ScoreRecord, Section};
use serde::{Deserialize, Serialize};

use crate::Failure;
use case::{Case, SERIES, TABLES};
use flowlet_trainer::data::transform::Transform;
use flowlet_trainer::detectors::DetectorKind;
use flowlet_trainer::device_columns::transform;
use flowlet_trainer::metrics::ranking::auroc;
use flowlet_trainer::score::{AnomalyEvaluation, Detectors, LEVEL, float_scores, score};
use flowlet_trainer::{Seed, Table, Trained, Trainer};
use made::Machine;
use synthetic::Synthetic;

/// Share of the known rows that calibrate.
const CALIBRATE: f64 = 0.2;
/// Number of synthetic anomalies.
const SYNTHETIC: usize = 300;
/// Number of rows of a machine that are known, and of fresh ones.
const MADE: [usize; 2] = [1600, 6000];
/// Optimiser steps of a quick look.
const QUICK: usize = 1000;

/// Train on normal rows of known data sets, and rank anomalies by the models' scores.
#[derive(Args)]
#[command(after_help = "Examples:
  cargo xtask anomalies --case ecg --seeds 1
  cargo xtask anomalies --record
  cargo xtask anomalies --case ecg --record

All cases take about ten minutes on two cores.")]
pub struct AnomaliesArgs {
    /// Train only on this data set; may be given more than once. [default: all]
    #[arg(long = "case", value_name = "NAME")]
    cases: Vec<String>,
    /// Number of seeds.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seeds: u32,
    /// Train with one seed and 1000 optimiser steps.
    #[arg(long, conflicts_with_all = ["seeds", "record"])]
    quick: bool,
    /// Record the figures in trainer/docs/benchmarks.md; those of other cases stay as they are.
    #[arg(long)]
    record: bool,
    /// Print the figures as JSON.
    #[arg(long)]
    json: bool,
}

/// Figures of all cases.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
struct Figures {
    rows: Vec<Row>,
    alarms: Vec<Alarms>,
}

/// Figures of one case, means over the seeds.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
struct Row {
    group: Group,
    name: String,
    /// Number of calibration rows.
    calibration: usize,
    auroc: f64,
    /// AUROC of the int8 model minus that of its float network.
    rounding: f64,
    average_precision: f64,
    false_alarms: f64,
    /// AUROC of each detector.
    detectors: Vec<f64>,
}

/// False alarms at the nominal level among fresh rows of a machine.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
struct Alarms {
    name: String,
    /// Number of calibration rows.
    calibration: usize,
    /// Number of fresh rows.
    fresh: usize,
    /// Share of each seed.
    shares: Vec<f64>,
}

impl Alarms {
    fn mean(&self) -> f64 {
        self.shares.iter().sum::<f64>() / self.shares.len() as f64
    }
}

/// A group of cases, which has one share in the mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Group {
    /// Rows of other classes.
    Classes,
    /// The four kinds of synthetic anomalies.
    Local,
    Global,
    Cluster,
    Dependency,
    /// Faults of sensors.
    Ecg,
    Motion,
}

impl Group {
    const ALL: [Self; 7] = [
        Self::Classes,
        Self::Local,
        Self::Global,
        Self::Cluster,
        Self::Dependency,
        Self::Ecg,
        Self::Motion,
    ];
}

impl AnomaliesArgs {
    pub fn run(&self) -> Result<(), Failure> {
        let seeds = if self.quick { 1 } else { self.seeds };
        let runs = (0..u64::from(seeds)).map(|seed| self.measure(seed));
        let runs = runs.collect::<Result<Vec<_>, _>>()?;
        let mut figures = over_seeds(&runs);
        if self.record {
            figures = record::with_others(figures)?;
            record::write(&figures)?;
        }
        match self.json {
            true => println!("{}", serde_json::to_string_pretty(&figures)?),
            false => print!("{}", table::terminal(&figures)),
        }
        match bounds::exceeded(&figures) {
            0 => Ok(()),
            _ if !self.cases.is_empty() || self.quick => Ok(()),
            1 => Err("1 bound is not reached".into()),
            count => Err(format!("{count} bounds are not reached").into()),
        }
    }

    fn is_chosen(&self, name: &str) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|case| case == name)
    }

    /// Measures every chosen case with a seed.
    fn measure(&self, seed: u64) -> Result<Figures, Failure> {
        let mut figures = Figures::default();
        for (name, is_base) in TABLES {
            if self.is_chosen(name) {
                let case = Case::table(name, seed)?;
                let rows = self.measure_case(name, &case, is_base, seed)?;
                figures.rows.extend(rows);
            }
        }
        for (name, channels) in SERIES {
            if self.is_chosen(name) {
                let case = Case::series(name, channels, seed);
                let rows = self.measure_case(name, &case, false, seed)?;
                figures.rows.extend(rows);
            }
        }
        for machine in Machine::ALL {
            if self.is_chosen(machine.name()) {
                figures.alarms.push(self.measure_alarms(machine, seed)?);
            }
        }
        Ok(figures)
    }

    fn train(&self, name: &str, known: &Table, seed: u64) -> Result<Trained, Failure> {
        eprintln!("{name}, seed {seed}");
        let mut trainer = Trainer::new(known).seed(Seed(seed)).calibrate(CALIBRATE);
        if self.quick {
            trainer = trainer.iterations(QUICK);
        }
        Ok(trainer.fit()?)
    }

    fn measure_case(
        &self,
        name: &str,
        case: &Case,
        is_base: bool,
        seed: u64,
    ) -> Result<Vec<Row>, Failure> {
        let trained = self.train(name, &case.known, seed)?;
        let model = trained.model();
        let detectors = Detectors::fit(*model, &case.known, seed);
        let float = |rows: &Table| float_scores(&model, trained.float(), rows).unwrap_or_default();
        let float_normal = float(&case.normal);
        let row = |group, anomalies: &Table| -> Result<Row, Failure> {
            let evaluation = AnomalyEvaluation::new(&detectors, &case.normal, anomalies)?;
            let others = evaluation.detectors.iter();
            Ok(Row {
                group,
                name: name.to_owned(),
                calibration: calibration_rows(&model),
                auroc: evaluation.model.auroc,
                rounding: evaluation.model.auroc - auroc(&float_normal, &float(anomalies)),
                average_precision: evaluation.model.average_precision,
                false_alarms: evaluation.model.false_alarms.unwrap_or(f64::NAN),
                detectors: others.map(|(_, ranking)| ranking.auroc).collect(),
            })
        };
        let group = match name {
            "ecg" => Group::Ecg,
            "motion" => Group::Motion,
            _ => Group::Classes,
        };
        let mut rows = vec![row(group, &case.anomalies)?];
        if is_base {
            let transform = transform(&model);
            for (kind, group) in Synthetic::ALL.into_iter().zip(&Group::ALL[1..5]) {
                let anomalies = case.with(synthetic(kind, case, &transform, seed));
                rows.push(row(*group, &anomalies)?);
            }
        }
        Ok(rows)
    }

    /// Measures the share of alarms among fresh rows of a machine.
    fn measure_alarms(&self, machine: Machine, seed: u64) -> Result<Alarms, Failure> {
        let all = machine.rows(MADE.iter().sum(), seed)?;
        let [known, fresh] = [0..MADE[0], MADE[0]..all.values.nrows()]
            .map(|rows| all.select(&rows.collect::<Vec<usize>>()));
        let trained = self.train(machine.name(), &known, seed)?;
        let scores = score(&trained.model(), &fresh, false)?;
        let alarms = scores.iter().filter(|of| of.is_alarm(LEVEL)).count();
        Ok(Alarms {
            name: machine.name().to_owned(),
            calibration: calibration_rows(&trained.model()),
            fresh: scores.len(),
            shares: vec![alarms as f64 / scores.len() as f64],
        })
    }
}

/// Returns the number of rows that calibrate a model.
fn calibration_rows(model: &Model<'_>) -> usize {
    let section = model.section(Section::Score);
    let record = section.and_then(|content| content.first_chunk::<SCORE_LEN>());
    record.map_or(0, |bytes| ScoreRecord::from_bytes(bytes).rows.into())
}

/// Makes anomalies of the known rows, in physical units.
fn synthetic(
    kind: Synthetic,
    case: &Case,
    transform: &Transform,
    seed: u64,
) -> ndarray::Array2<f64> {
    let scaling = &transform.scaling;
    let normal = scaling.standardise(case.known.values.view());
    let drawn = kind.draw(normal.view(), SYNTHETIC, seed);
    let mut values = scaling.to_physical(drawn.view());
    for ((at, column), mut values) in (0..)
        .zip(case.known.values.columns())
        .zip(values.columns_mut())
    {
        // Values that recur, such as limits, must be exact.
        let known: std::collections::BTreeMap<u32, f64> = normal
            .column(at)
            .iter()
            .map(|x: &f32| x.to_bits())
            .zip(column.iter().copied())
            .collect();
        for (value, x) in values.iter_mut().zip(drawn.column(at)) {
            let exact = known.get(&x.to_bits()).copied();
            *value = exact.unwrap_or_else(|| transform.ranges[at].nearest(*value));
        }
    }
    values
}

/// Returns the means of runs, which have the same cases in the same order.
fn over_seeds(runs: &[Figures]) -> Figures {
    let rows: Vec<&[Row]> = runs.iter().map(|run| &run.rows[..]).collect();
    let alarms = runs.first().map_or(&[][..], |run| &run.alarms);
    let alarms = alarms.iter().enumerate().map(|(at, first)| Alarms {
        shares: runs
            .iter()
            .flat_map(|run| run.alarms[at].shares.clone())
            .collect(),
        ..first.clone()
    });
    Figures {
        rows: mean_rows(&rows),
        alarms: alarms.collect(),
    }
}

/// Returns the means of lists of rows, which have the same order.
fn mean_rows(lists: &[&[Row]]) -> Vec<Row> {
    let count = lists.first().map_or(0, |rows| rows.len());
    let row = |at: usize| {
        let mean = |of: &dyn Fn(&Row) -> f64| {
            lists.iter().map(|rows| of(&rows[at])).sum::<f64>() / lists.len() as f64
        };
        let detectors = 0..DetectorKind::ALL.len();
        Row {
            auroc: mean(&|row| row.auroc),
            rounding: mean(&|row| row.rounding),
            average_precision: mean(&|row| row.average_precision),
            false_alarms: mean(&|row| row.false_alarms),
            detectors: detectors.map(|of| mean(&|row| row.detectors[of])).collect(),
            ..lists[0][at].clone()
        }
    };
    (0..count).map(row).collect()
}

/// Returns the means of each group that has rows, then the mean of these.
fn means(rows: &[Row]) -> Vec<(Option<Group>, Row)> {
    let groups = Group::ALL.into_iter().filter_map(|group| {
        let of_group = rows.iter().filter(|row| row.group == group);
        let of_group: Vec<&[Row]> = of_group.map(std::slice::from_ref).collect();
        let mean = mean_rows(&of_group).pop()?;
        Some((Some(group), mean))
    });
    let mut means: Vec<(Option<Group>, Row)> = groups.collect();
    let all: Vec<&[Row]> = means
        .iter()
        .map(|(_, row)| std::slice::from_ref(row))
        .collect();
    let mean = mean_rows(&all).pop();
    means.extend(mean.map(|mean| (None, mean)));
    means
}

#[cfg(test)]
mod tests {
    use super::{Group, Row, means};

    #[test]
    fn every_group_has_one_share_in_the_mean() {
        let row = |group, auroc| Row {
            group,
            name: String::new(),
            calibration: 100,
            auroc,
            rounding: 0.001,
            average_precision: auroc,
            false_alarms: 0.05,
            detectors: vec![0.5; 6],
        };
        let rows = [
            row(Group::Classes, 0.5),
            row(Group::Classes, 0.75),
            row(Group::Ecg, 0.875),
        ];
        let means = means(&rows);
        let areas: Vec<f64> = means.iter().map(|(_, mean)| mean.auroc).collect();
        assert_eq!(areas, [0.625, 0.875, 0.75]);
        assert_eq!(means[2].0, None);
    }
}
