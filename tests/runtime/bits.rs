//! The runtime compared with the oracle: random models of odd shapes with extreme weights must give
//! the same bits.

use flowlet::encode::QuantisedModel;
use flowlet::{Column, Guidance, Knot, Model, Sampler, Solver, Time};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, add_curves, add_latent, random_model};
use crate::oracle::{Settings, oracle};

/// Returns the value of a column, in its format, by its curve.
fn curve(knots: &[Knot], column: &Column, x: i32) -> i32 {
    let at = |knot: &Knot| i128::from(knot.x) << 15;
    let (x, last) = (i128::from(x), knots.len() - 1);
    let raw = match knots.iter().position(|knot| x < at(knot)) {
        Some(0) => knots[0].value.into(),
        None => knots[last].value.into(),
        Some(next) => {
            let (a, b) = (&knots[next - 1], &knots[next]);
            let part = ((x - at(a)) << 15) / (at(b) - at(a));
            let rise = i128::from(b.value) - i128::from(a.value);
            i128::from(a.value) + ((rise * part + (1 << 14)) >> 15)
        }
    };
    let unlimited = Column {
        offset: raw as i32,
        multiplier: 0,
        knots: 0,
        ..*column
    };
    unlimited.decode(0)
}

/// The decoded values of columns with curves are those of the oracle.
#[test]
fn curves_give_the_bits_of_the_oracle() {
    let mut draw = Draw::new(7);
    let (mut between, mut outside) = (0, 0);
    for seed in 0..300 {
        let mut quantised = random_model(&Shape::random(&mut draw), &mut draw);
        add_curves(&mut quantised, &mut draw);
        let bytes = quantised.encode().expect("the curves increase");
        let model = Model::parse(&bytes).expect("a valid file");
        let mut sampler = Sampler::<32, 32>::new(model).expect("it is large enough");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let sample = sampler.sample(&mut rng).expect("the generator is good");
        for (index, knots) in quantised.curves.iter().enumerate() {
            assert!(model.curve(index).eq(knots.iter().copied()));
            if knots.is_empty() {
                continue;
            }
            let x = sample.standardised()[index];
            let inside = i32::from(knots[0].x) << 15..i32::from(knots[knots.len() - 1].x) << 15;
            match inside.contains(&x) {
                true => between += 1,
                false => outside += 1,
            }
            let column = model.column(index).expect("it exists");
            let expected = curve(knots, &column, x);
            assert_eq!(sample.fixed(index).map(|fixed| fixed.raw), Some(expected));
        }
    }
    assert!(between > 100 && outside > 100, "{between}, {outside}");
}

/// Makes a random model of this shape, and compares its samples.
fn compare<const DIM: usize, const WIDTH: usize>(
    shape: &Shape,
    settings: &Settings,
    seed: u64,
    draw: &mut Draw,
) {
    let mut model = random_model(shape, draw);
    if seed % 2 == 1 && DIM > shape.dim {
        let more = draw.within(0, (DIM - shape.dim) as i64);
        add_latent(&mut model, more as usize, draw);
    }
    agree::<DIM, WIDTH>(&model, settings, seed);
}

/// Draws a batch with the runtime and with the oracle, asserts that the samples are equal, and
/// returns their values.
pub fn agree<const DIM: usize, const WIDTH: usize>(
    quantised: &QuantisedModel,
    settings: &Settings,
    seed: u64,
) -> Vec<i32> {
    let bytes = quantised
        .encode()
        .expect("the random model keeps the bounds");
    let model = Model::parse(&bytes).unwrap();
    let mut sampler = Box::new(Sampler::<DIM, WIDTH, 4>::new(model).unwrap());
    let times = settings.times();
    sampler.set_time_grid(&times).unwrap();
    sampler.set_solver(settings.solver);
    sampler.set_class(settings.class).unwrap();
    let strength = settings
        .guidance
        .map(|bits| Guidance::from_bits(bits).unwrap());
    sampler.set_guidance(strength).unwrap();
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let mut same = rng.clone();
    let samples = sampler.sample_batch(&mut rng).unwrap();
    assert_eq!(
        samples.len(),
        if settings.guidance.is_some() { 2 } else { 4 }
    );
    let mut all = Vec::new();
    for sample in samples {
        let expected = oracle(quantised, settings, &mut same);
        let shape = &quantised.net.hidden;
        assert_eq!(
            sample.standardised(),
            expected,
            "seed {seed}: {shape:?}, {settings:?}"
        );
        all.extend(expected);
    }
    all
}

#[test]
fn runtime_gives_the_bits_of_the_oracle() {
    let mut draw = Draw::new(42);
    for seed in 0..400 {
        let shape = Shape::random(&mut draw);
        let settings = Settings::random(&shape, &mut draw);
        compare::<32, 32>(&shape, &settings, seed, &mut draw);
    }
}

/// A sampler uses the recommendations of the file until it is set.
#[test]
fn recommended_steps_and_solver_are_used() {
    let mut draw = Draw::new(5);
    let mut quantised = random_model(&Shape::random(&mut draw), &mut draw);
    quantised.time_grid = vec![0, 9000, 20_000, 32_768];
    quantised.steps = 3;
    for solver in [Solver::ExponentialEuler, Solver::Midpoint, Solver::Heun] {
        quantised.solver = solver;
        let bytes = quantised.encode().unwrap();
        let model = Model::parse(&bytes).unwrap();
        assert_eq!((model.solver(), model.time_grid().len()), (solver, 4));
        let crc = |sampler: &mut Sampler<32, 32>| {
            let mut rng = Xoshiro128PlusPlus::seed_from_u64(9);
            sampler.sample(&mut rng).unwrap().crc32()
        };
        let own = crc(&mut Sampler::new(model).unwrap());
        let mut set = Sampler::new(model).unwrap();
        let times = [0, 9000, 20_000, 32_768].map(|bits| Time::from_bits(bits).unwrap());
        set.set_time_grid(&times).unwrap();
        set.set_solver(solver);
        assert_eq!(crc(&mut set), own);
        set.set_steps(3).unwrap();
        assert_ne!(crc(&mut set), own);
    }
}

/// Steps of equal length are a uniform time grid.
#[test]
fn steps_are_a_uniform_time_grid() {
    let mut draw = Draw::new(3);
    let bytes = random_model(&Shape::random(&mut draw), &mut draw)
        .encode()
        .unwrap();
    let model = Model::parse(&bytes).unwrap();
    for steps in [1, 3, 7, 256] {
        let settings = Settings::uniform(steps);
        let mut sampler = Sampler::<32, 32>::new(model).unwrap();
        let crc = |sampler: &mut Sampler<32, 32>| {
            let mut rng = Xoshiro128PlusPlus::seed_from_u64(9);
            sampler.sample(&mut rng).unwrap().crc32()
        };
        sampler.set_steps(steps).unwrap();
        let equal = crc(&mut sampler);
        let mut sampler = Sampler::<32, 32>::new(model).unwrap();
        let times = settings.times();
        sampler.set_time_grid(&times).unwrap();
        assert_eq!(crc(&mut sampler), equal, "{steps} steps");
    }
}

/// Tests the limits of the format: 1024 values and units, 8 layers, 256 classes, 256 steps, and 1
/// of each.
#[test]
fn the_largest_and_smallest_shapes_run() {
    let mut draw = Draw::new(43);
    let mut shape = |dim, hidden: &[usize], classes, steps| {
        let hidden = hidden.to_vec();
        let per_class_drift = classes > 0;
        let shape = Shape {
            dim,
            hidden,
            classes,
            null_class: classes > 0,
            per_class_drift,
            table: false,
        };
        let mut settings = Settings::uniform(steps);
        settings.guidance = shape.null_class.then_some(5000);
        settings.class = (classes > 0).then_some(0);
        compare::<1024, 1024>(&shape, &settings, 1, &mut draw);
    };
    shape(1024, &[1024], 256, 1);
    shape(3, &[1024, 1024], 0, 2);
    shape(2, &[9; 8], 1, 256);
    shape(1, &[1], 0, 1);
}

/// No alignment is assumed: files at every offset give the same bits.
#[test]
fn unaligned_files_give_the_same_bits() {
    let mut draw = Draw::new(1);
    let bytes = random_model(&Shape::random(&mut draw), &mut draw)
        .encode()
        .unwrap();
    let crc = |bytes: &[u8]| {
        let model = Model::parse(bytes).unwrap();
        let mut sampler = Sampler::<32, 32>::new(model).unwrap();
        sampler
            .sample(&mut Xoshiro128PlusPlus::seed_from_u64(3))
            .unwrap()
            .crc32()
    };
    let mut shifted = vec![0; bytes.len() + 16];
    for offset in 0..16 {
        shifted[offset..][..bytes.len()].copy_from_slice(&bytes);
        assert_eq!(
            crc(&shifted[offset..][..bytes.len()]),
            crc(&bytes),
            "offset {offset}"
        );
    }
}
