//! Tables of the figures, for a terminal and for the document of results.

use super::{Row, bounds, means};

const TITLES: [&str; 11] = [
    "anomalies",
    "data",
    "calibration rows",
    "score",
    "kNN",
    "k-means",
    "mixture",
    "forest",
    "Mahalanobis",
    "autoencoder",
    "false alarms at 5 %",
];

fn cells(row: &Row, name: &str, rows: &str) -> Vec<String> {
    let group = format!("{:?}", row.group).to_lowercase();
    let mut cells = vec![group, name.to_owned(), rows.to_owned()];
    let areas = std::iter::once(&row.auroc).chain(&row.detectors);
    cells.extend(areas.map(|area| format!("{area:.3}")));
    cells.push(format!("{:.3}", row.false_alarms));
    cells
}

/// Returns the cells of all rows: first the means.
fn lines(rows: &[Row]) -> Vec<Vec<String>> {
    let means = means(rows).into_iter().map(|(group, mean)| {
        let mut cells = cells(&mean, "mean", "");
        if group.is_none() {
            "**all groups**".clone_into(&mut cells[0]);
        }
        cells
    });
    let each = rows
        .iter()
        .map(|row| cells(row, &row.name, &row.calibration.to_string()));
    means.chain(each).collect()
}

/// Returns aligned columns, and the bounds.
pub(super) fn terminal(rows: &[Row]) -> String {
    let mut lines = lines(rows);
    lines.insert(0, TITLES.map(str::to_owned).to_vec());
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max();
    let widths: Vec<usize> = (0..TITLES.len()).filter_map(width).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths);
        let padded: Vec<String> = padded
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let table: String = lines.iter().map(line).collect();
    format!("{table}\n{}", bound_lines(rows, ""))
}

fn bound_lines(rows: &[Row], bullet: &str) -> String {
    let line = |bound: bounds::Bound| {
        let holds = if bound.holds() {
            "holds"
        } else {
            "not reached"
        };
        let limits = match bound.limits {
            [least, f64::INFINITY] => format!("at least {least}"),
            [least, most] => format!("{least} to {most}"),
        };
        let (name, figure) = (&bound.name, bound.figure);
        format!("{bullet}{name}: {figure:.4} ({limits}: {holds})\n")
    };
    bounds::all(rows).into_iter().map(line).collect()
}

/// Returns a table in Markdown, and the bounds as a list.
pub(super) fn markdown(rows: &[Row]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = line(&TITLES.map(str::to_owned));
    let rule = line(&TITLES.map(|_| "---".to_owned()));
    let lines: String = lines(rows).iter().map(|cells| line(cells)).collect();
    format!("{head}{rule}{lines}\n{}\n", bound_lines(rows, "- "))
}
