//! `flowlet demo`: the whole way in one command, from real rows to the same bits on a board.

mod device;
mod show;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use flowlet::{Model, Solver};

use super::progress::TrainingBar;
use super::{Failure, print, values};
use crate::draw::terminal::Shades;
use crate::firmware::FirmwareBuilder;
use crate::report::card::Card;
use flowlet_trainer::data::Table;
use flowlet_trainer::data::schema::Schema;
use flowlet_trainer::datasets;
use flowlet_trainer::files;
use flowlet_trainer::fit::{FitConfig, Fitted, Phase, PostTraining, fit};
use flowlet_trainer::train::{Progress, TrainConfig};
use show::Drawn;

/// As wide as 1.5 KB of RAM allow, the sampler with its stack.
const HIDDEN: [usize; 4] = [88; 4];
/// Steps that the network is distilled to: samples are then as near to real digits as those of 16.
const STEPS: u16 = 4;
/// A long average of the weights, for a long training.
const EMA: f32 = 0.9995;

/// Train on the built-in handwritten digits and show what comes out.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet demo --out digits-demo")]
pub struct DemoArgs {
    /// Folder to write the model and a picture of real beside generated digits to; made if missing.
    #[arg(long, value_name = "DIR", default_value = "flowlet-demo")]
    pub out: PathBuf,
    /// Optimiser steps.
    #[arg(long, value_name = "N", default_value_t = 40000, value_parser = values::count())]
    pub iterations: u32,
    /// Seed of everything random.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
}

impl DemoArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let (model_path, picture_path) =
            (self.out.join("digits.flow"), self.out.join("digits.png"));
        self.make_folder()?;
        files::check_writable(&model_path, &[])?;
        files::check_writable(&picture_path, &[])?;
        let table = datasets::digits();
        say(&format!(
            "Training on {} handwritten digits of 8×8 pixels, {} steps.",
            table.values.nrows(),
            self.iterations
        ))?;
        let start = Instant::now();
        let fitted = self.fit(&table)?;
        files::write(&model_path, &fitted.bytes)?;
        say(&format!(
            "Trained in {:.0} s; the model is {}.",
            start.elapsed().as_secs_f64(),
            model_path.display()
        ))?;

        let model = Model::parse(&fitted.bytes)?;
        let drawn = Drawn::new(&model, self.seed)?;
        say("What the quantised model draws:\n")?;
        say(&drawn.terminal(show::terminal_width(), Shades::of_stdout()))?;
        let real = table.select(&fitted.split.held_out);
        files::write(&picture_path, &drawn.sheet(&model, &real))?;
        say(&format!(
            "Real beside generated digits are in {}.",
            picture_path.display()
        ))?;

        say("How good they are, beside real digits that were held out:\n")?;
        print::card(&Card::new(&fitted.bytes, &fitted.evaluation)?, false, false)?;
        say("\nThe same file on an emulated Cortex-M4:")?;
        device::compare(
            &FirmwareBuilder::of_checkout(),
            &model,
            &fitted.bytes,
            &mut say,
        )
    }

    fn fit(&self, table: &Table) -> Result<Fitted, Failure> {
        let config = FitConfig {
            train: TrainConfig {
                hidden: HIDDEN.to_vec(),
                ema: EMA,
                iterations: self.iterations as usize,
                seed: self.seed,
                ..TrainConfig::default()
            },
            steps: STEPS,
            solver: Solver::ExponentialEuler,
            holdout: 0.2,
            schema: Schema::default(),
            post_training: PostTraining {
                distil: true,
                ..PostTraining::default()
            },
        };
        let mut bar = TrainingBar::new();
        let mut show = |phase: Phase, now: Progress| bar.show(phase, now);
        Ok(fit(table, &config, None, &mut show)?)
    }

    fn make_folder(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.out).map_err(|error| {
            Failure::Input(format!(
                "{}: the folder cannot be made: {error}",
                self.out.display()
            ))
        })
    }
}

fn say(line: &str) -> Result<(), Failure> {
    print::text(&format!("{line}\n"), false)
}
