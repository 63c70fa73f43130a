//! The digits that a model draws: in the terminal at once, and as a picture beside real ones.

use flowlet::{Model, SamplerError};
use ndarray::{Array2, Axis, concatenate};

use crate::data::Table;
use crate::datasets::{DIGIT_INK, DIGIT_SIDE};
use crate::draw::sheet::{self, Line};
use crate::draw::terminal::{self, Shades};
use crate::draw::{Shape, Tiles};
use crate::generate::{Request, generate};

/// Tiles of each class on either side of the picture.
const OF_CLASS: usize = 10;
/// Lines of tiles in a terminal, about: what fits a screen.
const TERMINAL_LINES: usize = 4;
/// Columns of a terminal that does not tell.
const USUAL_WIDTH: usize = 80;
const SHAPE: Shape = Shape {
    width: DIGIT_SIDE,
    height: DIGIT_SIDE,
};

/// [`OF_CLASS`] samples of every class.
pub(super) struct Drawn {
    /// Physical units; the first class's samples, then the second's.
    values: Array2<f32>,
    of_row: Vec<u16>,
}

impl Drawn {
    /// Samples every class through the runtime, each from the same noise.
    pub(super) fn new(model: &Model<'_>, seed: u64) -> Result<Self, SamplerError> {
        let of_class = |class| {
            let request = Request {
                count: OF_CLASS,
                class: Some(class),
                steps: None,
                seed,
            };
            generate(model, &request).map(|generated| generated.values)
        };
        let values = (0..model.classes())
            .map(of_class)
            .collect::<Result<Vec<_>, _>>()?;
        let views: Vec<_> = values.iter().map(|values| values.view()).collect();
        Ok(Self {
            values: concatenate(Axis(0), &views).expect("D values a sample"),
            of_row: (0..model.classes())
                .flat_map(|class| [class; OF_CLASS])
                .collect(),
        })
    }

    /// As many classes side by side as fit the width, balanced over the lines.
    pub(super) fn terminal(&self, width: usize, shades: Shades) -> String {
        let classes = self.values.nrows() / OF_CLASS;
        let fit = terminal::fit(SHAPE, width, shades).clamp(1, classes);
        let lines = classes.div_ceil(fit);
        let across = classes.div_ceil(lines);
        let samples = (TERMINAL_LINES / lines).max(1);
        let all: Vec<usize> = (0..classes).collect();
        let tiles = all.chunks(across).flat_map(|classes| {
            (0..samples).map(move |sample| {
                let rows: Vec<usize> = classes
                    .iter()
                    .map(|class| class * OF_CLASS + sample)
                    .collect();
                tiles(&self.values.select(Axis(0), &rows))
            })
        });
        terminal::draw(&tiles.collect::<Vec<_>>(), shades)
    }

    /// A PNG file: real digits on the left, these on the right, one class a line.
    pub(super) fn sheet(&self, model: &Model<'_>, real: &Table) -> Vec<u8> {
        let classes = model.classes().into();
        let by_class = |values, of_row| tiles(values).by_class(of_row, classes, OF_CLASS);
        let real = by_class(&real.values, real.classes().expect("digits are labelled"));
        let generated = by_class(&self.values, &self.of_row);
        let line = |((name, real), generated): ((&str, Tiles), Tiles)| Line {
            name: name.to_owned(),
            real,
            generated,
        };
        let lines = model.class_names().zip(real).zip(generated).map(line);
        sheet::png(&lines.collect::<Vec<_>>())
    }
}

fn tiles(values: &Array2<f32>) -> Tiles {
    Tiles::new(values.view(), SHAPE, &(0.0..=DIGIT_INK))
}

/// Columns of the terminal on standard output.
pub(super) fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(USUAL_WIDTH, |(width, _)| width.0.into())
}
