//! Example data, so that a first model needs no file.
//!
//! They are gzipped CSV or IDX files and are read like a user's file.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::data::Table;
use crate::data::read::{ReadOptions, parse_csv, parse_idx};

/// Pixels per side of a digit.
pub const DIGIT_SIDE: usize = 8;
/// Pixel value of full ink. Paper is 0.
pub const DIGIT_INK: f64 = 16.0;

/// Returns 1797 handwritten digits: `1797 × 64` pixels (8×8, row by row, 0 to [`DIGIT_INK`]),
/// labelled `0` to `9`.
///
/// By Alpaydin and Kaynak 1998, CC BY 4.0. See `datasets/digits/README.md`.
///
/// # Panics
/// Never, because the data are part of the program and tested with it.
#[must_use]
pub fn digits() -> Table {
    let packed = include_bytes!("../datasets/digits/digits.csv.gz");
    table(packed, "digits.csv", Some("label"))
}

/// Pixels per side of a digit of [`mnist28`].
pub const MNIST28_SIDE: usize = 28;
/// Pixel value of full ink in [`mnist28`]. Paper is 0.
pub const MNIST28_INK: f64 = 255.0;

/// Returns 4000 handwritten digits of MNIST: `4000 × 784` pixels (28×28, row by row, 0 to
/// [`MNIST28_INK`]), labelled `0` to `9`.
///
/// By LeCun, Cortes and Burges 1998, CC BY-SA 3.0. See `datasets/mnist28/README.md`.
///
/// # Panics
/// Never, as for [`digits`].
#[must_use]
pub fn mnist28() -> Table {
    let images = include_bytes!("../datasets/mnist28/mnist28-images-idx3-ubyte.gz");
    let labels = include_bytes!("../datasets/mnist28/mnist28-labels-idx1-ubyte.gz");
    let options = ReadOptions::labelled(Some("label"));
    parse_idx([images, labels], "mnist28", &options).expect("built-in data are a table")
}

/// Returns 497 heartbeats: `497 × 64` values in millivolts.
///
/// From the MIT-BIH Arrhythmia Database, ODC-BY 1.0. See `datasets/ecg/README.md`.
///
/// # Panics
/// Never, as for [`digits`].
#[must_use]
pub fn ecg() -> Table {
    table(
        include_bytes!("../datasets/ecg/ecg.csv.gz"),
        "ecg.csv",
        None,
    )
}

/// Returns 1733 windows of an accelerometer: `1733 × 48` values in g, labelled with one of 7
/// exercises.
///
/// By Burns and others 2018, BSD-3-Clause. See `datasets/motion/README.md`.
///
/// # Panics
/// Never, as for [`digits`].
#[must_use]
pub fn motion() -> Table {
    let packed = include_bytes!("../datasets/motion/motion.csv.gz");
    table(packed, "motion.csv", Some("label"))
}

/// Returns 1461 days: `1461 × 5` values, labelled with the day's weather.
///
/// By NOAA, public domain. See `datasets/weather/README.md`.
///
/// # Panics
/// Never, as for [`digits`].
#[must_use]
pub fn weather() -> Table {
    let packed = include_bytes!("../datasets/weather/weather.csv.gz");
    table(packed, "weather.csv", Some("label"))
}

fn table(packed: &[u8], name: &str, label: Option<&str>) -> Table {
    let mut text = Vec::new();
    GzDecoder::new(packed)
        .read_to_end(&mut text)
        .expect("built-in data can be unpacked");
    parse_csv(&text, name, &ReadOptions::labelled(label)).expect("built-in data are a table")
}

#[cfg(test)]
mod tests {
    use ndarray::s;

    use super::{MNIST28_INK, MNIST28_SIDE, digits, ecg, mnist28, motion, weather};
    use crate::data::layout::{ImageSize, Layout};

    #[test]
    fn digits_are_the_published_ones() {
        let table = digits();
        assert_eq!(table.values.dim(), (1797, 64));
        assert_eq!(
            (table.columns[0].as_str(), table.columns[63].as_str()),
            ("p00", "p77")
        );
        assert_eq!(table.values.sum(), 561_718.0);
        assert_eq!(table.values.column(27).sum(), 15_852.0);
        assert_eq!(table.values.iter().copied().fold(0.0, f64::max), 16.0);
        assert_eq!(
            table.values.slice(s![0, 8..16]).to_vec(),
            [0.0, 0.0, 13.0, 15.0, 10.0, 15.0, 5.0, 0.0]
        );
        assert_eq!(
            table.values.slice(s![1796, 8..16]).to_vec(),
            [0.0, 2.0, 16.0, 14.0, 6.0, 1.0, 0.0, 0.0]
        );
    }

    #[test]
    fn the_others_are_tables_of_their_sizes() {
        let sizes = |table: crate::data::Table| {
            let classes = table.labels.map_or(0, |labels| labels.classes.len());
            (table.values.dim(), classes)
        };
        assert_eq!(sizes(ecg()), ((497, 64), 0));
        assert_eq!(sizes(motion()), ((1733, 48), 7));
        assert_eq!(sizes(weather()), ((1461, 5), 5));
    }

    #[test]
    fn mnist_digits_are_images() {
        let table = mnist28();
        assert_eq!(table.values.dim(), (4000, MNIST28_SIDE * MNIST28_SIDE));
        let largest = table.values.iter().copied().fold(0.0, f64::max);
        assert_eq!(largest, MNIST28_INK);
        let size = ImageSize {
            width: MNIST28_SIDE,
            height: MNIST28_SIDE,
        };
        assert_eq!(Layout::of(&table.columns, &[]), Layout::Image(size));
        let labels = table.labels.expect("labels");
        assert_eq!(
            (labels.classes.len(), labels.classes[9].as_str()),
            (10, "9")
        );
        let counts = (0..10).map(|class| labels.of_row.iter().filter(|&&of| of == class).count());
        assert!(counts.into_iter().all(|count| (330..470).contains(&count)));
    }

    #[test]
    fn digits_are_labelled_zero_to_nine() {
        let labels = digits().labels.expect("labels");
        assert_eq!(
            labels.classes,
            ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
        );
        assert_eq!((labels.of_row[0], labels.of_row[1796]), (0, 8));
        let count = |class| labels.of_row.iter().filter(|&&of| of == class).count();
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(count),
            [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
        );
    }
}
