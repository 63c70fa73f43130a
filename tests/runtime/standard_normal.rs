//! A small model with a known distribution, for tests of the runtime and of the trainer.

use flowlet::encode::{ClassNames, QuantisedDrift, QuantisedLayer, QuantisedModel, QuantisedNet};
use flowlet::fixed::Scale;
use flowlet::format::Hidden;
use flowlet::{Column, Solver};

/// Returns a model of standard normal data. It has a drift of mean 0 and variance 1, a network
/// whose output is 0, and columns that decode x to 10 + 3·x. If `labelled`, classes in shares of 3
/// : 0 : 1.
pub fn standard_normal(column_names: &[&str], labelled: bool) -> QuantisedModel {
    let (dim, width) = (column_names.len(), 3);
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
    let column = Column::real(10 << 20, 3 << 20, 20);
    QuantisedModel {
        column_names: column_names.iter().map(|&name| name.to_owned()).collect(),
        classes,
        steps: 2,
        time_grid: Vec::new(),
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
        latent: None,
        columns: vec![column; dim],
        curves: Vec::new(),
        sections: Vec::new(),
        card: String::new(),
    }
}
