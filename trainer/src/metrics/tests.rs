//! Scores of good, copied and wrong rows, with any number of threads.

use ndarray::Array2;
use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::{MAX_ROWS, Rows, real_baseline, score};

/// Returns two Gaussian blobs in four dimensions, class 0 around −2 and class 1 around +2, plus
/// `shift`.
fn blobs(rows: usize, shift: f32, seed: u64) -> Rows {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let classes: Vec<u16> = (0..rows).map(|row| (row % 2) as u16).collect();
    let values = Array2::from_shape_fn((rows, 4), |(row, _)| {
        let noise: f32 = StandardNormal.sample(&mut rng);
        noise + shift + if row % 2 == 0 { -2.0 } else { 2.0 }
    });
    Rows::new(values.view(), Some(&classes), 0)
}

#[test]
fn rows_of_the_same_law_score_the_baseline() {
    let (train, test, generated) = (blobs(300, 0.0, 1), blobs(300, 0.0, 2), blobs(300, 0.0, 3));
    let (scores, baseline) = (
        score(&generated, &train, &test, 7),
        real_baseline(&train, &train, &test, 7),
    );
    assert!(
        scores.sliced_w2 < 2.0 * baseline.sliced_w2,
        "{scores:?} {baseline:?}"
    );
    assert!(
        scores.energy < 2.0 * baseline.energy,
        "{scores:?} {baseline:?}"
    );
    assert!(
        scores.label_accuracy > Some(0.99) && baseline.label_accuracy > Some(0.99),
        "{scores:?} {baseline:?}"
    );
    assert!(scores.tstr > Some(0.99), "{scores:?}");
    assert!(
        (scores.c2st.expect("rows") - 0.5).abs() < 0.08,
        "{scores:?}"
    );
    assert!(scores.coverage > Some(0.93), "{scores:?}");
    assert!(
        (scores.nearest_training / baseline.nearest_training - 1.0).abs() < 0.15,
        "{scores:?} {baseline:?}"
    );
}

#[test]
fn shifted_rows_score_worse_and_copies_are_caught() {
    let (train, test) = (blobs(300, 0.0, 1), blobs(300, 0.0, 2));
    let baseline = real_baseline(&train, &train, &test, 7);
    let shifted = score(&blobs(300, 1.0, 3), &train, &test, 7);
    assert!(
        shifted.sliced_w2 > 3.0 * baseline.sliced_w2,
        "{shifted:?} {baseline:?}"
    );
    assert!(
        shifted.energy > 3.0 * baseline.energy,
        "{shifted:?} {baseline:?}"
    );
    assert!(shifted.c2st > Some(0.7) && shifted.coverage < baseline.coverage);
    let copied = score(&train, &train, &test, 7);
    assert_eq!(copied.nearest_training, 0.0);
    assert!(baseline.nearest_training > 0.3, "{baseline:?}");
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let (train, test, generated) = (blobs(150, 0.0, 1), blobs(101, 0.0, 2), blobs(101, 0.2, 3));
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("a pool");
        pool.install(|| score(&generated, &train, &test, 7))
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn large_sets_are_drawn_from_by_the_seed() {
    let values = Array2::from_shape_fn((MAX_ROWS + 500, 1), |(row, _)| row as f32);
    let classes: Vec<u16> = (0..values.nrows()).map(|row| (row % 7) as u16).collect();
    let rows = |seed| Rows::new(values.view(), Some(&classes), seed);
    let drawn = rows(1);
    assert_eq!(drawn.values().nrows(), MAX_ROWS);
    let kept = drawn.classes.as_ref().expect("classes");
    assert!(
        drawn
            .values()
            .iter()
            .zip(kept)
            .all(|(&value, &class)| value as u16 % 7 == class)
    );
    assert_eq!(drawn.values(), rows(1).values());
    assert_ne!(drawn.values(), rows(2).values());
}
