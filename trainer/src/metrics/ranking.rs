//! Metrics of scores that rank anomalies above normal rows.

/// Returns the area under the ROC curve: the probability that an anomaly has a larger score than a
/// normal row. Equal scores count half. 0.5 is chance, 1 is perfect.
///
/// ```
/// use flowlet_trainer::metrics::ranking::auroc;
///
/// assert_eq!(auroc(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
/// assert_eq!(auroc(&[1.0, 2.0], &[2.0, 0.0]), 0.375);
/// ```
///
/// # Panics
/// If either set is empty.
#[must_use]
pub fn auroc(normal: &[f64], anomalies: &[f64]) -> f64 {
    assert!(!normal.is_empty() && !anomalies.is_empty(), "two sets");
    let mut below = normal.to_vec();
    below.sort_unstable_by(f64::total_cmp);
    let wins = |score: &f64| {
        let less = below.partition_point(|other| other < score);
        let at_most = below.partition_point(|other| other <= score);
        (less + at_most) as f64 / 2.0
    };
    anomalies.iter().map(wins).sum::<f64>() / (normal.len() * anomalies.len()) as f64
}

/// Returns the average precision: the mean, over the anomalies, of the share of anomalies among the
/// rows with at least the same score. It depends on the share of anomalies, which chance reaches.
///
/// ```
/// use flowlet_trainer::metrics::ranking::average_precision;
///
/// assert_eq!(average_precision(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
/// assert_eq!(average_precision(&[3.0], &[4.0, 2.0]), (1.0 + 2.0 / 3.0) / 2.0);
/// ```
///
/// # Panics
/// If there is no anomaly.
#[must_use]
pub fn average_precision(normal: &[f64], anomalies: &[f64]) -> f64 {
    assert!(!anomalies.is_empty(), "an anomaly");
    let sorted = |scores: &[f64]| {
        let mut scores = scores.to_vec();
        scores.sort_unstable_by(f64::total_cmp);
        scores
    };
    let (normal, anomalies) = (sorted(normal), sorted(anomalies));
    let at_least = |of: &[f64], score: f64| of.len() - of.partition_point(|&other| other < score);
    let precision = |&score: &f64| {
        let found = at_least(&anomalies, score);
        found as f64 / (found + at_least(&normal, score)) as f64
    };
    anomalies.iter().map(precision).sum::<f64>() / anomalies.len() as f64
}

/// Returns the ROC curve: the share of normal rows and of anomalies with at least each score, from
/// the largest score to the smallest. It begins at (0, 0).
///
/// ```
/// use flowlet_trainer::metrics::ranking::roc;
///
/// assert_eq!(roc(&[1.0], &[2.0]), [[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]]);
/// ```
///
/// # Panics
/// If either set is empty.
#[must_use]
pub fn roc(normal: &[f64], anomalies: &[f64]) -> Vec<[f64; 2]> {
    assert!(!normal.is_empty() && !anomalies.is_empty(), "two sets");
    let sets = [normal, anomalies];
    let mut all: Vec<(f64, usize)> = (0..2)
        .flat_map(|set| sets[set].iter().map(move |&score| (score, set)))
        .collect();
    all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let mut counts = [0usize; 2];
    let mut curve = vec![[0.0, 0.0]];
    for (place, &(score, set)) in all.iter().enumerate() {
        counts[set] += 1;
        if all.get(place + 1).is_none_or(|next| next.0 != score) {
            curve.push([0, 1].map(|set| counts[set] as f64 / sets[set].len() as f64));
        }
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::{auroc, average_precision, roc};

    #[test]
    fn the_area_under_the_curve_is_the_probability() {
        let normal = [0.1, 0.5, 0.5, 0.9, 2.0];
        let anomalies = [0.5, 1.0, 3.0];
        let curve = roc(&normal, &anomalies);
        let area: f64 = curve
            .windows(2)
            .map(|pair| (pair[1][0] - pair[0][0]) * (pair[0][1] + pair[1][1]) / 2.0)
            .sum();
        assert!((area - auroc(&normal, &anomalies)).abs() < 1e-12, "{area}");
        assert_eq!(curve.last(), Some(&[1.0, 1.0]));
    }

    #[test]
    fn equal_scores_are_chance() {
        assert_eq!(auroc(&[1.0; 7], &[1.0; 3]), 0.5);
        assert!((average_precision(&[1.0; 7], &[1.0; 3]) - 0.3).abs() < 1e-12);
    }
}
