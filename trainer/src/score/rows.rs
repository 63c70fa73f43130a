//! Scores of the rows of a table.

use flowlet::{BorrowedScorer, Fixed, Model};
use ndarray::ArrayView1;

use crate::data::Table;
use crate::error::Error;

/// Units of a p-value of 1.
const UNITS: f64 = 65_536.0;

/// Score of a row.
///
/// ```
/// use flowlet_trainer::score::score;
/// use flowlet_trainer::{Table, Trainer};
///
/// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n5,6\n", "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
/// let scores = score(&trained.model(), &table, false)?;
/// assert_eq!(scores.len(), 5);
/// assert_eq!(scores[0].p_value, None); // not calibrated
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RowScore {
    /// Score: larger is more unusual. If the model is calibrated, 0 is the median of normal rows
    /// and 1 their 90th percentile.
    pub value: f64,
    /// Share of normal rows with at least this score, if the model is calibrated.
    pub p_value: Option<f64>,
    /// Share of normal rows with at most this score, if the model is calibrated.
    pub lower_tail: Option<f64>,
    /// Class that the row was compared with, if the model has classes.
    pub class: Option<u16>,
    /// Whether a value is beyond the limits of its column or of the device, or a category unknown.
    pub out_of_range: bool,
    /// Contribution of each dimension. A normal row has about 2 per dimension, if the model is
    /// calibrated.
    pub contributions: Vec<f64>,
}

/// A column of the file and its contribution to a score.
///
/// ```
/// use flowlet_trainer::score::score;
/// use flowlet_trainer::{Table, Trainer};
///
/// let table = Table::parse_csv(b"x,y\n1,2\n2,3\n3,5\n4,4\n5,6\n", "rows.csv")?;
/// let trained = Trainer::new(&table).hidden([4]).iterations(1).fit()?;
/// let scores = score(&trained.model(), &table, false)?;
/// let largest = scores[0].largest(&table, 1);
/// assert!(["x", "y"].contains(&largest[0].column.as_str()));
/// # Ok::<(), flowlet_trainer::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// Name of the column.
    pub column: String,
    /// Sum of the contributions of its dimensions.
    pub value: f64,
}

impl RowScore {
    /// Returns whether the p-value is at most `level`. Both are rounded to units of 2^−16, as on
    /// the device.
    #[must_use]
    pub fn is_alarm(&self, level: f64) -> bool {
        self.p_value
            .is_some_and(|p| p * UNITS <= (level * UNITS).round())
    }

    /// Returns the `count` columns of the file that contribute most, largest first. `table` has the
    /// columns of the model.
    ///
    /// # Panics
    /// If the table has more columns than the model.
    #[must_use]
    pub fn largest(&self, table: &Table, count: usize) -> Vec<Contribution> {
        let columns = table.file_columns();
        let contribution = |column: &crate::data::category::FileColumn<'_>| Contribution {
            column: column.name.to_owned(),
            value: self.contributions[column.values.clone()].iter().sum(),
        };
        let mut all: Vec<Contribution> = columns.iter().map(contribution).collect();
        all.sort_by(|a, b| b.value.total_cmp(&a.value));
        all.truncate(count);
        all
    }
}

/// Scores the rows of a table with the columns and classes of `model`. If `known`, each row is
/// compared with the class of its label; otherwise, or if the model lacks the class, with the class
/// in which it is least unusual.
///
/// # Errors
/// [`Error::ScoredConditions`] if the model has conditions. [`Error::Model`] if its calibration is
/// invalid.
///
/// # Panics
/// If the columns are not those of the model.
pub fn score(model: &Model<'_>, table: &Table, known: bool) -> Result<Vec<RowScore>, Error> {
    assert_eq!(table.columns.len(), model.dim(), "the columns of the model");
    if model.has_conditions() {
        return Err(Error::ScoredConditions);
    }
    let even = |count: usize| count.next_multiple_of(2);
    let mut states = vec![0; model.dim()];
    let mut halfwords = vec![0; 2 * (even(model.dim()) + even(model.width()))];
    let mut scorer = BorrowedScorer::with_buffers(*model, &mut states, &mut halfwords)?;
    let fracs = fractional_bits(model);
    let classes = table.classes().filter(|_| known && model.classes() > 0);
    let mut scores = Vec::with_capacity(table.values.nrows());
    for (at, row) in table.values.outer_iter().enumerate() {
        let class = classes.map(|classes| classes[at]);
        scorer.set_class(class.filter(|class| *class < model.classes()))?;
        let score = scorer.score(&fixed(row, &fracs));
        let share = |units: u16| f64::from(units) / UNITS;
        scores.push(RowScore {
            value: f64::from(score.value()) / 65_536.0,
            p_value: score.p_value().map(share),
            lower_tail: score.lower_tail().map(share),
            class: score.class(),
            out_of_range: score.out_of_range(),
            contributions: (0..model.dim())
                .filter_map(|index| score.contribution(index))
                .map(|size| f64::from(size) / 256.0)
                .collect(),
        });
    }
    Ok(scores)
}

/// Returns the number of fractional bits of each column.
pub(super) fn fractional_bits(model: &Model<'_>) -> Vec<i8> {
    let columns = (0..model.dim()).filter_map(|index| model.column(index));
    columns.map(|column| column.frac).collect()
}

/// Returns a row in the number formats of its columns.
pub(super) fn fixed(row: ArrayView1<'_, f64>, fracs: &[i8]) -> Vec<Fixed> {
    let value = |(&value, &frac): (&f64, &i8)| Fixed {
        raw: (value * 2f64.powi(frac.into())).round() as i32,
        frac,
    };
    row.iter().zip(fracs).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::{RowScore, UNITS};

    #[test]
    fn a_p_value_at_the_level_is_an_alarm() {
        let score = |units: f64| RowScore {
            value: 0.0,
            p_value: Some(units / UNITS),
            lower_tail: None,
            class: None,
            out_of_range: false,
            contributions: Vec::new(),
        };
        // 1 / 20 and 1 / 100 in units of 2^−16, rounded up and down.
        assert!(score(3277.0).is_alarm(0.05) && !score(3278.0).is_alarm(0.05));
        assert!(score(655.0).is_alarm(0.01) && !score(656.0).is_alarm(0.01));
    }
}
