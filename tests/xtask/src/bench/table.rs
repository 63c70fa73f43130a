//! Tables of the figures, for a terminal and for the document of results.

use flowlet_cli::boards::Board;

use super::figures::{self, Boards, Figures, get, multiply_accumulates};

/// Names of layers and networks, and their titles.
const PRODUCTS: [(&str, &str); 13] = [
    ("16-64/1", "16×64"),
    ("64-64/1", "64×64"),
    ("128-128/1", "128×128"),
    ("256-256/1", "256×256"),
    ("16-64-64-64-2/1", "16-64-64-64-2"),
    ("66-128-128-64/1", "66-128-128-64"),
    (figures::DETECTOR, "anomaly detector"),
    ("64-64/3", "3 × 64×64"),
    ("128-128/3", "3 × 128×128"),
    ("256-256/3", "3 × 256×256"),
    ("16-64-64-64-2/3", "3 × 16-64-64-64-2"),
    ("66-128-128-64/3", "3 × 66-128-128-64"),
    ("unaligned 64-64/1", "64×64, unaligned"),
];
const COSTS: [&str; 21] = [
    "normal variate",
    "digit",
    "share outside layers",
    "2-D point",
    "parse",
    "fixed",
    "code",
    "code with `latent`",
    "constants",
    "static RAM",
    "stack",
    "digit in 4 steps",
    "score",
    "code that scores",
    "stack of a score",
    "row, nothing known",
    "masked row",
    "row with a gain",
    "code that fills in",
    "stack of a row",
    "code of all three",
];

fn products(figures: &Figures) -> Vec<String> {
    let per = |(name, _): &(&str, &str)| {
        format!("{:.3}", get(figures, name) / multiply_accumulates(name))
    };
    PRODUCTS.iter().map(per).collect()
}

fn costs(figures: &Figures) -> Vec<String> {
    let integer = |name| format!("{:.0}", get(figures, name));
    let share = 100.0 * get(figures, "digit-outside-layers") / get(figures, "digit");
    vec![
        format!("{:.1}", get(figures, "normals-100") / 100.0),
        integer("digit"),
        format!("{share:.1} %"),
        integer("point"),
        integer("parse"),
        format!("{:.1}", get(figures, "fixed") / 64.0),
        integer("text"),
        integer("text with latent"),
        integer("constants"),
        integer("static"),
        integer("stack"),
        integer("digit-4-steps"),
        integer("score"),
        integer("text that scores"),
        integer("score-stack"),
        integer("row"),
        integer("masked row"),
        integer("steered row"),
        integer("text that fills in"),
        integer("fill-stack"),
        integer("text of all"),
    ]
}

/// Rows of cells; first the titles, then a row per board.
type Rows = Vec<Vec<String>>;

/// Returns the core as the tables call it: `M0` for `cortex-m0`.
fn title(board: Board) -> String {
    let core = board.core.name();
    core.strip_prefix("cortex-").unwrap_or(core).to_uppercase()
}

fn rows(all: &Boards, heads: &[&str], cells: fn(&Figures) -> Vec<String>) -> Rows {
    let head = ["core"].iter().chain(heads).map(|&head| head.to_owned());
    let row =
        |(core, figures): (String, &Figures)| std::iter::once(core).chain(cells(figures)).collect();
    let measured = Board::emulated().filter_map(|board| Some((title(board), all.get(board.name)?)));
    std::iter::once(head.collect())
        .chain(measured.map(row))
        .collect()
}

fn both(all: &Boards) -> [(&'static str, Rows); 2] {
    let heads = PRODUCTS.map(|(_, head)| head);
    [
        (
            "Instructions per multiply-accumulate (bias, requantisation, activation and calls included):",
            rows(all, &heads, products),
        ),
        ("Instructions, and bytes:", rows(all, &COSTS, costs)),
    ]
}

/// Formats the figures for a terminal, one per line.
pub fn terminal(all: &Boards) -> String {
    let mut text = String::new();
    for (title, rows) in both(all) {
        text += &format!("{title}\n");
        for column in 0..rows[0].len() {
            text += &format!("  {:<22}", rows[0][column]);
            for row in &rows[1..] {
                text += &format!("{:>10}", row[column]);
            }
            text += "\n";
        }
        text += "\n";
    }
    text.trim_end().to_owned() + "\n"
}

/// Formats the figures as Markdown.
pub fn markdown(all: &Boards) -> String {
    let mut text = String::new();
    for (title, rows) in both(all) {
        text += &format!("{title}\n\n");
        // A column per core keeps the table narrow.
        for (line, column) in (0..rows[0].len()).enumerate() {
            let cells: Vec<&str> = rows.iter().map(|row| row[column].as_str()).collect();
            text += &format!("| {} |\n", cells.join(" | "));
            if line == 0 {
                text += &format!("|{}\n", " --- |".repeat(cells.len()));
            }
        }
        text += "\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_is_a_column() {
        let figures = Figures::from([("16-64/1".to_owned(), 2048), ("stack".to_owned(), 7)]);
        let all = Boards::from([("microbit".to_owned(), figures)]);
        let text = markdown(&all);
        assert!(
            text.contains("| core | M0 |\n| --- | --- |\n| 16×64 | 2.000 |\n"),
            "{text}"
        );
        assert!(text.contains("| stack | 7 |\n"), "{text}");
        assert!(terminal(&all).contains("2.000"));
    }
}
