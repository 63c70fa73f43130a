//! Files that are not models, and requests that a model cannot serve.

use crate::place::{Place, TINY};

/// Checks that every command that reads a model refuses `name` with a message.
fn refused_by_all(place: &Place, name: &str, words: &str) {
    let lines = [
        format!("sample {name} -n 3 -o out.csv"),
        format!("inspect {name}"),
        format!("eval {name} data.csv"),
    ];
    for line in lines {
        let said = place.refused(&line);
        assert!(
            said.starts_with(&format!("{name}: {words}")),
            "{line}: {said}"
        );
    }
}

#[test]
fn other_files_are_refused() {
    let place = Place::with_model();
    refused_by_all(&place, "nowhere.flow", "no such file; check the path");
    refused_by_all(&place, ".", "a folder, not a model; name a file in it");
    place.put("empty.flow", "");
    refused_by_all(&place, "empty.flow", "the file is empty; copy it again");
    let words = "not a flowlet model: it does not begin with FLOW; name a file that flowlet wrote";
    refused_by_all(&place, "data.csv", words);
    let mut later = place.get("model.flow");
    later[8] = 2;
    place.put("later.flow", later);
    refused_by_all(
        &place,
        "later.flow",
        "format version 2; this runtime reads version 1; train",
    );
}

#[test]
fn a_damaged_model_is_refused() {
    let place = Place::with_model();
    let whole = place.get("model.flow");
    for length in [3, 20, whole.len() / 2, whole.len() - 1] {
        place.put("damaged.flow", &whole[..length]);
        refused_by_all(&place, "damaged.flow", "");
    }
    place.put("damaged.flow", [whole.as_slice(), b"x"].concat());
    let said = place.refused("inspect damaged.flow");
    assert!(said.ends_with("; copy it again, as binary"), "{said}");
    refused_by_all(&place, "damaged.flow", "");
    for at in [whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        place.put("damaged.flow", flipped);
        let said = place.refused("inspect damaged.flow");
        assert!(said.ends_with("; copy it again, as binary"), "{said}");
        refused_by_all(&place, "damaged.flow", "damaged: checksum ");
    }
}

#[test]
fn an_unknown_class_is_refused_with_the_names_there_are() {
    let place = Place::with_model();
    place.put("out.csv", "older samples");
    assert_eq!(
        place.refused("sample model.flow -n 3 --class pink -o out.csv"),
        "no class `pink`; the classes are blue, green, red"
    );
    place.put("plain.csv", "a,b\n1,2\n3,4\n5,7\n");
    let card = place.done(&format!("train plain.csv -o plain.flow {TINY} --batch 4"));
    assert!(!card.is_empty());
    assert_eq!(
        place.refused("sample plain.flow -n 3 --class red -o out.csv"),
        "the model has no classes; remove --class red"
    );
}

#[test]
fn options_without_effect_are_refused() {
    let place = Place::with_model();
    assert_eq!(
        place.refused("eval model.flow data.csv --array x"),
        "data.csv: --array is for NPZ files; leave it out"
    );
    assert_eq!(
        place.refused("export model.flow --rust --name beats"),
        "--name has no effect on Rust, where the module has the name; leave it out"
    );
    assert_eq!(
        place.refused("inspect -"),
        "-: a model is not read from standard input; name a .flow file"
    );
}
