//! What a student of few steps learns from: states of a teacher's flow at the times where the student's steps begin,
//! and the velocity that takes each to where the flow is when the step ends.

use ndarray::Array2;

/// Trajectories, cut at a student's steps.
#[derive(Clone, Debug)]
pub struct TeacherSteps {
    /// The steps, first to last; the same trajectories in each.
    pub steps: Vec<TeacherStep>,
    /// Class of each trajectory, for a network with classes.
    pub class: Option<Vec<u16>>,
}

/// One step of all trajectories.
#[derive(Clone, Debug)]
pub struct TeacherStep {
    /// When it begins.
    pub t: f32,
    /// Where, `trajectories × D`.
    pub x: Array2<f32>,
    /// What the network must give there, `trajectories × D`.
    pub target: Array2<f32>,
}
