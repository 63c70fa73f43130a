//! Every choice that the caller of a training left open.

use std::borrow::Cow;
use std::time::Duration;

use flowlet::Solver;

use super::check::check_settings;
use super::{Plan, Trainer};
use crate::coupling::Coupling;
use crate::data::Table;
use crate::data::latent::{self, is_image};
use crate::data::latent_rank::LatentRank;
use crate::decisions::{self, Decision};
use crate::defaults;
use crate::error::Error;
use crate::fit::{FitConfig, PostTraining, Prepared, is_crossed};
use crate::policy;
use crate::query::Query;
use crate::trained::Trained;

/// Longest time for measuring the rate of optimiser steps.
const MEASURED: Duration = Duration::from_millis(400);

impl<'a> Trainer<'a> {
    /// Checks data and settings, and makes every choice that was left open.
    ///
    /// ```
    /// # use flowlet_trainer::{Coupling, Table, Trainer};
    /// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n", "rows.csv")?;
    /// let plan = Trainer::new(&table).steps(4).max_size(10_000).plan()?;
    /// assert_eq!(plan.coupling(), Coupling::OptimalTransport);
    /// assert_eq!(plan.hidden().len(), 3);
    /// # Ok::<(), flowlet_trainer::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] of the data, of a setting, or of a limit that no network keeps.
    pub fn plan(mut self) -> Result<Plan<'a>, Error> {
        let mut config = std::mem::take(&mut self.config);
        let (table, on_cycles) = self.read_table(&mut config)?;
        let on_known = without_latent(&table, &mut config);
        self.apply(&mut config);
        check_settings(&config)?;
        let prepared = Prepared::new(table, &config)?;
        let mut decisions =
            decisions::on_columns(&prepared.table, &prepared.transform, config.latent);
        decisions.extend(on_cycles);
        decisions.extend(decisions::on_split(&prepared.split.by));
        decisions.extend(self.choose_calibration(&prepared, &mut config));
        decisions.extend(on_known);
        decisions.extend(self.choose_flow(&prepared, &mut config));
        let choice = match self.limits.as_slice() {
            [] => None,
            limits => Some(policy::widest(&prepared, &config, limits)?),
        };
        if let Some(choice) = &choice {
            config.train.hidden.clone_from(&choice.hidden);
        }
        if self.learning_rate.is_none() {
            let hidden = &config.train.hidden;
            let rate = policy::learning_rate(hidden);
            decisions.extend(decisions::on_learning_rate(rate, hidden));
            config.train.learning_rate = rate;
        }
        let mut rate = None;
        if let Some(budget) = &mut self.budget {
            budget.reserve(prepared.rehearse(&config)?);
            if self.iterations.is_none() {
                let during = MEASURED.min(budget.total / 10);
                let measured = prepared.steps_per_second(&config, during)?;
                config.train.iterations = budget.iterations(measured, &config.post_training);
                rate = Some(measured);
            }
        }
        Ok(Plan {
            prepared,
            config,
            decisions,
            choice,
            rate,
            budget: self.budget,
            checkpoint: None,
            on_progress: self.on_progress,
        })
    }

    /// Returns the table with its label, cycles, conditions and queries, and what was decided on
    /// cycles.
    fn read_table(&self, config: &mut FitConfig) -> Result<(Cow<'a, Table>, Vec<Decision>), Error> {
        let mut table = Cow::Borrowed(self.table);
        if let Some(label) = &self.label {
            table = Cow::Owned(table.with_label(label)?);
        }
        table.check()?;
        config.schema = config.schema.resolved(&table);
        let cycles = config.schema.cycles(&table);
        let on_cycles = decisions::on_cycles(&table, &config.schema, &cycles);
        if !cycles.is_empty() {
            table = Cow::Owned(table.with_cycles(&cycles));
            table.check()?;
        }
        if !config.fill.conditions.is_empty() {
            table = Cow::Owned(table.with_conditions(&config.fill.conditions.join(","))?);
        }
        config.fill.queries = Query::parse_all(&self.queries, &table)?;
        Ok((table, on_cycles))
    }

    /// Applies the settings whose defaults do not depend on the rows.
    fn apply(&self, config: &mut FitConfig) {
        if let Some(iterations) = self.iterations {
            config.train.iterations = iterations;
        }
        config.steps = self.steps.unwrap_or(defaults::STEPS);
        let is_free = self.steps.is_none() && !config.post_training.distil;
        config.chooses_steps = is_free;
        let has_masks = config.fill.is_masked() && !config.post_training.distil;
        config.chooses_solver = self.solver.is_none() && has_masks;
        config.train.learning_rate =
            (self.learning_rate).unwrap_or_else(|| policy::learning_rate(&config.train.hidden));
        if config.fill.is_used() {
            // Known values are standardised as the network was trained.
            config.post_training.recalibrate = false;
        }
        config.train.coupling = self.coupling.unwrap_or(Coupling::Independent);
        config.solver = self.solver.unwrap_or(Solver::ExponentialEuler);
    }

    /// Chooses which rows calibrate scores, if any do. Returns what there is to say of scores.
    fn choose_calibration(&self, prepared: &Prepared<'_>, config: &mut FitConfig) -> Vec<Decision> {
        if !config.calibrate {
            return Vec::new();
        }
        config.crosses = self.budget.is_none() && is_crossed(&prepared.table, config);
        let rows = match config.crosses {
            true => prepared.table.values.nrows(),
            false => prepared.split.validation.len(),
        };
        let mut decisions = vec![decisions::on_calibration(rows, config.crosses)];
        let PostTraining { reflow, distil, .. } = config.post_training;
        decisions.extend(decisions::on_scores_after(reflow > 0, distil));
        decisions
    }

    /// Chooses coupling and solver, if they are free. Returns what was decided on them, and on
    /// recalibration.
    fn choose_flow(&self, prepared: &Prepared<'_>, config: &mut FitConfig) -> Vec<Decision> {
        let transform = &prepared.transform;
        let mut decisions = Vec::new();
        let flow = policy::Flow {
            values: transform.state_values(),
            has_queries: config.fill.is_used(),
            is_scored: config.calibrate,
            is_image: is_image(&prepared.table),
            has_latent: transform.latent.is_some(),
            steps: config.steps,
        };
        config.train.max_drift_share = policy::max_drift_share(flow);
        if self.coupling.is_none() {
            let chosen = policy::coupling(flow);
            config.train.coupling = chosen.0;
            decisions.push(decisions::on_coupling(chosen));
        }
        if self.solver.is_none() && !config.chooses_solver {
            config.solver = policy::solver(config.train.coupling, config.post_training.reflow);
            decisions.push(decisions::on_solver(config.solver));
        }
        if config.post_training.recalibrate {
            decisions.extend(decisions::on_recalibration(transform));
        }
        decisions
    }

    /// Trains the model.
    ///
    /// # Errors
    /// As for [`plan`](Self::plan), and [`Error`] of the training.
    pub fn fit(self) -> Result<Trained, Error> {
        self.plan()?.fit()
    }
}

/// Turns the automatic latent off if columns may be known. Returns the decision, if there could
/// have been a latent.
fn without_latent(table: &Table, config: &mut FitConfig) -> Option<Decision> {
    if !config.fill.is_used() || config.latent != LatentRank::Auto {
        return None;
    }
    config.latent = LatentRank::Off;
    latent::candidate(table, &config.schema).map(|_| decisions::on_no_latent())
}
