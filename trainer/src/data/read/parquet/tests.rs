//! Reads files that pyarrow 26 wrote.

use std::path::{Path, PathBuf};

use ndarray::array;

use super::super::{Missing, ReadOptions, read};
use crate::data::{NoteKind, Table};

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("cli/tests/cli/files")
        .join(name)
}

fn columns(names: &[&str]) -> ReadOptions {
    ReadOptions {
        columns: names.iter().map(|&name| name.to_owned()).collect(),
        ..ReadOptions::default()
    }
}

fn good(name: &str, options: &ReadOptions) -> Table {
    read(&sample(name), options).expect("a good file")
}

#[test]
fn parquet_decimals_and_halves_have_their_exact_value() {
    // short = [68.42, -0.05, null] (decimal128(9, 2)), wide = [12345678901234567890.125, -0.001,
    // 7.000] (decimal128(30, 3)), huge = [1.5, -2.5, 0] (decimal256(60, 1)), half = [0.5, -1.25,
    // 65504] (float16).
    let options = ReadOptions {
        missing: Missing::Drop,
        ..ReadOptions::default()
    };
    let table = good("exact.parquet", &options);
    assert_eq!(table.columns, ["short", "wide", "huge", "half"]);
    let first = [68.42, 12_345_678_901_234_567_890.125, 1.5, 0.5];
    assert_eq!(table.values, array![first, [-0.05, -0.001, -2.5, -1.25]]);
    let table = good("exact.parquet", &columns(&["half", "wide"]));
    assert_eq!(table.values.row(2), array![65504.0, 7.0]);
}

#[test]
fn parquet_dates_and_times_are_refused() {
    // x, ts (nanoseconds), us (microseconds), day, hour (of a time) and lasted (uint64) = [1, 2].
    for name in ["ts", "us", "day", "hour"] {
        let error = read(&sample("times.parquet"), &columns(&["x", name])).expect_err("refused");
        assert_eq!(error.place.column.as_deref(), Some(name));
        let words = "the column has dates or times; replace them by numbers, such as the hour and \
                     the day of the year, or leave it out";
        assert!(error.to_string().ends_with(words), "{error}");
    }
    let table = good("times.parquet", &columns(&["x", "lasted"]));
    assert_eq!(table.values, array![[1.0, 1.0], [2.0, 2.0]]);
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
