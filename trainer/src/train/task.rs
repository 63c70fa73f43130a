//! The objective of an optimiser step, and the settings of its draws.

use super::dataset::Dataset;
use super::teacher::TeacherSteps;
use super::time_density::TimeDensity;
use crate::coupling::Coupling;
use crate::drift::GaussianDrift;
use crate::path::Path;

/// Number of chunks per batch.
pub(super) const CHUNKS: usize = 4;

/// Objective of the network.
#[derive(Clone, Copy)]
pub(super) enum Objective<'a> {
    /// The velocity of the path from noise to data.
    Flow(&'a Dataset),
    /// The mean velocity of a teacher's flow over each solver step.
    Teacher(&'a TeacherSteps),
}

/// Settings that every chunk reads.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub objective: Objective<'a>,
    pub drift: &'a GaussianDrift,
    pub path: Path,
    pub coupling: Coupling,
    /// Rows that are coupled together.
    pub batch: usize,
    /// Share of the rows shown without their class.
    pub label_dropout: f32,
    pub time_density: TimeDensity,
    /// Standard deviation of the noise added to rows.
    pub augment: f32,
}

impl Task<'_> {
    /// Returns whether noise and rows are coupled by a plan.
    pub fn is_planned(&self) -> bool {
        self.coupling != Coupling::Independent
    }
}
