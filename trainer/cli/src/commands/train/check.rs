//! What is refused before a training begins.

use std::path::{Path, PathBuf};

use flowlet::Solver;

use super::args::TrainArgs;
use super::run_folder::RunFolder;
use crate::commands::{Failure, output};

impl TrainArgs {
    /// Returns the output. Refuses a recipe that lacks it, or data.
    pub(super) fn check_recipe(&self) -> Result<&Path, Failure> {
        let missing = |what: &str| {
            let path = self.recipe_path().unwrap_or_default();
            Failure::Input(format!(
                "{}: the recipe has no {what}; add it",
                path.display()
            ))
        };
        match (self.data.is_empty(), self.output.as_deref()) {
            (true, _) => Err(missing("data")),
            (false, None) => Err(missing("output")),
            (false, Some(output)) => Ok(output),
        }
    }

    /// Refuses an output and a run folder that cannot be written, or that must not.
    pub(super) fn check_files(
        &self,
        output: &Path,
        folder: Option<&RunFolder>,
    ) -> Result<(), Failure> {
        let others = [&self.schema, &self.config].into_iter().flatten();
        let read: Vec<&Path> = others.chain(&self.data).map(PathBuf::as_path).collect();
        output::check_writable(output, &read)?;
        let Some(folder) = folder else {
            return Ok(());
        };
        folder.check(output)?;
        if self.resume && folder.is_finished(output) {
            return Err(Failure::Input(format!(
                "{}: the training is finished; leave --resume out to train again",
                output.display()
            )));
        }
        if self.sweep {
            return Ok(());
        }
        let data = self.data.iter().chain(&self.schema).map(PathBuf::as_path);
        resumable(data.chain([output]))
    }

    /// Refuses options that need others.
    pub(super) fn check_options(&self) -> Result<(), Failure> {
        if self.distil.is_some() && matches!(self.solver, Some(Solver::Midpoint | Solver::Heun)) {
            return Err(Failure::Input(
                "--distil needs a solver with one evaluation per step; choose --solver euler or \
                 exponential"
                    .to_owned(),
            ));
        }
        if self.label_dropout > 0.0 && self.read.label.is_none() {
            return Err(Failure::Input(
                "--label-dropout needs classes; name the label column with --label".to_owned(),
            ));
        }
        Ok(())
    }

    fn recipe_path(&self) -> Option<PathBuf> {
        let of_run = || Some(RunFolder::of_model(self.output.as_deref()?)?.path("recipe.toml"));
        self.config.clone().or_else(of_run)
    }
}

/// Refuses names that a recipe cannot contain, because TOML is UTF-8.
fn resumable<'p>(mut names: impl Iterator<Item = &'p Path>) -> Result<(), Failure> {
    match names.find(|name| name.to_str().is_none()) {
        Some(name) => Err(Failure::Input(format!(
            "the name of {} is not UTF-8, so the run cannot be resumed; rename the file",
            name.display()
        ))),
        None => Ok(()),
    }
}
