//! The model with which boards test their kernels: random weights over their complete range, in
//! shapes that do not fill blocks, steps or segments. The committed file must be the one made here.

use flowlet::Model;
use flowlet::encode::{QuantisedFill, QuantisedModel, QuantisedQuery, with_section};
use flowlet::format::Section;

use crate::models::{Draw, Shape, random_layer, random_model};

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

/// The digits with random weights that fill them in, with which boards count instructions.
#[test]
fn digits_to_fill_in_are_recorded() {
    let digits = std::fs::read("../firmware-examples/models/digits.flow").expect("the digits");
    let model = Model::parse(&digits).expect("a model");
    let first = model.hidden().next().expect("a layer");
    let (dim, mut draw) = (model.dim(), Draw::new(7));
    let mut layer = |rows, columns| random_layer((rows, columns, 0, 0), 32, 1 << 11, &mut draw);
    let query = QuantisedQuery {
        name: "lower half".to_owned(),
        known: (0..dim).map(|pixel| pixel < dim / 2).collect(),
        spread: 1 << 14,
        times: vec![0, 8192, 16_384, 24_576],
        frac: 7,
        segment: 32,
        gains: (0..4).map(|_| layer(dim - dim / 2, dim / 2)).collect(),
    };
    let fill = QuantisedFill {
        masked: true,
        predicts: true,
        layer: Some(layer(first.width.into(), dim)),
        queries: vec![query],
        ..QuantisedFill::default()
    };
    let content = fill.to_bytes().expect("one name");
    let file = with_section(&digits, Section::Fill, Some(&content)).expect("a valid section");
    assert_bytes_recorded(&file, "../firmware-examples/models/fill.flow");
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
    assert_bytes_recorded(&bytes, path);
}

fn assert_bytes_recorded(bytes: &[u8], path: &str) {
    assert!(Model::parse(bytes).is_ok());
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        std::fs::write(path, bytes).expect("the model can be written");
    }
    assert!(
        std::fs::read(path).is_ok_and(|committed| committed == bytes),
        "`cargo xtask record odd` writes {path} anew"
    );
}
