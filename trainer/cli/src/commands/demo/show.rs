//! Generated digits: in the terminal, and as an image next to real ones.

use flowlet::{Model, SamplerError};
use ndarray::{Array2, Axis, concatenate};

use super::data::Digits;
use crate::draw::terminal::{self, Shades};
use crate::draw::{ImageSize, Picture, SheetRow, Tiles, png, sheet};
use flowlet_trainer::data::Table;
use flowlet_trainer::generate::{Request, generate};

/// Tiles per class on either side of the image.
const TILES_PER_CLASS: usize = 10;
/// Most lines of a terminal for the digits, if one of each class fits. With the card below, they
/// fit a screen.
const MAX_LINES: usize = 20;
/// Columns of a terminal of unknown width.
const DEFAULT_WIDTH: usize = 80;
/// Most pixels per side of a digit in a terminal.
const MAX_SIDE: usize = 16;

/// [`TILES_PER_CLASS`] samples of every class.
pub(super) struct Drawn {
    digits: Digits,
    /// Physical units: the samples of the first class, then those of the second, and so on.
    values: Array2<f64>,
    of_row: Vec<u16>,
}

impl Drawn {
    /// Samples every class from the same noise.
    pub(super) fn new(model: &Model<'_>, digits: Digits, seed: u64) -> Result<Self, SamplerError> {
        let of_class = |class| {
            let request = Request {
                count: TILES_PER_CLASS,
                class: Some(class),
                steps: None,
                seed,
                ..Request::default()
            };
            generate(model, &request).map(|generated| generated.values)
        };
        let values = (0..model.classes())
            .map(of_class)
            .collect::<Result<Vec<_>, _>>()?;
        let views: Vec<_> = values.iter().map(|values| values.view()).collect();
        Ok(Self {
            digits,
            values: concatenate(Axis(0), &views).expect("D values per sample"),
            of_row: (0..model.classes())
                .flat_map(|class| [class; TILES_PER_CLASS])
                .collect(),
        })
    }

    /// Draws as many classes next to each other as fit the width, balanced over the lines.
    pub(super) fn terminal(&self, width: usize, shades: Shades) -> String {
        let classes = self.values.nrows() / TILES_PER_CLASS;
        let (values, size) = reduced(&self.values, self.digits.size);
        let values = &values;
        let (columns, lines) = terminal::cells(size, shades);
        let fit = ((width + 1) / (columns + 1)).clamp(1, classes);
        let rows = classes.div_ceil(fit);
        let across = classes.div_ceil(rows);
        let samples = (MAX_LINES / (rows * (lines + 1))).clamp(1, TILES_PER_CLASS);
        let all: Vec<usize> = (0..classes).collect();
        let tiles = (0..samples).flat_map(|sample| {
            all.chunks(across).map(move |classes| {
                let rows: Vec<usize> = classes
                    .iter()
                    .map(|class| class * TILES_PER_CLASS + sample)
                    .collect();
                self.tiles(&values.select(Axis(0), &rows), size)
            })
        });
        terminal::draw(&tiles.collect::<Vec<_>>(), shades)
    }

    /// Returns a PNG file: real digits on the left, these on the right, one class per line.
    pub(super) fn sheet(&self, model: &Model<'_>, real: &Table) -> Vec<u8> {
        let classes = model.classes().into();
        let tiles = |values| self.tiles(values, self.digits.size);
        let by_class = |values, of_row| tiles(values).by_class(of_row, classes, TILES_PER_CLASS);
        let real = by_class(&real.values, real.classes().expect("digits are labelled"));
        let generated = by_class(&self.values, &self.of_row);
        let panel = |title, tiles: Vec<Tiles>| {
            let row = |(name, tiles): (&str, Tiles)| SheetRow {
                name: name.to_owned(),
                tiles,
            };
            let rows = model.class_names().zip(tiles).map(row);
            sheet(title, &rows.collect::<Vec<_>>())
        };
        let picture = Picture {
            title: "Handwritten digits".to_owned(),
            keys: Vec::new(),
            panels: vec![panel("Real", real), panel("Generated", generated)],
        };
        let width = picture.width();
        png::file(&picture.arranged(width), width, false)
    }

    fn tiles(&self, values: &Array2<f64>, size: ImageSize) -> Tiles {
        Tiles::new(values.view(), size, &(0.0..=self.digits.ink))
    }
}

/// Halves images, by the means of two by two pixels, until they are small enough for a terminal.
fn reduced(values: &Array2<f64>, size: ImageSize) -> (Array2<f64>, ImageSize) {
    if size.width <= MAX_SIDE {
        return (values.clone(), size);
    }
    let half = ImageSize {
        width: size.width / 2,
        height: size.height / 2,
    };
    let mean = |(row, at): (usize, usize)| {
        let (y, x) = (2 * (at / half.width), 2 * (at % half.width));
        let pixel = |(down, right)| values[[row, (y + down) * size.width + x + right]];
        [(0, 0), (0, 1), (1, 0), (1, 1)]
            .map(pixel)
            .iter()
            .sum::<f64>()
            / 4.0
    };
    let halved = Array2::from_shape_fn((values.nrows(), half.width * half.height), mean);
    reduced(&halved, half)
}

/// Returns the columns of the terminal on standard output.
pub(super) fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(DEFAULT_WIDTH, |(width, _)| width.0.into())
}

#[cfg(test)]
mod tests {
    use flowlet::Model;

    use super::super::data::DemoData;
    use super::{Drawn, ImageSize, Shades, reduced};
    use ndarray::array;

    const DIGITS: &[u8] = include_bytes!("../../../../../firmware-examples/models/digits.flow");

    #[test]
    fn digits_fit_the_terminal() {
        let model = Model::parse(DIGITS).expect("a model");
        let digits = DemoData::Digits.digits();
        let drawn = Drawn::new(&model, digits, 0).expect("samples");
        let lines_in = |width, shades| {
            let text = drawn.terminal(width, shades);
            let columns = |line: &str| line.split("▀").count() - 1;
            for line in text.lines() {
                let columns = if shades == Shades::Ascii {
                    line.len()
                } else {
                    columns(line)
                };
                assert!(columns <= width.max(16), "{width}: {line}");
            }
            text.lines().count()
        };
        // Four of each class in a row of ten, or two in two rows of five.
        assert_eq!(
            [89, 88].map(|width| lines_in(width, Shades::Palette)),
            [19, 19]
        );
        // Two of each class in a row of ten, then one in rows of 5, 4 and 1.
        assert_eq!(
            [169, 84, 83, 0].map(|width| lines_in(width, Shades::Ascii)),
            [17, 17, 26, 89]
        );
    }

    #[test]
    fn large_digits_are_halved_for_a_terminal() {
        let wide = ImageSize {
            width: 18,
            height: 2,
        };
        let mut row = vec![0.0; 36];
        // Two pixels of the last four.
        (row[17], row[34]) = (4.0, 8.0);
        let values = ndarray::Array2::from_shape_vec((1, 36), row).expect("a row");
        let (halved, size) = reduced(&values, wide);
        assert_eq!((size.width, size.height), (9, 1));
        assert_eq!(
            halved.row(0).to_vec(),
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0]
        );
        let small = array![[1.0, 2.0]];
        let size = ImageSize {
            width: 2,
            height: 1,
        };
        assert_eq!(reduced(&small, size), (small, size));
    }
}
