//! `--sweep`: cost and quality of networks of several widths with several numbers of solver steps,
//! and with half of the components if there is a latent.

use std::ops::ControlFlow;
use std::path::Path;

use serde::Serialize;

use super::{RunFolder, TrainArgs, follow};
use crate::boards::{Board, Demand};
use crate::commands::progress::TrainingBar;
use crate::commands::{Failure, output, print};
use crate::draw::{Picture, png, svg};
use crate::report::plots;
use crate::text::grouped;
use flowlet_trainer::data::schema::Schema;
use flowlet_trainer::{Checkpoint, Error, LatentRank, Observer, Progress, Stop, Table};

/// Units in each of three hidden layers.
const WIDTHS: [usize; 5] = [16, 32, 64, 96, 128];
/// Solver steps.
const STEPS: [u16; 4] = [1, 2, 4, 8];
/// The cheapest model within this factor of the best is written.
const TOLERANCE: f64 = 1.05;
/// Board for the costs, unless another is named.
const DEFAULT_BOARD: &str = "netduinoplus2";

/// A model of the sweep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in crate::commands) struct Entry {
    /// Units of each hidden layer.
    pub hidden: Vec<usize>,
    /// Components of the latent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latent: Option<usize>,
    /// Solver steps.
    pub steps: u16,
    /// Bytes of its file.
    pub bytes: usize,
    /// Instructions per sample on the board.
    pub instructions: usize,
    /// Sliced W2 between its int8 samples and the validation rows.
    pub sliced_w2: f64,
    /// Sliced W2 of real rows.
    pub real_baseline: f64,
    /// Whether no other model is better in quality, size and speed.
    pub pareto: bool,
}

/// Trains and evaluates all models, prints the table, and writes the chosen model.
pub(super) fn sweep(
    args: &TrainArgs,
    table: &Table,
    schema: &Schema,
    output: &Path,
) -> Result<(), Failure> {
    let board = args
        .board
        .map(|board| board.0)
        .or(Board::named(DEFAULT_BOARD));
    let board = board.ok_or_else(|| Failure::Internal(format!("no board {DEFAULT_BOARD}")))?;
    let folder = RunFolder::of_model(output);
    follow::catch_interrupts()?;
    let _held = folder.as_ref().map(RunFolder::hold).transpose()?;
    let trained = train_all(args, table, schema, folder.as_ref(), &board);
    let (mut entries, files) = trained.inspect_err(|_| {
        if let Some(folder) = &folder {
            folder.remove_if_empty();
        }
    })?;
    mark(&mut entries);
    let chosen = chosen(&entries, args.max_size)?;
    output::write(output, &files[chosen])?;
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
        false if print::is_quiet() => Ok(()),
        false => {
            let drawn = folder.map(|folder| folder.path("sweep.png"));
            let view = view(&entries, chosen, &board, output, drawn.as_deref());
            print::text(&view, to_stderr)
        }
    }
}

/// Shows the progress of a training until the user stops it.
struct Watch(TrainingBar);

impl Observer for Watch {
    fn step(&mut self, now: &Progress, _: &dyn Fn() -> Checkpoint) -> ControlFlow<Stop> {
        self.0.show(now);
        match follow::is_stop_requested() {
            true => ControlFlow::Break(Stop::Fit),
            false => ControlFlow::Continue(()),
        }
    }
}

/// Trains and evaluates all models. Returns them with their files.
fn train_all(
    args: &TrainArgs,
    table: &Table,
    schema: &Schema,
    folder: Option<&RunFolder>,
    board: &Board,
) -> Result<(Vec<Entry>, Vec<Vec<u8>>), Failure> {
    let (mut entries, mut files) = (Vec::new(), Vec::new());
    let plan = args.trainer(table, schema.clone()).plan()?;
    let mut ranks = vec![args.latent];
    if let (LatentRank::Auto, Some(rank @ 2..)) = (args.latent, plan.latent_rank()) {
        ranks.push(LatentRank::Components(rank / 2));
    }
    for (width, rank) in WIDTHS
        .into_iter()
        .flat_map(|width| ranks.iter().map(move |&rank| (width, rank)))
    {
        let stopped = || {
            let widths = format!("{width},{width},{width}");
            Failure::Interrupted(format!("stopped at --hidden {widths}; no model was chosen"))
        };
        let mut watch = Watch(TrainingBar::titled(&format!("{width},{width},{width}: ")));
        let trainer = args.trainer(table, schema.clone()).hidden([width; 3]);
        let trainer = trainer.latent(rank);
        let models = trainer.plan()?.fit_each(&STEPS, &mut watch);
        let models = models.map_err(|error| match error {
            Error::Stopped => stopped(),
            error => error.into(),
        })?;
        for (trained, steps) in models.into_iter().zip(STEPS) {
            let demand = Demand::of_model(&trained.model());
            let evaluation = trained.scores()?;
            let entry = Entry {
                hidden: vec![width; 3],
                latent: trained.model().latent().map(|latent| latent.rank.into()),
                steps,
                bytes: trained.bytes().len(),
                instructions: demand.instructions(board.core).round() as usize,
                sliced_w2: evaluation.int8.sliced_w2,
                real_baseline: evaluation.real_baseline.sliced_w2,
                pareto: false,
            };
            if let Some(folder) = folder {
                let latent = entry
                    .latent
                    .map_or_else(String::new, |rank| format!("-k{rank}"));
                folder.write(&format!("{width}x3{latent}-{steps}.flow"), trained.bytes())?;
            }
            entries.push(entry);
            files.push(trained.bytes().to_vec());
            if follow::is_stop_requested() {
                return Err(stopped());
            }
        }
    }
    Ok((entries, files))
}

fn picture(entries: &[Entry], chosen: usize, board: &Board) -> Picture {
    let candidate = |entry: &Entry| plots::Candidate {
        bytes: entry.bytes as f64,
        instructions: entry.instructions as f64,
        distance: entry.sliced_w2,
        pareto: entry.pareto,
    };
    let candidates: Vec<_> = entries.iter().map(candidate).collect();
    plots::sweep(
        &candidates,
        chosen,
        entries[chosen].real_baseline,
        board.title,
    )
}

/// Marks the models that no other one beats in quality, size and speed at once.
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
        Failure::Input("every model of the sweep is larger; choose a larger --max-size".to_owned())
    })?;
    let near = entries
        .iter()
        .enumerate()
        .filter(|(_, entry)| fits(entry) && entry.sliced_w2 <= TOLERANCE * best);
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
        "{:>12}  {:>6}  {:>5}  {:>8}  {:>12}  {:>8}  {:>10}\n",
        "hidden", "latent", "steps", "bytes", "instructions", "ms", "sliced W2"
    );
    for (at, entry) in entries.iter().enumerate() {
        let hidden: Vec<String> = entry.hidden.iter().map(usize::to_string).collect();
        let mark = match (at == chosen, entry.pareto) {
            (true, _) => "  written",
            (_, true) => "  *",
            _ => "",
        };
        out += &format!(
            "{:>12}  {:>6}  {:>5}  {:>8}  {:>12}  {:>8.2}  {:>10.4}{mark}\n",
            hidden.join(","),
            entry
                .latent
                .map_or_else(|| "–".to_owned(), |rank| rank.to_string()),
            entry.steps,
            grouped(entry.bytes),
            grouped(entry.instructions),
            board.milliseconds(entry.instructions as f64),
            entry.sliced_w2
        );
    }
    let real = entries[chosen].real_baseline;
    out += &format!(
        "\n* No other model is better in bytes, instructions and distance. Real rows have {real:.4}.\n\
         Instructions and milliseconds (an estimate) are per sample on {}.\n{} has been written.\n",
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
            latent: None,
            steps: 1,
            bytes,
            instructions,
            sliced_w2,
            real_baseline: 0.1,
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
