//! Simple generators in the bytes of a model: one Gaussian per class, and training rows with noise.
//! A model that scores worse than one of them does not use its flash well.
//!
//! Both work on standardised rows, and are decoded with the column ranges of the model. So they
//! need the same names and columns, which are not counted.

mod budget;
mod gaussian;
mod table;

pub(crate) use budget::budget;
pub(crate) use gaussian::Gaussians;
pub(crate) use table::NoisyRows;

use ndarray::{Array2, ArrayView2, Axis};
use rand::Rng;

/// Standardised training rows, and their classes if there are labels.
#[derive(Clone, Debug)]
pub(crate) struct TrainingRows {
    /// Values as a network is trained on them, `rows × columns`.
    pub values: Array2<f32>,
    /// One class per row.
    pub classes: Option<Vec<u16>>,
}

/// A generator of standardised rows.
pub(crate) trait BaselineModel {
    /// Returns what it stores, as a phrase.
    fn describe(&self) -> String;

    /// Returns the bytes that it needs.
    fn bytes(&self) -> usize;

    /// Draws rows of a class, or of all classes.
    fn draw(&self, class: Option<u16>, count: usize, rng: &mut dyn Rng) -> Array2<f32>;
}

impl TrainingRows {
    /// Returns the rows of each class, by number. Without labels there is one class. A class that
    /// has no rows gets all rows.
    fn by_class(&self) -> Vec<Array2<f32>> {
        let Some(classes) = &self.classes else {
            return vec![self.values.clone()];
        };
        let count = classes
            .iter()
            .max()
            .map_or(0, |&last| usize::from(last) + 1);
        let of_class = |class: usize| {
            let belongs = |row: &usize| usize::from(classes[*row]) == class;
            let rows: Vec<usize> = (0..classes.len()).filter(belongs).collect();
            match rows.is_empty() {
                true => self.values.clone(),
                false => self.values.select(Axis(0), &rows),
            }
        };
        (0..count).map(of_class).collect()
    }
}

/// Returns what belongs to a class: the only item without classes, and the last for a class that no
/// training row has.
fn of_class<T>(items: &[T], class: Option<u16>) -> &T {
    let place = usize::from(class.unwrap_or(0));
    &items[place.min(items.len() - 1)]
}

/// Returns the mean of each column.
fn means(rows: ArrayView2<'_, f32>) -> Vec<f64> {
    let mean = |column: ndarray::ArrayView1<'_, f32>| {
        column.iter().map(|&value| f64::from(value)).sum::<f64>() / rows.nrows() as f64
    };
    rows.columns().into_iter().map(mean).collect()
}

#[cfg(test)]
mod tests;
