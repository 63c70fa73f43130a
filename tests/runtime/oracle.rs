//! A naive oracle, which follows the text of the format in i128.

use crate::models::{Draw, Shape};
use flowlet::encode::{QuantisedLatent, QuantisedLayer, QuantisedModel};
use flowlet::fixed::silu;
use flowlet::format::MIN_STEP;
use flowlet::{Solver, Time, noise};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::Rng;

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
    pub fn times(&self) -> Vec<Time> {
        let times = self.time_grid.iter();
        times.map(|&bits| Time::from_bits(bits).unwrap()).collect()
    }

    /// Returns random settings of a model of this shape.
    pub fn random(shape: &Shape, draw: &mut Draw) -> Self {
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

/// Returns the standardised values of a sample.
pub fn oracle(
    model: &QuantisedModel,
    settings: &Settings,
    rng: &mut Xoshiro128PlusPlus,
) -> Vec<i32> {
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
