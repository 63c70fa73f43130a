//! Two trainings into one run folder: the second one is refused.

use std::fs;

use crate::place::Place;
use crate::running::Running;

const FOREVER: &str = "--label kind --hidden 8 --iterations 1000000000";

#[test]
fn a_second_training_is_refused_until_the_first_has_ended() {
    let place = Place::with_model();
    fs::create_dir(place.path("sub")).expect("made");
    let mut first = Running::start(&place, &format!("train data.csv -o out.flow {FOREVER}"));
    assert!(first.makes(&place, "out.run/recipe.toml"));
    let recipe = place.get("out.run/recipe.toml");
    for (line, folder) in [
        (format!("train data.csv -o out.flow {FOREVER}"), "out.run"),
        ("train --resume -o out.flow".to_owned(), "out.run"),
        // Another model with the same run folder.
        (format!("train data.csv -o out.bin {FOREVER}"), "out.run"),
        (
            format!("train data.csv -o sub/../out.flow {FOREVER}"),
            "sub/../out.run",
        ),
        (
            "train data.csv -o out.flow --sweep --label kind".to_owned(),
            "out.run",
        ),
    ] {
        let words = place.refused(&line);
        let expected =
            "another training uses this folder; wait until it ends, or name another model";
        assert_eq!(words, format!("{folder}: {expected}"), "{line}");
    }
    assert_eq!(place.get("out.run/recipe.toml"), recipe);
    // Trainings into other folders are possible.
    let short = "--label kind --hidden 8 --iterations 20";
    assert_eq!(
        place
            .run(&format!("train data.csv -o other.flow {short}"))
            .code,
        Some(0)
    );
    assert_eq!(first.ended(), None);
    // After the end of the training, the folder is free.
    first.kill();
    assert_eq!(
        place
            .run(&format!("train data.csv -o out.flow {short}"))
            .code,
        Some(0)
    );
}
