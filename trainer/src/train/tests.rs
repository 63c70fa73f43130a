use ndarray::{Array2, ArrayView1};
use rand_distr::{Distribution, StandardNormal};

use super::chunk::Chunk;
use super::run::VALIDATION_KEY;
use super::task::Task;
use super::watch::CopyWatch;
use super::*;
use crate::float_sampler::Integration;
use crate::known::Known;
use crate::network::Conditioning;
use crate::path::Path;
use crate::quantise::round_row;

fn normals(rows: usize, columns: usize, seed: u64) -> Array2<f32> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    Array2::from_shape_simple_fn((rows, columns), || StandardNormal.sample(rng))
}

fn quiet(_: RunProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

const RADII: [f32; 2] = [0.5, 1.3];

/// Returns two classes on two rings of different radius.
fn rings(rows: usize) -> Dataset {
    let class: Vec<u16> = (0..rows).map(|row| (row % 2) as u16).collect();
    let x = Array2::from_shape_fn((rows, 2), |(row, column)| {
        let angle = row as f32 * 2.4;
        let radius = RADII[row % 2];
        radius
            * if column == 0 {
                angle.cos()
            } else {
                angle.sin()
            }
    });
    Dataset::labelled(x, class, 2).unwrap()
}

fn small() -> TrainConfig {
    TrainConfig {
        hidden: vec![17, 9],
        conditioning: Conditioning::All,
        iterations: 60,
        batch: 50,
        ..TrainConfig::default()
    }
}

#[test]
fn a_seed_gives_the_same_bits_on_any_number_of_threads() {
    let data = rings(64);
    let weights = |threads, seed| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let config = TrainConfig { seed, ..small() };
        let trained = pool
            .install(|| train(&data, None, &config, None, &mut quiet))
            .unwrap();
        let bits = trained.net.parameters().iter().map(|p| p.to_bits());
        bits.collect::<Vec<_>>()
    };
    let one = weights(1, 3);
    assert_eq!(one, weights(2, 3));
    assert_eq!(one, weights(3, 3));
    assert_ne!(one, weights(1, 4));
}

/// Counts how many of 400 samples, of both classes in turn, are within 0.25 of their ring.
fn on_their_ring(trained: &FloatModel) -> usize {
    let class: Vec<u16> = (0..400).map(|row| (row % 2) as u16).collect();
    let noise = normals(400, 2, 1);
    let field = trained.field(Some(&class), &Known::Nothing);
    let integration = Integration::uniform(16, flowlet::Solver::Euler);
    let made = field.sample(noise, &integration, |_, _| {});
    let radius = |row: ArrayView1<f32>| row.dot(&row).sqrt();
    let good = made
        .outer_iter()
        .zip(class)
        .filter(|&(row, class)| (radius(row) - RADII[usize::from(class)]).abs() < 0.25);
    good.count()
}

#[test]
fn learns_rings_by_class() {
    let config = TrainConfig {
        hidden: vec![32; 2],
        iterations: 1500,
        batch: 64,
        ..TrainConfig::default()
    };
    let run = |iterations| {
        let mut stop = |progress: RunProgress| match progress.step == iterations {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        on_their_ring(&train(&rings(512), None, &config, None, &mut stop).unwrap())
    };
    let (before, after) = (run(1), run(1500));
    assert!(before < 200 && after > 300, "{before}, then {after} of 400");
}

#[test]
fn the_caller_may_stop_the_run() {
    let mut calls = 0;
    let mut stop = |progress: RunProgress| {
        calls += 1;
        assert_eq!((progress.step, progress.steps), (calls, 60));
        if calls == 7 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let trained = train(&rings(16), None, &small(), None, &mut stop).unwrap();
    assert_eq!(trained.progress.step, 7);
    assert_eq!(calls, 7);
}

#[test]
fn validation_loss_falls_and_is_reported() {
    let mut losses = Vec::new();
    let config = TrainConfig {
        iterations: 400,
        ..small()
    };
    let trained = train(
        &rings(256),
        Some(&rings(100)),
        &config,
        None,
        &mut |progress: RunProgress| {
            losses.extend(progress.validation_loss);
            ControlFlow::Continue(())
        },
    );
    let last = trained.unwrap().progress.validation_loss.unwrap();
    assert!(last < losses[0], "{last}, {}", losses[0]);
    let other = Dataset::unlabelled(Array2::zeros((4, 2))).unwrap();
    let error = train(&rings(16), Some(&other), &small(), None, &mut quiet).unwrap_err();
    assert_eq!(error, TrainError::ValidationShape);
}

/// Keeps the last state, checks each, and counts divergences.
#[derive(Default)]
struct Keeper {
    last: Option<RunState>,
    /// State after the first divergence.
    cut: Option<RunState>,
    rates: Vec<f32>,
}

impl RunObserver for Keeper {
    fn step(&mut self, now: RunProgress, state: &dyn Fn() -> RunState) -> ControlFlow<()> {
        let state = state();
        let optimiser = [&state.optimiser.mean, &state.optimiser.square];
        let kept = [&state.parameters, &state.ema.average];
        let numbers = kept.into_iter().chain(optimiser).flatten();
        let sound = numbers.copied().all(f32::is_finite);
        assert!(sound && now.loss.is_finite());
        if state.cuts == 1 && self.cut.is_none() {
            self.cut = Some(state.clone());
        }
        self.last = Some(state);
        ControlFlow::Continue(())
    }

    fn diverged(&mut self, _: RunProgress, learning_rate: f32) {
        self.rates.push(learning_rate);
    }
}

/// A run that diverges goes back and lowers the rate, and so do runs that resume from its states.
#[test]
fn a_run_that_diverges_goes_back_and_ends_well() {
    for learning_rate in [1.0, 1e4, 1e12, 1e20, f32::MAX] {
        let config = TrainConfig {
            learning_rate,
            iterations: 200,
            ..small()
        };
        let run = |state, observer: &mut dyn RunObserver| {
            train(&rings(64), None, &config, state, observer).unwrap()
        };
        let mut keeper = Keeper::default();
        let trained = run(None, &mut keeper);
        assert_eq!(trained.progress.step, 200, "{learning_rate}");
        assert!(trained.progress.loss < 2.0, "{:?}", trained.progress);
        assert!(keeper.rates.is_sorted_by(|a, b| a > b));
        if let Some(state) = keeper.cut {
            assert!(keeper.rates[0] < learning_rate);
            assert_eq!(run(Some(state), &mut quiet).net, trained.net);
        }
        assert_eq!(keeper.last.unwrap().cuts as usize, keeper.rates.len());
        assert_eq!(keeper.rates.is_empty(), learning_rate < 1e4);
    }
}

#[test]
fn senseless_settings_are_refused() {
    let data = rings(16);
    let refused = |change: fn(&mut TrainConfig)| {
        let mut config = small();
        change(&mut config);
        let trained = train(&data, None, &config, None, &mut quiet);
        matches!(trained, Err(TrainError::Setting(_)))
    };
    assert!(refused(|of| of.hidden.clear()));
    assert!(refused(|of| of.hidden[1] = 0));
    assert!(refused(|of| of.iterations = 0));
    assert!(refused(|of| of.batch = 3));
    assert!(refused(|of| of.learning_rate = f32::NAN));
    assert!(refused(|of| of.weight_decay = -0.1));
    assert!(refused(|of| of.ema = 1.0));
    assert!(refused(|of| of.clip = 0.0));
}

/// Gaussian data of standard deviation 0.3 come back with a bridge only if the regression target
/// includes the slope of the bridge. x1 − x0 alone ends near 0.4985. For jointly Gaussian variables
/// E[v | x_t] is linear in x_t, so least squares at each time is the whole regression.
#[test]
fn bridge_velocity_keeps_the_stddev_of_narrow_data() {
    let generated = |own_slope: bool| {
        let (rows, steps) = (4000, 200);
        let (x0, x1, noise) = (
            normals(rows, 1, 1),
            normals(rows, 1, 2) * 0.3,
            normals(rows, 1, 3),
        );
        let mut stddev = 1.0;
        for step in 0..steps {
            let t = (step as f32 + 0.5) / steps as f32;
            let mut k = Path::Bridge { sigma: 1.0 }.at(t);
            if !own_slope {
                k.velocity[2] = 0.0;
            }
            let (mut xv, mut xx) = (0.0f64, 0.0f64);
            for row in 0..rows {
                let (x, v) = k.apply(x0[[row, 0]], x1[[row, 0]], noise[[row, 0]]);
                xv += f64::from(x * v);
                xx += f64::from(x * x);
            }
            stddev *= (xv / xx / f64::from(steps)).exp();
        }
        stddev
    };
    assert!(
        (generated(true) - 0.300).abs() < 0.01,
        "{}",
        generated(true)
    );
    assert!(
        (generated(false) - 0.4985).abs() < 0.015,
        "{}",
        generated(false)
    );
}

/// Ten rows are memorised, and the loss on other rows increases.
#[test]
fn training_stops_when_the_validation_loss_increases() {
    let few = Dataset::unlabelled(normals(10, 6, 2)).unwrap();
    let others = Dataset::unlabelled(normals(400, 6, 3)).unwrap();
    let config = |patience| TrainConfig {
        hidden: vec![48, 48],
        iterations: 600,
        patience,
        ..small()
    };
    let run = |patience| train(&few, Some(&others), &config(patience), None, &mut quiet).unwrap();
    let (whole, stopped) = (run(Patience::Off), run(Patience::from(5)));
    assert_eq!(whole.progress.step, 600);
    assert!(stopped.progress.step < 400, "{:?}", stopped.progress.step);
    let loss = |trained: &FloatModel| {
        let task = Task {
            objective: Objective::Flow(&others),
            drift: &trained.drift,
            path: Path::Linear,
            coupling: crate::coupling::Coupling::Independent,
            batch: 50,
            label_dropout: 0.0,
            time_density: TimeDensity::Uniform,
            augment: 0.0,
        };
        Chunk::new(0, 1024, trained.net.shape()).evaluate(task, &trained.net, VALIDATION_KEY)
    };
    let (kept, at_the_end) = (loss(&stopped), stopped.progress.validation_loss.unwrap());
    assert!(kept < f64::from(at_the_end), "the best weights are kept");
    assert!(kept < loss(&whole));
}

/// The default ends before samples copy the rows, of which there are few.
#[test]
fn training_keeps_weights_that_do_not_copy() {
    let few = Dataset::unlabelled(normals(40, 6, 2)).unwrap();
    let others = Dataset::unlabelled(normals(200, 6, 3)).unwrap();
    let run = |patience| {
        let config = TrainConfig {
            hidden: vec![64, 64],
            iterations: 3000,
            patience,
            ..small()
        };
        train(&few, Some(&others), &config, None, &mut quiet).unwrap()
    };
    let (whole, kept) = (run(Patience::Off), run(Patience::Automatic));
    assert_eq!((whole.kept_step, whole.progress.step), (3000, 3000));
    assert!(kept.kept_step < kept.progress.step && kept.progress.step < 3000);
    let watch = CopyWatch::new(&few, 0);
    assert!(watch.sees_copies(&whole.net, &whole.drift));
    assert!(!watch.sees_copies(&kept.net, &kept.drift));
}

/// Rows at one point, trained with noise, come back with the width of the noise.
#[test]
fn augmented_rows_come_back_with_their_noise() {
    let data = Dataset::unlabelled(Array2::from_elem((4, 2), 1.0)).unwrap();
    let config = TrainConfig {
        hidden: vec![24, 24],
        iterations: 400,
        batch: 128,
        augment: 0.3,
        ..TrainConfig::default()
    };
    let trained = train(&data, None, &config, None, &mut quiet).unwrap();
    let field = trained.field(None, &Known::Nothing);
    let integration = Integration::uniform(32, flowlet::Solver::Heun);
    let made = field.sample(normals(2000, 2, 5), &integration, |_, _| {});
    let stddev = made.std(0.0);
    assert!((0.25..0.36).contains(&stddev), "{stddev}");
}

/// Training ends with the weights of the device: rounding them again changes nothing.
#[test]
fn trained_weights_are_rounded() {
    let weights = |quantisation_aware| {
        let config = TrainConfig {
            quantisation_aware,
            ..small()
        };
        let net = train(&rings(64), None, &config, None, &mut quiet)
            .unwrap()
            .net;
        let mut rounded = net.clone();
        rounded.for_each_row(round_row);
        let pairs = net.parameters().iter().zip(rounded.parameters());
        pairs.map(|(a, b)| (a - b).abs()).fold(0f32, f32::max)
    };
    assert!(weights(true) < 1e-6);
    assert!(weights(false) > 1e-4);
}

#[test]
fn a_resumed_run_has_the_same_result() {
    struct Cut(usize, Option<RunState>);
    impl RunObserver for Cut {
        fn step(&mut self, now: RunProgress, state: &dyn Fn() -> RunState) -> ControlFlow<()> {
            if now.step < self.0 {
                return ControlFlow::Continue(());
            }
            self.1 = Some(state());
            ControlFlow::Break(())
        }
    }
    let (data, others) = (rings(256), rings(100));
    let config = TrainConfig {
        patience: Patience::from(30),
        ..small()
    };
    let run = |state, observer: &mut dyn RunObserver| {
        train(&data, Some(&others), &config, state, observer).unwrap()
    };
    let whole = run(None, &mut quiet);
    for steps in [1, 29, 31, 59] {
        let mut cut = Cut(steps, None);
        run(None, &mut cut);
        let state = postcard::to_stdvec(&cut.1.unwrap()).unwrap();
        let resumed = run(Some(postcard::from_bytes(&state).unwrap()), &mut quiet);
        assert_eq!(resumed.net, whole.net, "{steps}");
        assert_eq!(resumed.progress, whole.progress, "{steps}");
    }
    let other = TrainConfig {
        hidden: vec![9],
        ..small()
    };
    let mut cut = Cut(1, None);
    run(None, &mut cut);
    let refused = train(&data, None, &other, cut.1, &mut quiet).unwrap_err();
    assert_eq!(refused, TrainError::State);
}
