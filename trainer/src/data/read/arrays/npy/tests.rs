use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use ndarray::array;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::data::read::tests::{folder, options_with, plain, refusal, with};
use crate::data::read::{Missing, ReadOptions, read};

/// A number type as NumPy stores it.
trait Number: Copy {
    const DESCRIPTOR: &str;
    fn bytes(self) -> Vec<u8>;
}

macro_rules! number {
    ($($number:ty: $descriptor:literal),*) => {$(
        impl Number for $number {
            const DESCRIPTOR: &str = $descriptor;
            fn bytes(self) -> Vec<u8> {
                self.to_le_bytes().to_vec()
            }
        }
    )*};
}
number!(u8: "|u1", u32: "<u4", i16: "<i2", i64: "<i8", u64: "<u8", f32: "<f4", f64: "<f8");

/// An array as `numpy.save` writes it: magic, version 1.0, length of the header, header, values.
fn npy<T: Number>(values: &[T], shape: &[u64], fortran: bool) -> Vec<u8> {
    let lengths: String = shape.iter().map(|length| format!("{length}, ")).collect();
    let order = if fortran { "True" } else { "False" };
    let mut header = format!(
        "{{'descr': '{}', 'fortran_order': {order}, 'shape': ({}), }}",
        T::DESCRIPTOR,
        lengths.trim_end()
    );
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.iter().flat_map(|value| value.bytes()));
    bytes
}

/// Writes an archive of arrays.
fn archive(path: &Path, arrays: &[(&str, Vec<u8>)]) {
    let mut archive = ZipWriter::new(File::create(path).expect("created"));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in arrays {
        let name = format!("{name}.npy");
        archive.start_file(name, packed).expect("an array");
        archive.write_all(bytes).expect("values");
    }
    archive.finish().expect("closed");
}

#[test]
fn arrays_of_any_number_and_order() {
    let place = folder();
    let path = place.path().join("a.npy");
    let same = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let put = |bytes: Vec<u8>| {
        fs::write(&path, bytes).expect("written");
        plain(&path)
    };
    let table = put(npy(&[1f32, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3], false));
    assert_eq!(
        (table.values, table.columns),
        (same.clone(), vec!["v0".into(), "v1".into(), "v2".into()])
    );
    assert_eq!(
        put(npy(&[1f64, 4.0, 2.0, 5.0, 3.0, 6.0], &[2, 3], true)).values,
        same
    );
    assert_eq!(put(npy(&[1u8, 2, 3, 4, 5, 6], &[2, 3], false)).values, same);
    assert_eq!(
        put(npy(&[1i64, 2, 3, 4, 5, 6], &[2, 3, 1], false)).values,
        same
    );
    assert_eq!(
        put(npy(&[1i16, 2], &[2], false)).values,
        array![[1.0], [2.0]]
    );
}

#[test]
fn declared_values_are_missing_in_arrays_too() {
    let place = folder();
    let path = place.path().join("a.npy");
    let values = [1f32, 2.0, 3.0, -999.9, 5.0, 6.0];
    fs::write(&path, npy(&values, &[3, 2], false)).expect("written");
    let options = ReadOptions {
        missing_values: vec!["-999.90".into()],
        missing: Missing::Drop,
        ..ReadOptions::default()
    };
    assert_eq!(with(options, &path).values, array![[1.0, 2.0], [5.0, 6.0]]);
}

#[test]
fn an_array_that_cannot_be_trained_on() {
    let place = folder();
    let path = place.path().join("a.npy");
    let whole = npy(&[1f32, f32::NAN, 3.0, 4.0], &[2, 2], false);
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("written");
        refusal(ReadOptions::default(), &path)
    };
    assert!(refused(b"not numpy").starts_with("not a NumPy array: "));
    assert_eq!(
        refused(&whole[..whole.len() - 4]),
        "the file ends before its last row; copy it again"
    );
    let empty = npy::<f32>(&[], &[3, 0], false);
    assert_eq!(
        refused(&empty),
        "no columns are left; leave out fewer of them"
    );
    let words = read(&path, &ReadOptions::default());
    assert!(words.is_err());
    fs::write(&path, &whole).expect("written");
    let words = read(&path, &ReadOptions::default())
        .expect_err("missing")
        .to_string();
    assert!(
        words.contains("row 1, column `v1`: the value is missing; fill it in"),
        "{words}"
    );
    let mut texts = whole.clone();
    let kind = texts.windows(3).position(|part| part == b"<f4");
    let kind = kind.expect("a type");
    texts[kind..kind + 3].copy_from_slice(b"<U1");
    assert_eq!(
        refused(&texts),
        "the array has texts; save numbers, and classes as a label in an NPZ file"
    );
    let endless = npy(&[1f32, f32::INFINITY], &[2], false);
    assert_eq!(
        refused(&endless),
        "the value is not finite, or beyond ±1e36; correct or rescale it"
    );
}

#[test]
fn what_is_not_one_array_is_refused() {
    let folder = folder();
    let path = folder.path().join("rows.npy");
    let one = npy(&[1.5, 2.0, 3.0, 4.5], &[2, 2], false);
    let two = [one.clone(), npy(&[7.0, 8.0], &[1, 2], false)].concat();
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(&one).expect("zipped");
    let zipped = zipped.finish().expect("zipped");
    for (bytes, message) in [
        (
            two,
            "goes on after its last row, as with several arrays; save one array per file",
        ),
        (zipped, "the file is a gzip archive; unpack it"),
        (
            b"PAR1\x15\x04".to_vec(),
            "is a Parquet file; give it a name that ends in .parquet",
        ),
    ] {
        fs::write(&path, bytes).expect("written");
        let refused = refusal(ReadOptions::default(), &path);
        assert!(refused.contains(message), "{refused}");
    }
    let types = ["[('a', '<f4')]", "'|O'", "'<M8[D]'", "'<c16'", "'<f16'"];
    let advice = [
        "its fields",
        "`.astype(str)`",
        "its dates",
        "imaginary",
        "as float32",
    ];
    for (of, advice) in types.into_iter().zip(advice) {
        fs::write(&path, with_type(of)).expect("written");
        let refused = refusal(ReadOptions::default(), &path);
        assert!(refused.contains(advice), "{refused}");
    }
}

/// An array of another type, without its values.
fn with_type(of: &str) -> Vec<u8> {
    let header = format!("{{'descr': {of}, 'fortran_order': False, 'shape': (2, 2), }}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes
}

#[test]
fn an_archive_names_each_value_or_none() {
    let place = folder();
    let path = place.path().join("a.npz");
    let mut names = npy(&[u32::from(b'a')], &[1], false);
    let kind = names
        .windows(3)
        .position(|part| part == b"<u4")
        .expect("a type");
    names[kind..kind + 3].copy_from_slice(b"<U1");
    let rows = npy(&[1f32, 2.0, 3.0, 4.0], &[2, 2], false);
    archive(&path, &[("x", rows), ("columns", names)]);
    assert_eq!(
        refusal(ReadOptions::default(), &path),
        "the array `columns` has 1 name, but a row of `x` has 2 values; name each value"
    );
}

#[test]
fn archives_with_labels() {
    let place = folder();
    let path = place.path().join("a.npz");
    let floats = |values: &[f32], shape: &[u64]| npy(values, shape, false);
    archive(
        &path,
        &[
            ("x", floats(&[1.0, 2.0, 3.0, 4.0], &[2, 2])),
            ("y", floats(&[1.0, 0.0], &[2])),
            ("z", floats(&[1.0, 0.0, 2.0], &[3])),
            ("void", floats(&[], &[2, 0])),
        ],
    );
    let unread: Vec<String> = plain(&path).notes.iter().map(ToString::to_string).collect();
    assert_eq!(unread.len(), 3);
    assert!(
        unread[1].ends_with("column `y`: the array `y` is not read"),
        "{unread:?}"
    );
    let table = with(ReadOptions::labelled(Some("y")), &path);
    assert!(table.notes.is_empty());
    assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(table.labels.expect("labels").of_row, [1, 0]);
    let array = |name: &str| options_with(|of| of.array = Some(name.into()));
    assert_eq!(with(array("z"), &path).values, array![[1.0], [0.0], [2.0]]);
    let void = ReadOptions {
        array: Some("void".into()),
        ..ReadOptions::labelled(Some("y"))
    };
    assert_eq!(
        refusal(void, &path),
        "the label `y` is the only column; add at least one column of numbers"
    );
    assert_eq!(
        refusal(array("w"), &path),
        "there is no array `w`; the arrays are `void`, `x`, `y`, `z`"
    );
    assert_eq!(
        refusal(ReadOptions::labelled(Some("w")), &path),
        "there is no array `w`; the arrays are `void`, `x`, `y`, `z`"
    );
    let by_value = with(ReadOptions::labelled(Some("v1")), &path);
    assert_eq!(by_value.values, array![[1.0], [3.0]]);
    assert_eq!(
        refusal(ReadOptions::labelled(Some("z")), &path),
        "the array `z` has 3 values, but `x` has 2 rows; give each row one"
    );
    // Each row needs both.
    let grouped = ReadOptions {
        group: Some("y".into()),
        ..ReadOptions::labelled(Some("v1"))
    };
    let table = with(grouped, &path);
    assert_eq!(table.values, array![[1.0], [3.0]]);
    assert_eq!(table.labels.expect("labels").of_row, [0, 1]);
    let groups = table.recordings.expect("groups").of_row;
    assert_eq!([groups[0].recording, groups[1].recording], [0, 1]);
}

#[test]
fn single_precision_has_the_decimals_that_were_meant() {
    let place = folder();
    let path = place.path().join("rows.npy");
    let values = [0.1f32, 12.34, -1e-6, 16_777_216.0, 1e30, 0.123_456_79];
    fs::write(&path, npy(&values, &[2, 3], false)).expect("written");
    let table = plain(&path);
    let exact = [1e30f32, 0.123_456_79].map(f64::from);
    assert_eq!(
        table.values,
        array![[0.1, 12.34, -1e-6], [16_777_216.0, exact[0], exact[1]]]
    );
    fs::write(&path, npy(&[1_709_251_211_003i64, 3], &[2, 1], false)).expect("written");
    assert_eq!(plain(&path).values, array![[1_709_251_211_003.0], [3.0]]);
}

#[test]
fn large_integers_in_npy_are_never_a_constant() {
    let place = folder();
    let path = place.path().join("a.npy");
    let (small, large) = (1u64 << 53, 1u64 << 63);
    let values = [small + 1, 1, small + 3, 2, 5, 3];
    fs::write(&path, npy(&values, &[3, 2], false)).expect("written");
    let table = read(&path, &ReadOptions::default()).expect("numbers");
    let rounded = [small as f64, (small + 4) as f64, 5.0];
    assert_eq!(table.values.column(0).to_vec(), rounded);
    let note = table.notes[0].to_string();
    let words = "column `v0`: 9007199254740993 is read as 9007199254740992, because";
    assert!(note.contains(words), "{note}");
    for fortran in [false, true] {
        let values = match fortran {
            false => [1, large, 2, large + 1, 3, large + 2],
            true => [1, 2, 3, large, large + 1, large + 2],
        };
        fs::write(&path, npy(&values, &[3, 2], fortran)).expect("written");
        let error = read(&path, &ReadOptions::default()).expect_err("a constant");
        let words = "column `v1`: the integers from 9223372036854775808 to 9223372036854775810 are";
        assert!(error.to_string().contains(words), "{error}");
        let options = options_with(|of| of.drop = vec!["v1".to_owned()]);
        assert_eq!(read(&path, &options).expect("one column").columns, ["v0"]);
    }
}

/// A header that claims more than memory holds is refused before memory is taken.
#[test]
fn a_header_of_huge_rows_is_refused() {
    let place = folder();
    let path = place.path().join("huge.npy");
    fs::write(&path, npy(&[1u8; 100], &[3, 4_000_000_000], false)).expect("written");
    let words = "a row has 4000000000 values, but a model has at most 1024; check the file";
    assert_eq!(refusal(ReadOptions::default(), &path), words);
}
