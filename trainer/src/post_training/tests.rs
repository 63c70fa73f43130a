use flowlet::Solver;
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Starts, distil, grid, reflow};
use crate::float_sampler::Integration;
use crate::train::{Dataset, FloatModel, RunProgress, TrainConfig, train};

fn quiet(_: RunProgress) -> std::ops::ControlFlow<()> {
    std::ops::ControlFlow::Continue(())
}

/// Returns two clusters, so that paths cross.
fn trained() -> (FloatModel, TrainConfig) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(4);
    let x = Array2::from_shape_fn((400, 2), |(row, column)| {
        let side = if row % 2 == 0 { 1.0 } else { -1.0 };
        let centre = if column == 0 { side } else { 0.3 * side };
        centre + 0.2 * rng.random::<f32>()
    });
    let config = TrainConfig {
        hidden: vec![24, 24],
        iterations: 400,
        batch: 128,
        ..TrainConfig::default()
    };
    let data = Dataset::unlabelled(x).expect("data");
    let trained = train(&data, None, &config, None, &mut quiet).expect("trained");
    (trained, config)
}

fn starts(seed: u64) -> Starts {
    Starts::draw(2000, 2, None, seed)
}

/// Returns the root mean square distance between the end points of `teacher`'s flow and of
/// `student`'s steps.
fn error(teacher: &FloatModel, student: &FloatModel, integration: &Integration) -> f32 {
    let starts = starts(99);
    let end = starts.end(student, integration);
    let difference = end - starts.exact(teacher);
    difference.mapv(|d| d * d).mean().expect("rows").sqrt()
}

fn two_steps(solver: Solver) -> Integration {
    Integration::uniform(2, solver)
}

#[test]
fn reflow_straightens_the_paths() {
    let (teacher, config) = trained();
    let student =
        reflow::reflow(teacher.clone(), starts(1), &config, None, &mut quiet).expect("reflowed");
    let (before, after) = (
        error(&teacher, &teacher, &two_steps(Solver::Euler)),
        error(&student, &student, &two_steps(Solver::Euler)),
    );
    assert!(after < 0.5 * before, "{before} to {after}");
}

#[test]
fn a_distilled_network_lands_where_the_flow_does() {
    let (teacher, config) = trained();
    let student = distil::distil(
        teacher.clone(),
        starts(1),
        &two_steps(Solver::ExponentialEuler),
        &config,
        None,
        &mut quiet,
    )
    .expect("distilled");
    let (before, after) = (
        error(&teacher, &teacher, &two_steps(Solver::ExponentialEuler)),
        error(&teacher, &student, &two_steps(Solver::ExponentialEuler)),
    );
    assert!(after < 0.5 * before, "{before} to {after}");
}

#[test]
fn a_time_grid_is_nearer_than_uniform_steps() {
    let (trained, _) = trained();
    let times = grid::search(&trained, &starts(2), 4, Solver::ExponentialEuler);
    assert_eq!((times.len(), times[0], times[4]), (5, 0, 32_768));
    assert!(times.is_sorted());
    let real = times.iter().map(|&t| f32::from(t) / 32_768.0).collect();
    let found = error(
        &trained,
        &trained,
        &Integration::at(real, Solver::ExponentialEuler),
    );
    let uniform = error(
        &trained,
        &trained,
        &Integration::uniform(4, Solver::ExponentialEuler),
    );
    assert!(found < 0.98 * uniform, "{uniform} to {found}");
}

#[test]
fn one_step_has_no_time_grid() {
    let (trained, _) = trained();
    assert!(grid::search(&trained, &starts(2), 1, Solver::Euler).is_empty());
}

#[test]
fn starts_keep_their_classes() {
    let starts = Starts::draw(5, 3, Some(vec![2, 0]), 0);
    assert_eq!(starts.noise.dim(), (2, 3));
    assert_eq!(starts.class, Some(vec![2, 0]));
}
