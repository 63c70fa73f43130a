//! What a training step regresses, and on which draws.

use super::dataset::Dataset;
use super::teacher::TeacherSteps;
use super::time_density::TimeDensity;
use crate::coupling::Coupling;
use crate::drift::GaussianDrift;
use crate::path::Path;

/// Shares of a batch.
pub(super) const CHUNKS: usize = 4;
/// What is regressed.
#[derive(Clone, Copy)]
pub(super) enum Objective<'a> {
    /// The velocity of the path from noise to data.
    Flow(&'a Dataset),
    /// The mean velocity of a teacher's flow over each step.
    Teacher(&'a TeacherSteps),
}

/// What every chunk reads.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub objective: Objective<'a>,
    pub drift: &'a GaussianDrift,
    pub path: Path,
    pub coupling: Coupling,
    /// Rows that are coupled at once.
    pub batch: usize,
    /// Share of the rows that are shown without their class.
    pub label_dropout: f32,
    pub time_density: TimeDensity,
    /// Standard deviation of the noise that is added to data.
    pub augment: f32,
}

impl Task<'_> {
    pub fn is_planned(&self) -> bool {
        self.coupling != Coupling::Independent
    }
}
