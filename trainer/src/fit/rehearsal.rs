//! What is known before a fit, from a random network: its file, its rate and its time.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::config::FitConfig;
use super::export::export;
use super::prepared::Prepared;
use super::{fill_plan, phase_settings, time_grid};
use crate::error::Error;
use crate::evaluate::Reference;
use crate::fill::FillPlan;
use crate::findings::RealRows;
use crate::provenance::Provenance;
use crate::train::{FloatModel, RunProgress, train};
use crate::trained::Trained;

/// Optimiser steps before the rate is measured, because the first ones warm the caches.
const WARM_UP_STEPS: usize = 20;

impl Prepared<'_> {
    /// Returns the file of a random network. It is as long as that of the fit, but for a time grid.
    pub fn draft(&self, config: &FitConfig) -> Result<Vec<u8>, Error> {
        let Self {
            table,
            split,
            training,
            transform,
            data,
            ..
        } = self;
        let random = self.random(config);
        let (seed, steps) = (config.train.seed, config.train.iterations);
        let card = Provenance::new(table, split, config.validation, seed, steps).to_string();
        let queries = &config.fill.queries;
        let mut fill = FillPlan::largest(queries, training, config.steps.into());
        fill.masked = config.fill.is_masked();
        fill.conditions = self.named_conditions();
        let fill = config.fill.is_used().then_some(&fill);
        let network = (&random, data);
        Ok(export(training, transform, network, Vec::new(), config, fill, card)?.encode()?)
    }

    /// Measures the optimiser steps per second of a training, for about the time `during`.
    pub fn steps_per_second(&self, config: &FitConfig, during: Duration) -> Result<f64, Error> {
        let settings = phase_settings(config, true);
        let (mut steps, mut start) = (0, Instant::now());
        train(
            &self.data,
            None,
            &settings,
            None,
            &mut |now: RunProgress| {
                if now.step == WARM_UP_STEPS {
                    (steps, start) = (0, Instant::now());
                }
                steps += 1;
                match now.step > WARM_UP_STEPS && start.elapsed() >= during {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            },
        )?;
        Ok(f64::from(steps) / start.elapsed().as_secs_f64())
    }

    /// Measures what follows the optimiser steps, with a random network and a single draw of the
    /// card.
    pub fn rehearse(&self, config: &FitConfig) -> Result<Duration, Error> {
        let start = Instant::now();
        let Self {
            split,
            training,
            validation,
            transform,
            data,
            ..
        } = self;
        let seed = config.train.seed;
        let random = self.random(config);
        let times = time_grid(&random, (training, data), config);
        let fill = fill_plan(self, &random, &times, config);
        let (network, card) = ((&random, data), String::new());
        let model = export(
            training,
            transform,
            network,
            times,
            config,
            fill.as_ref(),
            card,
        )?;
        let bytes = model.encode()?;
        let reference = Reference::new(transform.clone(), training, validation, seed);
        let real = RealRows::new(transform.clone(), training, validation, None, seed);
        let real = (reference.first_draws(1), real);
        Trained::new(bytes, random, split.clone(), real, seed, Vec::new())?.evaluate()?;
        Ok(start.elapsed())
    }

    fn random(&self, config: &FitConfig) -> FloatModel {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(config.train.seed);
        FloatModel::start(&self.data, &config.train, &mut rng)
    }
}
