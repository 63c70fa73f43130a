//! Recorded files: they can be read, and give the recorded samples. Boards give the same lines.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use flowlet::format::{CRC_AT, Section, VERSION, checksum};
use flowlet::{ColumnKind, Model, ModelError, ModelSize, Solver};

use crate::extremes::largest_sum;
use crate::fills::fillable;
use crate::golden_cases::{FILES, run};
use crate::models::{
    Draw, Shape, add_curves, add_latent, end_in_category, end_in_circle, random_model,
};

const FOLDER: &str = "golden";
const SAMPLES: &str = "golden/samples.txt";

fn lines() -> String {
    let mut lines = String::new();
    assert!(
        run(|line| lines += &format!("{line}\n")),
        "a file is rejected after:\n{lines}"
    );
    lines
}

#[test]
fn recorded_files_give_the_recorded_samples() {
    let recorded = fs::read_to_string(SAMPLES).expect("the recorded samples");
    let lines = lines();
    for (got, recorded) in lines.lines().zip(recorded.lines()) {
        assert_eq!(got, recorded);
    }
    assert_eq!(lines, recorded);
}

/// Checks that no file is missing, and that together they have everything that a file can have.
#[test]
fn recorded_files_have_everything() {
    let in_folder = |entry: fs::DirEntry| {
        let path = entry.path().with_extension("");
        path.strip_prefix(FOLDER)
            .expect("in the folder")
            .display()
            .to_string()
    };
    let committed: BTreeSet<String> = (1..=VERSION)
        .flat_map(|version| {
            fs::read_dir(Path::new(FOLDER).join(format!("v{version}"))).expect("its files")
        })
        .map(|entry| in_folder(entry.expect("an entry")))
        .collect();
    assert_eq!(
        committed,
        FILES.iter().map(|file| file.name.to_owned()).collect()
    );

    let mut met = BTreeSet::new();
    for file in &FILES {
        let model = Model::parse(file.bytes).expect("a model");
        met.insert(format!("{:?}", model.solver()));
        let columns = (0..model.dim()).filter_map(|index| model.column(index));
        met.extend(columns.map(|column| format!("{:?}", column.kind)));
        let columns = (0..model.dim()).filter_map(|index| model.column(index));
        met.extend(columns.map(|column| format!("decimals {}", column.decimals.is_some())));
        met.insert(format!("card {}", !model.card().is_empty()));
        met.insert(format!("times {}", model.time_grid().len() > 0));
        met.insert(format!("guided {}", model.header().null_class == 1));
        met.insert(format!("components {}", model.header().components > 1));
        met.insert(format!(
            "drift {}",
            model.variances().any(|variance| variance > 0)
        ));
        met.insert(format!("classes {}", model.classes() > 0));
        met.extend(model.hidden().map(|layer| format!("table {}", layer.table)));
        met.extend(
            model
                .hidden()
                .map(|layer| format!("conditioned {}", layer.conditioned)),
        );
    }
    let kinds = [
        ColumnKind::Real,
        ColumnKind::Integer,
        ColumnKind::Category,
        ColumnKind::NextCategory,
        ColumnKind::Circular,
        ColumnKind::NextCircular,
    ];
    let either = [
        "decimals",
        "card",
        "times",
        "guided",
        "components",
        "drift",
        "classes",
        "table",
        "conditioned",
    ];
    let either = either
        .iter()
        .flat_map(|what| [true, false].map(|is| format!("{what} {is}")));
    let kinds = kinds.map(|kind| format!("{kind:?}"));
    let solvers = Solver::ALL.map(|solver| format!("{solver:?}"));
    assert_eq!(met, either.chain(kinds).chain(solvers).collect());
}

/// A complete file of an unknown version is rejected, and the message has its number.
#[test]
fn other_versions_are_rejected() {
    for file in &FILES {
        for version in [0, VERSION + 1, u16::MAX] {
            let mut bytes = file.bytes.to_vec();
            bytes[8..10].copy_from_slice(&version.to_le_bytes());
            let crc = checksum(&bytes);
            bytes[CRC_AT].copy_from_slice(&crc.to_le_bytes());
            let error = Model::parse(&bytes).expect_err("an unknown version");
            assert_eq!(error, ModelError::Version { found: version });
            let message = error.to_string();
            assert!(message.contains(&format!("version {version}")), "{message}");
            assert_eq!(ModelSize::of(&bytes), None);
        }
    }
}

/// Writes models that no training gives. They have extreme integers, shapes that do not fill blocks
/// and have several segments, or sums at their bound. `cargo xtask record models` calls it.
#[test]
#[ignore = "writes files: cargo xtask record models"]
fn record_models() {
    let folder = format!("{FOLDER}/v{VERSION}");
    let write = |name: &str, model: &flowlet::encode::QuantisedModel| {
        let bytes = model.encode().expect("the model keeps the bounds");
        fs::write(format!("{folder}/{name}.flow"), bytes).expect("the file can be written");
    };
    let mut draw = Draw::new(64);
    let mut random = |name, hidden: &[usize], null_class, table| {
        let shape = Shape {
            dim: 19,
            hidden: hidden.to_vec(),
            classes: 3,
            null_class,
            per_class_drift: true,
            table,
        };
        let mut model = random_model(&shape, &mut draw);
        end_in_category(&mut model);
        if null_class {
            (model.steps, model.time_grid) = (3, vec![0, 9000, 20_001, 32_768]);
        }
        // The shortest segment. The weights were drawn for another one, and keep this bound too.
        model
            .net
            .hidden
            .iter_mut()
            .for_each(|layer| layer.segment = 32);
        write(name, &model);
    };
    random("random-classes", &[40, 37], false, false);
    random("random-guided", &[33, 40, 9], true, true);
    random("random-deep", &[5, 3, 40, 7, 1, 40, 2, 6], true, true);
    write("circular", &circular());
    write("latent", &latent());
    let mut draw = Draw::new(67);
    for (name, mut model) in [("score", circular()), ("score-latent", latent())] {
        let content = crate::score::section(&model, &mut draw);
        model.sections = vec![(Section::Score, content)];
        write(name, &model);
    }
    let mut model = circular();
    fillable(&mut model);
    write("fill", &model);
    write("largest-sum", &largest_sum(1));
    write("smallest-sum", &largest_sum(-1));
}

/// Returns a model with decimals, a circular column and a card.
fn circular() -> flowlet::encode::QuantisedModel {
    let mut draw = Draw::new(65);
    let shape = Shape {
        dim: 7,
        hidden: vec![12, 9],
        classes: 2,
        null_class: false,
        per_class_drift: true,
        table: false,
    };
    let mut model = random_model(&shape, &mut draw);
    end_in_circle(&mut model);
    (model.solver, model.steps) = (Solver::ExponentialEuler, 4);
    model.time_grid.clear();
    for column in &mut model.columns[..5] {
        // Values of the size of most columns, which have decimals that fit.
        column.frac = 20;
    }
    model
}

/// Returns a model with a latent of each class and curves.
fn latent() -> flowlet::encode::QuantisedModel {
    let mut draw = Draw::new(70);
    let shape = Shape {
        dim: 9,
        hidden: vec![14, 10],
        classes: 3,
        null_class: false,
        per_class_drift: true,
        table: false,
    };
    let mut model = random_model(&shape, &mut draw);
    add_latent(&mut model, 9, &mut draw);
    let layers = model.latent.as_ref().map(|latent| latent.layers.len());
    assert_eq!(layers, Some(3), "another seed is needed");
    add_curves(&mut model, &mut draw);
    (model.solver, model.steps) = (Solver::ExponentialEuler, 4);
    model.time_grid.clear();
    model
}

/// Writes the samples of all files. `cargo xtask record samples` calls it.
#[test]
#[ignore = "writes a file: cargo xtask record samples"]
fn record_samples() {
    fs::write(SAMPLES, lines()).expect("the samples can be written");
}
