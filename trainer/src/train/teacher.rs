//! The rows that distillation learns from. They are states of a teacher's flow at the beginning of
//! each solver step. Each has the velocity with which the step ends where the flow does.

use ndarray::Array2;

use crate::known::Known;

/// Trajectories of a teacher, divided into solver steps.
#[derive(Clone, Debug)]
pub struct TeacherSteps {
    /// Solver steps, first to last, each with the same trajectories.
    pub steps: Vec<TeacherStep>,
    /// Class of each trajectory, if the network has classes.
    pub class: Option<Vec<u16>>,
    /// What is known of each trajectory.
    pub known: Known,
}

/// One solver step of all trajectories.
#[derive(Clone, Debug)]
pub struct TeacherStep {
    /// Time at the beginning.
    pub t: f32,
    /// States at the beginning, `trajectories × D`.
    pub x: Array2<f32>,
    /// Target of the network, `trajectories × D`.
    pub target: Array2<f32>,
}
