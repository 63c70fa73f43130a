//! Tables of the figures, for a terminal and for the document of results.

use super::{Alarms, Figures, Row, bounds, means};

const TITLES: [&str; 12] = [
    "anomalies",
    "data",
    "calibration rows",
    "score",
    "int8 − float",
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
    // Adding 0 takes the sign of a difference that rounds to -0.
    let rounding = (row.rounding * 1e4).round() / 1e4 + 0.0;
    cells.extend([format!("{:.3}", row.auroc), format!("{rounding:+.4}")]);
    cells.extend(row.detectors.iter().map(|area| format!("{area:.3}")));
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

/// Returns the cells of a machine: its name, numbers of rows, the share of alarms, each seed's.
fn alarm_cells(alarms: &Alarms) -> [String; 5] {
    let shares = alarms.shares.iter().map(|share| format!("{share:.3}"));
    [
        alarms.name.clone(),
        alarms.calibration.to_string(),
        alarms.fresh.to_string(),
        format!("{:.3}", alarms.mean()),
        shares.collect::<Vec<String>>().join(", "),
    ]
}

const ALARM_TITLES: [&str; 5] = [
    "made data",
    "calibration rows",
    "fresh rows",
    "false alarms at 5 %",
    "of each seed",
];

/// Returns aligned columns, and the bounds.
pub(super) fn terminal(figures: &Figures) -> String {
    let mut rows = lines(&figures.rows);
    rows.insert(0, TITLES.map(str::to_owned).to_vec());
    let alarms = figures.alarms.iter().map(|of| alarm_cells(of).to_vec());
    let titles = ALARM_TITLES.map(str::to_owned).to_vec();
    let alarms: Vec<Vec<String>> = std::iter::once(titles).chain(alarms).collect();
    let bounds = bound_lines(figures, "");
    [aligned(&rows), aligned(&alarms), bounds].join("\n")
}

fn aligned(lines: &[Vec<String>]) -> String {
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max();
    let widths: Vec<usize> = (0..lines[0].len()).filter_map(width).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths);
        let padded: Vec<String> = padded
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    lines.iter().map(line).collect()
}

fn bound_lines(figures: &Figures, bullet: &str) -> String {
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
    bounds::all(figures).into_iter().map(line).collect()
}

/// Returns tables in Markdown, and the bounds as a list.
pub(super) fn markdown(figures: &Figures) -> String {
    fn line(cells: &[String]) -> String {
        format!("| {} |\n", cells.join(" | "))
    }
    fn head<const N: usize>(titles: [&str; N]) -> String {
        let rule = titles.map(|_| "---".to_owned());
        line(&titles.map(str::to_owned)) + &line(&rule)
    }
    let rows: String = lines(&figures.rows)
        .iter()
        .map(|cells| line(cells))
        .collect();
    let alarms = figures.alarms.iter().map(|of| line(&alarm_cells(of)));
    let alarms: String = alarms.collect();
    let bounds = bound_lines(figures, "- ");
    let [titles, alarm_titles] = [head(TITLES), head(ALARM_TITLES)];
    format!("{titles}{rows}\n{alarm_titles}{alarms}\n{bounds}\n")
}
