//! The recorded figures, which the document of results shows.

use super::{Row, table};
use crate::{Failure, checkout};

/// Command that records the figures.
const COMMAND: &str = "quality";

/// Returns new figures and the recorded ones of other cases.
pub(super) fn with_others(new: Vec<Row>) -> Result<Vec<Row>, Failure> {
    if let Some(row) = new.iter().find(|row| row.int8.is_nan()) {
        return Err(format!("{} has no model, so nothing is recorded", row.case.name()).into());
    }
    Ok(joined(new, checkout::recorded(COMMAND)?))
}

fn joined(mut new: Vec<Row>, mut old: Vec<Row>) -> Vec<Row> {
    old.retain(|row| new.iter().all(|of| of.case != row.case));
    new.extend(old);
    new.sort_by_key(|row| row.case);
    new
}

/// Records figures in the file and in the document.
pub(super) fn write(rows: &[Row]) -> Result<(), Failure> {
    checkout::record(COMMAND, &rows, &table::markdown(rows))
}

#[cfg(test)]
mod tests {
    use super::{Row, joined};
    use crate::quality::Case;

    #[test]
    fn only_the_rows_of_new_cases_change() {
        let row = |case, int8| Row::new(case, "W2", int8);
        let old = vec![
            row(Case::Moons, 0.1),
            row(Case::Ecg, 0.2),
            row(Case::Weather, 0.3),
        ];
        let all = joined(vec![row(Case::Ecg, 0.5)], old);
        let figures: Vec<f64> = all.iter().map(|row| row.int8).collect();
        assert_eq!(figures, [0.1, 0.5, 0.3]);
    }
}
