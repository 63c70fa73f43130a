//! The seeds of the fuzz targets and the inputs that they found, run once each. Each is rejected or
//! sampled without a fault.

use std::fs;
use std::path::{Path, PathBuf};

use flowlet::encode::QuantisedModel;

use crate::fills::fillable;
use crate::fuzz_checks::{self, SETTINGS_LEN};
use crate::models::{Draw, Shape, end_in_category, end_in_circle, random_model, with_latent};

/// Returns small models that together have every part of a file. Each follows the bytes with the
/// settings of the sampler.
fn seeds() -> Vec<Vec<u8>> {
    /// Makes the last dimensions one column.
    type Several = Option<fn(&mut QuantisedModel)>;
    let category: Several = Some(end_in_category);
    let mut draw = Draw::new(12);
    let mut seed = |dim, hidden: &[usize], classes, table, several: Several| {
        let shape = Shape {
            dim,
            hidden: hidden.to_vec(),
            classes,
            null_class: classes > 1,
            per_class_drift: classes > 1,
            table,
        };
        let mut model = random_model(&shape, &mut draw);
        if let Some(end) = several {
            end(&mut model);
        }
        if classes == 1 {
            (model.steps, model.time_grid) = (3, vec![0, 9000, 20_000, 32_768]);
        }
        let settings = (0..SETTINGS_LEN).map(|_| draw.within(0, 255) as u8);
        let mut bytes: Vec<u8> = settings.collect();
        bytes.extend(model.encode().expect("the random model keeps the bounds"));
        bytes
    };
    vec![
        seed(1, &[1], 0, false, None),
        seed(2, &[8], 0, false, None),
        seed(3, &[5, 4], 2, true, category),
        seed(5, &[4, 9, 3], 3, false, category),
        seed(37, &[33, 6], 1, true, None),
        seed(4, &[2; 8], 2, false, None),
        seed(4, &[6], 0, false, Some(end_in_circle)),
        seed(6, &[7, 5], 2, false, Some(with_latent)),
        seed(6, &[7, 5], 2, false, Some(fillable)),
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

/// Checks that the committed seeds are those made here, and that each can be sampled.
#[test]
fn seeds_are_models() {
    for (number, bytes) in seeds().iter().enumerate() {
        assert!(fuzz_checks::sample(bytes), "seed {number} is rejected");
        for (target, bytes) in [("parse", &bytes[SETTINGS_LEN..]), ("sample", bytes)] {
            let path = format!("fuzz/seeds/{target}/{number}");
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
fn inputs_that_fuzzing_found_cause_no_fault() {
    for path in files(Path::new("fuzz/found/parse")) {
        let bytes = fs::read(&path).expect("a file");
        fuzz_checks::read(&bytes);
        fuzz_checks::read(&fuzz_checks::repaired(&bytes));
    }
    for path in files(Path::new("fuzz/found/sample")) {
        fuzz_checks::sample(&fs::read(&path).expect("a file"));
    }
}
