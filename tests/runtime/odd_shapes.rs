//! The model with which boards test their kernels: random weights over their complete range, in
//! shapes that do not fill blocks, steps or segments. The committed file must be the one made here.

use flowlet::Model;
use flowlet::encode::QuantisedModel;

use crate::models::{Draw, Shape, random_model};

/// Seed of a model in which some layers have several segments, and some use the table.
const SEED: u64 = 51;
const PATH: &str = "../firmware-examples/models/odd.flow";

#[test]
fn the_odd_model_is_the_one_that_boards_run() {
    let shape = Shape {
        dim: 37,
        hidden: vec![51, 130, 26],
        classes: 3,
        null_class: true,
        per_class_drift: true,
        table: true,
    };
    let model = random_model(&shape, &mut Draw::new(SEED));
    let segments = model
        .net
        .hidden
        .iter()
        .map(|hidden| usize::from(hidden.segment));
    let columns = [shape.dim].into_iter().chain(shape.hidden.iter().copied());
    let cut = segments
        .zip(columns)
        .filter(|(segment, columns)| segment < columns);
    assert!(cut.count() >= 2, "two layers are summed in segments");
    let tables = model.net.hidden.iter().filter(|layer| layer.table).count();
    assert!(
        (1..3).contains(&tables),
        "some layers use the table, others do not"
    );
    let drift = &model.drift;
    let none = drift
        .levels
        .iter()
        .filter(|&&level| drift.variances[usize::from(level)] == 0);
    assert!(
        (1..drift.levels.len()).contains(&none.count()),
        "some values have no drift"
    );
    assert_recorded(&model, PATH);
}

/// Models with one wide layer, with which boards measure the stack.
#[test]
fn wide_layers_are_recorded() {
    for (width, next) in [(512, 64), (1024, 8)] {
        let shape = Shape {
            dim: 3,
            hidden: vec![width, next],
            classes: 2,
            null_class: true,
            per_class_drift: false,
            table: false,
        };
        let model = random_model(&shape, &mut Draw::new(10));
        assert_recorded(
            &model,
            &format!("../firmware-examples/models/wide-{width}.flow"),
        );
    }
}

fn assert_recorded(model: &QuantisedModel, path: &str) {
    let bytes = model.encode().expect("the random model keeps the bounds");
    assert!(Model::parse(&bytes).is_ok());
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        std::fs::write(path, &bytes).expect("the model can be written");
    }
    assert!(
        std::fs::read(path).is_ok_and(|committed| committed == bytes),
        "`cargo xtask record odd` writes {path} anew"
    );
}
