//! The recorded figures, which the document of results shows.

use super::{Alarms, Figures, Row, table};
use crate::{Failure, checkout};

/// Command that records the figures.
const COMMAND: &str = "anomalies";

/// Returns new figures and the recorded ones of other cases, in the order of the document.
pub(super) fn with_others(new: Figures) -> Result<Figures, Failure> {
    Ok(joined(new, checkout::recorded(COMMAND)?))
}

fn joined(mut new: Figures, old: Figures) -> Figures {
    let is_new = |row: &Row| new.rows.iter().any(|of| of.name == row.name);
    let rows: Vec<Row> = old.rows.into_iter().filter(|row| !is_new(row)).collect();
    let is_new = |alarms: &Alarms| new.alarms.iter().any(|of| of.name == alarms.name);
    let alarms: Vec<Alarms> = old.alarms.into_iter().filter(|of| !is_new(of)).collect();
    new.rows.extend(rows);
    new.alarms.extend(alarms);
    new.rows
        .sort_by(|a, b| (a.group, &a.name).cmp(&(b.group, &b.name)));
    new.alarms.sort_by(|a, b| b.name.cmp(&a.name));
    new
}

/// Records figures in the file and in the document.
pub(super) fn write(figures: &Figures) -> Result<(), Failure> {
    checkout::record(COMMAND, figures, &table::markdown(figures))
}

#[cfg(test)]
mod tests {
    use super::joined;
    use crate::anomalies::{Alarms, Figures, Group, Row};

    fn row(group: Group, name: &str, auroc: f64) -> Row {
        Row {
            group,
            name: name.to_owned(),
            calibration: 100,
            auroc,
            rounding: 0.0,
            average_precision: auroc,
            false_alarms: 0.05,
            detectors: vec![0.5; 6],
        }
    }

    #[test]
    fn only_the_rows_of_new_cases_change() {
        let alarms = |share| Alarms {
            name: "motor".to_owned(),
            calibration: 320,
            fresh: 6000,
            shares: vec![share],
        };
        let old = Figures {
            rows: vec![
                row(Group::Classes, "ecoli", 0.6),
                row(Group::Classes, "magic", 0.6),
                row(Group::Local, "magic", 0.6),
            ],
            alarms: vec![alarms(0.04)],
        };
        let new = Figures {
            rows: vec![
                row(Group::Classes, "magic", 0.7),
                row(Group::Local, "magic", 0.8),
            ],
            alarms: Vec::new(),
        };
        let all = joined(new, old);
        let areas: Vec<f64> = all.rows.iter().map(|row| row.auroc).collect();
        assert_eq!(areas, [0.6, 0.7, 0.8]);
        assert_eq!(all.alarms, [alarms(0.04)]);
    }
}
