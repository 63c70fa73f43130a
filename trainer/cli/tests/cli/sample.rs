//! `flowlet sample`: what it writes.

use crate::place::{Place, ROWS, TINY};

/// The header and the rows of a CSV file.
fn read(bytes: &[u8]) -> (Vec<String>, Vec<csv::StringRecord>) {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().expect("a header");
    let header = header.iter().map(str::to_owned).collect();
    let rows = reader.records().map(|row| row.expect("a row"));
    (header, rows.collect())
}

#[test]
fn samples_look_like_the_training_rows() {
    let place = Place::with_model();
    assert!(place.done("sample model.flow -n 50 -o out.csv").is_empty());
    let (header, rows) = read(&place.get("out.csv"));
    assert_eq!(header, ["a", "kind", "b", "still"]);
    assert_eq!(rows.len(), 50);
    for row in &rows {
        assert!(["red", "green", "blue"].contains(&&row[1]), "{row:?}");
        let number = |column: usize| row[column].parse::<f32>().expect("a number");
        // The training rows are within ±6 and 100 ± 2.
        assert!(
            number(0).abs() < 20.0 && (90.0..110.0).contains(&number(2)),
            "{row:?}"
        );
        assert_eq!(&row[3], "3.7");
    }
}

#[test]
fn classes_come_in_the_proportions_of_the_rows() {
    let place = Place::with_model();
    let count = 2000;
    let (_, rows) = read(&place.done(&format!("sample model.flow -n {count} --steps 1 -o -")));
    let (_, learnt) = read(&place.get("data.csv"));
    let share = |rows: &[csv::StringRecord], class| {
        let of_class = rows.iter().filter(|row| &row[1] == class).count();
        of_class as f64 / rows.len() as f64
    };
    assert_eq!((rows.len(), learnt.len()), (count, ROWS));
    for class in ["red", "green", "blue"] {
        // Four standard deviations of the share of the most common class are 0.044.
        let (drawn, right) = (share(&rows, class), share(&learnt, class));
        assert!((drawn - right).abs() < 0.05, "{class}: {drawn} for {right}");
    }
}

#[test]
fn one_class_can_be_drawn() {
    let place = Place::with_model();
    let (_, rows) = read(&place.done("sample model.flow -n 20 --class blue -o -"));
    assert_eq!(rows.len(), 20);
    assert!(rows.iter().all(|row| &row[1] == "blue"));
}

#[test]
fn seed_and_steps_change_the_samples() {
    let place = Place::with_model();
    let sample = |options: &str| place.done(&format!("sample model.flow -n 5 -o - {options}"));
    assert!(sample("") == sample("--seed 0"));
    assert!(sample("--seed 7") == sample("--seed 7"));
    assert!(sample("--seed 7") != sample("--seed 8"));
    assert!(sample("--steps 4") != sample("--steps 8"));
}

#[test]
fn a_file_and_standard_output_get_the_same() {
    let place = Place::with_model();
    place.put(
        "out.csv",
        "older samples, many more of them than the five that replace them",
    );
    place.done("sample model.flow -n 5 -o out.csv");
    assert!(place.done("sample model.flow -n 5 -o -") == place.get("out.csv"));
}

#[test]
fn solver_and_time_grid_change_the_samples() {
    let place = Place::with_model();
    let sample = |options: &str| place.done(&format!("sample model.flow -n 5 -o - {options}"));
    assert!(sample("--steps 4") == sample("--time-grid 0,0.25,0.5,0.75,1"));
    assert!(sample("--steps 4") != sample("--time-grid 0,0.1,0.5,0.75,1"));
    assert!(sample("--solver euler") != sample("--solver midpoint"));
    assert!(sample("--solver heun") != sample("--solver midpoint"));
}

/// Guidance of strength 1 has no effect. Other strengths need a model with label dropout.
#[test]
fn guidance_takes_a_model_trained_with_label_dropout() {
    let place = Place::with_model();
    let words = place.refused("sample model.flow -n 5 -o out.csv --guidance 2");
    assert!(words.contains("trained with label dropout"), "{words}");
    place.done(&format!(
        "train data.csv -o free.flow --label kind --label-dropout 0.2 --json {TINY}"
    ));
    let sample = |options: &str| {
        let line = format!("sample free.flow -n 5 -o - --class red {options}");
        place.done(&line)
    };
    assert!(sample("--guidance 1") == sample(""));
    assert!(sample("--guidance 2") != sample(""));
}

/// The first sample of each pair is drawn without the option too; the second has the same class.
#[test]
fn antithetic_samples_come_in_pairs() {
    let place = Place::with_model();
    let rows = |options: &str| {
        let (_, rows) = read(&place.done(&format!("sample model.flow -o - {options}")));
        rows
    };
    let (plain, pairs) = (rows("-n 10"), rows("-n 20 --antithetic"));
    for (row, pair) in plain.iter().zip(pairs.chunks(2)) {
        assert_eq!(*row, pair[0]);
        assert!(*row != pair[1] && row[1] == pair[1][1], "{pair:?}");
    }
    assert_eq!(rows("-n 3 --antithetic"), pairs[..3]);
}

/// The draw is so long that the test ends only if the name is refused first.
#[test]
fn a_name_that_asks_for_another_format_is_refused() {
    let place = Place::with_model();
    for name in ["made.xlsx", "made.csv.gz", "made.flow"] {
        assert_eq!(
            place.refused(&format!("sample model.flow -n 1000000000 -o {name}")),
            format!(
                "{name}: unknown format; use a name that ends in .csv, .npy, .npz or .parquet, or \
                 in / for a folder of PNG or WAV files"
            )
        );
    }
    place.done("sample model.flow -n 5 -o MADE.CSV");
    place.done("sample model.flow -n 5 -o made");
    assert!(place.get("MADE.CSV") == place.get("made"));
}

/// The classes of the model are blue, green and red, in this order.
#[test]
fn an_array_has_the_numbers_of_the_csv_file() {
    let place = Place::with_model();
    place.done("sample model.flow -n 50 -o made.npy");
    let made = place.get("made.npy");
    let (header, elements) = made.split_at(128);
    assert_eq!(header[..10], *b"\x93NUMPY\x01\x00\x76\x00");
    let text = str::from_utf8(&header[10..]).expect("text");
    assert_eq!(
        text.trim_end(),
        "{'descr': '<f8', 'fortran_order': False, 'shape': (50, 4), }"
    );
    let elements = elements.chunks(8).map(|bytes| {
        let bytes = bytes.try_into().expect("eight bytes");
        f64::from_le_bytes(bytes) as f32
    });
    let (_, rows) = read(&place.done("sample model.flow -n 50 -o -"));
    let number = |cell: &str| match cell {
        "blue" => 0.0,
        "green" => 1.0,
        "red" => 2.0,
        number => number.parse::<f32>().expect("a number"),
    };
    assert!(elements.eq(rows.iter().flatten().map(number)));
}

/// `eval` reads what `sample` writes, with the names of columns and classes.
#[test]
fn samples_in_any_format_are_data() {
    let place = Place::with_model();
    for name in ["made.csv", "made.npz", "made.parquet"] {
        place.done(&format!("sample model.flow -n 50 -o {name}"));
        place.done(&format!("eval model.flow {name} --json"));
    }
}

#[test]
fn a_folder_is_for_models_of_images_or_sound() {
    let place = Place::with_model();
    let words = place.refused("sample model.flow -n 5 -o made/");
    let expected = "made/: a folder is for images and sound, but the model has other columns";
    assert!(words.starts_with(expected), "{words}");
    let words = place.refused("sample model.flow -n 5 -o made.csv --rate 8000");
    let expected = "made.csv: a sampling rate is for a folder of WAV files; leave it out";
    assert!(words.starts_with(expected), "{words}");

    let header: Vec<String> = (0..9).map(|at| format!("p{at}")).collect();
    let row = |row: usize| {
        let cells = (0..9).map(|at| ((row * (at + 3)) % 200).to_string());
        cells.collect::<Vec<_>>().join(",")
    };
    let rows: Vec<String> = (0..100).map(row).collect();
    place.put(
        "images.csv",
        format!("{}\n{}\n", header.join(","), rows.join("\n")),
    );
    place.done(&format!("train images.csv -o images.flow {TINY}"));
    place.done("sample images.flow -n 20 -o made/");
    place.done("sample images.flow -n 20 -o made.csv");
    place.done("eval images.flow made/ --json");
    let words = place.refused("sample images.flow -n 5 -o made/");
    let expected = "made/: the folder has files in it; name another one, or empty it";
    assert_eq!(words, expected);
}
