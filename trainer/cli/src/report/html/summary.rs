//! The summary at the start: the findings in a few sentences.

use maud::{Markup, html};

use super::Report;
use crate::report::stats::cost::Cost;
use flowlet_trainer::findings::{Finding, Severity};

/// Returns the summary as a list.
pub(super) fn summary(report: &Report<'_>) -> Markup {
    let sentences = [
        distances(report),
        copies(report),
        rounding(report),
        boards(report),
    ];
    html! {
        div.summary {
            ul.findings { @for finding in &report.card.findings { (item(finding)) } }
            ul { @for sentence in sentences.into_iter().flatten() { li { (sentence) } } }
        }
    }
}

/// Returns a finding as an item of a list.
fn item(finding: &Finding) -> Markup {
    let mark = match finding.severity {
        Severity::Problem => Some("Problem"),
        Severity::Caution => Some("Caution"),
        Severity::Info => None,
    };
    html! {
        li {
            @if let Some(mark) = mark { strong { (mark) ". " } }
            (finding.message)
            @if !finding.advice.is_empty() { span.faint { " Advice: " (finding.advice) "." } }
        }
    }
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
            " A classifier trained on real rows recognises the class of {:.0} % of the samples, and of {:.0} % of real rows.",
            100.0 * metric.int8,
            100.0 * metric.real_baseline
        )
    });
    Some(format!(
        "In {} steps, the distance between samples and real rows is {:.3} ({}); the real baseline is {:.3}.{}",
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
        "The median distance to the nearest real row is {samples:.3} for samples and {real:.3} for real rows: {}.",
        report.nearest.verdict().text()
    ))
}

fn rounding(report: &Report<'_>) -> Option<String> {
    let error = report.card.trajectory_error;
    Some(match (report.comparison.float_samples(), error) {
        (Err(why), _) => format!("The effect of quantisation is unknown: {why}."),
        (Ok(_), error) => format!(
            "Quantisation to int8 moves a value by {:.4} standard deviations (root mean square).",
            error?
        ),
    })
}

fn boards(report: &Report<'_>) -> Option<String> {
    let fits = report.costs.iter().filter(|cost| cost.fits());
    let slowest = |a: &&Cost, b: &&Cost| a.milliseconds.total_cmp(&b.milliseconds);
    let slowest = fits.clone().max_by(slowest)?;
    Some(format!(
        "The model fits {} of {} boards; the slowest of them, {}, takes an estimated {} per sample.",
        fits.count(),
        report.costs.len(),
        slowest.board.name,
        crate::text::time(slowest.milliseconds)
    ))
}
