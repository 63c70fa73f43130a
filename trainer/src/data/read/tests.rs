//! Reads files of every format.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use ndarray::array;
use tempfile::{TempDir, tempdir};

use super::super::Table;
use super::{Missing, ReadOptions, Window, read, read_all};

/// Returns options of which some are set.
pub(crate) fn options_with(set: impl FnOnce(&mut ReadOptions)) -> ReadOptions {
    let mut options = ReadOptions::default();
    set(&mut options);
    options
}

pub(crate) fn folder() -> TempDir {
    tempdir().expect("a folder")
}

pub(crate) fn with(options: ReadOptions, path: &Path) -> Table {
    read(path, &options).expect("a good file")
}

pub(crate) fn plain(path: &Path) -> Table {
    with(ReadOptions::default(), path)
}

/// Writes a file into a folder.
pub(crate) fn written(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("written");
    path
}

/// Returns a folder, and the paths of names in it.
pub(crate) fn folder_with_paths() -> (TempDir, impl Fn(&str) -> PathBuf) {
    let folder = folder();
    let path = folder.path().to_owned();
    (folder, move |name| path.join(name))
}

/// Returns the message about a file, without its name.
pub(crate) fn refusal(options: ReadOptions, path: &Path) -> String {
    let words = read(path, &options).expect_err("refused").to_string();
    let (_, words) = words.split_once(": ").expect("what is wrong");
    words.to_owned()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(bytes).expect("packed");
    writer.finish().expect("packed")
}

#[test]
fn gzipped_csv_is_unpacked() {
    let place = folder();
    for name in ["a.csv.gz", "a.csv", "a"] {
        let path = written(&place, name, gzipped(b"x,y\n1,2\n3,4\n"));
        assert_eq!(plain(&path).values, array![[1.0, 2.0], [3.0, 4.0]]);
    }
    let path = written(&place, "cut.csv.gz", &gzipped(b"x,y\n1,2\n3,4\n")[..20]);
    let words = refusal(ReadOptions::default(), &path);
    assert!(
        words.starts_with("the gzip file is damaged or cut off: "),
        "{words}"
    );
}

#[test]
fn no_file_is_read_twice() {
    let place = folder();
    let path = written(&place, "a.csv", "x,y\n1,2\n3,4\n");
    let other = place
        .path()
        .join("..")
        .join(place.path().file_name().expect("a name"));
    for twice in [
        [path.clone(), other.join("a.csv")],
        [place.path().to_owned(), path.clone()],
    ] {
        let error = read_all(&twice, &ReadOptions::default()).expect_err("refused");
        let message = "the file is named twice, by itself or in a folder; name it once";
        assert!(error.to_string().ends_with(message), "{error}");
    }
}

#[test]
fn only_subfolders_are_read() {
    let place = folder();
    let put = |name: &str| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, "x,y\n1,2\n3,4\n").expect("written");
    };
    put("a/0.csv");
    put("a/note/about.txt");
    assert_eq!(plain(place.path()).values.nrows(), 2);
    // The folder of a training is no class.
    put("model.run/losses.csv");
    put("model.run/recipe.toml");
    assert_eq!(plain(place.path()).values.nrows(), 2);
    put("a/old/1.csv");
    let words = refusal(ReadOptions::default(), place.path());
    let begin = "only the folder and its subfolders are read; name ";
    assert!(words.starts_with(begin), "{words}");
    assert!(
        words.ends_with("a/old itself, or move its files"),
        "{words}"
    );
}

#[test]
fn mnist_files_find_their_labels() {
    let place = folder();
    let images = [
        0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255,
    ];
    let labels = [0, 0, 8, 1, 0, 0, 0, 2, 7, 3];
    let path = written(&place, "train-images-idx3-ubyte.gz", gzipped(&images));
    assert_eq!(
        plain(&path).values,
        array![[1.0, 2.0, 3.0], [4.0, 5.0, 255.0]]
    );
    let label = || ReadOptions::labelled(Some("digit"));
    assert!(refusal(label(), &path).contains("train-labels-idx1-ubyte.gz with the labels"));
    fs::write(
        place.path().join("train-labels-idx1-ubyte.gz"),
        gzipped(&labels),
    )
    .expect("written");
    let labels = with(label(), &path).labels.expect("labels");
    assert_eq!(
        (labels.classes, labels.of_row),
        (vec!["3".to_owned(), "7".to_owned()], vec![1, 0])
    );
    for options in [label(), ReadOptions::default()] {
        let alone = place.path().join("train-labels-idx1-ubyte.gz");
        assert_eq!(
            refusal(options, &alone),
            "the file has labels, not rows; name the file of the images, and a label"
        );
    }
    let cut = place.path().join("cut.idx");
    fs::write(&cut, &images[..20]).expect("written");
    assert!(
        refusal(ReadOptions::default(), &cut).starts_with("the file ends before its last value")
    );
    fs::write(&cut, b"hello, world").expect("written");
    assert!(refusal(ReadOptions::default(), &cut).starts_with("not an IDX file"));
}

fn picture(path: &Path, width: u32, colour: png::ColorType, bytes: &[u8]) {
    let pixels = bytes.len() as u32 / colour.samples() as u32;
    let mut encoder = png::Encoder::new(File::create(path).expect("a file"), width, pixels / width);
    encoder.set_color(colour);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(bytes).expect("pixels");
}

/// Writes a WAV file.
pub(crate) fn clip(path: &Path, channels: u16, rate: u32, samples: &[i16]) {
    let data = samples
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect::<Vec<u8>>();
    let length = data.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((2 * rate * u32::from(channels)).to_le_bytes());
    bytes.extend((2 * channels).to_le_bytes());
    bytes.extend(b"\x10\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(data);
    fs::write(path, bytes).expect("written");
}

#[test]
fn hidden_files_and_folders_are_skipped() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    for class in ["cat", ".cache"] {
        fs::create_dir(at(class)).expect("a folder");
    }
    for name in ["cat/0.png", "cat/1.png", ".cache/2.png"] {
        picture(&at(name), 1, png::ColorType::Grayscale, &[7]);
    }
    for name in [".DS_Store", "._3.png", "cat/._0.png", "cat/._0.wav"] {
        fs::write(at(name), "not a picture").expect("written");
    }
    let table = plain(place.path());
    assert_eq!(table.values, array![[7.0], [7.0]]);
    assert_eq!(table.labels.expect("labels").classes, ["cat"]);

    let place = folder();
    let at = |name: &str| place.path().join(name);
    fs::write(at("._a.wav"), "not a recording").expect("written");
    clip(&at("a.wav"), 1, 8000, &[16384]);
    clip(&at("b.wav"), 1, 8000, &[-16384]);
    assert_eq!(plain(place.path()).values, array![[0.5], [-0.5]]);

    let place = folder();
    for (name, text) in [
        ("a.csv", "x\n1\n5\n"),
        ("~$a.csv", "me"),
        ("b.dat", "x\n2\n3\n"),
        ("README.txt", "x"),
    ] {
        fs::write(place.path().join(name), text).expect("written");
    }
    let table = plain(place.path());
    assert_eq!(table.values, array![[1.0], [5.0]]);
    let notes: Vec<String> = table.notes.iter().map(ToString::to_string).collect();
    assert!(
        notes.len() == 1 && notes[0].contains("b.dat: the file is not read"),
        "{notes:?}"
    );
}

#[test]
fn windows_of_a_table_keep_to_one_class() {
    let place = folder();
    let path = written(
        &place,
        "a.csv",
        "x,k,y\n1,a,-1\n2,a,-2\n3,b,-3\n4,b,-4\n5,b,-5\n",
    );
    let options = ReadOptions {
        label: Some("k".into()),
        window: Some(Window {
            length: 2,
            stride: 1,
        }),
        ..ReadOptions::default()
    };
    let table = with(options.clone(), &path);
    assert_eq!(table.columns, ["x0", "x1", "y0", "y1"]);
    assert_eq!(table.values.column(0).to_vec(), [1.0, 3.0, 4.0]);
    let labels = table.labels.expect("labels");
    assert_eq!((labels.of_row, labels.position), (vec![0, 1, 1], 2));
    let long = ReadOptions {
        window: Some(Window {
            length: 4,
            stride: 1,
        }),
        ..options
    };
    assert_eq!(
        refusal(long, &path),
        "only 0 windows of 4 rows, but at least 2 are needed: all 2 stretches of one class are shorter, and the \
         longest has 3 rows; choose a shorter window or a smaller stride"
    );
    let longer = ReadOptions {
        window: Some(Window {
            length: 513,
            stride: 1,
        }),
        ..ReadOptions::labelled(Some("k"))
    };
    assert_eq!(
        refusal(longer, &path),
        "a window has 1026 values, but a model has at most 1024; choose windows of at most 512 rows, or leave out columns"
    );
}

#[test]
fn rows_are_drawn_evenly() {
    let place = folder();
    let path = place.path().join("a.csv");
    let rows: String = (0..10_000).map(|row| format!("{row}\n")).collect();
    fs::write(&path, format!("x\n{rows}")).expect("written");
    let options = options_with(|of| of.rows = Some(1000));
    let values = with(options, &path).values;
    assert_eq!(values.nrows(), 1000);
    let mean = values.mean().expect("values");
    // Four standard errors of a mean of 1000 draws.
    assert!(
        (mean - 4999.5).abs() < 4.0 * 2887.0 / 1000f64.sqrt(),
        "{mean}"
    );
}

#[test]
fn parquet_columns_are_read_by_name() {
    // Written by pyarrow 26: x = [1, 2, null] (int32), kind = ["a", "b", "a"], y = [0.5, 1.5, 2.5]
    // (double).
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/tests/cli/files/rows.parquet");
    let options = ReadOptions {
        missing: Missing::Mean,
        ..ReadOptions::labelled(Some("kind"))
    };
    let table = with(options, &path);
    assert_eq!(table.columns, ["x", "y"]);
    assert_eq!(table.values, array![[1.0, 0.5], [2.0, 1.5], [2.0, 2.5]]);
    assert_eq!(table.labels.expect("labels").of_row, [0, 1, 0]);
    let options = options_with(|of| of.missing = Missing::Drop);
    let table = with(options, &path);
    let mut columns = table.columns.clone();
    columns.sort();
    assert_eq!(columns, ["kind=a", "kind=b", "x", "y"]);
    assert_eq!(table.file_columns().len(), 3);
    assert_eq!(table.values.sum(), 1.0 + 2.0 + 0.5 + 1.5 + 2.0);
}

/// A header that claims more than memory holds is refused before memory is taken.
#[test]
fn a_header_of_huge_rows_is_refused() {
    let place = folder();
    let path = place.path().join("huge.idx");
    let mut idx = vec![0, 0, 8, 3];
    for size in [2u32, 60_000, 60_000] {
        idx.extend(size.to_be_bytes());
    }
    fs::write(&path, idx).expect("written");
    let words = "a row has 3600000000 values, but a model has at most 1024; check the file";
    assert_eq!(refusal(ReadOptions::default(), &path), words);
}

#[test]
fn a_column_is_chosen_once() {
    let place = folder();
    let path = written(&place, "rows.csv", "x,y\n1,2\n3,4\n");
    let options = options_with(|of| of.columns = vec!["y".to_owned(), "y".to_owned()]);
    assert_eq!(
        refusal(options, &path),
        "column `y` is chosen twice; name it once"
    );
}

#[test]
fn columns_are_chosen_by_ranges_and_wild_cards() {
    let place = folder();
    let path = written(
        &place,
        "rows.csv",
        "id,t0,t1,t2,a*,b\n9,1,2,3,4,5\n8,2,3,4,5,6\n",
    );
    let list = |names: &[&str]| {
        names
            .iter()
            .map(|&name| name.to_owned())
            .collect::<Vec<_>>()
    };
    let chosen = |columns: &[&str], drop: &[&str]| ReadOptions {
        columns: list(columns),
        drop: list(drop),
        ..ReadOptions::default()
    };
    for (columns, drop, left) in [
        (&["b", "t0..t2"][..], &[][..], &["b", "t0", "t1", "t2"][..]),
        (&["t*"], &["t1"], &["t0", "t2"]),
        (&[], &["id", "t1..b"], &["t0"]),
        // A name is a name first.
        (&["b", "a*"], &[], &["b", "a*"]),
    ] {
        assert_eq!(with(chosen(columns, drop), &path).columns, left);
    }
    for (columns, words) in [
        (
            "t2..t0",
            "the range t2..t0 ends before it begins; turn it round",
        ),
        (
            "x*",
            "no column fits `x*`; the columns are `id`, `t0`, `t1`, `t2`, `a*`, `b`",
        ),
        (
            "t0..t9",
            "there is no column `t9`; the columns are `id`, `t0`, `t1`, `t2`, `a*`, `b`",
        ),
    ] {
        assert_eq!(refusal(chosen(&[columns], &[]), &path), words);
    }
}
