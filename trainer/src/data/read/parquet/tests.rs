//! Reads files that pyarrow 26 wrote.

use std::path::{Path, PathBuf};

use ndarray::array;

use super::super::{Missing, ReadOptions, read};
use crate::data::read::tests::options_with;
use crate::data::{NoteKind, Table};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("cli/tests/cli/files")
        .join(name)
}

fn columns(names: &[&str]) -> ReadOptions {
    options_with(|of| of.columns = names.iter().map(|&name| name.to_owned()).collect())
}

fn good(name: &str, options: &ReadOptions) -> Table {
    read(&sample(name), options).expect("a good file")
}

#[test]
fn parquet_decimals_and_halves_have_their_exact_value() {
    // short = [68.42, -0.05, null] (decimal128(9, 2)), wide = [12345678901234567890.125, -0.001,
    // 7.000] (decimal128(30, 3)), huge = [1.5, -2.5, 0] (decimal256(60, 1)), half = [0.5, -1.25,
    // 65504] (float16).
    let options = options_with(|of| of.missing = Missing::Drop);
    let table = good("exact.parquet", &options);
    assert_eq!(table.columns, ["short", "wide", "huge", "half"]);
    let first = [68.42, 12_345_678_901_234_567_890.125, 1.5, 0.5];
    assert_eq!(table.values, array![first, [-0.05, -0.001, -2.5, -1.25]]);
    let table = good("exact.parquet", &columns(&["half", "wide"]));
    assert_eq!(table.values.row(2), array![65504.0, 7.0]);
}

#[test]
fn parquet_dates_and_times_are_those_of_csv() {
    // Of all units, day = [2024-01-15, 2024-12-31, null], of = [13:45:10, 00:30:00, null], and
    // stamp = both together. x = [1, 2, 3], n = [1, 2, 3].
    let options = ReadOptions {
        missing: Missing::Drop,
        ..columns(&["day", "ms", "us", "ns", "utc"])
    };
    let table = good("stamps.parquet", &options);
    let stamp = [[15.0, 0.0, 13.7528, 0.0], [366.0, 0.0, 0.5, 0.0]];
    for (row, stamp) in stamp.iter().enumerate() {
        let expected = [vec![stamp[0], 0.0], stamp.repeat(4)].concat();
        assert_eq!(table.values.row(row).to_vec(), expected, "{row}");
    }
    assert_eq!(table.columns[0], "day.day_of_year=cos");
    assert_eq!(table.columns[2], "ms.day_of_year=cos");
    assert_eq!(table.columns[4], "ms.hour=cos");
    let options = ReadOptions {
        missing: Missing::Drop,
        ..columns(&["of_ms", "of_us", "of_ns"])
    };
    let table = good("stamps.parquet", &options);
    let hours = [13.7528, 0.0].repeat(3);
    assert_eq!(table.values.row(0).to_vec(), hours);
    assert_eq!(table.values.row(1).to_vec(), [0.5, 0.0].repeat(3));
    // Writers of old store 96 bits.
    let options = ReadOptions {
        missing: Missing::Drop,
        ..columns(&["old"])
    };
    let table = good("int96.parquet", &options);
    assert_eq!(table.values, array![stamp[0], stamp[1]]);
    let options = ReadOptions {
        time: Some("ns".to_owned()),
        missing: Missing::Drop,
        ..columns(&["x"])
    };
    let table = good("stamps.parquet", &options);
    assert_eq!(table.values, array![[1.0], [2.0]]);
}

#[test]
fn durations_in_parquet_are_seconds() {
    // ns and ms = [1.5 s, 2 days, null].
    let options = ReadOptions {
        missing: Missing::Drop,
        ..columns(&["ns", "ms"])
    };
    let table = good("integers.parquet", &options);
    assert_eq!(table.values, array![[1.5, 1.5], [172_800.0, 172_800.0]]);
    let notes = table.notes.iter().map(|note| &note.message[..]);
    let said = notes.filter(|&note| note == "the durations are read in seconds");
    assert_eq!(said.count(), 2);
}

#[test]
fn large_integers_in_parquet_are_never_a_constant() {
    // big = 2^63 + [0, 1, 2], wide = [2^63, 2^64 - 1, 3], id = [2^53 + 1, 2^53 + 5, 7].
    let table = good("integers.parquet", &columns(&["wide", "id"]));
    let [large, largest] = [63, 64].map(|bits| 2f64.powi(bits));
    let id = 2f64.powi(53);
    let values = array![[large, id], [largest, id + 4.0], [3.0, 7.0]];
    assert_eq!(table.values, values);
    let rounded = |note: &&crate::data::Note| note.kind == NoteKind::Identifier;
    let notes: Vec<String> = table
        .notes
        .iter()
        .filter(rounded)
        .map(|of| of.to_string())
        .collect();
    assert_eq!(notes.len(), 2);
    let words = "column `id`: 9007199254740993 is read as 9007199254740992, because";
    assert!(notes[1].contains(words), "{}", notes[1]);
    let error = read(&sample("integers.parquet"), &columns(&["x", "big"])).expect_err("refused");
    let words = "column `big`: the integers from 9223372036854775808 to 9223372036854775810 are \
                 too large to be told apart; subtract 9223372036854775808 from all, or leave the \
                 column out";
    assert!(error.to_string().ends_with(words), "{error}");
}

#[test]
fn an_index_in_parquet_is_left_out_unless_it_is_named() {
    // x = [1, 2] and __index_level_0__ = [4, 9].
    let table = good("index.parquet", &ReadOptions::default());
    assert_eq!(table.columns, ["x"]);
    assert_eq!(table.values, array![[1.0], [2.0]]);
    assert_eq!(table.notes[0].kind, NoteKind::Index);
    let table = good("index.parquet", &columns(&["__index_level_0__"]));
    assert_eq!(table.values, array![[4.0], [9.0]]);
    let label = ReadOptions::labelled(Some("__index_level_0__"));
    let labels = good("index.parquet", &label).labels.expect("labels");
    assert_eq!(labels.classes, ["4", "9"]);
}

#[test]
fn parquet_packed_by_any_common_library_is_read() {
    // 40 rows: x = [0, 0.5, 1, null, 2, …], kind = [blue, red, red, blue, …]. Polars wrote the
    // first file.
    let options = ReadOptions {
        missing: Missing::Drop,
        ..ReadOptions::labelled(Some("kind"))
    };
    for name in ["zstd.parquet", "zstd-v2.parquet", "lz4.parquet"] {
        let table = good(name, &options);
        let expected = (0..40)
            .filter(|row| *row != 3)
            .map(|row| 0.5 * f64::from(row));
        assert_eq!(
            table.values.column(0).to_vec(),
            expected.collect::<Vec<_>>()
        );
        let labels = table.labels.expect("labels");
        assert_eq!(labels.classes, ["blue", "red"]);
        assert_eq!(labels.of_row[..5], [0, 1, 1, 1, 1]);
    }
}

#[test]
fn parquet_packed_otherwise_is_refused_with_advice() {
    let error = read(&sample("brotli.parquet"), &ReadOptions::default()).expect_err("refused");
    let words = "the compression BROTLI is not supported; save the file with zstd, in Python: \
                 df.to_parquet(\"rows.parquet\", compression=\"zstd\")";
    assert!(error.to_string().ends_with(words), "{error}");
}

#[test]
fn parquet_texts_that_are_numbers_are_noted() {
    // few = ["0", "1", "2", "0", …], many = ["0.5", "1.5", …], 40 rows.
    let message = "the numbers of this column are stored as texts, which are read as names; store \
                   them as numbers, or leave the column out";
    let table = good("texts.parquet", &columns(&["few", "x"]));
    assert_eq!(table.columns, ["few=0", "few=1", "few=2", "x"]);
    assert_eq!(table.notes[0].message, message);
    let error = read(&sample("texts.parquet"), &columns(&["many"])).expect_err("refused");
    assert_eq!(error.message, message);
}

#[test]
fn a_damaged_parquet_file_is_to_be_copied_again() {
    let whole = std::fs::read(sample("texts.parquet")).expect("read");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cut.parquet");
    for length in [0, 3, 100, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).expect("written");
        let error = read(&path, &ReadOptions::default()).expect_err("refused");
        let words = error.message;
        assert!(
            words.starts_with("the Parquet file is damaged or cut off ("),
            "{words}"
        );
        assert!(words.ends_with("; copy it again"), "{words}");
    }
}
