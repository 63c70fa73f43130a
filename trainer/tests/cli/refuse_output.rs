//! Places where nothing can be written: said before any work is done.

use crate::place::Place;

/// Every command that writes refuses to write to `name`, with `words`.
fn refused_by_all(place: &Place, name: &str, words: &str) {
    // A training so long that only a refusal before it ends the test.
    let train = format!("train data.csv -o {name} --label kind --iterations 1000000000");
    let sample = format!("sample model.flow -n 1000000000 -o {name}");
    for line in [train, sample] {
        assert_eq!(place.refused(&line), words);
    }
}

#[test]
fn a_folder_that_is_not_there_is_refused() {
    let words = "nowhere/out: the folder nowhere does not exist; create it first";
    refused_by_all(&Place::with_model(), "nowhere/out", words);
}

#[test]
#[cfg(unix)]
fn a_file_in_the_place_of_a_folder_is_refused() {
    let words = "data.csv/out: data.csv is a file, not a folder; choose another place";
    refused_by_all(&Place::with_model(), "data.csv/out", words);
}

#[test]
fn a_folder_in_the_place_of_the_output_is_refused() {
    let place = Place::with_model();
    std::fs::create_dir(place.path("folder")).expect("made");
    let words = "folder: this is a folder; name a file in it";
    refused_by_all(&place, "folder", words);
}
