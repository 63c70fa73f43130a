//! Divides rows into training and validation rows at random, class by class if there are labels.
//!
//! The split is stratified, because a class that is rare in the validation rows by chance would
//! make label metrics noisy.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro128PlusPlus;

use super::{DataError, Table};

/// Row numbers of a table, each in exactly one of two ascending lists, neither of which is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Training rows.
    pub training: Vec<usize>,
    /// Validation rows.
    pub validation: Vec<usize>,
}

impl Split {
    /// Keeps about `fraction` (in 0..1) of the rows for validation. Each class gives its share and
    /// keeps at least one training row.
    ///
    /// # Errors
    /// [`DataError`] if every class has a single row.
    ///
    /// # Panics
    /// If the table has fewer than 2 rows.
    pub fn new(table: &Table, fraction: f64, seed: u64) -> Result<Self, DataError> {
        let rows = table.values.nrows();
        assert!(rows >= 2, "a split needs at least 2 rows");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
        let mut strata = strata(table);
        for stratum in &mut strata {
            stratum.shuffle(&mut rng);
        }
        let wanted = ((rows as f64 * fraction).round() as usize).clamp(1, rows - 1);
        let sizes: Vec<usize> = strata.iter().map(Vec::len).collect();
        let quotas = quotas(&sizes, wanted);
        let mut validation: Vec<usize> = strata
            .iter()
            .zip(&quotas)
            .flat_map(|(stratum, &quota)| &stratum[..quota])
            .copied()
            .collect();
        let mut training: Vec<usize> = strata
            .iter()
            .zip(&quotas)
            .flat_map(|(stratum, &quota)| &stratum[quota..])
            .copied()
            .collect();
        if let (true, Some(labels)) = (validation.is_empty(), &table.labels) {
            let message = "every class has a single row, so none can be kept for validation; check \
                           that the column is a label";
            return Err(DataError::in_column(&labels.column, message));
        }
        validation.sort_unstable();
        training.sort_unstable();
        Ok(Self {
            training,
            validation,
        })
    }
}

/// Returns the rows of each class, or all rows as one stratum.
fn strata(table: &Table) -> Vec<Vec<usize>> {
    let Some(labels) = &table.labels else {
        return vec![(0..table.values.nrows()).collect()];
    };
    let mut strata = vec![Vec::new(); labels.classes.len()];
    for (row, &class) in labels.of_row.iter().enumerate() {
        strata[usize::from(class)].push(row);
    }
    strata
}

/// Divides `wanted` among strata in proportion to their sizes by largest remainders, so that at
/// least one row is left in each.
fn quotas(sizes: &[usize], wanted: usize) -> Vec<usize> {
    let rows: usize = sizes.iter().sum();
    let spare: Vec<usize> = sizes.iter().map(|size| size.saturating_sub(1)).collect();
    let mut quotas: Vec<usize> = sizes
        .iter()
        .zip(&spare)
        .map(|(size, &spare)| (wanted * size / rows).min(spare))
        .collect();
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&stratum| std::cmp::Reverse(wanted * sizes[stratum] % rows));
    let mut missing = wanted.min(spare.iter().sum()) - quotas.iter().sum::<usize>();
    while missing > 0 {
        for &stratum in &order {
            if missing > 0 && quotas[stratum] < spare[stratum] {
                quotas[stratum] += 1;
                missing -= 1;
            }
        }
    }
    quotas
}

#[cfg(test)]
mod tests {
    use super::{Split, quotas};
    use crate::data::Table;
    use crate::data::read::{ReadOptions, csv};

    fn table(labels: &[&str]) -> Table {
        let rows: String = labels
            .iter()
            .enumerate()
            .map(|(row, label)| format!("{row},{label}\n"))
            .collect();
        csv::parse(
            format!("x,k\n{rows}").as_bytes(),
            "a.csv",
            &ReadOptions::labelled(Some("k")),
        )
        .expect("a table")
    }

    #[test]
    fn every_row_is_on_one_side() {
        let table = Table {
            labels: None,
            ..table(&["a"; 101])
        };
        let split = Split::new(&table, 0.2, 1).expect("a split");
        assert_eq!(split.validation.len(), 20);
        let mut all = [split.training, split.validation].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..101));
    }

    #[test]
    fn the_seed_decides() {
        let table = table(&["a"; 100]);
        let split = |seed| Split::new(&table, 0.3, seed).expect("a split");
        assert_eq!(split(7), split(7));
        assert_ne!(split(7), split(8));
    }

    #[test]
    fn every_class_gives_its_share() {
        let labels = [vec!["a"; 60], vec!["b"; 30], vec!["c"; 10]].concat();
        let table = table(&labels);
        let split = Split::new(&table, 0.2, 3).expect("a split");
        let share = |class: &str| {
            split
                .validation
                .iter()
                .filter(|&&row| labels[row] == class)
                .count()
        };
        assert_eq!([share("a"), share("b"), share("c")], [12, 6, 2]);
    }

    #[test]
    fn neither_side_is_empty() {
        let table = Table {
            labels: None,
            ..table(&["a", "a", "a"])
        };
        for fraction in [1e-9, 1.0 - 1e-9] {
            let split = Split::new(&table, fraction, 0).expect("a split");
            assert!(!split.training.is_empty() && !split.validation.is_empty());
        }
    }

    #[test]
    fn a_class_keeps_its_only_row() {
        assert_eq!(quotas(&[1, 1, 10], 6), [0, 0, 6]);
        assert_eq!(quotas(&[3, 3, 3], 8), [2, 2, 2]);
    }

    #[test]
    fn single_row_classes_have_no_validation_rows() {
        let error = Split::new(&table(&["a", "b", "c"]), 0.5, 0).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "column `k`: every class has a single row, so none can be kept for validation; check that the \
             column is a label"
        );
    }
}
