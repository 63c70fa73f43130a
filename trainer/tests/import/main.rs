//! Compares networks made in PyTorch with what PyTorch computes. `make_nets.py` made those in
//! `nets/`, and `examples/pytorch/moons/train_and_export.py` made that of the moons.

use std::fs;
use std::path::{Path, PathBuf};

use flowlet::Model;
use flowlet_trainer::Table;
use flowlet_trainer::data::read::ReadOptions;
use flowlet_trainer::import::{Network, Spec, import, read_weights};
use ndarray::{Axis, s};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the names of the networks in `nets/`.
fn nets() -> Vec<String> {
    let files = fs::read_dir(here("tests/import/nets")).expect("the folder is there");
    let name = |file: fs::DirEntry| {
        let name = file.file_name().into_string().expect("names are UTF-8");
        name.strip_suffix(".toml").map(str::to_owned)
    };
    let mut names: Vec<_> = files.filter_map(|file| name(file.unwrap())).collect();
    names.sort();
    assert_eq!(names.len(), 12, "two of each activation: {names:?}");
    names
}

fn network(spec: &Path, weights: &Path) -> Network {
    let spec = Spec::parse(&fs::read_to_string(spec).unwrap()).unwrap();
    let layers = read_weights(&fs::read(weights).unwrap(), spec.layers.as_deref()).unwrap();
    Network::new(spec, layers).unwrap()
}

fn small(name: &str) -> (Network, Table) {
    let path = |end| here(&format!("tests/import/nets/{name}.{end}"));
    let network = network(&path("toml"), &path("safetensors"));
    (
        network,
        Table::read(path("csv"), &ReadOptions::default()).unwrap(),
    )
}

fn moons() -> Network {
    let path = |name| here("examples/pytorch/moons").join(name);
    network(&path("spec.toml"), &path("moons.safetensors"))
}

/// Returns the largest difference from PyTorch's velocities, in a table of x, t, perhaps class, and
/// v.
fn distance(network: &Network, table: &Table) -> f64 {
    let dim = network.dim();
    let values = table.values.clone();
    let place = |name| table.columns.iter().position(|column| column == name);
    let t = values.column(place("t").unwrap()).to_vec();
    let class = place("class").map(|class| values.column(class).mapv(|c| c as u16).to_vec());
    let v = network.velocity(values.slice(s![.., ..dim]), &t, class.as_deref());
    let theirs = values.slice(s![.., values.ncols() - dim..]);
    (&v - &theirs).iter().fold(0.0, |most, d| most.max(d.abs()))
}

#[test]
fn velocities_are_those_of_pytorch() {
    for name in nets() {
        let (network, table) = small(&name);
        let distance = distance(&network, &table);
        println!("{name}: {distance:.2e}");
        assert!(distance < 1e-5, "{name}: {distance}");
    }
    let table = Table::read(
        here("examples/pytorch/moons/velocities.csv"),
        &ReadOptions::default(),
    );
    let distance = distance(&moons(), &table.unwrap());
    assert!(distance < 1e-5, "moons: {distance}");
}

/// Returns the inputs of the reference as data, with classes if the network has them.
fn data(network: &Network, table: &Table) -> Table {
    let text: String = table
        .values
        .axis_iter(Axis(0))
        .map(|row| {
            let class = ["up", "down"][row[4] as usize];
            format!("{},{},{},{class}\n", row[0], row[1], row[2])
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    fs::write(&path, format!("a,b,c,label\n{text}")).unwrap();
    let classes = network.spec().classes() > 0;
    let options = ReadOptions {
        label: classes.then(|| "label".to_owned()),
        drop: if classes {
            vec![]
        } else {
            vec!["label".to_owned()]
        },
        ..ReadOptions::default()
    };
    Table::read(&path, &options).unwrap()
}

/// Covers every activation with both forms of time.
#[test]
fn int8_samples_end_where_float_ones_do() {
    for name in nets() {
        let (network, table) = small(&name);
        let imported = import(&network, &data(&network, &table), 1).unwrap();
        // The fastest sine has the frequency 20.
        let fast = name.ends_with("-sinusoidal");
        let said = |warning: &String| fast && warning.contains("8 steps are right");
        assert!(
            imported.warnings.iter().all(said),
            "{name}: {:?}",
            imported.warnings
        );
        let model = Model::parse(&imported.bytes).unwrap();
        let has_table = model.hidden().any(|layer| layer.table);
        assert_eq!(has_table, !name.starts_with("silu"), "{name}");
        let error = imported.evaluation.trajectory_error.unwrap();
        println!("{name}: {error:.4}, {} bytes", imported.bytes.len());
        assert!(error < 0.02, "{name}: {error}");
    }
}

#[test]
fn the_moons_are_moons_on_the_device() {
    let path = here("examples/pytorch/moons/moons.csv");
    let table = Table::read(&path, &ReadOptions::default()).unwrap();
    let imported = import(&moons(), &table, 0).unwrap();
    let of = &imported.evaluation;
    let float = of.float.as_ref().unwrap();
    println!("{of:#?}");
    assert!(
        of.trajectory_error.unwrap() < 0.01,
        "{:?}",
        of.trajectory_error
    );
    assert!((of.int8.exact_w2 - float.exact_w2).abs() < 0.01);
    assert!(of.int8.exact_w2 < 0.25, "{}", of.int8.exact_w2);
}
