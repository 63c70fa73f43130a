//! The tables of a report.

use flowlet::Fill;
use maud::{Markup, html};

use super::Report;
use crate::report::plots::number;
use crate::report::stats::anomalies::Anomalies;
use crate::report::stats::columns::{ColumnCheck, worst_first};
use crate::text::{grouped, listed, solver_name, time};
use flowlet_trainer::column_roles::{ColumnRoles, together};
use flowlet_trainer::data::category::FileColumn;
use flowlet_trainer::score::LEVEL;

/// Greatest number of rows that are shown without a click.
const MAX_ROWS: usize = 12;
/// Greatest number of names in a list.
const MAX_LISTED: usize = 24;

/// Returns the table about the model.
pub(super) fn model(report: &Report<'_>) -> Markup {
    let model = &report.comparison.model;
    let hidden: Vec<String> = model
        .hidden()
        .map(|layer| layer.width.to_string())
        .collect();
    let classes: Vec<&str> = model.class_names().collect();
    let steps = match model.time_grid().len() {
        0 => "uniform",
        _ => "non-uniform",
    };
    let label = model.label().map(|(name, _)| name).unwrap_or_default();
    let column = |field: &FileColumn<'_>| match &field.categories {
        None => field.name.to_owned(),
        Some(of) => format!("{} ({})", field.name, listed(of, MAX_LISTED)),
    };
    let comparison = &report.comparison;
    let (groups, rest) = together(&comparison.columns, comparison.layout.clone());
    let alone = |field: &&FileColumn<'_>| rest.contains(&field.values.start);
    let alone = comparison.file_columns.iter().filter(alone).map(column);
    let columns: Vec<String> = groups
        .iter()
        .map(ColumnRoles::to_string)
        .chain(alone)
        .collect();
    let fill = model.fill().ok().flatten();
    let conditions: Vec<&str> = fill.iter().flat_map(Fill::condition_names).collect();
    let mut rows: Vec<(&str, String)> = vec![
        ("Values per sample", model.dim().to_string()),
        ("Columns", listed(&columns, MAX_LISTED)),
        (
            "Classes",
            match classes.len() {
                0 => "none".to_owned(),
                count => format!(
                    "{count} of column {label}: {}",
                    listed(&classes, MAX_LISTED)
                ),
            },
        ),
        (
            "Network",
            format!(
                "{} → {} → {}, int8",
                model.dim(),
                hidden.join(" → "),
                model.dim()
            ),
        ),
        (
            "Solver",
            format!(
                "{}, {} steps, {steps}",
                solver_name(model.solver()),
                model.steps()
            ),
        ),
        (
            "Multiply-accumulates",
            format!("{} per sample", grouped(report.card.sizes.macs_per_sample)),
        ),
        (
            "File",
            format!("{} bytes", grouped(report.comparison.file_bytes())),
        ),
    ];
    if !conditions.is_empty() {
        rows.insert(2, ("Conditions", listed(&conditions, MAX_LISTED)));
    }
    html! {
        div.wide { table {
            tbody { @for (what, said) in rows {
                tr { th scope="row" { (what) } td.words { (said) } }
            } }
        } }
    }
}

/// Returns the quality card.
pub(super) fn card(report: &Report<'_>) -> Markup {
    html! {
        p.faint {
            "As printed by flowlet eval. Lower is better for distances, KS and errors, higher for coverage, "
            "label accuracy and TSTR. 0.5 is best for C2ST, and 1 for roughness. The distance to the nearest "
            "training row should not be much below the real baseline."
        }
        div.wide { table {
            thead { tr {
                th scope="col" { "measure" }
                th scope="col" { "float" }
                th scope="col" { "int8" }
                th scope="col" { "Gaussian" }
                th scope="col" { "table" }
                th scope="col" { "real baseline" }
            } }
            tbody { @for metric in &report.card.metrics {
                tr {
                    th scope="row" { (metric.label) }
                    @for value in metric.values() {
                        td { (value.map_or("–".to_owned(), |value| format!("{value:.4}"))) }
                    }
                }
            } }
        } }
        @for line in report.card.baselines.to_string().lines() { p.faint { (line) } }
    }
}

/// Returns the checks of the columns, the worst first; most rows of a long table are folded.
pub(super) fn checks(columns: &[ColumnCheck]) -> Markup {
    let order = worst_first(columns);
    let (first, rest) = order.split_at(order.len().min(MAX_ROWS));
    html! {
        (check_rows(columns, first))
        @if !rest.is_empty() {
            details {
                summary { "The other " (rest.len()) " columns" }
                (check_rows(columns, rest))
            }
        }
    }
}

fn check_rows(columns: &[ColumnCheck], which: &[usize]) -> Markup {
    let pair =
        |[real, generated]: [f64; 2], span: f64| [number(real, span), number(generated, span)];
    html! {
        div.wide { table {
            thead {
                tr {
                    th scope="col" rowspan="2" { "column" }
                    th.words scope="col" rowspan="2" { "findings" }
                    th scope="colgroup" colspan="2" { "KS statistic" }
                    th scope="colgroup" colspan="2" { "mean" }
                    th scope="colgroup" colspan="2" { "standard deviation" }
                    th scope="col" rowspan="2" { "correlation" br; "error" }
                }
                tr { @for what in ["generated", "baseline", "real", "generated", "real", "generated"] {
                    th scope="col" { (what) }
                } }
            }
            tbody { @for &place in which {
                @let column = &columns[place];
                @let span = column.stddev[0].max(column.stddev[1]);
                tr {
                    th scope="row" { (column.name) }
                    td.words {
                        @if column.findings.is_empty() { "none" }
                        @else { strong { (column.findings.join(", ")) } }
                    }
                    td { (format!("{:.3}", column.ks)) }
                    td { (format!("{:.3}", column.ks_real)) }
                    @for value in pair(column.mean, span) { td { (value) } }
                    @for value in pair(column.stddev, span) { td { (value) } }
                    td { (format!("{:.3}", column.correlation)) }
                }
            } }
        } }
    }
}

/// Returns the rankings of anomalies, and the most unusual rows.
pub(super) fn anomalies(found: &Anomalies) -> Markup {
    let scores = &found.evaluation.scores[1];
    let level = format!("false alarms at {:.0} %", 100.0 * LEVEL);
    html! {
        div.wide { table {
            thead { tr { @for title in ["method", "AUROC", "average precision", &level] {
                th scope="col" { (title) }
            } } }
            tbody { @for [name, numbers @ ..] in &found.cells() { tr {
                th scope="row" { (name) }
                @for number in numbers { td { (number) } }
            } } }
        } }
        div.wide { table {
            thead { tr { @for title in ["anomaly", "score", "p-value", "columns"] {
                th scope="col" { (title) }
            } } }
            tbody { @for row in found.worst().into_iter().take(MAX_ROWS) { tr {
                th scope="row" { "row " (row + 1) }
                td { (format!("{:.2}", scores[row].value)) }
                td { (scores[row].p_value.map_or_else(|| "–".to_owned(), |p| format!("{p:.4}"))) }
                td.words { (found.reasons[row].join(", ")) }
            } } }
        } }
    }
}

/// Returns the distances by steps.
pub(super) fn steps(report: &Report<'_>) -> Markup {
    let steps = &report.steps;
    html! {
        div.wide { table {
            thead { tr {
                th scope="col" { "steps" }
                th scope="col" { "sliced W2" }
                th scope="col" { "ratio to the real baseline" }
            } }
            tbody {
                @for (count, distance) in &steps.uniform {
                    (distance_row(&count.to_string(), *distance, steps.real))
                }
                (distance_row(&format!("{}, the file's time grid", steps.own.0), steps.own.1, steps.real))
                (distance_row("real baseline", steps.real, steps.real))
            }
        } }
    }
}

fn distance_row(name: &str, distance: f64, real: f64) -> Markup {
    html! { tr {
        th scope="row" { (name) }
        td { (format!("{distance:.4}")) }
        td { (format!("{:.2} ×", distance / real.max(1e-12))) }
    } }
}

/// Returns the costs on the boards.
pub(super) fn costs(report: &Report<'_>) -> Markup {
    let share = |bytes: usize, of: usize| {
        format!(
            "{} ({:.0} %)",
            grouped(bytes),
            100.0 * bytes as f64 / of as f64
        )
    };
    html! {
        div.wide { table {
            thead { tr {
                th scope="col" { "board" }
                th.words scope="col" { "chip and clock" }
                th scope="col" { "instructions" br; "per sample" }
                th scope="col" { "time per sample," br; "estimated" }
                th scope="col" { "bytes of flash" br; "(of the board)" }
                th scope="col" { "bytes of RAM" br; "(of the board)" }
                th.words scope="col" { "fits" }
            } }
            tbody { @for cost in &report.costs {
                tr {
                    th scope="row" { (cost.board.name) }
                    td.words { (cost.board.title) ", " (cost.board.clock) " MHz" }
                    td { (grouped(cost.instructions.round() as usize)) }
                    td { "≈ " (time(cost.milliseconds)) }
                    td { (share(cost.flash, cost.board.program_memory())) }
                    td { (share(cost.ram, cost.board.ram)) }
                    td.words { @if cost.fits() { "yes" } @else { strong { "no" } } }
                }
            } }
        } }
    }
}

/// Returns the nearest pairs as numbers, for rows of few columns.
pub(super) fn pairs(report: &Report<'_>) -> Markup {
    const MAX_PAIRS: usize = 8;
    let comparison = &report.comparison;
    let cell = |values: &ndarray::Array2<f64>, row: usize, field: &FileColumn<'_>| {
        let place = field.values.start;
        match field.category(values.row(row)) {
            Some(name) => name.to_owned(),
            None => number(values[[row, place]], report.columns[place].stddev[0]),
        }
    };
    html! {
        h3 { "The nearest pairs: a sample, and below it the real row" }
        div.wide { table {
            thead { tr {
                th scope="col" { "row" }
                @for field in &comparison.file_columns { th scope="col" { (field.name) } }
                th scope="col" { "distance" }
            } }
            tbody { @for pair in report.nearest.first(MAX_PAIRS) {
                tr {
                    th scope="row" { "sample" }
                    @for field in &comparison.file_columns {
                        td { (cell(&comparison.generated.values, pair.sample, field)) }
                    }
                    td { (format!("{:.3}", pair.distance)) " to the row" }
                }
                tr {
                    th scope="row" { "row " (comparison.training.numbers[pair.row] + 1) }
                    @for field in &comparison.file_columns {
                        td { (cell(&comparison.training.values, pair.row, field)) }
                    }
                    td { (format!("{:.3}", pair.among_real)) " to another row" }
                }
            } }
        } }
    }
}
