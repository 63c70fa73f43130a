//! Category columns, from a table to samples.

use std::collections::BTreeMap;

use crate::place::{Place, TINY};

/// Standard deviation of the masses of [`animals`].
const DEVIATION: f64 = 7.5;

/// Returns a pseudo-random number from 0 to 1: a multiple of the golden ratio, modulo 1.
fn uniform(row: usize, phase: f64) -> f64 {
    (row as f64 * 0.618_033_988_75 + phase).fract()
}

/// Returns 900 animals of three species in shares of 0.5, 0.3 and 0.2. The mass depends on the
/// species.
fn animals() -> String {
    let row = |row: usize| {
        let (species, mass, width) = match uniform(row, 0.0) {
            ..0.5 => ("cat", 4.0, 1.0),
            ..0.8 => ("dog", 20.0, 6.0),
            _ => ("hen", 2.0, 0.5),
        };
        let mass = mass + width * (uniform(row * 7, 0.3) + uniform(row * 11, 0.7) - 1.0);
        format!("{mass:.3},{species},{}\n", row % 2)
    };
    let rows: String = (0..900).map(row).collect();
    format!("mass,species,awake\n{rows}")
}

/// Returns the share of each name in column `name`, and the mean of its `value`.
fn shares(bytes: &[u8], name: &str, value: &str) -> BTreeMap<String, (f64, f64)> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().expect("a header").clone();
    let place = |name: &str| {
        header
            .iter()
            .position(|other| other == name)
            .expect("a column")
    };
    let (name, value) = (place(name), place(value));
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    let mut rows = 0.0;
    for row in reader.records().map(|row| row.expect("a row")) {
        let sum = sums.entry(row[name].to_owned()).or_default();
        sum.0 += 1.0;
        sum.1 += row[value].parse::<f64>().expect("a number");
        rows += 1.0;
    }
    let shares = sums.into_iter();
    shares
        .map(|(name, (count, sum))| (name, (count / rows, sum / count)))
        .collect()
}

#[test]
fn species_come_in_their_shares_and_with_their_masses() {
    let place = Place::new();
    place.put("animals.csv", animals());
    place.done("train animals.csv -o a.flow --iterations 400 --learning-rate 0.01 --hidden 32,32 --batch 128");
    let out = place.done("sample a.flow -n 4000 -o -");
    assert!(out.starts_with(b"mass,species,awake\n"));
    let (real, made) = (
        shares(&place.get("animals.csv"), "species", "mass"),
        shares(&out, "species", "mass"),
    );
    assert_eq!(real.len(), 3);
    assert!(made.keys().eq(real.keys()));
    for (species, (share, mass)) in real {
        let (made_share, made_mass) = made[&species];
        // Four standard deviations of a share of a half are 0.032.
        assert!(
            (made_share - share).abs() < 0.05,
            "{species}: {made_share} for {share}"
        );
        assert!(
            (made_mass - mass).abs() < 0.1 * DEVIATION,
            "{species}: {made_mass} for {mass}"
        );
    }
    let card = place.says("eval a.flow animals.csv");
    assert!(
        card.contains("\n5 values per sample, hidden layers 32,32"),
        "{card}"
    );
}

#[test]
fn inspect_names_the_categories() {
    let place = Place::new();
    place.put("animals.csv", animals());
    place.done(&format!("train animals.csv -o a.flow {TINY}"));
    let json = place.json("inspect a.flow --json");
    let expected = serde_json::json!({
        "name": "species", "first_value": 1, "categories": ["cat", "dog", "hen"]
    });
    assert_eq!(json["columns"][1], expected);
    assert_eq!(json["columns"][2]["name"], "awake");
    let text = place.says("inspect a.flow");
    assert!(
        text.contains("3 categories from value 1: cat, dog, hen\n"),
        "{text}"
    );
    // There are no classes.
    assert!(
        text.contains("conditioned on time\n") && text.contains("1 Gaussian component\n"),
        "{text}"
    );
}

/// An array has one column per column of the file, with the number of the category.
#[test]
fn an_array_has_the_numbers_of_the_categories() {
    let place = Place::new();
    place.put("animals.csv", animals());
    place.done(&format!("train animals.csv -o a.flow {TINY}"));
    place.done("sample a.flow -n 50 -o made.npy");
    let made = place.get("made.npy");
    let species = made[128..].chunks(24).map(|row| {
        let bytes = row[8..16].try_into().expect("eight bytes");
        f64::from_le_bytes(bytes) as usize
    });
    let rows = place.done("sample a.flow -n 50 -o -");
    let mut reader = csv::Reader::from_reader(rows.as_slice());
    let rows = reader
        .records()
        .map(|row| row.expect("a row")[1].to_owned());
    assert!(species.map(|number| ["cat", "dog", "hen"][number]).eq(rows));
}

/// A schema makes numbers categories; the label is another column; the order of columns stays.
#[test]
fn a_schema_makes_numbers_categories() {
    let place = Place::new();
    place.put("animals.csv", animals());
    place.put("s.toml", "awake = { category = true }\n");
    let line = format!("train animals.csv -o a.flow --label species --schema s.toml {TINY}");
    place.done(&line);
    let out = place.says("sample a.flow -n 50 -o -");
    assert!(out.starts_with("mass,species,awake\n"), "{out}");
    assert!(
        out.lines()
            .skip(1)
            .all(|row| row.ends_with(",0") || row.ends_with(",1")),
        "{out}"
    );
    place.done("eval a.flow animals.csv");
    place.put("s.toml", "species = { min = 0 }\n");
    assert_eq!(
        place.refused("train animals.csv -o b.flow --schema s.toml"),
        "s.toml: column `species` has categories, not numbers; remove its limits"
    );
}

#[test]
fn eval_refuses_an_unknown_category() {
    let place = Place::new();
    place.put("animals.csv", animals());
    place.done(&format!("train animals.csv -o a.flow {TINY}"));
    place.put("other.csv", "awake,species,mass\n1,cat,4\n1,cow,600\n");
    assert_eq!(
        place.refused("eval a.flow other.csv"),
        "other.csv: row 2, column `species`: the model was not trained on `cow`; remove the rows \
         with it"
    );
    // One of the categories is enough.
    place.put(
        "other.csv",
        "awake,species,mass\n1,cat,4\n1,cat,5\n0,cat,4\n0,cat,3\n",
    );
    place.done("eval a.flow other.csv");
}

/// A model says what it can do besides drawing rows.
#[test]
fn inspect_names_the_uses() {
    let place = Place::new();
    place.put("animals.csv", animals());
    place.done(&format!("train animals.csv -o a.flow {TINY}"));
    let text = place.says("inspect a.flow");
    assert!(
        !text.contains("scores ") && !text.contains("known "),
        "{text}"
    );
    place.done(&format!(
        "train animals.csv -o b.flow {TINY} --fill --calibrate"
    ));
    let text = place.says("inspect b.flow");
    assert!(text.contains("\nscores       calibrated on "), "{text}");
    assert!(text.contains("\nknown        any columns; "), "{text}");
}
