//! Tables of the figures, for a terminal and for the document of results.

use super::{Row, bounds};

const TITLES: [&str; 7] = [
    "case",
    "measure",
    "float",
    "int8",
    "int8 − float",
    "real baseline",
    "bound",
];

fn cells(row: &Row) -> [String; 7] {
    let number = |value: f64| match value.abs() {
        1000.0.. => format!("{value:.0}"),
        _ if value.is_nan() => "none".to_owned(),
        _ => format!("{value:.4}"),
    };
    let or_dash = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number);
    let difference = row
        .difference
        .map(|[mean, stddev]| format!("{mean:+.4} ± {stddev:.4}"));
    let bound = bounds::of(row).map(|bound| {
        let holds = if bound.holds(row) {
            "holds"
        } else {
            "**not reached**"
        };
        format!("{bound}: {holds}")
    });
    [
        row.case.name(),
        row.measure.to_owned(),
        or_dash(row.float),
        number(row.int8),
        difference.unwrap_or_else(|| "–".to_owned()),
        or_dash(row.real_baseline),
        bound.unwrap_or_else(|| "–".to_owned()),
    ]
}

/// Returns aligned columns.
pub(super) fn terminal(rows: &[Row]) -> String {
    let plain = |row: &Row| cells(row).map(|cell| cell.replace("**", ""));
    let rows: Vec<_> = [TITLES.map(str::to_owned)]
        .into_iter()
        .chain(rows.iter().map(plain))
        .collect();
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let line = |row: &[String; 7]| {
        let [case, measure, numbers @ .., bound] = row;
        let numbers = numbers
            .iter()
            .zip(&widths[2..])
            .map(|(cell, width)| format!("  {cell:>width$}"));
        let line = format!(
            "{case:0$}  {measure:1$}{2}  {bound}",
            widths[0],
            widths[1],
            numbers.collect::<String>()
        );
        format!("{}\n", line.trim_end())
    };
    rows.iter().map(line).collect()
}

/// Returns a table in Markdown.
pub(super) fn markdown(rows: &[Row]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = line(&TITLES.map(str::to_owned));
    let rule = line(&TITLES.map(|_| "---".to_owned()));
    let rows = rows.iter().map(|row| line(&cells(row)));
    format!("{head}{rule}{}\n", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::{Row, markdown, terminal};
    use crate::quality::Case;

    fn rows() -> Vec<Row> {
        let row = |case, measure, float: Option<f64>| Row {
            float,
            real_baseline: float,
            difference: float.map(|_| [-0.0001, 0.002]),
            ..Row::new(case, measure, float.unwrap_or(50_412.0))
        };
        vec![
            row(Case::Moons, "W2, 1 step", Some(0.25)),
            row(Case::Digits, "bytes of flash", None),
        ]
    }

    #[test]
    fn columns_line_up() {
        let expected = "\
case    measure          float    int8      int8 − float  real baseline  bound
moons   W2, 1 step      0.2500  0.2500  -0.0001 ± 0.0020         0.2500  ≤ 0.27: holds
digits  bytes of flash       –   50412                 –              –  ≤ 48450: not reached
";
        assert_eq!(terminal(&rows()), expected);
    }

    #[test]
    fn markdown_has_the_same_cells() {
        let lines: Vec<String> = markdown(&rows()).lines().map(str::to_owned).collect();
        assert_eq!(lines[1], "| --- | --- | --- | --- | --- | --- | --- |");
        assert_eq!(
            lines[3],
            "| digits | bytes of flash | – | 50412 | – | – | ≤ 48450: **not reached** |"
        );
    }
}
