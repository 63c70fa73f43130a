use ndarray::{Array1, Array2, array};
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

/// Returns a network of random weights with hidden pre-activations of about `gain`.
fn random(spec: &str, columns: usize, gain: f64) -> Network {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(3);
    let mut normal = |rows, columns: usize, gain: f64| {
        let scale = gain / (columns as f64).sqrt();
        Array2::from_shape_simple_fn((rows, columns), || {
            let normal: f64 = StandardNormal.sample(rng);
            normal * scale
        })
    };
    let layers = [(16, columns, gain), (16, 16, 1.0), (2, 16, 0.5 / gain)];
    let layer = |(index, (rows, columns, gain)): (usize, _)| Linear {
        name: index.to_string(),
        weights: normal(rows, columns, gain),
        bias: Array1::from_elem(rows, 0.1),
    };
    let layers = layers.into_iter().enumerate().map(layer).collect();
    Network::new(Spec::parse(spec).unwrap(), layers).unwrap()
}

fn plain(activation: &str, rest: &str) -> String {
    format!("input = [\"x\", \"t\"]\nactivation = \"{activation}\"\n{rest}")
}

fn table(rows: usize) -> Table {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(4);
    Table {
        conditions: None,
        columns: ["a", "b"].map(str::to_owned).to_vec(),
        values: Array2::from_shape_simple_fn((rows, 2), || StandardNormal.sample(&mut *rng)),
        labels: None,
        recordings: None,
        notes: Vec::new(),
        categories: Vec::new(),
        circular: Vec::new(),
    }
}

/// With pre-activations above 60, unbounded activations take a table over a wider range.
#[test]
fn pre_activations_beyond_16_are_scaled() {
    for activation in ["silu", "selu", "relu", "gelu", "gelu-tanh", "tanh"] {
        let network = random(&plain(activation, ""), 3, 25.0);
        let imported = import(&network, &table(100), 1).unwrap();
        let model = Model::parse(&imported.bytes).unwrap();
        assert!(model.hidden().all(|layer| layer.table), "{activation}");
        let error = imported.evaluation.trajectory_error.unwrap();
        println!("{activation}: {error}");
        assert!(error < 0.03, "{activation}: {error}");
    }
    let far = random(&plain("relu", ""), 3, 400.0);
    let error = import(&far, &table(100), 1).unwrap_err().to_string();
    assert!(
        error.starts_with("pre-activations (of layer `0` up to"),
        "{error}"
    );
}

/// −v(x, 1 − t) with noise at 1 is v(x, t) with noise at 0.
#[test]
fn time_may_run_either_way() {
    let forth = random(&plain("gelu", ""), 3, 2.0);
    let mut back = random(&plain("gelu", "noise-at = 1"), 3, 2.0);
    let first = &mut back.layers[0];
    let of_t = first.weights.column(2).to_owned();
    first.weights.column_mut(2).mapv_inplace(|w| -w);
    first.bias += &of_t;
    let last = &mut back.layers[2];
    last.weights.mapv_inplace(|w| -w);
    last.bias.mapv_inplace(|b| -b);
    let x = table(50).values.mapv(|value| value as f32);
    for t in [0.0, 0.3, 1.0] {
        let field = |network: &Network| network.field(&x, t, None, |_, _| {});
        let between = field(&forth) - field(&back);
        assert!(between.iter().all(|d| d.abs() < 1e-5), "t = {t}");
    }
    let of = |network| import(network, &table(100), 1).unwrap();
    let (forth, back) = (of(&forth), of(&back));
    let error = back.evaluation.trajectory_error.unwrap();
    assert!(error < 0.01, "{error}");
    assert!((error - forth.evaluation.trajectory_error.unwrap()).abs() < 0.003);
}

/// A table has as many times as the sines of the time need. There is a warning if they are too
/// fast.
#[test]
fn tables_of_time_are_as_long_as_they_must() {
    let waves = |fastest: f64, rest: &str| {
        let time = format!(
            "[time]\nkind = \"sinusoidal\"\norder = \"sin-cos\"\nfrequencies = [{fastest:.1}]"
        );
        import(
            &random(&plain("tanh", &format!("{rest}\n{time}")), 4, 1.0),
            &table(100),
            1,
        )
        .unwrap()
    };
    let log2 = |imported: &Imported| Model::parse(&imported.bytes).unwrap().header().time_log2;
    assert_eq!(
        log2(&import(&random(&plain("tanh", ""), 3, 1.0), &table(100), 1).unwrap()),
        1
    );
    let (slow, fast, too_fast) = (
        waves(1.0, ""),
        waves(200.0, "steps = 8"),
        waves(200.0, "steps = 7"),
    );
    assert!((2..6).contains(&log2(&slow)) && slow.warnings.is_empty());
    assert!(
        fast.warnings[0].contains("8 steps are right"),
        "{:?}",
        fast.warnings
    );
    assert!(fast.evaluation.trajectory_error.unwrap() < 0.02);
    assert!(
        too_fast.warnings[0].contains("choose a number of steps that divides 64"),
        "{:?}",
        too_fast.warnings
    );
}

#[test]
fn standardised_networks_come_back_to_the_users_units() {
    let scaling = "[scaling]\nmean = [100.0, -5.0]\nscale = [20.0, 0.5]";
    let network = random(&plain("selu", scaling), 3, 1.0);
    let mut data = table(100);
    data.values = &data.values * &array![20.0, 0.5] + &array![100.0, -5.0];
    let imported = import(&network, &data, 1).unwrap();
    let unit = Model::parse(&imported.bytes).unwrap().column(0).unwrap();
    let real = |fixed: i32| f64::from(fixed) * 2f64.powi(-i32::from(unit.frac));
    assert!(
        (real(unit.offset) - 100.0).abs() < 1e-5 && (real(unit.multiplier) - 20.0).abs() < 1e-5
    );

    let unscaled = random(&plain("selu", ""), 3, 1.0);
    let error = import(&unscaled, &data, 1).unwrap_err().to_string();
    assert!(
        error.starts_with("column `a`, row 1 is ") && error.contains("[scaling]"),
        "{error}"
    );
}

#[test]
fn errors_say_what_does_not_fit() {
    let network = random(&plain("relu", ""), 3, 1.0);
    let mut wide = table(10);
    wide.columns.push("c".to_owned());
    let error = import(&network, &wide, 1).unwrap_err().to_string();
    assert!(
        error.starts_with("the network gives 2 values, but the data have 3 columns: a, b, c"),
        "{error}"
    );

    let of = |spec: &str, change: &dyn Fn(&mut Vec<Linear>)| {
        let mut layers = network.layers.clone();
        change(&mut layers);
        Network::new(Spec::parse(spec).unwrap(), layers).unwrap_err()
    };
    let spec = plain("relu", "");
    for (error, expected) in [
        (
            of(&spec, &|l| l.truncate(1)),
            "1 layers; a model has 2 to 9",
        ),
        (
            of(&spec, &|l| l.swap(0, 1)),
            "`0.weight` has shape [16, 3], but layer `1` before it has 16 outputs",
        ),
        (
            of(
                &plain(
                    "relu",
                    "[time]\nkind = \"sinusoidal\"\norder = \"sin-cos\"\ndim = 4",
                ),
                &|_| {},
            ),
            "`0.weight` has shape [16, 3], but the spec has 6 inputs: x 2",
        ),
    ] {
        assert!(error.starts_with(expected), "{error}");
    }
}
