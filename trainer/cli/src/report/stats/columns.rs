//! Statistics of each column, and the findings about it.

use ndarray::{ArrayView1, s};

use super::Comparison;
use flowlet_trainer::findings::{Finding, Severity};
use flowlet_trainer::metrics::marginals::{correlation_errors, kolmogorov_smirnov};

/// Statistics of a column, and the findings about it.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnCheck {
    /// Name of the column.
    pub name: String,
    /// Kolmogorov–Smirnov statistic of generated and real rows, equally many of both.
    pub ks: f64,
    /// The same of real rows in the place of generated ones.
    pub ks_real: f64,
    /// Mean of real and of generated rows, physical units.
    pub mean: [f64; 2],
    /// Standard deviation of real and of generated rows, physical units.
    pub stddev: [f64; 2],
    /// Root mean square error of the correlations with the other columns.
    pub correlation: f64,
    /// Kinds of the findings about it; empty if there are none.
    pub findings: Vec<String>,
}

/// Compares every column, in the order of the model. `findings` are those of the card.
#[must_use]
pub fn columns(comparison: &Comparison<'_>, findings: &[Finding]) -> Vec<ColumnCheck> {
    let (real, generated) = (&comparison.real, &comparison.generated);
    let [ks, ks_real] = statistics(comparison);
    let correlation = correlation_errors(generated.standardised(), real.standardised());
    let column = |place: usize| {
        let [a, b] = [real, generated].map(|rows| moments(rows.values.column(place)));
        let name = comparison.columns[place].clone();
        let mut of_file = comparison.file_columns.iter();
        let of_file = of_file.find(|column| column.values.contains(&place));
        let of_file = of_file.map_or(name.as_str(), |column| column.name);
        ColumnCheck {
            findings: kinds(findings, [&name, of_file]),
            name,
            ks: ks[place],
            ks_real: ks_real[place],
            mean: [a.0, b.0],
            stddev: [a.1, b.1],
            correlation: correlation[place],
        }
    };
    (0..comparison.columns.len()).map(column).collect()
}

/// Returns the kinds of the findings about a column: the name of its value, and that in the file.
fn kinds(findings: &[Finding], names: [&str; 2]) -> Vec<String> {
    let is_about = |finding: &&Finding| {
        let mut columns = finding.columns.iter();
        finding.severity != Severity::Info && columns.any(|column| names.contains(&column.as_str()))
    };
    let kind = |finding: &Finding| {
        let name = serde_json::to_value(finding.kind).unwrap_or_default();
        name.as_str().unwrap_or_default().replace('_', " ")
    };
    findings.iter().filter(is_about).map(kind).collect()
}

/// Returns the Kolmogorov–Smirnov statistics of generated rows, and of real rows in their place:
/// means over the draws of the reference.
fn statistics(comparison: &Comparison<'_>) -> [Vec<f64>; 2] {
    let (draws, generated) = (
        comparison.reference.draws(),
        comparison.generated.standardised(),
    );
    let mut sums = [0, 1].map(|_| vec![0.0; comparison.columns.len()]);
    for (draw, number) in draws.iter().zip(0..) {
        let test = draw.test().values();
        let first = (number * test.nrows()).min(generated.nrows() - test.nrows());
        let samples = generated.slice(s![first..first + test.nrows(), ..]);
        for (sums, rows) in sums.iter_mut().zip([samples, draw.real().values()]) {
            let found = kolmogorov_smirnov(rows, test);
            for (sum, found) in sums.iter_mut().zip(found) {
                *sum += found / draws.len() as f64;
            }
        }
    }
    sums
}

fn moments(values: ArrayView1<'_, f64>) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.sum() / count;
    let squares = values.iter().map(|&value| (value - mean).powi(2));
    // The standard deviation of a constant column would be a rounding error.
    let constant = values.iter().all(|value| *value == values[0]);
    let stddev = if constant {
        0.0
    } else {
        (squares.sum::<f64>() / count).sqrt()
    };
    (mean, stddev)
}

/// Returns the indices of columns: those with findings first, then by falling Kolmogorov–Smirnov
/// statistic.
#[must_use]
pub fn worst_first(columns: &[ColumnCheck]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    let fine = |place: usize| columns[place].findings.is_empty();
    order.sort_by(|&a, &b| {
        let by_distance = columns[b].ks.total_cmp(&columns[a].ks);
        fine(a).cmp(&fine(b)).then(by_distance)
    });
    order
}

#[cfg(test)]
mod tests {
    use super::{ColumnCheck, Finding, Severity, kinds, worst_first};
    use flowlet_trainer::findings::FindingKind;

    #[test]
    fn columns_with_findings_come_first() {
        let column = |ks, findings: &[&str]| ColumnCheck {
            name: String::new(),
            ks,
            ks_real: 0.04,
            mean: [3.0, 3.1],
            stddev: [2.0, 1.9],
            correlation: 0.05,
            findings: findings.iter().map(|&kind| kind.to_owned()).collect(),
        };
        let all = [
            column(0.02, &["correlation"]),
            column(0.09, &[]),
            column(0.1, &[]),
            column(0.3, &["shape"]),
        ];
        assert_eq!(worst_first(&all), [3, 0, 2, 1]);
    }

    #[test]
    fn a_column_has_the_findings_that_name_it() {
        let finding = |kind, severity, columns: &[&str]| Finding {
            kind,
            severity,
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            message: String::new(),
            advice: String::new(),
        };
        let all = [
            finding(FindingKind::LimitShare, Severity::Problem, &["wind"]),
            finding(
                FindingKind::Correlation,
                Severity::Caution,
                &["rain", "wind"],
            ),
            finding(FindingKind::WorstColumn, Severity::Info, &["wind"]),
        ];
        let of = |name: &str| kinds(&all, [name, name]);
        assert_eq!(of("wind"), ["limit share", "correlation"]);
        assert_eq!(of("rain"), ["correlation"]);
        assert!(of("sun").is_empty());
    }
}
