//! The sections of a report, in the order in which questions come up.

use maud::{Markup, html};

use super::{Report, picture, tables};
use crate::report::plots;
use crate::report::stats::Float;
use crate::report::stats::layout::Layout;

/// A part of the page under a heading.
pub(super) struct Section {
    pub id: &'static str,
    pub title: &'static str,
    pub body: Markup,
}

/// Columns at most of rows whose nearest pairs are also a table, and above which checks have a picture.
const FEW: usize = 12;

pub(super) fn all(report: &Report<'_>) -> Vec<Section> {
    let section = |id, title, body| Section { id, title, body };
    vec![
        section("model", "The model", tables::model(report)),
        section("samples", "Real beside generated", samples(report)),
        section("columns", "Column by column", columns(report)),
        section("nearest", "Nearest real rows", nearest(report)),
        section("card", "Quality card", tables::card(report)),
        section("steps", "Distance against steps", steps(report)),
        section("rounding", "Float beside int8", rounding(report)),
        section("losses", "Losses", losses(report)),
        section("cost", "Cost on boards", cost(report)),
    ]
}

fn samples(report: &Report<'_>) -> Markup {
    let comparison = &report.comparison;
    let rows = |kept: usize, all: usize| match kept == all {
        true => format!("{all}"),
        false => format!("{kept}, drawn evenly from {all}"),
    };
    let plane = matches!(comparison.layout, Layout::Numbers) && comparison.numbers().len() > 1;
    html! {
        p.faint {
            "Real rows: " (rows(comparison.real.values.nrows(), comparison.real_rows)) ". Samples: "
            (comparison.generated.values.nrows()) ", in " (comparison.steps_taken()) " steps, int8 as a device runs it."
        }
        (picture(&plots::samples(comparison)))
        @if plane {
            h3 { "Columns one by one" }
            (picture(&plots::marginals(comparison)))
        }
    }
}

fn columns(report: &Report<'_>) -> Markup {
    let many = report.columns.len() > FEW;
    let shown = many || !matches!(report.comparison.layout, Layout::Numbers);
    html! {
        p {
            "The KS (Kolmogorov–Smirnov) statistic is the largest difference of the two distribution functions: "
            "of generated rows against real ones, and of one half of the real rows against the other. "
            "The correlation error is that with the other columns, root mean square."
        }
        @if many { (picture(&plots::checks(&report.columns))) }
        (tables::checks(&report.columns))
        @if shown {
            @let marginals = plots::marginals(&report.comparison);
            h3 { (marginals.title) }
            (picture(&marginals))
        }
    }
}

fn nearest(report: &Report<'_>) -> Markup {
    let [samples, real] = report.nearest.medians();
    html! {
        p {
            "A model that copies has samples on top of the rows it learnt. Here "
            (report.nearest.verdict().words()) ". Median distance of a sample to the nearest real row: "
            (format!("{samples:.3}")) ", of a real row to the nearest other one: " (format!("{real:.3}"))
            ". The pairs below are the nearest of all, each real row once. "
            "Rows are numbered from 1, in the order of the data."
        }
        (picture(&plots::nearest(&report.comparison, &report.nearest)))
        @if report.comparison.fields.len() <= FEW { (tables::pairs(report)) }
    }
}

fn steps(report: &Report<'_>) -> Markup {
    html! {
        p { "How near samples come to real rows when the device takes fewer or more steps. The floor is how near
            one half of the real rows is to the other: samples as near cannot be told from real rows by it." }
        (picture(&plots::steps(&report.steps)))
        (tables::steps(report))
    }
}

/// A distance of the float and the int8 samples that rounding alone does not make, standard deviations.
const OTHER_MODEL: f64 = 0.5;

fn rounding(report: &Report<'_>) -> Markup {
    match &report.comparison.float {
        Float::Missing(why) => html! { p { "The float network is not there: " (why) "." } },
        Float::There(trained) => html! {
            @if let Some(error) = report.card.trajectory_error {
                p {
                    "From the same noise, int8 samples end " (format!("{error:.4}"))
                    " standard deviations from those of the float network (root mean square). "
                    "The quality card has the scores of both."
                    @if error > OTHER_MODEL {
                        strong { " That is more than rounding does: the network in the run folder may be of another training." }
                    }
                }
            }
            (picture(&plots::rounding(&report.comparison, trained)))
        },
    }
}

fn losses(report: &Report<'_>) -> Markup {
    match &report.losses {
        Err(why) => html! { p { "There are no loss curves: " (why) "." } },
        Ok(phases) => picture(&plots::losses(phases)),
    }
}

fn cost(report: &Report<'_>) -> Markup {
    html! {
        p {
            "For a sample in " (report.comparison.steps_taken()) " steps. Instructions are those of the kernels as counted in QEMU, "
            "added up for this network. Times are estimates at the board's clock: what a cycle does depends on flash and caches. "
            "Flash is the file, and the runtime's code and constants; RAM is the sampler and its stack at most."
        }
        (tables::costs(report))
    }
}
