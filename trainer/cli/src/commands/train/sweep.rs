//! `--sweep`: networks of several widths in several numbers of steps, what each costs and how good it is.

use std::path::Path;

use serde::Serialize;

use super::{RunFolder, TrainArgs};
use crate::boards::{Board, Demand};
use crate::commands::progress::TrainingBar;
use crate::commands::{Failure, print};
use crate::draw::{Picture, png, svg};
use crate::report::plots::{self, Candidate};
use crate::text::grouped;
use flowlet_trainer::data::Table;
use flowlet_trainer::files;
use flowlet_trainer::fit::{FitConfig, Phase, fit_each};
use flowlet_trainer::train::Progress;

/// Units of each of three hidden layers.
const WIDTHS: [usize; 5] = [16, 32, 64, 96, 128];
/// Solver steps.
const STEPS: [u16; 4] = [1, 2, 4, 8];
/// The model that costs least of those this near to the best is written.
const NEAR: f64 = 1.05;
/// Costs are those of this board where none is named.
const COMMON: &str = "netduinoplus2";

/// A model of the sweep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in crate::commands) struct Entry {
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Solver steps.
    pub steps: u16,
    /// Bytes of its file.
    pub bytes: usize,
    /// Instructions a sample, on the board.
    pub instructions: usize,
    /// Sliced Wasserstein-2 of its int8 samples to held-out rows.
    pub sliced_w2: f64,
    /// That of real rows.
    pub floor: f64,
    /// No other is as good for fewer bytes and fewer instructions.
    pub pareto: bool,
}

/// Trains and judges them all, prints the table, and writes the best for its cost.
pub(super) fn sweep(
    args: &TrainArgs,
    table: &Table,
    config: &FitConfig,
    output: &Path,
) -> Result<(), Failure> {
    let board = args.board.map(|board| board.0).or(Board::named(COMMON));
    let board = board.ok_or_else(|| Failure::Internal(format!("no board {COMMON}")))?;
    let folder = RunFolder::beside(output);
    let _held = folder.as_ref().map(RunFolder::hold).transpose()?;
    let (mut entries, mut files) = (Vec::new(), Vec::new());
    for width in WIDTHS {
        let mut config = config.clone();
        config.train.hidden = vec![width; 3];
        let mut bar = TrainingBar::titled(&format!("{width},{width},{width}: "));
        let mut show = |phase: Phase, now: Progress| bar.show(phase, now);
        for (fitted, steps) in fit_each(table, &config, &STEPS, &mut show)?
            .into_iter()
            .zip(STEPS)
        {
            let demand = Demand::of_shape(fitted.trained.net.shape(), steps, config.solver);
            let entry = Entry {
                hidden: config.train.hidden.clone(),
                steps,
                bytes: fitted.bytes.len(),
                instructions: demand.instructions(board.core).round() as usize,
                sliced_w2: fitted.evaluation.int8.sliced_w2,
                floor: fitted.evaluation.floor.sliced_w2,
                pareto: false,
            };
            if let Some(folder) = &folder {
                folder.write(&format!("{width}x3-{steps}.flow"), &fitted.bytes)?;
            }
            entries.push(entry);
            files.push(fitted.bytes);
        }
    }
    mark(&mut entries);
    let chosen = chosen(&entries, args.size_budget)?;
    files::write(output, &files[chosen])?;
    if let Some(folder) = &folder {
        let json = serde_json::to_vec_pretty(&entries)
            .map_err(|error| Failure::Internal(error.to_string()))?;
        folder.write("sweep.json", &json)?;
        let picture = picture(&entries, chosen, &board);
        let width = picture.width();
        let scene = picture.arranged(width);
        folder.write("sweep.svg", &svg::file(&scene, &picture.title, width))?;
        folder.write("sweep.png", &png::file(&scene, width, false))?;
    }
    let to_stderr = output == Path::new("-");
    match args.json {
        true => print::json(&entries, to_stderr),
        false => {
            let drawn = folder.map(|folder| folder.path("sweep.png"));
            let view = view(&entries, chosen, &board, output, drawn.as_deref());
            print::text(&view, to_stderr)
        }
    }
}

fn picture(entries: &[Entry], chosen: usize, board: &Board) -> Picture {
    let candidate = |entry: &Entry| Candidate {
        bytes: entry.bytes as f64,
        instructions: entry.instructions as f64,
        distance: entry.sliced_w2,
        pareto: entry.pareto,
    };
    let candidates: Vec<_> = entries.iter().map(candidate).collect();
    plots::sweep(&candidates, chosen, entries[chosen].floor, board.title)
}

/// Marks those that no other beats in quality, size and speed at once.
fn mark(entries: &mut [Entry]) {
    let beats = |a: &Entry, b: &Entry| {
        let no_worse =
            a.bytes <= b.bytes && a.instructions <= b.instructions && a.sliced_w2 <= b.sliced_w2;
        no_worse
            && (a.bytes < b.bytes || a.instructions < b.instructions || a.sliced_w2 < b.sliced_w2)
    };
    let marks: Vec<bool> = entries
        .iter()
        .map(|entry| !entries.iter().any(|other| beats(other, entry)))
        .collect();
    for (entry, mark) in entries.iter_mut().zip(marks) {
        entry.pareto = mark;
    }
}

fn chosen(entries: &[Entry], most: Option<u64>) -> Result<usize, Failure> {
    let fits = |entry: &&Entry| most.is_none_or(|most| entry.bytes as u64 <= most);
    let best = entries
        .iter()
        .filter(fits)
        .map(|entry| entry.sliced_w2)
        .min_by(f64::total_cmp);
    let best = best.ok_or_else(|| {
        Failure::Input("no model of the sweep has so few bytes; allow more".to_owned())
    })?;
    let near = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| fits(entry) && entry.sliced_w2 <= NEAR * best);
    let least = near.min_by_key(|(_, entry)| entry.instructions);
    least
        .map(|(at, _)| at)
        .ok_or_else(|| Failure::Internal("no best model".to_owned()))
}

fn view(
    entries: &[Entry],
    chosen: usize,
    board: &Board,
    output: &Path,
    drawn: Option<&Path>,
) -> String {
    let mut out = format!(
        "{:>12}  {:>5}  {:>8}  {:>12}  {:>8}  {:>10}\n",
        "hidden", "steps", "bytes", "instructions", "ms", "sliced W2"
    );
    for (at, entry) in entries.iter().enumerate() {
        let hidden: Vec<String> = entry.hidden.iter().map(usize::to_string).collect();
        let mark = match (at == chosen, entry.pareto) {
            (true, _) => "  written",
            (_, true) => "  *",
            _ => "",
        };
        out += &format!(
            "{:>12}  {:>5}  {:>8}  {:>12}  {:>8.2}  {:>10.4}{mark}\n",
            hidden.join(","),
            entry.steps,
            grouped(entry.bytes),
            grouped(entry.instructions),
            board.milliseconds(entry.instructions as f64),
            entry.sliced_w2
        );
    }
    let floor = entries[chosen].floor;
    out += &format!(
        "\n* none is better in all of bytes, instructions and distance. Real rows score {floor:.4}.\n\
         Instructions and milliseconds (an estimate) a sample are those of {}.\n{} has been written.\n",
        board.title,
        output.display()
    );
    if let Some(drawn) = drawn {
        out += &format!("{} shows it.\n", drawn.display());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Entry, chosen, mark};

    fn entry(bytes: usize, instructions: usize, sliced_w2: f64) -> Entry {
        Entry {
            hidden: vec![16; 3],
            steps: 1,
            bytes,
            instructions,
            sliced_w2,
            floor: 0.1,
            pareto: false,
        }
    }

    #[test]
    fn the_cheapest_of_the_nearly_best_is_chosen() {
        let mut entries = [
            entry(10, 10, 0.5),
            entry(20, 30, 0.2),
            entry(20, 20, 0.207),
            entry(30, 30, 0.21),
        ];
        mark(&mut entries);
        assert_eq!(
            entries.each_ref().map(|entry| entry.pareto),
            [true, true, true, false]
        );
        assert_eq!(chosen(&entries, None).expect("one"), 2);
        assert_eq!(chosen(&entries, Some(15)).expect("one"), 0);
        assert!(chosen(&entries, Some(5)).is_err());
    }
}
