//! Reads folders of images.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use ndarray::array;
use png::{BitDepth, ColorType, Encoder};

use crate::data::layout::ImageSize;
use crate::data::read::tests::{folder_with_paths, options_with};
use crate::data::read::{Background, ReadOptions, read};
use crate::data::{DataError, DataErrorKind, NoteKind, Table};

/// An image to write.
struct Written<'a> {
    width: u32,
    colour: ColorType,
    depth: BitDepth,
    /// Bytes of a line.
    line: usize,
    bytes: &'a [u8],
    palette: &'a [u8],
    transparent: &'a [u8],
}

const PLAIN: Written<'_> = Written {
    width: 2,
    colour: ColorType::Grayscale,
    depth: BitDepth::Eight,
    line: 2,
    bytes: &[1, 2],
    palette: &[],
    transparent: &[],
};

impl Written<'_> {
    fn to(&self, path: &Path) {
        let file = File::create(path).expect("a file");
        let mut encoder = Encoder::new(file, self.width, (self.bytes.len() / self.line) as u32);
        encoder.set_color(self.colour);
        encoder.set_depth(self.depth);
        if !self.palette.is_empty() {
            encoder.set_palette(self.palette);
        }
        if !self.transparent.is_empty() {
            encoder.set_trns(self.transparent);
        }
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(self.bytes).expect("pixels");
    }
}

fn good(path: &Path, options: &ReadOptions) -> Table {
    read(path, options).expect("good images")
}

fn plain(path: &Path) -> Table {
    good(path, &ReadOptions::default())
}

fn refused(path: &Path, options: &ReadOptions) -> DataError {
    read(path, options).expect_err("refused")
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("cli/tests/cli/files")
        .join(name)
}

fn scaled(width: usize, height: usize) -> ReadOptions {
    options_with(|of| of.image_size = Some(ImageSize { width, height }))
}

fn coloured() -> ReadOptions {
    options_with(|of| of.colour = true)
}

#[test]
fn subfolders_are_classes() {
    let (place, at) = folder_with_paths();
    for class in ["cat", "dog"] {
        fs::create_dir(at(class)).expect("a folder");
    }
    PLAIN.to(&at("dog/2.png"));
    PLAIN.to(&at("cat/1.PNG"));
    fs::write(at("cat/notes.txt"), "not a picture").expect("written");
    let table = plain(place.path());
    assert_eq!(table.values, array![[1.0, 2.0], [1.0, 2.0]]);
    assert!(table.notes.is_empty());
    let labels = table.labels.expect("labels");
    assert_eq!(
        (labels.column.as_str(), labels.of_row),
        ("label", vec![0, 1])
    );
    let error = refused(&at("cat/1.PNG"), &ReadOptions::default());
    let words = "a single image; name the folder that holds the images";
    assert_eq!(error.message, words);
}

#[test]
fn all_bits_of_a_value_are_kept() {
    let table = plain(&sample("depth16"));
    assert_eq!(table.columns.len(), 36);
    let row = table.values.row(0);
    assert_eq!(row.to_vec()[..4], [989.0, 1004.0, 1102.0, 1180.0]);
    let within = |&value: &f64| (800.0..=1200.0).contains(&value);
    assert!(table.values.iter().all(within));
    assert_eq!(table.labels.expect("labels").of_row, [0, 0, 1, 1]);
}

#[test]
fn fewer_bits_and_palettes_are_shown_as_greys() {
    let (place, at) = folder_with_paths();
    let write = |name: &str, depth, bytes: &[u8], palette: &[u8]| {
        let colour = match palette.is_empty() {
            true => ColorType::Grayscale,
            false => ColorType::Indexed,
        };
        let written = Written {
            colour,
            depth,
            line: 1,
            bytes,
            palette,
            ..PLAIN
        };
        written.to(&at(name));
    };
    write("1.png", BitDepth::One, &[0b0100_0000], &[]);
    write("2.png", BitDepth::Two, &[0b0110_0000], &[]);
    write("4.png", BitDepth::Four, &[0x3f], &[]);
    let palette = [7, 7, 7, 90, 90, 90];
    write("p.png", BitDepth::One, &[0b0100_0000], &palette);
    let table = plain(place.path());
    let expected = array![[0.0, 255.0], [85.0, 170.0], [51.0, 255.0], [7.0, 90.0]];
    assert_eq!(table.values, expected);
    assert!(table.notes.is_empty());
}

#[test]
fn colours_become_greys_with_a_note_or_are_kept() {
    let (place, at) = folder_with_paths();
    let rgb = |bytes| Written {
        colour: ColorType::Rgb,
        line: 6,
        bytes,
        ..PLAIN
    };
    rgb(&[9, 9, 9, 30, 30, 30]).to(&at("0.png"));
    rgb(&[255, 255, 255, 0, 200, 100]).to(&at("1.png"));
    rgb(&[10, 20, 30, 40, 50, 60]).to(&at("2.png"));
    let table = plain(place.path());
    assert_eq!(
        table.values,
        array![[9.0, 30.0], [255.0, 129.0], [18.0, 48.0]]
    );
    let [note] = table.notes.as_slice() else {
        panic!("a note");
    };
    assert_eq!(note.kind, NoteKind::Coloured);
    assert_eq!(note.place.file, Some(at("1.png").display().to_string()));
    let table = good(place.path(), &coloured());
    assert_eq!(table.columns, ["r0", "r1", "g0", "g1", "b0", "b1"]);
    assert_eq!(
        table.values.row(2).to_vec(),
        [10.0, 40.0, 20.0, 50.0, 30.0, 60.0]
    );
    assert!(table.notes.is_empty());
}

#[test]
fn an_opacity_matters_only_where_something_shines_through() {
    let (place, at) = folder_with_paths();
    let alpha = |bytes| Written {
        colour: ColorType::GrayscaleAlpha,
        line: 4,
        bytes,
        ..PLAIN
    };
    alpha(&[100, 255, 50, 255]).to(&at("0.png"));
    let marked = Written {
        transparent: &[0, 2],
        ..PLAIN
    };
    PLAIN.to(&at("1.png"));
    assert!(plain(place.path()).notes.is_empty());
    alpha(&[100, 255, 100, 51]).to(&at("0.png"));
    marked.to(&at("1.png"));
    let table = plain(place.path());
    assert_eq!(table.values, array![[100.0, 20.0], [1.0, 0.0]]);
    assert_eq!(table.notes.len(), 1);
    assert_eq!(table.notes[0].kind, NoteKind::Transparent);
    let white = options_with(|of| of.background = Background::White);
    let table = good(place.path(), &white);
    assert_eq!(table.values, array![[100.0, 224.0], [1.0, 255.0]]);
    assert!(table.notes.is_empty());
}

#[test]
fn images_that_differ_are_refused_by_name() {
    let (place, at) = folder_with_paths();
    PLAIN.to(&at("0.png"));
    let tall = Written {
        width: 1,
        line: 1,
        ..PLAIN
    };
    tall.to(&at("1.png"));
    let error = refused(place.path(), &ReadOptions::default());
    assert_eq!(error.kind, DataErrorKind::ImageSizes);
    let (first, second) = (at("0.png"), at("1.png"));
    let (first, second) = (first.display(), second.display());
    let words = format!("{second}: 1×2 pixels, but {first} has 2×1; bring all images to one size");
    assert_eq!(error.to_string(), words);
    let table = good(place.path(), &scaled(1, 1));
    assert_eq!(table.values, array![[2.0], [2.0]]);

    let deep = Written {
        depth: BitDepth::Sixteen,
        line: 4,
        bytes: &[0, 1, 2, 3],
        ..PLAIN
    };
    deep.to(&at("1.png"));
    let error = refused(place.path(), &ReadOptions::default());
    let words =
        format!("{second}: 16 bits per value, but {first} has 8; bring all images to one depth");
    assert_eq!(error.to_string(), words);

    fs::write(at("1.png"), "no picture").expect("written");
    let error = refused(place.path(), &ReadOptions::default());
    assert_eq!(error.message, "not a PNG or JPEG image; replace it");
    fs::write(at("1.png"), b"GIF89a\x01\0").expect("written");
    let error = refused(place.path(), &ReadOptions::default());
    let words = "the file is a GIF image, not a PNG or JPEG image; replace it";
    assert_eq!(error.message, words);
}

#[test]
fn large_images_are_refused_with_a_size_that_fits() {
    let (place, at) = folder_with_paths();
    let large = Written {
        width: 64,
        line: 64,
        bytes: &[7; 64 * 48],
        ..PLAIN
    };
    large.to(&at("0.png"));
    large.to(&at("1.png"));
    let fits = |options: &ReadOptions| match refused(place.path(), options).kind {
        DataErrorKind::ImageTooLarge(size) => size,
        other => panic!("{other:?}"),
    };
    let size = |width, height| ImageSize { width, height };
    assert_eq!(fits(&ReadOptions::default()), size(36, 27));
    assert_eq!(fits(&coloured()), size(21, 16));
    let table = good(place.path(), &scaled(36, 27));
    assert!(table.values.iter().all(|&value| value == 7.0));
}

#[test]
fn photos_are_read_upright() {
    let near = |found: &[f64], expected: f64| {
        let all = found.iter().all(|value| (value - expected).abs() <= 3.0);
        assert!(all, "{found:?}, not {expected}");
    };
    let table = good(&sample("photos"), &scaled(2, 2));
    assert_eq!(table.columns, ["p0", "p1", "p2", "p3"]);
    // cmyk.jpg, grey.JPG, plain.jpg, turned.jpeg: the left half is red and the right one blue, but
    // in the last image it is the upper and the lower half.
    let rows: Vec<Vec<f64>> = table.values.outer_iter().map(|row| row.to_vec()).collect();
    let (red, blue) = (76.0, 29.0);
    for (at, half) in [(0, red), (1, blue), (2, red), (3, blue)] {
        near(&[rows[0][at], rows[2][at]], half);
    }
    near(&rows[1], 200.0);
    near(&rows[3][..2], red);
    near(&rows[3][2..], blue);
    let error = refused(&sample("photos"), &ReadOptions::default());
    assert!(error.message.starts_with("8×16 pixels, but "), "{error}");
}

#[test]
fn a_photo_that_is_cut_short_is_refused() {
    let (place, at) = folder_with_paths();
    let photo = fs::read(sample("photos/plain.jpg")).expect("a photo");
    // A name may differ from the format.
    fs::write(at("0.png"), &photo).expect("written");
    fs::write(at("1.png"), &photo).expect("written");
    assert_eq!(plain(place.path()).values.ncols(), 128);
    fs::write(at("0.png"), &photo[..photo.len() - 20]).expect("written");
    let error = refused(place.path(), &ReadOptions::default());
    let words = "the JPEG image is damaged; replace it (";
    assert!(error.message.starts_with(words), "{error}");
}

#[test]
fn images_in_other_formats_are_named() {
    let (place, at) = folder_with_paths();
    fs::write(at("0.bmp"), "BM").expect("written");
    let error = refused(place.path(), &ReadOptions::default());
    let words = "the folder has .bmp files; convert them to PNG";
    assert_eq!(error.message, words);
}
