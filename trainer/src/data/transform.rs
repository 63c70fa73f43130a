//! Between a table's physical values and the standardised ones that a model works on, as the device decodes them.

use ndarray::{Array2, ArrayView2};

use super::Table;
use super::domain::{Domain, spread};
use super::scaling::Scaling;

/// Numbered columns from which on they are a series.
const SERIES: usize = 8;

/// A scaling and a domain for every column.
#[derive(Clone, Debug, PartialEq)]
pub struct Transform {
    /// Physical to standardised values.
    pub scaling: Scaling,
    /// What decoded values may be.
    pub domains: Vec<Domain>,
}

impl Transform {
    /// Fits the transform to rows, and gives them standardised, within ±8, `rows × columns`.
    ///
    /// # Panics
    /// When there is no row, or not a domain for every column.
    #[must_use]
    pub fn fit(training: &Table, domains: Vec<Domain>, seed: u64) -> (Self, Array2<f32>) {
        let values = spread(training.values.clone(), &domains, seed);
        let scaling = Scaling::fit(values.view(), &series(&training.columns));
        let transform = Self { scaling, domains };
        let standardised = transform.clamped(values);
        (transform, standardised)
    }

    /// Other rows of the same columns, standardised; what lies beyond ±8 is cut off.
    ///
    /// # Panics
    /// When the columns are others.
    #[must_use]
    pub fn standardise(&self, values: Array2<f32>, seed: u64) -> Array2<f32> {
        self.clamped(spread(values, &self.domains, seed))
    }

    /// Physical values, as the device decodes standardised ones.
    ///
    /// # Panics
    /// When the columns are others.
    #[must_use]
    pub fn decode(&self, standardised: ArrayView2<'_, f32>) -> Array2<f32> {
        let mut values = self.scaling.to_physical(standardised.to_owned());
        for (mut column, domain) in values.columns_mut().into_iter().zip(&self.domains) {
            column.mapv_inplace(|value| domain.nearest(value.into()) as f32);
        }
        values
    }

    fn clamped(&self, values: Array2<f32>) -> Array2<f32> {
        let standardised = self.scaling.to_unit(values);
        standardised.mapv(|value| value.clamp(-8.0, 8.0))
    }
}

/// Columns that differ in a number at their end, as in `t00, t01, …`, are a series where there are at least
/// [`SERIES`] of them; every other column is one of its own.
fn series(columns: &[String]) -> Vec<usize> {
    let stem = |name: &String| {
        name.trim_end_matches(|end: char| end.is_ascii_digit())
            .len()
    };
    let of = |(place, name): (usize, &String)| {
        let member = |other: &&String| {
            stem(other) < other.len() && other[..stem(other)] == name[..stem(name)]
        };
        let first = columns.iter().position(|other| member(&other));
        let size = columns.iter().filter(member).count();
        match first {
            Some(first) if stem(name) < name.len() && size >= SERIES => first,
            _ => place,
        }
    };
    columns.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::{Domain, Transform, series};
    use crate::data::Table;

    #[test]
    fn eight_numbered_columns_are_a_series() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let of = |text: &str| series(&names(text));
        assert_eq!(
            of("t x0 x1 x2 x3 x4 x5 x6 x7 x"),
            [0, 1, 1, 1, 1, 1, 1, 1, 1, 9]
        );
        assert_eq!(of("x0 x1 x2 x3 x4 x5 x6"), [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn rows_come_back_from_where_they_were_sent() {
        let rows = Array2::from_shape_fn((40, 2), |(row, column)| match column {
            0 => row as f32,
            _ => row.saturating_sub(20) as f32 / 8.0,
        });
        let table = Table {
            columns: vec!["count".into(), "rain".into()],
            values: rows.clone(),
            labels: None,
        };
        let (transform, standardised) = Transform::fit(&table, Domain::of_each(rows.view()), 1);
        let back = transform.decode(standardised.view());
        assert!((back - rows).iter().all(|error| error.abs() < 1e-5));
        let far = transform.standardise(array![[1e9, -1.0]], 1);
        assert_eq!(far[[0, 0]], 8.0);
        assert_eq!(transform.decode(far.view()), array![[39.0, 0.0]]);
    }
}
