//! The runtime against a naive oracle: the format's text, word for word, in i128 and without a
//! thought for speed. Over random models of odd shapes with extreme weights, bit for bit.

use crate::models::{Draw, Shape, random_model};
use flowlet::fixed::silu;
use flowlet::{Model, Sampler, noise};
use flowlet_trainer::encode::{QuantisedLayer, QuantisedModel};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

fn saturate(x: i128) -> i128 {
    x.clamp(-32_768, 32_767)
}

fn shift_rounded(x: i128, bits: u32) -> i128 {
    (x + (1 << bits) / 2) >> bits
}

/// Pre-activations of one layer, before the activation.
fn dense(layer: &QuantisedLayer, input: &[i128], bias: impl Fn(usize) -> i128) -> Vec<i128> {
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
            assert!(i32::try_from(sum).is_ok(), "parse has bounded the sum");
            let product = (sum >> scale.shift) * i128::from(scale.multiplier) + (bias(row) << 10);
            assert!(
                i32::try_from(product + 512).is_ok(),
                "parse has bounded the product"
            );
            saturate(shift_rounded(product, 10))
        })
        .collect()
}

/// Bias of a conditioned layer at t (Q0.15).
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
    let k = (time >> log2) as usize;
    let way = (at(k + 1) - at(k)) * (time - ((k as i128) << log2));
    let class = layer.class_biases.get(class * rows + row);
    saturate(at(k) + shift_rounded(way, log2) + class.map_or(0, |&bias| bias.into()))
}

fn network(model: &QuantisedModel, state: &[i128], time: i128, class: usize) -> Vec<i128> {
    let net = &model.net;
    let mut a: Vec<i128> = state
        .iter()
        .map(|&x| saturate(shift_rounded(x, 26 - u32::from(net.input_frac))))
        .collect();
    for (layer, hidden) in net.layers.iter().zip(&net.hidden) {
        let pre = dense(layer, &a, |row| {
            if hidden.conditioned {
                conditioned(model, layer, time, class, row)
            } else {
                layer.biases[row].into()
            }
        });
        let silu = |p: &i128| silu(*p as i16, hidden.pre_frac, hidden.act_frac).into();
        a = pre.iter().map(silu).collect();
    }
    let output = &net.layers[net.hidden.len()];
    dense(output, &a, |row| output.biases[row].into())
}

/// r in Q4.11.
fn slope(time: i128, variance: i128) -> i128 {
    let rest = 32_768 - time;
    let numerator = time * variance - (rest << 14);
    let denominator = ((rest * rest) >> 1) + ((time * time) >> 15) * variance;
    numerator.signum() * (numerator.abs() / (denominator >> 11)).min(32_767)
}

fn step(model: &QuantisedModel, state: &mut [i128], time: i128, dt: i128, class: usize) {
    let residual = network(model, state, time, class);
    let component = if model.base.components > 1 { class } else { 0 };
    for (j, x) in state.iter_mut().enumerate() {
        let cell = component * residual.len() + j;
        let r = slope(
            time,
            model.base.variances[usize::from(model.base.levels[cell])].into(),
        );
        let q = 2048 - shift_rounded(time * r, 15);
        let mean = i128::from(model.base.means[cell]);
        let sum = r * shift_rounded(*x, 15) + q * mean;
        assert!(i32::try_from(sum + 1024).is_ok(), "the base has headroom");
        let velocity = saturate(shift_rounded(sum, 11) + residual[j]);
        let moved = *x + velocity * dt;
        assert!(i32::try_from(moved).is_ok(), "the state has headroom");
        *x = moved.clamp(-(1 << 30), (1 << 30) - 1);
    }
}

fn oracle(model: &QuantisedModel, steps: i128, class: usize, seed: u64) -> Vec<i32> {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let mut state: Vec<i128> = model
        .columns
        .iter()
        .map(|_| noise::normal(rng.next_u32()).into())
        .collect();
    let time = |k: i128| (k << 15) / steps;
    for k in 0..steps {
        step(model, &mut state, time(k), time(k + 1) - time(k), class);
    }
    state.into_iter().map(|x| x as i32).collect()
}

/// Draws a model of that shape, and samples it with the runtime and with the oracle.
fn compare<const DIM: usize, const WIDTH: usize>(
    shape: &Shape,
    steps: u16,
    seed: u64,
    draw: &mut Draw,
) {
    let quantised = random_model(shape, draw);
    let bytes = quantised
        .encode()
        .expect("the random model keeps the bounds");
    let model = Model::parse(&bytes).unwrap();
    let mut sampler = Sampler::<DIM, WIDTH>::new(&model).unwrap();
    let class = (shape.classes > 0).then(|| draw.within(0, shape.classes as i64 - 1) as u16);
    sampler.set_steps(steps).unwrap();
    sampler.set_class(class).unwrap();
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let sample = sampler.sample(&mut rng).unwrap();
    let expected = oracle(&quantised, steps.into(), class.unwrap_or(0).into(), seed);
    assert_eq!(
        sample.standardised(),
        expected,
        "seed {seed}: {shape:?}, {steps} steps"
    );
}

#[test]
fn runtime_gives_the_oracles_bits() {
    let mut draw = Draw::new(42);
    for seed in 0..400 {
        let shape = Shape::random(&mut draw);
        let steps = draw.within(1, 40) as u16;
        compare::<32, 32>(&shape, steps, seed, &mut draw);
    }
}

/// The limits of the format: 1024 values and units, 8 layers, 256 classes, 256 steps; and 1 of each.
#[test]
fn the_largest_and_smallest_shapes_run() {
    let mut draw = Draw::new(43);
    let mut shape = |dim, hidden: &[usize], classes, steps| {
        let hidden = hidden.to_vec();
        let per_class_base = classes > 0;
        let shape = Shape {
            dim,
            hidden,
            classes,
            per_class_base,
        };
        compare::<1024, 1024>(&shape, steps, 1, &mut draw);
    };
    shape(1024, &[1024], 256, 1);
    shape(3, &[1024, 1024], 0, 2);
    shape(2, &[9; 8], 1, 256);
    shape(1, &[1], 0, 1);
}

/// Alignment is never assumed: the same bits from every offset.
#[test]
fn unaligned_files_give_the_same_bits() {
    let mut draw = Draw::new(1);
    let bytes = random_model(&Shape::random(&mut draw), &mut draw)
        .encode()
        .unwrap();
    let crc = |bytes: &[u8]| {
        let model = Model::parse(bytes).unwrap();
        let mut sampler = Sampler::<32, 32>::new(&model).unwrap();
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
