//! The tables of a report, with headers that say what each cell is.

use maud::{Markup, html};

use super::Report;
use crate::report::plots::number;
use crate::report::roles::{ColumnRoles, together};
use crate::report::stats::columns::{Column, worst_first};
use crate::text::{grouped, solver_name};
use flowlet_trainer::data::category::FileColumn;

/// Columns of a table that is not folded.
const ROWS: usize = 12;

/// What the model is.
pub(super) fn model(report: &Report<'_>) -> Markup {
    let model = &report.comparison.model;
    let hidden: Vec<String> = model
        .hidden()
        .map(|layer| layer.width.to_string())
        .collect();
    let classes: Vec<&str> = model.class_names().collect();
    let steps = match model.times().len() {
        0 => "equal",
        _ => "at times of its own",
    };
    let label = model.label().map(|(name, _)| name).unwrap_or_default();
    let many = |names: &[String]| {
        const MOST: usize = 24;
        let more = names.len().saturating_sub(MOST);
        let shown = names[..names.len().min(MOST)].join(", ");
        if more > 0 {
            format!("{shown} and {more} more")
        } else {
            shown
        }
    };
    let names = |of: Vec<&str>| of.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let column = |field: &FileColumn<'_>| match &field.categories {
        None => field.name.to_owned(),
        Some(of) => format!("{} ({})", field.name, many(&names(of.clone()))),
    };
    let comparison = &report.comparison;
    let (wholes, rest) = together(&comparison.columns, comparison.layout.clone());
    let alone = |field: &&FileColumn<'_>| rest.contains(&field.values.start);
    let alone = comparison.fields.iter().filter(alone).map(column);
    let columns: Vec<String> = wholes
        .iter()
        .map(ColumnRoles::to_string)
        .chain(alone)
        .collect();
    let rows: [(&str, String); 7] = [
        ("Values a sample", model.dim().to_string()),
        ("Columns", many(&columns)),
        (
            "Classes",
            match classes.len() {
                0 => "none".to_owned(),
                count => format!("{count} of column {label}: {}", many(&names(classes))),
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
            format!("{} a sample", grouped(report.card.sizes.macs_per_sample)),
        ),
        (
            "File",
            format!("{} bytes", grouped(report.comparison.file_bytes)),
        ),
    ];
    html! {
        div.wide { table {
            tbody { @for (what, said) in rows {
                tr { th scope="row" { (what) } td.words { (said) } }
            } }
        } }
    }
}

/// The quality card.
pub(super) fn card(report: &Report<'_>) -> Markup {
    html! {
        p.faint { "As flowlet eval prints it. Less is better, but for label accuracy and train on synthetic." }
        div.wide { table {
            thead { tr {
                th scope="col" { "measure" }
                th scope="col" { "float" }
                th scope="col" { "int8" }
                th scope="col" { "real" }
            } }
            tbody { @for metric in &report.card.metrics {
                tr {
                    th scope="row" { (metric.label) }
                    td { (metric.float.map_or("–".to_owned(), |value| format!("{value:.4}"))) }
                    td { (format!("{:.4}", metric.int8)) }
                    td { (format!("{:.4}", metric.real_baseline)) }
                }
            } }
        } }
    }
}

/// The checks of each column, the worst first; what does not fit is folded.
pub(super) fn checks(columns: &[Column]) -> Markup {
    let order = worst_first(columns);
    let (first, rest) = order.split_at(order.len().min(ROWS));
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

fn check_rows(columns: &[Column], which: &[usize]) -> Markup {
    let pair =
        |[real, generated]: [f64; 2], span: f64| [number(real, span), number(generated, span)];
    html! {
        div.wide { table {
            thead {
                tr {
                    th scope="col" rowspan="2" { "column" }
                    th.words scope="col" rowspan="2" { "found" }
                    th scope="colgroup" colspan="2" { "KS statistic" }
                    th scope="colgroup" colspan="2" { "mean" }
                    th scope="colgroup" colspan="2" { "standard deviation" }
                    th scope="col" rowspan="2" { "correlation" br; "error" }
                }
                tr { @for what in ["generated", "real", "real", "generated", "real", "generated"] {
                    th scope="col" { (what) }
                } }
            }
            tbody { @for &place in which {
                @let column = &columns[place];
                @let span = column.deviation[0].max(column.deviation[1]);
                tr {
                    th scope="row" { (column.name) }
                    td.words {
                        @if column.flags.is_empty() { "fine" }
                        @else { strong { (column.flags.join("; ")) } }
                    }
                    td { (format!("{:.3}", column.ks)) }
                    td { (format!("{:.3}", column.ks_real)) }
                    @for value in pair(column.mean, span) { td { (value) } }
                    @for value in pair(column.deviation, span) { td { (value) } }
                    td { (format!("{:.3}", column.correlation)) }
                }
            } }
        } }
    }
}

/// Distances by steps.
pub(super) fn steps(report: &Report<'_>) -> Markup {
    let steps = &report.steps;
    html! {
        div.wide { table {
            thead { tr {
                th scope="col" { "steps" }
                th scope="col" { "sliced W2" }
                th scope="col" { "of the floor" }
            } }
            tbody {
                @for (count, distance) in &steps.equal {
                    (distance_row(&count.to_string(), *distance, steps.real))
                }
                (distance_row(&format!("{}, the file's own", steps.own.0), steps.own.1, steps.real))
                (distance_row("real rows", steps.real, steps.real))
            }
        } }
    }
}

fn distance_row(name: &str, distance: f64, floor: f64) -> Markup {
    html! { tr {
        th scope="row" { (name) }
        td { (format!("{distance:.4}")) }
        td { (format!("{:.2} ×", distance / floor.max(1e-12))) }
    } }
}

/// What a sample costs each board.
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
                th scope="col" { "instructions" br; "a sample" }
                th scope="col" { "time a sample," br; "estimated" }
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

/// The nearest pairs as numbers, for rows of few columns.
pub(super) fn pairs(report: &Report<'_>) -> Markup {
    const MOST: usize = 8;
    let comparison = &report.comparison;
    let cell = |values: &ndarray::Array2<f32>, row: usize, field: &FileColumn<'_>| {
        let place = field.values.start;
        match field.category(values.row(row)) {
            Some(name) => name.to_owned(),
            None => number(
                values[[row, place]].into(),
                report.columns[place].deviation[0],
            ),
        }
    };
    html! {
        h3 { "The nearest pairs: a sample, and under it the real row" }
        div.wide { table {
            thead { tr {
                th scope="col" { "row" }
                @for field in &comparison.fields { th scope="col" { (field.name) } }
                th scope="col" { "distance" }
            } }
            tbody { @for pair in report.nearest.first(MOST) {
                tr {
                    th scope="row" { "sample" }
                    @for field in &comparison.fields {
                        td { (cell(&comparison.generated.values, pair.sample, field)) }
                    }
                    td { (format!("{:.3}", pair.distance)) " to the row" }
                }
                tr {
                    th scope="row" { "row " (comparison.real.numbers[pair.row] + 1) }
                    @for field in &comparison.fields {
                        td { (cell(&comparison.real.values, pair.row, field)) }
                    }
                    td { (format!("{:.3}", pair.among_real)) " to another" }
                }
            } }
        } }
    }
}

/// Milliseconds, or seconds where they are many.
pub(super) fn time(milliseconds: f64) -> String {
    match milliseconds {
        few if few < 9.95 => format!("{few:.1} ms"),
        some if some < 999.5 => format!("{some:.0} ms"),
        many => format!("{:.1} s", many / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_two_figures_or_three() {
        assert_eq!(
            [0.44, 9.96, 120.4, 2345.0].map(time),
            ["0.4 ms", "10 ms", "120 ms", "2.3 s"]
        );
    }
}
