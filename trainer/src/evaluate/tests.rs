//! The protocol: equal counts, a baseline that real rows reach, and copies that are exposed.

use ndarray::Array2;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::{Reference, TestRows, scored};
use crate::data::range::ValueRange;
use crate::data::transform::Transform;
use crate::data::{Labels, Table};
use crate::metrics::{Scores, real_baseline};
use crate::trainer::Trainer;

/// Returns correlated Gaussian rows of three classes with centres apart.
fn table(rows: usize, seed: u64) -> Table {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let values = Array2::from_shape_fn((rows, 4), |(row, _)| 3.0 * (row % 3) as f64);
    let mut normal =
        |shape| Array2::from_shape_simple_fn(shape, || -> f64 { StandardNormal.sample(&mut rng) });
    let values = values + normal((rows, 4)) + normal((rows, 1)) * 1.5;
    Table {
        columns: ["a", "b", "c", "d"].map(str::to_owned).to_vec(),
        values,
        labels: Some(Labels {
            column: "kind".to_owned(),
            position: 4,
            classes: ["p", "q", "r"].map(str::to_owned).to_vec(),
            of_row: (0..rows).map(|row| (row % 3) as u16).collect(),
        }),
        ..Table::default()
    }
}

fn transform(of: &Table) -> Transform {
    let ranges = ValueRange::of_each(of.values.view());
    Transform::fit(of, ranges, 0).0
}

#[test]
fn all_sets_have_equal_counts_of_each_class() {
    let (train, validation) = (table(120, 1), table(30, 2));
    let reference = Reference::new(transform(&train), &train, &validation, 5);
    let protocol = reference.protocol();
    assert_eq!(protocol.test, TestRows::Validation);
    assert_eq!(
        (protocol.rows, protocol.count, protocol.draws),
        (30, 30, 20)
    );
    for draw in reference.draws() {
        assert_eq!(draw.counts(), [(Some(0), 10), (Some(1), 10), (Some(2), 10)]);
        assert_eq!(draw.real().values().dim(), draw.test().values().dim());
        assert_eq!(draw.real().classes(), draw.test().classes());
        assert_eq!(draw.train().values().nrows(), 120);
    }
    let [one, other] = [0, 1].map(|draw| reference.draws()[draw].real().values());
    assert_ne!(one, other, "each draw has its own rows");
    // More validation rows than training rows do not help.
    let reference = Reference::new(transform(&train), &validation, &train, 5);
    assert_eq!(reference.protocol().count, 30);
    let text =
        "judged on 120 validation rows of a.csv\n30 samples against 30 real rows, mean of 20 draws";
    assert_eq!(reference.named("a.csv").protocol().to_string(), text);
    let halves = Reference::halves(transform(&train), &train, 5).expect("halves");
    assert_eq!((halves.protocol().rows, halves.protocol().count), (120, 60));
    assert!(
        halves
            .protocol()
            .to_string()
            .contains("draws\nif the model was trained")
    );
}

/// Fresh rows of the same law are no better and no worse than the real baseline, however few the
/// validation rows are.
#[test]
fn rows_of_the_same_law_score_the_baseline() {
    let (train, validation) = (table(1200, 1), table(30, 2));
    let reference = Reference::new(transform(&train), &train, &validation, 5);
    let fresh = table(600, 3);
    let fresh = reference.unit().standardise(fresh.values.view());
    let (mut made, mut real) = (Vec::new(), Vec::new());
    for (draw, number) in reference.draws().iter().zip(0..) {
        // Ordered by class, as the test rows are.
        let first = 30 * number as usize;
        let rows: Vec<usize> = (0..30).map(|k| first + 3 * (k % 10) + k / 10).collect();
        made.push(scored(draw, fresh.select(ndarray::Axis(0), &rows), number));
        real.push(real_baseline(
            draw.real(),
            draw.train(),
            draw.test(),
            number,
        ));
    }
    let (made, real) = (Scores::mean(&made), Scores::mean(&real));
    let ratios = [
        made.sliced_w2 / real.sliced_w2,
        made.exact_w2 / real.exact_w2,
        made.energy / real.energy,
        made.mmd / real.mmd,
        made.mean_ks / real.mean_ks,
        made.nearest_training / real.nearest_training,
        made.coverage.expect("rows") / real.coverage.expect("rows"),
        made.tstr.expect("labels") / real.tstr.expect("labels"),
    ];
    assert!(
        ratios.iter().all(|ratio| (0.88..1.14).contains(ratio)),
        "{ratios:?}"
    );
    assert!((made.c2st.expect("rows") - 0.5).abs() < 0.06, "{made:?}");
}

#[test]
fn copies_of_training_rows_are_exposed() {
    let (train, validation) = (table(300, 1), table(60, 2));
    let reference = Reference::new(transform(&train), &train, &validation, 5);
    let draw = &reference.draws()[0];
    let copies = scored(draw, draw.real().values().to_owned(), 0);
    let real = real_baseline(draw.real(), draw.train(), draw.test(), 0);
    assert_eq!(copies.nearest_training, 0.0);
    assert!(real.nearest_training > 0.2, "{real:?}");
    assert_eq!(copies.energy, real.energy);
}

/// The data are Gaussian, so a network that is hardly trained is worse than Gaussians.
#[test]
fn gaussians_win_on_gaussian_data() {
    let table = table(600, 1);
    let trainer = Trainer::new(&table).hidden([64; 3]).iterations(5);
    let trained = trainer.no_recalibration().fit().expect("a model");
    let evaluation = trained.scores().expect("scores");
    assert!(
        evaluation
            .gaussian
            .is_better_than(&evaluation.int8, evaluation.network_bytes),
        "{evaluation:?}"
    );
    let real = evaluation.real_baseline;
    assert!(
        evaluation.gaussian.scores.energy < 1.15 * real.energy,
        "{evaluation:?}"
    );
    assert!(
        evaluation.table.scores.energy < 1.3 * real.energy,
        "{evaluation:?}"
    );
    assert!(evaluation.gaussian.bytes <= evaluation.network_bytes);
    assert!(evaluation.table.bytes <= evaluation.network_bytes);
    let gaussian = &evaluation.gaussian.scores;
    assert!(evaluation.int8.c2st > gaussian.c2st, "{evaluation:?}");
    // The same evaluation again, for the seed decides.
    assert_eq!(trained.scores().expect("scores"), evaluation);
}

/// A class that no training row has, as with groups of rows, leaves the test.
#[test]
fn a_class_without_training_rows_is_left_out() {
    let (train, validation) = (table(90, 1), table(30, 2));
    let without = |table: &Table, class: u16| {
        let kept = (0..table.values.nrows()).filter(|row| (row % 3) as u16 != class);
        table.select(&kept.collect::<Vec<_>>())
    };
    let reference = Reference::new(transform(&train), &without(&train, 1), &validation, 5);
    assert_eq!(
        reference.draws()[0].counts(),
        [(Some(0), 10), (Some(2), 10)]
    );
    // No class in common.
    let (train, test) = (without(&train, 0), table(30, 2).select(&[0, 3, 6, 9]));
    let reference = Reference::new(transform(&validation), &train, &test, 5);
    let draw = &reference.draws()[0];
    assert_eq!(draw.counts(), [(Some(0), 4)]);
    assert_eq!(draw.real().values().nrows(), 4);
}
