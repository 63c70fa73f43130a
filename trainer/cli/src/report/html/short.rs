//! The findings in a few sentences, before everything else.

use maud::{Markup, html};

use super::Report;
use crate::report::stats::Float;
use crate::report::stats::columns::worst_first;
use crate::report::stats::cost::Cost;

/// Names of columns that a sentence can bear.
const NAMED: usize = 4;

/// A list of sentences.
pub(super) fn short(report: &Report<'_>) -> Markup {
    let sentences = [
        columns(report),
        distances(report),
        copies(report),
        rounding(report),
        boards(report),
    ];
    html! {
        div.short {
            ul { @for sentence in sentences.into_iter().flatten() { li { (sentence) } } }
        }
    }
}

fn columns(report: &Report<'_>) -> Option<String> {
    let order = worst_first(&report.columns).into_iter();
    let flagged = order.filter(|&place| !report.columns[place].flags.is_empty());
    let names: Vec<&str> = flagged
        .map(|place| report.columns[place].name.as_str())
        .collect();
    let count = report.columns.len();
    if names.is_empty() {
        return Some(format!("None of the {count} columns is flagged."));
    }
    let named = names[..names.len().min(NAMED)].join(", ");
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "{} of {count} columns are flagged: {named}{more}.",
        names.len()
    ))
}

fn distances(report: &Report<'_>) -> Option<String> {
    let metric = report.card.metrics.first()?;
    let label = report
        .card
        .metrics
        .iter()
        .find(|metric| metric.name == "label_accuracy");
    let label = label.map(|metric| {
        format!(
            " A classifier of real rows agrees with {:.0} % of the classes asked for, and with {:.0} % of real ones.",
            100.0 * metric.int8,
            100.0 * metric.real_baseline
        )
    });
    Some(format!(
        "In {} steps the samples lie {:.3} from real rows ({}), where real rows lie {:.3} from each other.{}",
        report.card.sizes.steps,
        metric.int8,
        metric.label,
        metric.real_baseline,
        label.unwrap_or_default()
    ))
}

fn copies(report: &Report<'_>) -> Option<String> {
    let [samples, real] = report.nearest.medians();
    Some(format!(
        "Nearest real row: {samples:.3} from a sample, {real:.3} from a real row (medians); {}.",
        report.nearest.verdict().words()
    ))
}

fn rounding(report: &Report<'_>) -> Option<String> {
    Some(
        match (&report.comparison.float, report.card.trajectory_error) {
            (Float::There(_), Some(error)) => {
                format!("Rounding to int8 moves a value by {error:.4} sd (root mean square).")
            }
            _ => "The float network is not at hand, so what int8 costs is not known.".to_owned(),
        },
    )
}

fn boards(report: &Report<'_>) -> Option<String> {
    let fits = report.costs.iter().filter(|cost| cost.fits());
    let slowest = |a: &&Cost, b: &&Cost| a.milliseconds.total_cmp(&b.milliseconds);
    let slowest = fits.clone().max_by(slowest)?;
    Some(format!(
        "It fits {} of {} boards; the slowest of them, {}, takes an estimated {} a sample.",
        fits.count(),
        report.costs.len(),
        slowest.board.name,
        super::tables::time(slowest.milliseconds)
    ))
}
