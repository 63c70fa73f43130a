//! Reads folders of recordings.

use std::path::Path;

use ndarray::array;

use crate::data::read::tests::{clip, folder_with_paths, options_with};
use crate::data::read::{ReadOptions, Window, read};
use crate::data::{NoteKind, Table};

fn good(path: &Path, options: &ReadOptions) -> Table {
    read(path, options).expect("good recordings")
}

fn windows(length: usize) -> ReadOptions {
    options_with(|of| of.window = Some(Window { length, stride: 1 }))
}

fn split(options: ReadOptions) -> ReadOptions {
    ReadOptions {
        split_channels: true,
        ..options
    }
}

const STEREO: [i16; 8] = [0, 16384, 8192, 8192, 0, 0, -16384, 16384];

#[test]
fn clips_are_rows_and_recordings_are_cut() {
    let (place, at) = folder_with_paths();
    clip(&at("a.wav"), 1, 8000, &[0, 16384, -32768, 8192]);
    clip(&at("b.wav"), 2, 8000, &STEREO);
    let table = good(place.path(), &ReadOptions::default());
    let expected = array![[0.0, 0.5, -1.0, 0.25], [0.25, 0.25, 0.0, 0.0]];
    assert_eq!(table.values, expected);
    let kinds: Vec<NoteKind> = table.notes.iter().map(|note| note.kind).collect();
    assert_eq!(kinds, [NoteKind::Channels]);
    let table = good(place.path(), &windows(3));
    assert_eq!(table.columns, ["s0", "s1", "s2"]);
    assert_eq!(table.values.column(0).to_vec(), [0.0, 0.5, 0.25, 0.25]);
    assert_eq!(good(&at("a.wav"), &windows(3)).values.nrows(), 2);
}

#[test]
fn channels_can_be_kept_apart() {
    let (place, at) = folder_with_paths();
    clip(&at("a.wav"), 2, 8000, &STEREO);
    clip(&at("b.wav"), 2, 8000, &STEREO.map(|value| -value));
    let names = [
        "s0_0", "s0_1", "s0_2", "s0_3", "s1_0", "s1_1", "s1_2", "s1_3",
    ];
    let left = [0.0, 0.25, 0.0, -0.5];
    let right = [0.5, 0.25, 0.0, 0.5];
    let table = good(place.path(), &split(ReadOptions::default()));
    assert_eq!(table.columns, names);
    assert_eq!(table.values.row(0).to_vec(), [left, right].concat());
    assert!(table.notes.is_empty());
    let table = good(place.path(), &split(windows(2)));
    assert_eq!(table.columns, ["s0_0", "s0_1", "s1_0", "s1_1"]);
    assert_eq!(table.values.row(1).to_vec(), [0.25, 0.0, 0.25, 0.0]);
}

#[test]
fn equal_channels_are_no_news() {
    let (place, at) = folder_with_paths();
    clip(&at("a.wav"), 2, 8000, &[16384, 16384, 0, 0]);
    clip(&at("b.wav"), 1, 8000, &[0, 16384]);
    let table = good(place.path(), &ReadOptions::default());
    assert_eq!(table.values, array![[0.5, 0.0], [0.0, 0.5]]);
    assert!(table.notes.is_empty());
}

#[test]
fn recordings_that_differ_are_refused_by_name() {
    let (place, at) = folder_with_paths();
    let refused = |options: &ReadOptions| {
        let error = read(place.path(), options).expect_err("refused");
        error.to_string()
    };
    clip(&at("a.wav"), 1, 16_000, &[0, 1, 2, 3]);
    clip(&at("b.wav"), 1, 16_000, &[1]);
    let (first, second) = (at("a.wav"), at("b.wav"));
    let (first, second) = (first.display(), second.display());
    let words = format!(
        "{second}: 1 samples, but {first} has 4; bring all clips to one length, or cut them into \
         windows"
    );
    assert_eq!(refused(&ReadOptions::default()), words);
    clip(&at("b.wav"), 1, 44_100, &[0, 1, 2, 3]);
    let words = format!(
        "{second}: 44100 Hz, but {first} has 16000 Hz; bring all recordings to one sampling rate"
    );
    assert_eq!(refused(&ReadOptions::default()), words);
    assert_eq!(refused(&windows(2)), words);
    clip(&at("b.wav"), 2, 16_000, &[0; 8]);
    let words = format!(
        "{second}: 2 channels, but {first} has 1; bring all recordings to one number of channels"
    );
    assert_eq!(refused(&split(ReadOptions::default())), words);
}

#[test]
fn recordings_of_any_layout_have_their_values() {
    let moments = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/tests/cli/files");
        let table = good(&folder.join(name), &windows(1));
        table.values.column(0).to_vec()
    };
    let near = |(at, (value, expected)): (usize, (&f64, f64))| {
        assert!(
            (value - expected).abs() < 4e-5,
            "moment {at}: {value}, not {expected}"
        );
    };
    // 24 bits in 32.
    let sine = (0..64).map(|at| 0.5 * (0.13 * f64::from(at)).sin());
    let values = moments("24-in-32.wav");
    assert_eq!(values.len(), 64);
    values.iter().zip(sine).enumerate().for_each(near);
    // The second file has the same moments, and came from a pipe.
    let (double, piped) = (moments("float64.wav"), moments("stream.wav"));
    assert_eq!(double[..2], [-0.047037844201424386, 0.07595138829759665]);
    assert_eq!((double.len(), piped.len()), (64, 64));
    piped.iter().zip(double).enumerate().for_each(near);
}
