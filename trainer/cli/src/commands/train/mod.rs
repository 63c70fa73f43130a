//! `flowlet train`: from data to a model file and its quality card.

mod args;
mod check;
mod choose;
mod follow;
mod losses;
pub(super) mod recipe;
pub(super) mod run_folder;
mod sweep;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::ArgMatches;
use toml::Value;

pub use args::TrainArgs;
pub(super) use args::command;
use choose::BoardName;
use follow::Follower;
pub(super) use losses::Losses;
pub(super) use run_folder::RunFolder;

use super::progress::TrainingBar;
use super::{Failure, hint, input, output, print};
use crate::text::{counted, solver_name};
use flowlet_trainer::data::read::ReadOptions;
use flowlet_trainer::data::schema::Schema;
use flowlet_trainer::{Card, Checkpoint, Error, Patience, Plan, Table, Trained};

/// Multiple of the time for calibration and the card that a time budget should have at least.
const ENOUGH: u32 = 8;

/// Returns the recipe of `--config`, or that of the run for `--resume`, without the options that
/// were `given`.
pub(super) fn recipe_of(
    command: &clap::Command,
    given: &ArgMatches,
) -> Result<Option<recipe::Recipe>, Failure> {
    if let Some(path) = given.get_one::<PathBuf>("config") {
        return recipe::read(path.clone(), command, given).map(Some);
    }
    let resumed = given.get_one::<PathBuf>("output");
    let Some(output) = resumed.filter(|_| given.get_flag("resume")) else {
        return Ok(None);
    };
    let Some(folder) = RunFolder::of_model(output) else {
        return Err(Failure::Input(format!(
            "{}: not a file, so there is no run to resume; leave --resume out",
            output.display()
        )));
    };
    let path = folder.path("recipe.toml");
    match path.is_file() {
        true => recipe::read(path, command, given).map(Some),
        // The run was killed before it wrote one, so the command line has all options.
        false if given.contains_id("data") => Ok(None),
        false => Err(Failure::Input(format!(
            "{output}: no training to resume, because {} is missing; begin one with flowlet train \
             DATA -o {output}",
            path.display(),
            output = output.display()
        ))),
    }
}

impl TrainArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let output = self.check_recipe()?;
        let folder = RunFolder::of_model(output);
        self.check_files(output, folder.as_ref())?;
        self.check_options()?;
        let schema = match &self.schema {
            Some(path) => {
                input::text(path, "a schema")?;
                Schema::read(path)?
            }
            None => Schema::default(),
        };
        let declared = ReadOptions {
            categories: schema.categories(),
            periods: schema.periods(),
            ..ReadOptions::default()
        };
        let table = self.read.read(&self.data, declared)?;
        table.check_categories()?;
        print::detail(&described(&table));
        if let Some(path) = &self.schema {
            schema.check(path, &table)?;
        }
        if self.sweep {
            return sweep::sweep(self, &table, &schema, output);
        }
        let mut trainer = self.trainer(&table, schema);
        if let Some(bytes) = self.max_size {
            trainer = trainer.max_size(bytes as usize);
        }
        if let Some(BoardName(board)) = &self.board {
            trainer = trainer.fit_device(|candidate| choose::exceeds(board, candidate));
        }
        if let Some(total) = self.budget {
            trainer = trainer.budget(total.saturating_sub(start.elapsed()));
        }
        let plan = trainer.plan()?;
        if !self.resume {
            self.print_choices(&plan);
        }
        let _held = folder.as_ref().map(RunFolder::hold).transpose()?;
        let checkpoint = match &folder {
            Some(folder) if self.resume => folder.checkpoint()?,
            _ => None,
        };
        let plan = plan.resume(checkpoint.clone())?;
        let mut recipe = BTreeMap::new();
        if let Some(folder) = &folder {
            recipe = self.planned(&plan);
            folder.write("recipe.toml", recipe::to_toml(&recipe)?.as_bytes())?;
            folder.begin()?;
        }
        let folder = folder.as_ref();
        let (trained, losses) = self.train(plan, folder, checkpoint, output)?;
        self.complete(&mut recipe, &trained);
        let kept = keep(&trained, &losses, &recipe, folder, output);
        let card = kept.map_err(|failure| match folder {
            Some(folder) if folder.has_checkpoint() => Failure::Input(format!(
                "{failure}; then resume from the last checkpoint with: {}",
                resume_command(output)
            )),
            _ => failure,
        })?;
        // With the model on standard output, the card must not mix with it.
        print::card_of_model(&card, self.json, output == Path::new("-"))
    }

    /// Completes the recipe by what the training found, so that it repeats it without a clock.
    fn complete(&self, recipe: &mut BTreeMap<String, Value>, trained: &Trained) {
        if recipe.remove("budget").is_some() && !trained.stopped_after().is_empty() {
            let steps = trained.stopped_after().iter();
            let steps = steps.map(|&steps| Value::Integer(steps as i64)).collect();
            recipe.insert("stop-after".to_owned(), Value::Array(steps));
        }
        if self.distil.is_none() {
            let steps = Value::Integer(trained.model().steps().into());
            recipe.insert("steps".to_owned(), steps);
        }
    }

    /// Prints what was chosen for the user.
    fn print_choices(&self, plan: &Plan<'_>) {
        for decision in plan.decisions() {
            print::note(&hint::decision_with_option(decision));
        }
        if plan.is_chosen() {
            let why = match plan.next_exceeds() {
                Some(why) => format!("with wider layers, {why}"),
                None => "wider layers rarely give better samples".to_owned(),
            };
            let hidden = widths(plan.hidden());
            print::note(&format!("chosen: --hidden {hidden}; {why}"));
        }
        if let (Some(rate), Some(total)) = (plan.steps_per_second(), self.budget) {
            let later = match (self.reflow, self.distil.is_some()) {
                (0, false) => ",",
                (0, true) => ", and half as many of distillation,",
                (_, false) => ", and as many for each reflow,",
                (_, true) => ", as many for each reflow and half as many of distillation,",
            };
            print::note(&format!(
                "planned for {}: {}{later} at {rate:.0} per second",
                humantime::format_duration(total),
                counted(plan.iterations(), "optimiser step", "optimiser steps")
            ));
        }
        if let (Some(rest), Some(total)) = (plan.budget_shortened_by(), self.budget) {
            let seconds = |time: Duration| 1.0 + time.as_secs_f64().floor();
            print::note(&format!(
                "note: --budget {} is short and may be exceeded, because calibration and the card \
                 take about {} s; give at least {}s",
                humantime::format_duration(total),
                seconds(rest),
                seconds(ENOUGH * rest)
            ));
        }
    }

    /// Returns the recipe with the choices of the plan.
    fn planned(&self, plan: &Plan<'_>) -> BTreeMap<String, Value> {
        let mut recipe = self.recipe.clone();
        let text = |text: &str| Value::String(text.to_owned());
        recipe.insert("hidden".to_owned(), text(&widths(plan.hidden())));
        let iterations = Value::Integer(plan.iterations() as i64);
        recipe.insert("iterations".to_owned(), iterations);
        recipe.insert("coupling".to_owned(), text(&plan.coupling().to_string()));
        if let Some(solver) = plan.solver() {
            recipe.insert("solver".to_owned(), text(solver_name(solver)));
        }
        if self.distil.is_some() {
            recipe.remove("steps");
        }
        recipe
    }

    fn train(
        &self,
        plan: Plan<'_>,
        folder: Option<&RunFolder>,
        checkpoint: Option<Checkpoint>,
        output: &Path,
    ) -> Result<(Trained, Losses), Failure> {
        follow::catch_interrupts()?;
        let losses = match (&checkpoint, folder) {
            (Some(of), Some(folder)) => {
                let text = std::fs::read_to_string(folder.path("losses.csv")).unwrap_or_default();
                Losses::up_to(&text, of.phase(), of.step())
            }
            _ => Losses::default(),
        };
        let resuming = self.resume.then(|| match &checkpoint {
            Some(of) => format!("resuming the {} after step {}", of.stage(), of.step()),
            None => "no checkpoint yet; beginning the training".to_owned(),
        });
        let mut follower = Follower {
            bar: TrainingBar::new(),
            resuming,
            losses,
            folder,
            every: self.checkpoint_every,
            saved: Instant::now(),
            stopped: None,
            failed: false,
        };
        match plan.fit_observed(&mut follower) {
            Err(Error::Stopped) => Err(interrupted(&follower, output)),
            Err(error) => Err(error.into()),
            Ok(trained) => {
                self.say_if_stopped_early(&trained);
                for decision in trained.decisions() {
                    print::note(&hint::decision_with_option(decision));
                }
                Ok((trained, follower.losses))
            }
        }
    }

    /// Says that the model has the weights of an earlier step.
    fn say_if_stopped_early(&self, trained: &Trained) {
        let kept = trained.float().kept_step;
        let end = trained.float().progress;
        if kept < end.step {
            let why = match self.patience {
                Patience::Automatic => "because samples of later ones copy training rows",
                _ => "because they have the least validation loss",
            };
            print::note(&format!(
                "kept the weights of step {kept} of {}, {why} (--patience off takes all steps)",
                end.steps
            ));
        }
    }
}

/// Returns widths as `--hidden` takes them.
fn widths(hidden: &[usize]) -> String {
    let widths: Vec<String> = hidden.iter().map(usize::to_string).collect();
    widths.join(",")
}

/// Describes a table in a line.
fn described(table: &Table) -> String {
    let (rows, columns) = table.values.dim();
    let classes = table.labels.as_ref().map(|labels| {
        let count = counted(labels.classes.len(), "class", "classes");
        format!(", {count} in `{}`", labels.column)
    });
    let categories = table.file_columns().into_iter().filter_map(|column| {
        let count = counted(column.categories?.len(), "category", "categories");
        Some(format!(", {count} in `{}`", column.name))
    });
    format!(
        "{rows} rows of {}{}{}",
        counted(columns, "value", "values"),
        categories.collect::<String>(),
        classes.unwrap_or_default()
    )
}

/// Says where a training was stopped, and how to resume it.
fn interrupted(follower: &Follower<'_>, output: &Path) -> Failure {
    let at = follower
        .stopped
        .map(|now| format!("{}, step {} of {}", now.stage(), now.step, now.steps));
    let at = at.unwrap_or_default();
    let command = resume_command(output);
    Failure::Interrupted(match follower.folder {
        Some(_) if !follower.failed => format!("stopped at {at}; resume with: {command}"),
        Some(folder) if folder.has_checkpoint() => format!(
            "stopped at {at}, but the checkpoint could not be written; resume from an earlier one \
             with: {command}"
        ),
        _ => format!("stopped at {at}; nothing is saved"),
    })
}

/// Returns the command that resumes a training, quoted for a shell.
fn resume_command(output: &Path) -> String {
    let name = output.to_string_lossy();
    // No path has the one character that cannot be quoted.
    let quoted = shlex::try_quote(&name).unwrap_or(Cow::Borrowed(&name));
    format!("flowlet train --resume -o {quoted}")
}

/// Writes the results, the model first, because it is the most valuable. Returns the card.
fn keep(
    trained: &Trained,
    losses: &Losses,
    recipe: &BTreeMap<String, Value>,
    folder: Option<&RunFolder>,
    output: &Path,
) -> Result<Card, Failure> {
    output::write(output, trained.bytes())?;
    let mut card = trained.evaluate()?;
    card.findings = hint::advised(card.findings);
    if let Some(folder) = folder {
        folder.write("recipe.toml", recipe::to_toml(recipe)?.as_bytes())?;
        folder.write("losses.csv", losses.bytes())?;
        folder.write("network", &trained.float().bytes())?;
        let json = serde_json::to_vec_pretty(&card)
            .map_err(|error| Failure::Internal(error.to_string()))?;
        // The card is last, because it marks a finished training.
        folder.write("card.json", &json)?;
        folder.finish()?;
    }
    Ok(card)
}
