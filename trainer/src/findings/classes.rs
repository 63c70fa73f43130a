//! Classes whose samples do not look like their real rows.

use super::statistics::{Share, critical};
use super::words::{also, percent};
use super::{Evidence, Finding, FindingKind, Severity};
use crate::metrics::knn::{Labelled, classify};

/// A class is off if the recognised share of its samples is below this part of that of real rows.
const MAX_PART: f64 = 0.7;
/// It is a problem below this part.
const PROBLEM_PART: f64 = 0.4;

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let known = Labelled {
        values: evidence.training.standardised.view(),
        classes: evidence.training.classes.as_deref()?,
    };
    let recognised = |rows: &super::RowSet| -> Option<Vec<Share>> {
        let classes = rows.classes.as_deref()?;
        let voted = classify(known, rows.standardised.view());
        let of = |class: u16| {
            let rows = classes.iter().zip(&voted).filter(|(of, _)| **of == class);
            Share::of(rows, |(class, voted)| class == voted)
        };
        Some((0..evidence.classes.len() as u16).map(of).collect())
    };
    let samples = recognised(evidence.generated)?;
    let real = recognised(evidence.validation)?;
    let critical = critical(evidence.classes.len());
    let mut off: Vec<(f64, usize)> = Vec::new();
    for (class, (samples, real)) in samples.iter().zip(&real).enumerate() {
        let part = samples.value() / real.value().max(f64::MIN_POSITIVE);
        if part < MAX_PART && samples.excess(*real) < -critical {
            off.push((part, class));
        }
    }
    off.sort_by(|a, b| a.0.total_cmp(&b.0));
    let &(part, worst) = off.first()?;
    let others: Vec<String> = off[1..]
        .iter()
        .map(|(_, class)| evidence.classes[*class].to_owned())
        .collect();
    let message = format!(
        "{} of the samples of class {} are nearest to training rows of that class, and {} of its \
         validation rows.{}",
        percent(samples[worst].value()),
        evidence.classes[worst],
        percent(real[worst].value()),
        also(&others)
    );
    let severity = match part < PROBLEM_PART {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    Some(Finding::new(
        FindingKind::Class,
        severity,
        Vec::new(),
        message,
    ))
}
