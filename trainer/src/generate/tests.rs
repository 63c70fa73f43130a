//! Samples of the host: a single stream, as the firmware draws it, and the same noise for the float
//! network.

use flowlet::{Model, SamplerError, Solver};
use ndarray::array;

use super::{Generated, Request, generate, noise};
use crate::data::Table;
use crate::data::conditions::ConditionRows;
use crate::standard_normal::standard_normal;
use crate::trainer::Trainer;

/// Samples of the standard normal model.
fn sampled(labelled: bool, request: &Request<'_>) -> Result<(Generated, Vec<f32>), SamplerError> {
    let bytes = standard_normal(&["a", "b"], labelled)
        .encode()
        .expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    let generated = generate(&model, request)?;
    let noise = noise(&model, request, generated.classes.as_deref());
    assert_eq!(noise.dim(), (request.count, 2));
    Ok((generated, noise.into_iter().collect()))
}

const REQUEST: Request<'static> = Request {
    count: 50,
    class: None,
    steps: Some(2),
    time_grid: None,
    solver: Some(Solver::Euler),
    guidance: None,
    conditions: None,
    seed: 5,
    antithetic: false,
};

#[test]
fn noise_is_what_the_sampler_starts_from() {
    // For standard normal data v is −x at t = 0 and 0 at t = 1/2: two steps halve the noise.
    for (labelled, class) in [(false, None), (true, None), (true, Some(2))] {
        let request = Request { class, ..REQUEST };
        let (generated, noise) = sampled(labelled, &request).expect("samples");
        for (x, noise) in generated.standardised.iter().zip(&noise) {
            assert!((x - noise / 2.0).abs() < 1e-3, "{x} from {noise}");
        }
    }
}

#[test]
fn antithetic_samples_are_pairs_of_the_plain_ones_and_their_mirror_images() {
    let plain = sampled(true, &REQUEST).expect("samples").0;
    let request = Request {
        antithetic: true,
        ..REQUEST
    };
    let (pairs, noise) = sampled(true, &request).expect("samples");
    let (rows, classes) = (&pairs.standardised, pairs.classes.expect("labelled"));
    for (pair, original) in plain.standardised.outer_iter().take(25).enumerate() {
        assert_eq!(rows.row(2 * pair), original);
        assert_eq!(classes[2 * pair], classes[2 * pair + 1]);
        for (x, mirrored) in original.iter().zip(rows.row(2 * pair + 1)) {
            assert!((x + mirrored).abs() < 1e-3, "{x} and {mirrored}");
        }
    }
    for (x, noise) in rows.iter().zip(&noise) {
        assert!((x - noise / 2.0).abs() < 1e-3, "{x} from {noise}");
    }
}

#[test]
fn noise_is_standard_normal() {
    let request = Request {
        count: 5000,
        ..REQUEST
    };
    let (_, noise) = sampled(false, &request).expect("samples");
    let moment = |power| noise.iter().map(|x| x.powi(power)).sum::<f32>() / noise.len() as f32;
    assert!(
        moment(1).abs() < 0.05 && (moment(2) - 1.0).abs() < 0.07 && (moment(4) - 3.0).abs() < 0.5
    );
}

#[test]
fn values_are_in_physical_units() {
    let (generated, _) = sampled(false, &REQUEST).expect("samples");
    for (value, x) in generated.values.iter().zip(&generated.standardised) {
        assert!(
            (value - (10.0 + 3.0 * f64::from(*x))).abs() < 1e-5,
            "{value} for {x}"
        );
    }
}

#[test]
fn classes_are_the_one_asked_for_or_drawn() {
    let classes = |labelled, class| {
        sampled(labelled, &Request { class, ..REQUEST })
            .expect("samples")
            .0
            .classes
    };
    assert_eq!(classes(false, None), None);
    assert_eq!(classes(true, Some(1)), Some(vec![1; 50]));
    let drawn = classes(true, None).expect("classes");
    let count = |class| drawn.iter().filter(|&&drawn| drawn == class).count();
    // Shares of 3 : 0 : 1, and four standard deviations of 3 either way.
    assert!(count(0).abs_diff(37) <= 12 && count(1) == 0, "{drawn:?}");
}

#[test]
fn samples_follow_each_other_in_one_stream() {
    let first = |count| {
        sampled(true, &Request { count, ..REQUEST })
            .expect("samples")
            .0
            .crc32
    };
    assert_eq!(first(3)[..], first(50)[..3]);
    assert_ne!(first(2)[0], first(2)[1]);
}

#[test]
fn what_the_model_does_not_take_is_refused() {
    let refused = |request: Request| sampled(true, &request).expect_err("refused");
    let steps = Request {
        steps: Some(0),
        ..REQUEST
    };
    assert_eq!(refused(steps), SamplerError::Steps(0));
    let class = Request {
        class: Some(3),
        ..REQUEST
    };
    assert_eq!(
        refused(class),
        SamplerError::Class {
            class: 3,
            classes: 3
        }
    );
}

/// Trains a policy with classes.
fn policy() -> Vec<u8> {
    let row = |row: usize| format!("{row},{},{}\n", row % 7, ["a", "b"][row % 2]);
    let rows: String = (0..20).map(row).collect();
    let table = Table::parse_csv(format!("angle,push,kind\n{rows}").as_bytes(), "cart.csv");
    let table = table.expect("a table");
    let trainer = Trainer::new(&table).label("kind").hidden([4]).iterations(1);
    let trained = trainer.conditions(["angle".to_owned()]).fit();
    trained.expect("a model").bytes().to_vec()
}

#[test]
fn conditions_come_with_the_class_of_their_row() {
    let bytes = policy();
    let model = Model::parse(&bytes).expect("a model");
    let sampled = |rows: &ConditionRows, class| {
        let request = Request {
            count: 4,
            class,
            conditions: Some(rows),
            ..Request::default()
        };
        generate(&model, &request).expect("samples")
    };
    let rows = ConditionRows {
        values: array![[1.0], [2.0], [3.0]],
        classes: Some(vec![1, 0, 1]),
    };
    assert_eq!(sampled(&rows, None).classes, Some(vec![1, 0, 1, 1]));
    let of_class = ConditionRows {
        values: array![[2.0]],
        classes: None,
    };
    assert_eq!(sampled(&rows, Some(0)), sampled(&of_class, Some(0)));
}
