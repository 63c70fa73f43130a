//! Overtraining: the validation loss rose before the training ended.

use super::{Finding, FindingKind, Severity};
use crate::train::ValidationLosses;

/// Rise of the validation loss, as a share of the least one, that is reported, and one that is a
/// problem.
const MIN_RISE: f64 = 0.05;
const PROBLEM_RISE: f64 = 0.25;

/// Returns a finding if the validation loss at the end is clearly above the least one.
#[must_use]
pub fn overtraining(losses: &ValidationLosses) -> Option<Finding> {
    let &(end, last) = losses.points.last()?;
    let lower = |a: &&(usize, f32), b: &&(usize, f32)| a.1.total_cmp(&b.1);
    let &(step, least) = losses.points.iter().min_by(lower)?;
    let rise = f64::from(last) / f64::from(least) - 1.0;
    if losses.keeps_best || rise.is_nan() || rise < MIN_RISE {
        return None;
    }
    let message = format!(
        "The validation loss was least at step {step} of {end}, {least:.3}, and rose by {:.0} % to \
         {last:.3}.",
        100.0 * rise
    );
    let severity = match rise >= PROBLEM_RISE {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    Some(Finding::new(
        FindingKind::Overtrained,
        severity,
        Vec::new(),
        message,
    ))
}

#[cfg(test)]
mod tests {
    use super::{ValidationLosses, overtraining};
    use crate::findings::Severity;

    #[test]
    fn a_clear_rise_is_found() {
        let losses = |losses: &[f32], keeps_best| ValidationLosses {
            points: (1..).map(|n| 100 * n).zip(losses.iter().copied()).collect(),
            keeps_best,
        };
        let found = overtraining(&losses(&[0.9, 0.5, 0.6, 0.8], false)).expect("a finding");
        let message =
            "The validation loss was least at step 200 of 400, 0.500, and rose by 60 % to 0.800.";
        assert_eq!(
            (found.message.as_str(), found.severity),
            (message, Severity::Problem)
        );
        assert_eq!(overtraining(&losses(&[0.9, 0.5, 0.6, 0.8], true)), None);
        assert_eq!(overtraining(&losses(&[0.9, 0.5, 0.51], false)), None);
        assert_eq!(overtraining(&losses(&[], false)), None);
    }
}
