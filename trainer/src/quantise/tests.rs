//! Compares integers with the float numbers that they represent, at extremes that training never
//! has.

use flowlet::fixed::requantise;
use flowlet::{Column, Solver};
use ndarray::{Array2, array};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::folded::FoldedLayer;
use super::{Calibration, Curve, QuantiseError, formats, layer, quantise, quantise_drift};
use crate::drift::{GaussianDrift, ShareRule};
use crate::float_sampler::Integration;
use crate::known::Known;
use crate::network::{Conditioning, NetShape, VelocityNet};
use flowlet::encode::{ClassNames, QuantisedModel};

const DIM: usize = 3;
const CLASSES: usize = 2;

fn normal(rng: &mut impl Rng, shape: (usize, usize)) -> Array2<f32> {
    Array2::from_shape_simple_fn(shape, || StandardNormal.sample(rng))
}

fn net() -> VelocityNet {
    let shape = NetShape {
        dim: DIM,
        hidden: vec![4, 6],
        classes: CLASSES,
        query: 0,
        conditioning: Conditioning::First,
    };
    VelocityNet::random(shape, &mut Xoshiro256PlusPlus::seed_from_u64(1))
}

/// Replaces each parameter of the network.
fn with(mut net: VelocityNet, replace: impl Fn(usize, f32) -> f32) -> VelocityNet {
    for (index, parameter) in net.parameters_mut().iter_mut().enumerate() {
        *parameter = replace(index, *parameter);
    }
    net
}

/// Returns where the parameters of each layer of [`net`] begin, and where the last ends: weights,
/// condition (3 time features and the classes), biases.
const LAYERS: [usize; 4] = [0, 36, 66, 87];
/// The last parameters are the biases of the output.
const OUTPUT_BIASES: usize = 84;

fn drift() -> GaussianDrift {
    let x = normal(&mut Xoshiro256PlusPlus::seed_from_u64(2), (20, DIM));
    GaussianDrift::fit(x.view(), None, 0, false, false, ShareRule::OF_TESTS)
}

fn calibration(steps: usize) -> Calibration {
    let noise = normal(&mut Xoshiro256PlusPlus::seed_from_u64(3), (32, DIM));
    Calibration {
        noise,
        class: Some((0..32).map(|row| row % CLASSES as u16).collect()),
        known: Known::Nothing,
        integration: Integration::uniform(steps, Solver::Euler),
    }
}

/// Quantises, and lets the runtime check every bound of the result.
fn checked(
    net: &VelocityNet,
    steps: usize,
) -> Result<flowlet::encode::QuantisedNet, QuantiseError> {
    let drift = drift();
    let (quantised, _) = quantise(net, &drift, &calibration(steps))?;
    let unit = Column::real(0, 1 << 20, 20);
    let model = QuantisedModel {
        column_names: ["x", "y", "z"].map(str::to_owned).to_vec(),
        classes: Some(ClassNames {
            column: "class".to_owned(),
            position: 0,
            names: vec!["a".to_owned(), "b".to_owned()],
            counts: vec![1, 1],
            null_class: false,
        }),
        steps: 4,
        time_grid: Vec::new(),
        solver: Solver::Euler,
        net: quantised.clone(),
        drift: quantise_drift(&drift),
        latent: None,
        columns: vec![unit; DIM],
        curves: Vec::new(),
        sections: Vec::new(),
        card: String::new(),
    };
    model.encode().expect("the runtime takes what is quantised");
    Ok(quantised)
}

#[test]
fn layers_begin_where_these_tests_think() {
    let net = net();
    assert_eq!(net.parameters().len(), LAYERS[3]);
    let lengths: Vec<usize> = net
        .layers()
        .iter()
        .map(|layer| {
            layer.weights.len() + layer.condition.map_or(0, |c| c.len()) + layer.bias.len()
        })
        .collect();
    assert_eq!(lengths, [36, 30, 21]);
    assert_eq!(LAYERS[3] - OUTPUT_BIASES, net.layers()[2].bias.len());
}

#[test]
fn whatever_the_weights_it_is_refused_or_runs() {
    let mut refused = 0;
    for exponent in -40..=12 {
        let scale = 10f32.powi(exponent);
        match checked(&with(net(), |_, w| w * scale), 4) {
            Ok(_) => assert!(
                refused == 0,
                "1e{exponent} fits, but a smaller scale did not"
            ),
            Err(QuantiseError::TooLarge { .. }) => refused += 1,
            Err(other) => panic!("1e{exponent}: {other}"),
        }
    }
    assert!((1..30).contains(&refused), "{refused} scales were refused");
}

#[test]
fn the_layer_that_is_too_large_is_named() {
    // One step, because after a second one a large velocity makes every layer's input large.
    for layer in 0..3 {
        let range = LAYERS[layer]..LAYERS[layer + 1];
        let large = with(
            net(),
            // The last parameter of a layer is a bias.
            |index, w| if index == range.end - 1 { 1e5 } else { w },
        );
        assert_eq!(checked(&large, 1), Err(QuantiseError::TooLarge { layer }));
        let broken = with(
            net(),
            |index, w| if index == range.end - 1 { f32::NAN } else { w },
        );
        assert_eq!(checked(&broken, 4), Err(QuantiseError::NotFinite { layer }));
    }
}

#[test]
fn an_output_bias_fits_below_16() {
    let biased = |bias| {
        with(
            net(),
            |index, w| if index == OUTPUT_BIASES { bias } else { w },
        )
    };
    let quantised = checked(&biased(15.999), 4).expect("it fits");
    assert_eq!(
        quantised.layers[2].biases[0],
        (15.999f32 * 2048.0).round() as i16
    );
    assert_eq!(
        checked(&biased(-16.0), 4),
        Err(QuantiseError::TooLarge { layer: 2 })
    );
}

#[test]
fn nothing_at_all_becomes_zeros() {
    let quantised = checked(&with(net(), |_, _| 0.0), 4).expect("it fits");
    for layer in quantised.layers {
        assert!(layer.weights.iter().all(|&w| w == 0));
        assert!(
            layer
                .biases
                .iter()
                .chain(&layer.class_biases)
                .all(|&b| b == 0)
        );
    }
}

/// Returns a layer without a condition.
fn plain(weights: Array2<f32>, biases: Vec<f32>) -> FoldedLayer {
    FoldedLayer {
        weights,
        biases: vec![biases],
        class_biases: Vec::new(),
    }
}

#[test]
fn the_largest_weight_of_a_row_is_127_and_zeros_stay_zeros() {
    let weights = array![
        [1.0, -0.5, 0.0, 1e-3],
        [-2e-9, 1e-9, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
        [-3e1, 3e1, 0.0, 3e1]
    ];
    let float = plain(weights, vec![0.0; 4]);
    let integers = layer::IntegerWeights::of(&float);
    let quantised = layer::quantise(&float, &integers, 10, 1, 11).expect("it fits");
    let rows: Vec<&[i8]> = quantised.weights.chunks(4).collect();
    let half = rows[0][1];
    assert!(half == -63 || half == -64, "{half}");
    assert_eq!(rows[0], [127, half, 0, 0]);
    assert_eq!(rows[1], [-127, 64, 0, 0]);
    assert_eq!(rows[2], [0; 4]);
    assert_eq!(rows[3], [-127, 127, 0, 127]);
    assert_eq!(
        integers.norms().collect::<Vec<_>>(),
        [127 + half.unsigned_abs() as u32, 191, 0, 381]
    );
    // For rows 0 and 2, which have the upper bytes of the shared weights.
    assert_eq!(integers.paired_norm(1), 127);
}

#[test]
fn biases_at_the_end_of_their_range_are_kept() {
    let largest = f32::from(i16::MAX) / 2048.0;
    let quantised = |bias| {
        let float = plain(Array2::zeros((3, 2)), vec![largest, bias, -0.000_3]);
        layer::quantise(&float, &layer::IntegerWeights::of(&float), 8, 1 << 12, 11)
    };
    let biases = quantised(-largest).expect("it fits").biases;
    assert_eq!(biases, [i16::MAX, -i16::MAX, -1]);
    assert!(quantised(-16.0).is_none());
}

/// Compares every row of a random layer, computed as in the runtime, with the float row. Weights
/// are wrong by half a step, and the multiplier by half a unit. Shifting, rounding and the bias
/// together are wrong by less than two units of the result.
fn check_rows(scale: f32, columns: usize, in_frac: u8, in_bound: u32, pre_frac: u8) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(columns as u64);
    let weights = normal(&mut rng, (8, columns)) * scale;
    let biases = normal(&mut rng, (1, 8)).into_raw_vec_and_offset().0;
    let float = plain(weights.clone(), biases.clone());
    let integers = layer::IntegerWeights::of(&float);
    let quantised =
        layer::quantise(&float, &integers, in_frac, in_bound, pre_frac).expect("it fits");
    let unit = 2f64.powi(i32::from(pre_frac) - i32::from(in_frac));
    for _ in 0..50 {
        let bound = in_bound as i32;
        let input: Vec<i32> = (0..columns)
            .map(|_| rng.random_range(-bound..=bound))
            .collect();
        for (row, integers) in quantised.weights.chunks(columns).enumerate() {
            let sum: i32 = integers
                .iter()
                .zip(&input)
                .map(|(&w, a)| i32::from(w) * a)
                .sum();
            let scale = quantised.scales[row];
            let got = requantise(sum, scale, quantised.biases[row]);

            let row_weights = weights.row(row);
            let exact: f64 = row_weights
                .iter()
                .zip(&input)
                .map(|(&w, &a)| f64::from(w) * f64::from(a))
                .sum();
            let exact = exact * unit + f64::from(biases[row]) * 2f64.powi(pre_frac.into());
            let exact = exact.clamp(f64::from(i16::MIN), f64::from(i16::MAX));
            let step = f64::from(row_weights.fold(0f32, |l, w| l.max(w.abs()))) / 127.0;
            let inputs: f64 = input.iter().map(|a| f64::from(a.abs())).sum();
            let of_weights = 0.51 * step * inputs * unit;
            let of_multiplier =
                0.5 / f64::from(scale.multiplier) * f64::from(sum.abs()) * step * unit;
            let error = (f64::from(got) - exact).abs();
            assert!(
                error <= of_weights + of_multiplier + 2.0,
                "{columns} columns: {got} for {exact}"
            );
        }
    }
}

#[test]
fn rows_are_within_their_error_of_the_float_rows() {
    check_rows(0.2, 64, 10, 1 << 14, 11);
    check_rows(0.2, 128, 8, 1 << 12, 11);
    check_rows(1.0, 1, 10, 1 << 14, 13);
    check_rows(1e-3, 300, 10, 1 << 12, 13);
    check_rows(10.0, 8, 10, 1 << 12, 11);
}

#[test]
fn formats_are_the_finest_that_hold() {
    let finest = |range| formats::pre_fracs(range, &Curve::Silu).next();
    let ranges = [0.0, 3.6, 3.7, 7.2, 7.3, 1e9, f32::INFINITY];
    assert_eq!(ranges.map(finest), [13, 13, 12, 12, 11, 11, 11].map(Some));
    // Σ|w| is 127 per column: 14 bits for 4 columns, 12 for 16, then segments, and finally 11 bits.
    let formats = |columns| {
        let ones = plain(Array2::ones((2, columns)), vec![0.0; 2]);
        let format = formats::input(&[layer::IntegerWeights::of(&ones)]);
        (format.frac, format.segment)
    };
    assert_eq!([4, 8, 16].map(formats), [(10, 1024), (9, 1024), (8, 1024)]);
    assert_eq!([17, 33, 1024].map(formats), [(7, 1024), (7, 32), (7, 32)]);
}

#[test]
fn rows_are_ordered_so_that_the_first_of_two_is_smaller() {
    let quantised = checked(&net(), 4).expect("it fits");
    for (layer, columns) in quantised.layers.iter().zip([DIM, 4]).take(2) {
        let norms: Vec<u32> = layer
            .weights
            .chunks(columns)
            .map(|row| row.iter().map(|w| u32::from(w.unsigned_abs())).sum())
            .collect();
        for pair in norms.chunks_exact(2) {
            assert!(pair[0] <= pair[1], "{norms:?}");
        }
    }
}
