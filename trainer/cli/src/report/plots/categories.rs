//! Category columns: the share of rows of each category, by name, real and generated over each other.

use super::super::scene::arrange::FILL;
use super::super::scene::palette::{GENERATED, REAL};
use super::super::scene::{Panel, panel};
use super::super::stats::Comparison;
use super::super::stats::comparison::Rows;
use super::axes::{Axes, SIZE};
use flowlet_trainer::data::category::FileColumn;

/// Bars of a panel; of more categories the rarest are one.
const MOST: usize = 16;
/// Letters of a name.
const LETTERS: usize = 14;
/// Pixels a bar, and around them.
pub(super) const BAR: i32 = 26;
pub(super) const AROUND: i32 = 60;

/// A category, or several, and per cent of the real and of the generated rows that are of it.
#[derive(Clone, Debug, PartialEq)]
struct Share {
    name: String,
    of: [f64; 2],
}

/// A bar a category of a column, the first on top.
pub fn shares(comparison: &Comparison<'_>, column: &FileColumn<'_>, names: &[&str]) -> Panel {
    let of = |rows: &Rows, place| {
        let values = rows.values.column(place);
        100.0 * values.iter().copied().map(f64::from).sum::<f64>() / values.len() as f64
    };
    let share = |(name, place): (&&str, usize)| Share {
        name: short(name),
        of: [&comparison.real, &comparison.generated].map(|rows| of(rows, place)),
    };
    let all = names.iter().zip(column.values.clone()).map(share);
    let bars = most_common(all.collect());
    let most = bars.iter().flat_map(|bar| bar.of).fold(0.0, f64::max);
    let names: Vec<&str> = bars.iter().rev().map(|bar| bar.name.as_str()).collect();
    let axes = Axes {
        x_title: "% of rows",
        y_names: &names,
        ..Axes::plain(0.0..most * 1.05, -0.5..bars.len() as f64 - 0.5)
    };
    let description = format!(
        "Shares of the categories of {}, real and generated",
        column.name
    );
    let size = (SIZE.0, BAR * bars.len() as i32 + AROUND);
    panel(size, column.name, description, |area| {
        let mut chart = axes.draw(area)?;
        let ends = |at: usize| (at as f64 - 0.38, at as f64 + 0.38);
        let from_below = || bars.iter().rev().enumerate();
        let real = from_below().map(|(at, bar)| (ends(at), bar.of[0]));
        chart.bars_across(real, REAL.over(FILL))?;
        from_below().try_for_each(|(at, bar)| {
            let ((low, high), end) = (ends(at), bar.of[1]);
            let around = [(0.0, low), (end, low), (end, high), (0.0, high)];
            chart.line(around, GENERATED.full(), 3)
        })
    })
}

/// All of few; of many the most common, and the rest together.
fn most_common(mut all: Vec<Share>) -> Vec<Share> {
    if all.len() <= MOST {
        return all;
    }
    let greater = |share: &Share| share.of[0].max(share.of[1]);
    all.sort_by(|a, b| greater(b).total_cmp(&greater(a)));
    let rest = all.split_off(MOST - 1);
    all.push(Share {
        name: format!("{} others", rest.len()),
        of: [0, 1].map(|side| rest.iter().map(|share| share.of[side]).sum()),
    });
    all
}

pub(super) fn short(name: &str) -> String {
    match name.chars().count() {
        ..=LETTERS => name.to_owned(),
        _ => name.chars().take(LETTERS - 1).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Share, most_common, short};

    #[test]
    fn the_rarest_of_many_are_one_bar() {
        let share = |n: usize| Share {
            name: n.to_string(),
            of: [n as f64, 0.0],
        };
        let few: Vec<Share> = (0..MOST).map(share).collect();
        assert_eq!(most_common(few.clone()), few);
        let many = most_common((0..MOST + 4).map(share).collect());
        assert_eq!(many.len(), MOST);
        assert_eq!(many[0].name, "19");
        let rest = Share {
            name: "5 others".to_owned(),
            of: [10.0, 0.0],
        };
        assert_eq!(many[MOST - 1], rest);
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(short("drizzle"), "drizzle");
        assert_eq!(short("ein sehr großer Regen"), "ein sehr groß…");
    }
}
