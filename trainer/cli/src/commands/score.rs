//! `flowlet score`: how unusual rows are, and which columns make them so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use flowlet::Model;
use flowlet::format::{SCORE_LEN, ScoreRecord, Section};
use serde::Serialize;

use super::rows_args::RowsArgs;
use super::{Failure, output, print, values};
use crate::text::grouped;
use flowlet_trainer::Table;
use flowlet_trainer::score::{RowScore, score};

/// Number of columns that are named for each row.
const NAMED: usize = 3;

/// Score how unusual rows are, and find the columns that make them so.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet score beats.flow new.csv -o scores.csv
  flowlet score motor.flow today.csv --alarm 0.01

p_value is the share of normal rows that are at least as unusual, and
lower_tail the share of those that are at most as unusual. The model has both
if it was trained with --calibrate.")]
pub struct ScoreArgs {
    /// The model and the rows.
    #[command(flatten)]
    pub rows: RowsArgs,
    /// Write a line for each row to this CSV file: score, p_value, lower_tail, and the three
    /// columns that contribute most; `-` is standard output. [default: standard output without
    /// --alarm]
    #[arg(short, long, value_name = "SCORES.csv")]
    pub output: Option<PathBuf>,
    /// Print the rows with a p-value of at most P, above 0 and below 1. A share of P of normal rows
    /// is among them.
    #[arg(long, value_name = "P", value_parser = values::fraction, allow_negative_numbers = true)]
    pub alarm: Option<f64>,
    /// Print a summary as JSON; on standard error if the scores go to standard output.
    #[arg(long)]
    pub json: bool,
}

impl ScoreArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let path = match (&self.output, self.alarm) {
            (Some(path), _) => Some(path.as_path()),
            (None, None) if !self.json => Some(Path::new("-")),
            (None, _) => None,
        };
        if let Some(path) = path {
            output::check_writable(path, &self.rows.files())?;
        }
        let file = super::model_file::ModelFile::read(&self.rows.model)?;
        let model = file.model()?;
        let known = self.rows.read.label.is_some();
        let table = match known {
            true => self.rows.read_open(&self.rows.data, &model)?,
            false => self.rows.read_unlabelled(&self.rows.data, &model)?,
        };
        let scores = score(&model, &table, known)?;
        self.check_calibration(&model)?;
        if let Some(path) = path {
            output::write(path, &csv(&model, &table, &scores))?;
        }
        let to_stderr = path == Some(Path::new("-"));
        let alarms = self.alarm.map(|level| alarms(&scores, level));
        if self.json {
            let summary = Summary {
                rows: scores.len(),
                calibration_rows: calibration_rows(&model),
                out_of_range: scores.iter().filter(|of| of.out_of_range).count(),
                alarms: alarms.map(|rows| rows.into_iter().map(|row| row + 1).collect()),
            };
            return print::json(&summary, to_stderr);
        }
        match alarms {
            Some(alarms) => print::text(&listed(&table, &scores, &alarms), to_stderr),
            None => Ok(()),
        }
    }

    /// Checks that the model has p-values if there are to be alarms, and says if it has none.
    fn check_calibration(&self, model: &Model<'_>) -> Result<(), Failure> {
        let name = self.rows.model.display();
        match (calibration_rows(model), self.alarm) {
            (None, Some(_)) => Err(Failure::Input(format!(
                "{name}: the scores are not calibrated, so there are no p-values; train the model \
                 with --calibrate"
            ))),
            (None, None) => {
                print::note(&format!(
                    "note: {name}: the scores are not calibrated; they only compare rows with each \
                     other (flowlet train --calibrate)"
                ));
                Ok(())
            }
            (Some(rows), Some(level)) if !is_reachable(level, rows) => {
                Err(Failure::Input(format!(
                    "--alarm {level}: no row can have so small a p-value, because {} the model; \
                     choose at least {:.4}",
                    match rows {
                        1 => "one row calibrates".to_owned(),
                        rows => format!("{} rows calibrate", grouped(rows.into())),
                    },
                    (1e4 / (f64::from(rows) + 1.0)).ceil() / 1e4
                )))
            }
            _ => Ok(()),
        }
    }
}

/// Summary of the scores.
#[derive(Serialize)]
struct Summary {
    rows: usize,
    /// Number of rows that calibrate the model; null if it is not calibrated.
    calibration_rows: Option<u16>,
    /// Number of rows that are out of range.
    out_of_range: usize,
    /// Rows with an alarm, counted from 1, most unusual first; null without `--alarm`.
    alarms: Option<Vec<usize>>,
}

/// Returns the number of rows that calibrate a model.
fn calibration_rows(model: &Model<'_>) -> Option<u16> {
    let record = model.section(Section::Score)?.first_chunk::<SCORE_LEN>()?;
    Some(ScoreRecord::from_bytes(record).rows)
}

/// Returns whether a row can have a p-value of at most `level` if so many rows calibrate the model.
fn is_reachable(level: f64, rows: u16) -> bool {
    let units = |share: f64| (65_536.0 * share).round();
    units(level) >= units(1.0 / (f64::from(rows) + 1.0))
}

/// Returns the rows whose p-value is at most `level`, most unusual first.
fn alarms(scores: &[RowScore], level: f64) -> Vec<usize> {
    let is_alarm = |row: &usize| scores[*row].is_alarm(level);
    let mut rows: Vec<usize> = (0..scores.len()).filter(is_alarm).collect();
    rows.sort_by(|&a, &b| scores[b].value.total_cmp(&scores[a].value));
    rows
}

/// Returns a line per alarm.
fn listed(table: &Table, scores: &[RowScore], alarms: &[usize]) -> String {
    let line = |&row: &usize| {
        let score = &scores[row];
        let names = names(score, table).join(", ");
        let p = score.p_value.unwrap_or(1.0);
        let outside = if score.out_of_range {
            ", out of range"
        } else {
            ""
        };
        format!(
            "row {}{}: p {p:.4}, score {:.2}, {names}{outside}\n",
            row + 1,
            window(table, row).map_or_else(String::new, |[recording, first, last]| format!(
                " ({first} to {last} of {} {recording})",
                named_by(table).unwrap_or("recording")
            )),
            score.value
        )
    };
    let alarming: BTreeSet<&usize> = alarms.iter().collect();
    let is_other = |row: &usize| scores[*row].out_of_range && !alarming.contains(row);
    let others = match (0..scores.len()).filter(is_other).count() {
        0 => String::new(),
        1 => "; 1 other is out of range".to_owned(),
        others => format!("; {} others are out of range", grouped(others)),
    };
    let count = format!(
        "{} of {} rows{others}\n",
        grouped(alarms.len()),
        grouped(scores.len())
    );
    alarms.iter().map(line).chain([count]).collect()
}

/// Returns the recording of a window, its first moment and its last one. A recording without a name
/// has a number. All numbers are counted from 1.
fn window(table: &Table, row: usize) -> Option<[String; 3]> {
    let recordings = table.recordings.as_ref()?;
    let span = recordings.of_row[row];
    let name = match recordings.names.get(span.recording) {
        Some(name) => name.clone(),
        None => (span.recording + 1).to_string(),
    };
    let [first, last] = [span.start + 1, span.start + span.length].map(|at| at.to_string());
    (span.length > 1).then_some([name, first, last])
}

/// Returns the column that names the recordings.
fn named_by(table: &Table) -> Option<&str> {
    table.recordings.as_ref()?.column.as_deref()
}

fn names(score: &RowScore, table: &Table) -> Vec<String> {
    let largest = score.largest(table, NAMED).into_iter();
    largest.map(|of| of.column).collect()
}

/// Returns a CSV file with a row per row.
fn csv(model: &Model<'_>, table: &Table, scores: &[RowScore]) -> Vec<u8> {
    let has_classes = model.classes() > 0;
    let classes: Vec<&str> = model.class_names().collect();
    let has_windows = (0..scores.len()).any(|row| window(table, row).is_some());
    let mut header = vec!["row"];
    header.extend(
        has_windows
            .then_some(["recording", "from", "to"])
            .into_iter()
            .flatten(),
    );
    header.extend(["score", "p_value", "lower_tail", "out_of_range"]);
    header.extend(has_classes.then_some("class"));
    header.extend(["first", "second", "third"]);
    let mut text = format!("{}\n", header.join(","));
    let share = |of: Option<f64>| of.map_or_else(String::new, |of| format!("{of:.5}"));
    for (row, score) in scores.iter().enumerate() {
        let mut cells = vec![(row + 1).to_string()];
        cells.extend(
            window(table, row)
                .into_iter()
                .flatten()
                .map(|cell| quoted(&cell)),
        );
        cells.extend([
            format!("{:.4}", score.value),
            share(score.p_value),
            share(score.lower_tail),
            u8::from(score.out_of_range).to_string(),
        ]);
        if has_classes {
            let class = score
                .class
                .and_then(|class| classes.get(usize::from(class)));
            cells.push(quoted(class.copied().unwrap_or_default()));
        }
        let mut names = names(score, table);
        names.resize(NAMED, String::new());
        cells.extend(names.iter().map(|name| quoted(name)));
        text.push_str(&format!("{}\n", cells.join(",")));
    }
    text.into_bytes()
}

/// Returns a cell of a CSV file.
fn quoted(cell: &str) -> String {
    match cell.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}
