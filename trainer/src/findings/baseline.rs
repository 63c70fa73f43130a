//! Baselines: a simpler generator in the same bytes gives better samples.

use super::{Finding, FindingKind, Severity};
use crate::evaluate::{Baseline, Evaluation};
use crate::text::grouped;

/// Returns a finding if Gaussians or training rows with noise score better than the int8 model, in
/// sliced W2 and in energy distance. If both do, the one with the smaller energy distance is named.
#[must_use]
pub fn baseline(evaluation: &Evaluation) -> Option<Finding> {
    let Evaluation {
        gaussian,
        table,
        int8,
        network_bytes,
        ..
    } = evaluation;
    let better = |of: &Baseline| of.is_better_than(int8, *network_bytes);
    let is_table = match (better(gaussian), better(table)) {
        (false, false) => return None,
        (true, true) => table.scores.energy < gaussian.scores.energy,
        (_, is_table) => is_table,
    };
    let of = if is_table { table } else { gaussian };
    let message = format!(
        "A simpler generator gives better samples: {} ({} bytes) has sliced W2 {:.3} and energy \
         distance {:.3}, the model ({} bytes) {:.3} and {:.3}.",
        of.description,
        grouped(of.bytes),
        of.scores.sliced_w2,
        of.scores.energy,
        grouped(*network_bytes),
        int8.sliced_w2,
        int8.energy
    );
    let mut finding = Finding::new(
        FindingKind::Baseline,
        if is_table {
            Severity::Caution
        } else {
            Severity::Problem
        },
        Vec::new(),
        message,
    );
    if is_table {
        finding.advice =
            "train longer, or with a wider network, or store the rows, if they may be \
                          on the device"
                .to_owned();
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Evaluation, baseline};
    use crate::evaluate::{Protocol, TestRows};
    use crate::findings::{FindingKind, Severity};
    use crate::metrics::Scores;

    fn scores(sliced_w2: f64, energy: f64) -> Scores {
        Scores {
            sliced_w2,
            exact_w2: 1.0,
            energy,
            mmd: 0.1,
            c2st: None,
            coverage: None,
            mean_ks: 0.1,
            worst_ks: 0.2,
            correlation_error: 0.1,
            label_accuracy: None,
            tstr: None,
            nearest_training: 1.0,
            roughness: None,
            spectrum_error: None,
        }
    }

    fn evaluation(gaussian: [f64; 2], table: [f64; 2]) -> Evaluation {
        let of = |description: &str, [sliced_w2, energy]: [f64; 2]| Baseline {
            description: description.to_owned(),
            bytes: 9200,
            scores: scores(sliced_w2, energy),
        };
        Evaluation {
            steps: 8,
            protocol: Protocol {
                test: TestRows::Validation,
                rows: 30,
                count: 30,
                draws: 20,
                data: None,
            },
            float: None,
            int8: scores(0.2, 0.3),
            gaussian: of("one Gaussian, full covariance", gaussian),
            table: of("90 training rows", table),
            real_baseline: scores(0.1, 0.1),
            network_bytes: 10_000,
            trajectory_error: None,
        }
    }

    #[test]
    fn a_better_baseline_is_named() {
        let found = |gaussian, table| baseline(&evaluation(gaussian, table));
        assert_eq!(
            found([0.19, 0.29], [0.1, 0.4]),
            None,
            "not clearly, and only one distance"
        );
        let finding = found([0.15, 0.25], [0.3, 0.3]).expect("a finding");
        assert_eq!(
            (finding.kind, finding.severity),
            (FindingKind::Baseline, Severity::Problem)
        );
        let message = "A simpler generator gives better samples: one Gaussian, full covariance \
                       (9 200 bytes) has sliced W2 0.150 and energy distance 0.250, the model \
                       (10 000 bytes) 0.200 and 0.300.";
        assert_eq!(finding.message, message);
        let mut small = evaluation([0.19, 0.29], [0.1, 0.4]);
        small.gaussian.bytes = 1200;
        assert!(baseline(&small).is_some(), "in few bytes, any difference");
        let finding = found([0.15, 0.25], [0.14, 0.2]).expect("a finding");
        assert!(finding.message.contains("90 training rows"), "{finding}");
        assert!(
            finding.advice.ends_with("if they may be on the device"),
            "{finding}"
        );
    }
}
