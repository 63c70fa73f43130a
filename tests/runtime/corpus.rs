//! What the fuzz targets begin with and what they have found, run once each: all of it is refused
//! or harmless.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harmless::{self, WISHES};
use crate::models::{Draw, Shape, end_in_category, random_model};

/// Small models of every kind of part that a file can have, behind the bytes that say what a
/// sampler is asked for.
fn seeds() -> Vec<Vec<u8>> {
    let mut draw = Draw::new(12);
    let mut seed = |dim, hidden: &[usize], classes, table, categories| {
        let shape = Shape {
            dim,
            hidden: hidden.to_vec(),
            classes,
            null_class: classes > 1,
            per_class_drift: classes > 1,
            table,
        };
        let mut model = random_model(&shape, &mut draw);
        if categories {
            end_in_category(&mut model);
        }
        if classes == 1 {
            (model.steps, model.times) = (3, vec![0, 9000, 20_000, 32_768]);
        }
        let wishes = (0..WISHES).map(|_| draw.within(0, 255) as u8);
        let mut bytes: Vec<u8> = wishes.collect();
        bytes.extend(model.encode().expect("the random model keeps the bounds"));
        bytes
    };
    vec![
        seed(1, &[1], 0, false, false),
        seed(2, &[8], 0, false, false),
        seed(3, &[5, 4], 2, true, true),
        seed(5, &[4, 9, 3], 3, false, true),
        seed(37, &[33, 6], 1, true, false),
        seed(4, &[2; 8], 2, false, false),
    ]
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of the repository");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// The committed seeds are those made here, and each of them is sampled from.
#[test]
fn seeds_are_models() {
    for (number, bytes) in seeds().iter().enumerate() {
        assert!(harmless::sample(bytes), "seed {number} is refused");
        for (target, bytes) in [("parse", &bytes[WISHES..]), ("sample", bytes)] {
            let path = format!("tests/fuzz/seeds/{target}/{number}");
            if std::env::var_os("FLOWLET_RECORD").is_some() {
                fs::write(&path, bytes).expect("the seed can be written");
            }
            let committed = fs::read(&path).is_ok_and(|committed| committed == bytes);
            assert!(
                committed,
                "{path}: `cargo xtask record seeds` writes it anew"
            );
        }
    }
}

#[test]
fn what_fuzzing_found_is_harmless() {
    for path in files(Path::new("tests/fuzz/found/parse")) {
        let bytes = fs::read(&path).expect("a file");
        harmless::read(&bytes);
        harmless::read(&harmless::repaired(&bytes));
    }
    for path in files(Path::new("tests/fuzz/found/sample")) {
        harmless::sample(&fs::read(&path).expect("a file"));
    }
}
