//! Outputs that cannot be written are refused before any work.

use crate::place::Place;

/// Checks that commands refuse to write to `name` with a message.
fn refused_by_all(place: &Place, name: &str, words: &str) {
    // The training is so long that the test ends only if it is refused first.
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
fn a_file_in_place_of_a_folder_is_refused() {
    let words = "data.csv/out: data.csv is a file, not a folder; choose another place";
    refused_by_all(&Place::with_model(), "data.csv/out", words);
}

#[test]
fn a_folder_in_place_of_the_output_is_refused() {
    let place = Place::with_model();
    std::fs::create_dir(place.path("folder")).expect("made");
    assert_eq!(
        place.refused("train data.csv -o folder --label kind"),
        "folder: this is a folder; name a file in it"
    );
    assert_eq!(
        place.refused("sample model.flow -n 1000000000 -o folder"),
        "folder: a folder is for images and sound, but the model has other columns; use a name \
         that ends in .csv, .npy, .npz or .parquet"
    );
}

#[test]
fn a_model_does_not_have_the_name_of_its_run_folder() {
    let place = Place::with_model();
    assert_eq!(
        place.refused("train data.csv -o x.run"),
        "x.run: the run folder needs this name; end the name of the model in .flow"
    );
    place.put("x.run", "a file");
    assert_eq!(
        place.refused("train data.csv -o x.flow"),
        "x.run: a file has the name of the run folder; move the file, or name another model"
    );
}

#[test]
fn inputs_are_not_outputs() {
    let place = Place::with_model();
    place.put("columns.toml", "a = { min = -20 }\n");
    let lines = [
        ("train data.csv -o data.csv", "data.csv"),
        ("train data.csv -o ./data.csv --sweep", "./data.csv"),
        (
            "train data.csv --schema columns.toml -o columns.toml",
            "columns.toml",
        ),
        ("export model.flow --c -o model.flow", "model.flow"),
        ("report model.flow data.csv -o data.csv", "data.csv"),
        ("report model.flow data.csv -o model.flow", "model.flow"),
        (
            "import model.flow --like columns.toml --calibrate data.csv -o columns.toml",
            "columns.toml",
        ),
    ];
    for (line, name) in lines {
        let words = place.refused(line);
        let wanted = "this file is read, so it must not be replaced; name another file";
        assert_eq!(words, format!("{name}: {wanted}"), "{line}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_to_an_input_is_refused() {
    let place = Place::with_model();
    std::os::unix::fs::symlink(place.path("data.csv"), place.path("link")).expect("a link");
    let words = place.refused("train data.csv -o link");
    assert!(words.starts_with("link: this file is read"), "{words}");
}
