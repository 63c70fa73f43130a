//! Single rows: each class gives its share to the validation rows.

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro128PlusPlus;

use super::super::Table;

/// Returns the validation rows and the training rows, in no order.
pub(super) fn split(
    table: &Table,
    wanted: usize,
    rng: &mut Xoshiro128PlusPlus,
) -> (Vec<usize>, Vec<usize>) {
    let mut strata = strata(table);
    for stratum in &mut strata {
        stratum.shuffle(rng);
    }
    let sizes: Vec<usize> = strata.iter().map(Vec::len).collect();
    let quotas = quotas(&sizes, wanted);
    let (mut validation, mut training) = (Vec::new(), Vec::new());
    for (stratum, &quota) in strata.iter().zip(&quotas) {
        validation.extend_from_slice(&stratum[..quota]);
        training.extend_from_slice(&stratum[quota..]);
    }
    (validation, training)
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
pub(super) fn quotas(sizes: &[usize], wanted: usize) -> Vec<usize> {
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
