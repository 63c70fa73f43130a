//! The unit of distances between rows: one standard deviation of each column.
//!
//! It depends on the rows only, not on how a training scales them. So scores of models that were
//! trained with other scales compare.

use ndarray::{Array2, ArrayView2};

use super::Table;
use super::circular::{self, Circular};
use super::layout::Layout;
use super::scaling::Scaling;
use super::series::{Series, series};

/// Largest ratio of the standard deviations of columns that share a unit, constant columns left
/// out. Heartbeats have a ratio of 5, and hours of sun one of 7. Numbered columns of a table that
/// is no series, such as measures of wine, have ratios above 1000.
const MAX_RATIO: f64 = 20.0;
/// Largest standardised value. The square of a distance between rows is then far from the largest
/// f32, whatever code for a missing value is among rows that were not trained on.
const LIMIT: f32 = 1e6;

/// The unit of each column.
///
/// Columns of an image share one unit, and so do those of a series if their standard deviations are
/// similar. The values of a category column share one too.
///
/// ```
/// use flowlet_trainer::Table;
/// use flowlet_trainer::data::unit::Unit;
///
/// let table = Table::parse_csv(b"x,y\n1,20\n3,60\n", "rows.csv")?;
/// let unit = Unit::fit(&table);
/// assert_eq!(unit.standardise(table.values.view()).row(1).to_vec(), [1.0, 1.0]);
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    scaling: Scaling,
    circular: Vec<Circular>,
}

impl Unit {
    /// Fits the unit to rows.
    ///
    /// # Panics
    /// If there is no row.
    #[must_use]
    pub fn fit(table: &Table) -> Self {
        let circular = table.circular.clone();
        let mut scales = shared(table);
        for column in &table.categories {
            scales[column.clone()].fill(column.start);
        }
        for column in &circular {
            scales[column.first + 1] = column.first;
        }
        let mut values = table.values.clone();
        circular::spread(&circular, &mut values);
        Self {
            scaling: Scaling::fit(values.view(), &scales),
            circular,
        }
    }

    /// Standardises decoded values. Values beyond ±10⁶ units are cut off.
    ///
    /// # Panics
    /// If the number of columns differs.
    #[must_use]
    pub fn standardise(&self, values: ArrayView2<'_, f64>) -> Array2<f32> {
        let mut values = values.to_owned();
        circular::spread(&self.circular, &mut values);
        let mut standardised = self.scaling.standardise(values.view());
        standardised.mapv_inplace(|value| value.clamp(-LIMIT, LIMIT));
        standardised
    }

    /// Returns decoded values, to the precision of the standardised ones.
    ///
    /// # Panics
    /// If the number of columns differs.
    #[must_use]
    pub fn to_physical(&self, standardised: ArrayView2<'_, f32>) -> Array2<f64> {
        let mut values = self.scaling.to_physical(standardised);
        circular::gather(&self.circular, &mut values);
        values
    }

    /// Returns the unit of each column, physical units.
    #[must_use]
    pub fn stddevs(&self) -> &[f64] {
        &self.scaling.scale
    }
}

/// Returns a number for each column, which is the same for columns that share a unit.
fn shared(table: &Table) -> Vec<usize> {
    let mut scales: Vec<usize> = (0..table.columns.len()).collect();
    let layout = Layout::of(&table.columns, &table.categories);
    let is_image = matches!(layout, Layout::Image(_) | Layout::ColourImage(_));
    for one in series(&table.columns, &table.categories) {
        if is_image || is_similar(table, &one) {
            for &column in &one.columns {
                scales[column] = one.columns[0];
            }
        }
    }
    scales
}

/// Returns whether the standard deviations of a series differ at most by [`MAX_RATIO`].
fn is_similar(table: &Table, series: &Series) -> bool {
    let columns = series
        .columns
        .iter()
        .map(|&place| table.values.column(place));
    let varied = columns.filter(|column| column.iter().any(|value| *value != column[0]));
    let stddevs = varied.map(|column| column.std(0.0));
    let ends = stddevs.fold((f64::INFINITY, 0.0_f64), |ends, stddev| {
        (ends.0.min(stddev), ends.1.max(stddev))
    });
    ends.1 <= MAX_RATIO * ends.0
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::{Table, Unit, shared};

    #[test]
    fn far_values_are_cut_off() {
        let table = Table::parse_csv(b"x,y\n1,20\n3,60\n", "rows.csv").expect("a table");
        let far = Unit::fit(&table).standardise(array![[1e30, -1e36], [2.0, 40.0]].view());
        assert_eq!(far, array![[1e6, -1e6], [0.0, 0.0]]);
    }

    #[test]
    fn a_series_shares_a_unit_and_its_neighbours_have_their_own() {
        let columns = "t x0 x1 x2 x3 x4 x5 x6 x7 x";
        let table = Table {
            columns: columns.split(' ').map(str::to_owned).collect(),
            values: Array2::from_shape_fn((4, 10), |(row, column)| (row + column) as f64),
            ..Table::default()
        };
        assert_eq!(shared(&table), [0, 1, 1, 1, 1, 1, 1, 1, 1, 9]);
    }

    #[test]
    fn a_series_of_very_different_deviations_has_a_unit_for_each_column() {
        let stddevs = |factor: f64| {
            let table = Table {
                columns: (0..9).map(|hour| format!("h{hour}")).collect(),
                values: Array2::from_shape_fn((2, 9), |(row, column)| match column {
                    0 => 7.0,
                    1 => 2.0 * factor * row as f64,
                    _ => 2.0 * row as f64,
                }),
                ..Table::default()
            };
            Unit::fit(&table).stddevs()[..3].to_vec()
        };
        let common = (32.0_f64 / 9.0).sqrt();
        assert_eq!(stddevs(5.0), [common; 3]);
        assert_eq!(stddevs(21.0), [0.0, 21.0, 1.0]);
    }
}
