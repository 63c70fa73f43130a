//! The sections of a report.

use maud::{Markup, html};

use super::{Report, picture, tables};
use crate::report::plots;
use crate::report::stats::anomalies::Anomalies;
use flowlet_trainer::data::layout::Layout;
use flowlet_trainer::evaluate::TestRows;

/// A part of the page under a heading.
pub(super) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub body: Markup,
}

/// Greatest number of columns of which the nearest pairs are a table, and the checks are a table
/// only.
const FEW: usize = 12;

pub(super) fn all(report: &Report<'_>) -> Vec<Section> {
    let section = |id, title, body| Section { id, title, body };
    let mut all = vec![
        section("model", "The model", tables::model(report)),
        section("samples", "Real and generated rows", samples(report)),
        section("columns", "Columns", columns(report)),
        section("nearest", "Nearest real rows", nearest(report)),
        section("card", "Quality card", tables::card(report)),
        section("steps", "Distance by steps", steps(report)),
        section("rounding", "Float and int8", rounding(report)),
        section("losses", "Losses", losses(report)),
        section("cost", "Cost on boards", cost(report)),
    ];
    if !report.fill.is_empty() {
        all.insert(2, section("fill", "Filling in", fill(report)));
    }
    if let Some(found) = &report.anomalies {
        all.insert(1, section("anomalies", "Anomalies", anomalies(found)));
    }
    all
}

fn anomalies(found: &Anomalies) -> Markup {
    html! {
        p {
            "The score of a row is larger if it is more unusual. Scores are compared for " (found.sentence()) "."
            @if let Some(caution) = found.caution() { " " (caution) }
        }
        (picture(&plots::anomalies(found)))
        (tables::anomalies(found))
    }
}

fn fill(report: &Report<'_>) -> Markup {
    html! {
        p {
            "Some values of real rows are hidden, and the model draws them again. About 80 % of the hidden values
            should be within the band. "
            code { "flowlet eval --fill" }
            " compares the draws with simpler methods."
        }
        (picture(&plots::fill(&report.fill, &report.comparison)))
    }
}

fn samples(report: &Report<'_>) -> Markup {
    let comparison = &report.comparison;
    let protocol = &report.card.protocol;
    let kept = comparison.real.values.nrows();
    let rows = match kept == protocol.rows {
        true => kept.to_string(),
        false => format!("{kept}, drawn at random from {}", protocol.rows),
    };
    html! {
        p.faint {
            @if protocol.test == TestRows::Validation { "Validation rows: " } @else { "Real rows: " }
            (rows) ". Samples: "
            (comparison.generated.values.nrows()) ", in " (comparison.steps()) " steps, by the int8 model."
        }
        (picture(&plots::samples(comparison)))
    }
}

fn columns(report: &Report<'_>) -> Markup {
    let many = report.columns.len() > FEW;
    // The samples of a single column of numbers are drawn as histograms already.
    let comparison = &report.comparison;
    let drawn = matches!(comparison.layout, Layout::Numbers) && comparison.numbers().len() <= 1;
    html! {
        p {
            "The KS (Kolmogorov–Smirnov) statistic is the greatest difference between the distribution functions of "
            "generated and real rows. The real baseline is the statistic of equally many real rows in their place. "
            "The correlation error is the root mean square error of the correlations with the other columns."
        }
        @if many { (picture(&plots::checks(&report.columns))) }
        (tables::checks(&report.columns))
        @if !drawn {
            @let marginals = plots::marginals(comparison);
            h3 { (marginals.title) }
            (picture(&marginals))
        }
    }
}

fn nearest(report: &Report<'_>) -> Markup {
    let [samples, real] = report.nearest.medians();
    html! {
        p {
            "Samples of a model that has memorised rows are very near to those rows. Here, "
            (report.nearest.verdict().text()) ". The median distance to the nearest real row is "
            (format!("{samples:.3}")) " for a sample and " (format!("{real:.3}"))
            " for another real row. The pairs below are the nearest ones, at most one per real row. "
            "A title has the number of the real row, counted from 1, its distance to the sample, and its distance to "
            "the nearest other real row."
        }
        (picture(&plots::nearest(&report.comparison, &report.nearest)))
        @if report.comparison.file_columns.len() <= FEW { (tables::pairs(report)) }
    }
}

fn steps(report: &Report<'_>) -> Markup {
    html! {
        p { "Distance between samples and real rows by the number of solver steps. The real baseline is the distance
            of equally many other real rows: samples as near as that cannot be told from real rows." }
        (picture(&plots::steps(&report.steps)))
        (tables::steps(report))
    }
}

/// Distance between float and int8 samples that quantisation alone does not cause, standard
/// deviations.
const OTHER_MODEL: f64 = 0.5;

fn rounding(report: &Report<'_>) -> Markup {
    match report.comparison.float_samples() {
        Err(why) => html! { p { "There are no float samples: " (why) "." } },
        Ok(trained) => html! {
            @if let Some(error) = report.card.trajectory_error {
                p {
                    "From the same noise, int8 samples differ from float samples by " (format!("{error:.4}"))
                    " standard deviations (root mean square). The quality card has the scores of both."
                    @if error > OTHER_MODEL {
                        strong { " That is more than quantisation causes: the network in the run folder may be of another training." }
                    }
                }
            }
            (picture(&plots::rounding(&report.comparison, trained)))
        },
    }
}

fn losses(report: &Report<'_>) -> Markup {
    match &report.losses {
        Err(why) => html! { p { "The losses are missing: " (why) "." } },
        Ok(phases) => picture(&plots::losses(phases)),
    }
}

fn cost(report: &Report<'_>) -> Markup {
    html! {
        p {
            "Cost of a sample in " (report.comparison.steps()) " steps. Instructions are computed from counts of the kernels in "
            "QEMU. Times are estimates at the board's clock, because instructions per cycle depend on flash and caches. "
            "Flash is the file and the runtime's code and constants; RAM is the sampler and its greatest stack."
        }
        (tables::costs(report))
    }
}
