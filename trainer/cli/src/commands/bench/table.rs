//! The figures as tables, for a terminal and for the README.

use super::boards::BOARDS;
use super::figures::{All, Figures};

/// Layers and nets, and how they are headed.
const PRODUCTS: [(&str, &str); 11] = [
    ("16-64/1", "16×64"),
    ("64-64/1", "64×64"),
    ("128-128/1", "128×128"),
    ("256-256/1", "256×256"),
    ("16-64-64-64-2/1", "16-64-64-64-2"),
    ("66-128-128-64/1", "66-128-128-64"),
    ("64-64/3", "3 × 64×64"),
    ("128-128/3", "3 × 128×128"),
    ("256-256/3", "3 × 256×256"),
    ("16-64-64-64-2/3", "3 × 16-64-64-64-2"),
    ("66-128-128-64/3", "3 × 66-128-128-64"),
];
const COSTS: [&str; 8] = [
    "normal variate",
    "digit",
    "of it beside products",
    "2-D point",
    "code",
    "constants",
    "static RAM",
    "stack",
];

/// Multiply-accumulates of `name`, as in `16-64-2/3`.
fn multiply_accumulates(name: &str) -> f64 {
    let (widths, samples) = name.split_once('/').unwrap_or((name, "1"));
    let number = |text: &str| text.parse().unwrap_or(f64::NAN);
    let widths: Vec<f64> = widths.split('-').map(number).collect();
    widths.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() * number(samples)
}

/// A figure as a real; not a number where the board has none.
fn get(figures: &Figures, name: &str) -> f64 {
    figures.get(name).map_or(f64::NAN, |&figure| figure as f64)
}

fn products(figures: &Figures) -> Vec<String> {
    let per = |(name, _): &(&str, &str)| {
        format!("{:.3}", get(figures, name) / multiply_accumulates(name))
    };
    PRODUCTS.iter().map(per).collect()
}

fn costs(figures: &Figures) -> Vec<String> {
    let whole = |name| format!("{:.0}", get(figures, name));
    let share = 100.0 * get(figures, "digit-beside-products") / get(figures, "digit");
    vec![
        format!("{:.1}", get(figures, "normals-100") / 100.0),
        whole("digit"),
        format!("{share:.1} %"),
        whole("point"),
        whole("text"),
        whole("constants"),
        whole("static"),
        whole("stack"),
    ]
}

/// Rows of cells, the first row the heads; a board a row.
type Rows = Vec<Vec<String>>;

fn rows(all: &All, heads: &[&str], cells: fn(&Figures) -> Vec<String>) -> Rows {
    let head = ["core"].iter().chain(heads).map(|&head| head.to_owned());
    let row = |(core, figures): (&str, &Figures)| {
        std::iter::once(core.to_owned())
            .chain(cells(figures))
            .collect()
    };
    let measured = BOARDS
        .iter()
        .filter_map(|board| Some((board.core, all.get(board.name)?)));
    std::iter::once(head.collect())
        .chain(measured.map(row))
        .collect()
}

fn both(all: &All) -> [(&'static str, Rows); 2] {
    let heads = PRODUCTS.map(|(_, head)| head);
    [
        (
            "Instructions a multiply-accumulate, bias, requantisation, activation and calls included:",
            rows(all, &heads, products),
        ),
        ("Instructions, and bytes:", rows(all, &COSTS, costs)),
    ]
}

/// For people: boards side by side, a figure a line.
pub(super) fn terminal(all: &All) -> String {
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

/// For the README.
pub(super) fn markdown(all: &All) -> String {
    let mut text = String::new();
    for (title, rows) in both(all) {
        text += &format!("{title}\n\n");
        // A figure a row, a core a column: narrow enough to read.
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
    fn names_tell_the_multiply_accumulates() {
        assert_eq!(multiply_accumulates("16-64/1"), 1024.0);
        assert_eq!(multiply_accumulates("16-64-2/3"), 3.0 * (1024.0 + 128.0));
    }

    #[test]
    fn a_board_is_a_column() {
        let figures = Figures::from([("16-64/1".to_owned(), 2048), ("stack".to_owned(), 7)]);
        let all = All::from([("microbit".to_owned(), figures)]);
        let text = markdown(&all);
        assert!(
            text.contains("| core | M0 |\n| --- | --- |\n| 16×64 | 2.000 |\n"),
            "{text}"
        );
        assert!(text.contains("| stack | 7 |\n"), "{text}");
        assert!(terminal(&all).contains("2.000"));
    }
}
