//! Samples and real rows to compare, drawn like for like: as many of each class as test rows.

use flowlet::Model;
use ndarray::{Array2, ArrayView2, Axis, concatenate};

use crate::Failure;
use flowlet_trainer::data::split::Split;
use flowlet_trainer::device_columns::transform;
use flowlet_trainer::evaluate::float_rows;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::draw;
use flowlet_trainer::{Table, Trained};

/// Most draws that measures are averaged over, and most rows of all draws if there are several.
const MAX_DRAWS: usize = 20;
const MAX_DRAWN_ROWS: usize = 1000;
/// Mixed into the seed of samples.
const SEED: u64 = 0x6a75_6467_6500_0000;
/// Bits by which classes are apart in the seed.
const CLASS_SHIFT: u32 = 40;

/// Rows in physical units, and their classes if there are labels.
#[derive(Clone, Debug)]
pub(super) struct Set {
    pub values: Array2<f64>,
    pub classes: Option<Vec<u16>>,
}

impl Set {
    pub(super) fn of(table: &Table, rows: &[usize]) -> Self {
        let classes = table.classes();
        Self {
            values: table.values.select(Axis(0), rows),
            classes: classes.map(|all| rows.iter().map(|&row| all[row]).collect()),
        }
    }

    pub(super) fn view(&self) -> ArrayView2<'_, f64> {
        self.values.view()
    }

    /// Returns the rows of a class, or all rows without classes.
    pub(super) fn of_class(&self, class: u16) -> Array2<f64> {
        let Some(classes) = &self.classes else {
            return self.values.clone();
        };
        let rows = (0..classes.len()).filter(|&row| classes[row] == class);
        self.values.select(Axis(0), &rows.collect::<Vec<_>>())
    }
}

/// One draw: sets of equally many rows, in the order of the classes.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    pub float: Set,
    pub int8: Set,
    /// Training rows in the place of samples.
    pub real: Set,
    pub test: Set,
}

/// Draws samples of the float network and of the runtime from the same noise, and real rows.
pub(super) fn draws(trained: &Trained, table: &Table, seed: u64) -> Result<Vec<Draw>, Failure> {
    let split = trained.split();
    let first = draw_once(trained, table, split, seed)?;
    let count = first.test.values.nrows();
    let draws = (MAX_DRAWN_ROWS / count).clamp(1, MAX_DRAWS) as u64;
    let others = (1..draws).map(|number| draw_once(trained, table, split, seed + 1000 * number));
    std::iter::once(Ok(first)).chain(others).collect()
}

fn draw_once(trained: &Trained, table: &Table, split: &Split, seed: u64) -> Result<Draw, Failure> {
    let [training, test] = [&split.training, &split.validation].map(|rows| by_class(table, rows));
    let (mut real_rows, mut test_rows) = (Vec::new(), Vec::new());
    let (mut float, mut int8) = (Vec::new(), Vec::new());
    for ((class, training), test) in (0..).zip(&training).zip(&test) {
        let count = training.len().min(test.len());
        let some = |rows: &[usize], seed: u64| -> Vec<usize> {
            let places = draw(rows.len(), count, seed).into_iter();
            places.map(|place| rows[place]).collect()
        };
        real_rows.extend(some(training, seed));
        test_rows.extend(some(test, !seed));
        let request = Request {
            count,
            class: table.labels.is_some().then_some(class),
            seed: seed ^ SEED ^ (u64::from(class) << CLASS_SHIFT),
            ..Request::default()
        };
        let [of_float, of_int8] = samples(&trained.model(), trained, &request)?;
        float.push(of_float);
        int8.push(of_int8);
    }
    let test = Set::of(table, &test_rows);
    let joined = |parts: &[Array2<f64>]| {
        let views: Vec<_> = parts.iter().map(|part| part.view()).collect();
        Set {
            values: concatenate(Axis(0), &views).expect("rows of one length"),
            classes: test.classes.clone(),
        }
    };
    Ok(Draw {
        float: joined(&float),
        int8: joined(&int8),
        real: Set::of(table, &real_rows),
        test,
    })
}

/// Returns samples of the float network and of the runtime, from the same noise.
pub(super) fn samples(
    model: &Model<'_>,
    trained: &Trained,
    request: &Request<'_>,
) -> Result<[Array2<f64>; 2], Failure> {
    let int8 = generate(model, request)?;
    let float = float_rows(model, trained.float(), request, int8.classes.as_deref());
    Ok([transform(model).decode(float.view()), int8.values])
}

/// Returns the rows of each class, or all rows as one class.
fn by_class(table: &Table, rows: &[usize]) -> Vec<Vec<usize>> {
    let Some(labels) = &table.labels else {
        return vec![rows.to_vec()];
    };
    let mut of_class = vec![Vec::new(); labels.classes.len()];
    for &row in rows {
        of_class[usize::from(labels.of_row[row])].push(row);
    }
    of_class
}
