//! What is encoded comes back from the runtime's `parse`, aligned.

use flowlet::fixed::Scale;
use flowlet::format::{ALIGN, Body, Field, HEADER_LEN, Hidden};
use flowlet::{Column, ColumnKind, Model, ModelError, Solver};

use super::{ClassNames, QuantisedDrift, QuantisedLayer, QuantisedModel, QuantisedNet};

/// A model of standard normal data: a drift of mean 0 and variance 1, a network that adds nothing,
/// units of 10 + 3·x, classes in shares of 3 : 0 : 1 where asked for.
pub(crate) fn standard_normal(columns: &[&str], labelled: bool) -> QuantisedModel {
    let (dim, width) = (columns.len(), 3);
    let classes = labelled.then(|| ClassNames {
        column: "kind".to_owned(),
        position: 1,
        names: ["red", "green", "blue"].map(str::to_owned).to_vec(),
        counts: vec![30, 0, 10],
        null_class: false,
    });
    let layer = |rows: usize, columns: usize| QuantisedLayer {
        weights: vec![0; rows * columns],
        scales: vec![
            Scale {
                multiplier: 1,
                shift: 0
            };
            rows
        ],
        biases: vec![0; rows],
        class_biases: Vec::new(),
    };
    let unit = Column::real(10 << 20, 3 << 20, 20);
    QuantisedModel {
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        classes,
        steps: 2,
        times: Vec::new(),
        solver: Solver::Euler,
        net: QuantisedNet {
            input_frac: 10,
            output_segment: 1024,
            time_log2: 1,
            hidden: vec![Hidden {
                width: width as u16,
                pre_frac: 11,
                act_frac: 10,
                segment: 1024,
                conditioned: false,
                table: false,
            }],
            layers: vec![layer(width, dim), layer(dim, width)],
            table: None,
        },
        drift: QuantisedDrift {
            components: 1,
            variances: vec![1 << 14],
            means: vec![0; dim],
            levels: vec![0; dim],
        },
        units: vec![unit; dim],
    }
}

#[test]
fn tensors_are_aligned_whatever_the_names() {
    let offsets = (1..=2 * ALIGN).map(|length| {
        let name = "n".repeat(length);
        let bytes = standard_normal(&[&name, "b"], length % 2 == 0)
            .encode()
            .expect("a model");
        let body: Body = postcard::from_bytes(&bytes[HEADER_LEN..]).expect("a model's body");
        assert_eq!(bytes.len() % 4, 0);
        assert!(bytes.ends_with(body.tensors));
        bytes.len() - body.tensors.len()
    });
    for offset in offsets {
        assert_eq!(offset % ALIGN, 0);
    }
}

#[test]
fn names_units_and_proportions_come_back() {
    let mut model = standard_normal(&["a", "temperature, °C", ""], true);
    model.units[1] = Column {
        min: -9,
        kind: ColumnKind::Integer,
        ..Column::real(-5, 7, -3)
    };
    let bytes = model.encode().expect("a model");
    let parsed = Model::parse(&bytes).expect("a model");
    assert_eq!(parsed.column_names().collect::<Vec<_>>(), model.columns);
    assert_eq!(parsed.label(), Some(("kind", 1)));
    assert_eq!(
        parsed.class_names().collect::<Vec<_>>(),
        ["red", "green", "blue"]
    );
    assert_eq!(
        parsed.proportions().collect::<Vec<_>>(),
        [3 << 14, 0, 1 << 14]
    );
    let units: Vec<Column> = (0..3).filter_map(|column| parsed.column(column)).collect();
    assert_eq!(units, model.units);
    assert_eq!(
        (
            parsed.dim(),
            parsed.steps(),
            parsed.header().length as usize
        ),
        (3, 2, bytes.len())
    );
}

#[test]
fn a_model_without_labels_has_none() {
    let bytes = standard_normal(&["a", "b"], false)
        .encode()
        .expect("a model");
    let parsed = Model::parse(&bytes).expect("a model");
    assert_eq!((parsed.classes(), parsed.label()), (0, None));
    assert_eq!(parsed.class_names().count(), 0);
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let refused = |change: fn(&mut QuantisedModel)| {
        let mut model = standard_normal(&["a", "b"], true);
        change(&mut model);
        model.encode().expect_err("refused")
    };
    let invalid = ModelError::Invalid;
    assert_eq!(refused(|model| model.steps = 0), invalid(Field::Steps));
    assert_eq!(
        refused(|model| model.columns[0].push('\n')),
        invalid(Field::Names)
    );
    assert_eq!(
        refused(|model| model.net.layers[0].weights.truncate(2)),
        invalid(Field::Tensors)
    );
    assert_eq!(
        refused(|model| model.drift.levels[1] = 1),
        invalid(Field::Level)
    );
    assert_eq!(
        refused(|model| model.units[1].multiplier = i32::MAX),
        invalid(Field::Column(1))
    );
}
