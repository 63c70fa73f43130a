//! The runtime compared with a naive oracle, which follows the text of the format in i128. Random
//! models of odd shapes with extreme weights must give the same bits.

use crate::models::{Draw, Shape, add_curves, add_latent, random_model};
use flowlet::encode::{QuantisedLatent, QuantisedLayer, QuantisedModel};
use flowlet::fixed::silu;
use flowlet::format::MIN_STEP;
use flowlet::{Column, Guidance, Knot, Model, Sampler, Solver, Time, noise};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

pub fn saturate(x: i128) -> i128 {
    x.clamp(-32_768, 32_767)
}

pub fn shift_rounded(x: i128, bits: u32) -> i128 {
    (x + (1 << bits) / 2) >> bits
}

/// Returns the pre-activations of one layer.
pub fn dense(layer: &QuantisedLayer, input: &[i128], bias: impl Fn(usize) -> i128) -> Vec<i128> {
    layer
        .scales
        .iter()
        .enumerate()
        .map(|(row, scale)| {
            let weights = &layer.weights[row * input.len()..][..input.len()];
            let sum: i128 = weights
                .iter()
                .zip(input)
                .map(|(&w, &a)| i128::from(w) * a)
                .sum();
            assert!(i32::try_from(sum).is_ok(), "parse bounds the sum");
            let product = (sum >> scale.shift) * i128::from(scale.multiplier) + (bias(row) << 10);
            assert!(
                i32::try_from(product + 512).is_ok(),
                "parse bounds the product"
            );
            saturate(shift_rounded(product, 10))
        })
        .collect()
}

/// Returns the bias of a row of a conditioned layer at `time` (Q0.15).
fn conditioned(
    model: &QuantisedModel,
    layer: &QuantisedLayer,
    time: i128,
    class: usize,
    row: usize,
) -> i128 {
    let rows = layer.scales.len();
    let log2 = 15 - u32::from(model.net.time_log2);
    let at = |k: usize| i128::from(layer.biases[k * rows + row]);
    let k = ((time >> log2) as usize).min((1 << model.net.time_log2) - 1);
    let difference = (at(k + 1) - at(k)) * (time - ((k as i128) << log2));
    let class = layer.class_biases.get(class * rows + row);
    saturate(at(k) + shift_rounded(difference, log2) + class.map_or(0, |&bias| bias.into()))
}

/// Interpolates linearly between two nodes of a table and rounds.
pub fn tabulated(nodes: &[i16], pre: i128, pre_frac: u8, act_frac: u8) -> i128 {
    let step = 1 << (pre_frac - 4);
    let index = pre.div_euclid(step) + 256;
    let [low, high] = [0, 1].map(|next| i128::from(nodes[(index + next) as usize]));
    let fine = low * step + (high - low) * pre.rem_euclid(step); // in 11 + pre_frac − 4 bits
    let y = shift_rounded(fine, u32::from(11 + pre_frac - 4 - act_frac));
    assert!(i16::try_from(y).is_ok(), "parse bounds the table");
    y
}

fn network(
    model: &QuantisedModel,
    state: &[i128],
    time: i128,
    class: usize,
    extra: &[i128],
) -> Vec<i128> {
    let net = &model.net;
    let mut a: Vec<i128> = state
        .iter()
        .map(|&x| saturate(shift_rounded(x, 26 - u32::from(net.input_frac))))
        .collect();
    for (index, (layer, hidden)) in net.layers.iter().zip(&net.hidden).enumerate() {
        let extra = if index == 0 { extra } else { &[] };
        let pre = dense(layer, &a, |row| {
            if hidden.conditioned {
                let bias = conditioned(model, layer, time, class, row);
                saturate(bias + extra.get(row).unwrap_or(&0))
            } else {
                layer.biases[row].into()
            }
        });
        let curve = |&p: &i128| match &net.table {
            Some(nodes) if hidden.table => tabulated(nodes, p, hidden.pre_frac, hidden.act_frac),
            _ => silu(p as i16, hidden.pre_frac, hidden.act_frac).into(),
        };
        a = pre.iter().map(curve).collect();
    }
    let output = &net.layers[net.hidden.len()];
    dense(output, &a, |row| output.biases[row].into())
}

/// Returns r in Q4.11.
fn slope(time: i128, variance: i128) -> i128 {
    let rest = 32_768 - time;
    let numerator = time * variance - (rest << 14);
    let denominator = ((rest * rest) >> 1) + ((time * time) >> 15) * variance;
    numerator.signum() * (numerator.abs() / (denominator >> 11)).min(32_767)
}

/// Returns (s(end)/s(time) − 1)/(end − time) in Q4.11 with s² = (1 − t)² + t²·σ².
fn slope_over(time: i128, end: i128, variance: i128) -> i128 {
    let stddev = |t: i128| {
        let rest = 32_768 - t;
        (rest * rest + ((t * t) >> 14) * variance).isqrt()
    };
    let growth = ((stddev(end) - stddev(time)) << 15) / stddev(time);
    (growth << 11) / (end - time)
}

/// Returns the velocity of one class at `time` in Q4.11.
pub fn velocity_at(model: &QuantisedModel, state: &[i128], time: i128, class: usize) -> Vec<i128> {
    velocity_of(model, state, time, None, class, &[])
}

/// Returns the velocity of one class in Q4.11, with extra biases of the first layer. With `end`,
/// the drift is that of a complete step.
pub fn velocity_of(
    model: &QuantisedModel,
    state: &[i128],
    time: i128,
    end: Option<i128>,
    class: usize,
    extra: &[i128],
) -> Vec<i128> {
    let mut velocity = network(model, state, time, class, extra);
    let component = if model.drift.components > 1 { class } else { 0 };
    for (j, (v, &x)) in velocity.iter_mut().zip(state).enumerate() {
        let cell = component * state.len() + j;
        let variance = model.drift.variances[usize::from(model.drift.levels[cell])].into();
        let r = match end {
            _ if variance == 0 => 0,
            Some(end) => slope_over(time, end, variance),
            None => slope(time, variance),
        };
        let q = 2048 - shift_rounded(time * r, 15);
        let mean = i128::from(model.drift.means[cell]);
        let sum = r * saturate(shift_rounded(x, 15)) + q * mean;
        assert!(i32::try_from(sum + 1024).is_ok(), "the drift has headroom");
        *v = saturate(shift_rounded(sum, 11) + *v);
    }
    velocity
}

/// Settings of a sampler.
#[derive(Clone, Debug)]
pub struct Settings {
    pub solver: Solver,
    /// Time grid, Q0.15, K + 1 times.
    pub time_grid: Vec<u16>,
    pub class: Option<u16>,
    /// Strength, Q3.12.
    pub guidance: Option<u16>,
}

impl Settings {
    /// Returns settings of `steps` steps of equal length.
    pub fn uniform(steps: u16) -> Self {
        let time = |k: u16| ((u32::from(k) << 15) / u32::from(steps)) as u16;
        Self {
            solver: Solver::Euler,
            time_grid: (0..=steps).map(time).collect(),
            class: None,
            guidance: None,
        }
    }

    /// Returns the time grid for a sampler.
    fn times(&self) -> Vec<Time> {
        let times = self.time_grid.iter();
        times.map(|&bits| Time::from_bits(bits).unwrap()).collect()
    }

    fn random(shape: &Shape, draw: &mut Draw) -> Self {
        let mut settings = Self::uniform(draw.within(1, 40) as u16);
        if draw.within(0, 1) == 1 {
            let within = |draw: &mut Draw| draw.within(3, 32_765) as u16;
            settings.time_grid = vec![0, 32_768];
            settings
                .time_grid
                .extend((0..draw.within(0, 20)).map(|_| within(draw)));
            settings.time_grid.sort_unstable();
            settings
                .time_grid
                .dedup_by(|next, time| *next - *time < MIN_STEP);
        }
        settings.solver = Solver::ALL[draw.within(0, 3) as usize];
        settings.class =
            (shape.classes > 0).then(|| draw.within(0, shape.classes as i64 - 1) as u16);
        let guided = shape.null_class && draw.within(0, 2) > 0;
        settings.guidance = guided.then(|| draw.within(0, 32_767) as u16);
        settings
    }
}

fn velocity(
    model: &QuantisedModel,
    settings: &Settings,
    state: &[i128],
    time: i128,
    end: Option<i128>,
) -> Vec<i128> {
    let own = velocity_of(
        model,
        state,
        time,
        end,
        settings.class.unwrap_or(0).into(),
        &[],
    );
    let Some(strength) = settings.guidance else {
        return own;
    };
    let none = model
        .classes
        .as_ref()
        .map_or(0, |classes| classes.names.len());
    let free = velocity_of(model, state, time, end, none, &[]);
    let guide = |(own, free): (i128, i128)| {
        saturate(free + shift_rounded((own - free) * i128::from(strength), 12))
    };
    own.into_iter().zip(free).map(guide).collect()
}

/// Returns x + v·dt for each term, limited after each.
pub fn moved(state: &[i128], terms: &[(&[i128], i128)]) -> Vec<i128> {
    let one = |(j, &x): (usize, &i128)| {
        terms.iter().fold(x, |x, (v, dt)| {
            let sum = x + v[j] * dt;
            assert!(i32::try_from(sum).is_ok(), "the state has headroom");
            sum.clamp(-(1 << 30), (1 << 30) - 1)
        })
    };
    state.iter().enumerate().map(one).collect()
}

fn oracle(model: &QuantisedModel, settings: &Settings, rng: &mut Xoshiro128PlusPlus) -> Vec<i32> {
    let values = model.drift.levels.len() / usize::from(model.drift.components);
    let mut state: Vec<i128> = (0..values)
        .map(|_| noise::normal(rng.next_u32()).into())
        .collect();
    for pair in settings.time_grid.windows(2) {
        let (time, dt) = (i128::from(pair[0]), i128::from(pair[1] - pair[0]));
        let v = |state: &[i128], time| velocity(model, settings, state, time, None);
        let over = (settings.solver == Solver::ExponentialEuler).then_some(time + dt);
        let first = velocity(model, settings, &state, time, over);
        state = match settings.solver {
            Solver::Euler | Solver::ExponentialEuler => moved(&state, &[(&first, dt)]),
            Solver::Midpoint => {
                let there = moved(&state, &[(&first, dt / 2)]);
                let second = v(&there, time + dt / 2);
                moved(&there, &[(&first, -(dt / 2)), (&second, dt)])
            }
            Solver::Heun => {
                let there = moved(&state, &[(&first, dt)]);
                let second = v(&there, time + dt);
                moved(&there, &[(&first, -(dt / 2)), (&second, dt / 2)])
            }
        };
    }
    if let Some(of) = &model.latent {
        let (first, rank) = (usize::from(of.latent.first), usize::from(of.latent.rank));
        let part = first..first + rank;
        let input = |&x: &i128| saturate(shift_rounded(x, 26 - u32::from(of.latent.frac)));
        let inputs: Vec<i128> = state[part.clone()].iter().map(input).collect();
        let layer = latent_layer(of, settings.class.unwrap_or(0).into());
        let values = dense(layer, &inputs, |row| layer.biases[row].into());
        state.splice(part, values.into_iter().map(|value| value << 15));
    }
    state.into_iter().map(|x| x as i32).collect()
}

/// Returns the layer of a latent for a class.
pub fn latent_layer(of: &QuantisedLatent, class: usize) -> &QuantisedLayer {
    &of.layers[if of.layers.len() > 1 { class } else { 0 }]
}

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
