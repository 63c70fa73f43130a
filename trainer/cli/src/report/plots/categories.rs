//! Category columns: real and generated shares of the categories as bars over each other.

use super::axes::{Axes, SIZE};
use crate::draw::palette::{GENERATED, REAL};
use crate::draw::{FILL, Panel, shortened};
use crate::report::stats::Comparison;
use crate::report::stats::comparison::Rows;
use flowlet_trainer::data::category::FileColumn;

/// Greatest number of bars; the rarest of more categories share one.
const MAX_BARS: usize = 16;
/// Greatest number of letters of a name.
const MAX_LETTERS: usize = 14;
/// Height of a bar, and of everything above and below the bars, pixels.
pub(super) const BAR: i32 = 26;
pub(super) const AROUND: i32 = 60;

/// One bar: percentages of real and of generated rows.
#[derive(Clone, Debug, PartialEq)]
struct Share {
    name: String,
    of: [f64; 2],
}

/// Draws one bar per category, the first at the top.
pub fn shares(comparison: &Comparison<'_>, column: &FileColumn<'_>, names: &[&str]) -> Panel {
    let of = |rows: &Rows, place| {
        let values = rows.values.column(place);
        100.0 * values.iter().sum::<f64>() / values.len() as f64
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
        "Real and generated shares of the categories of {}",
        column.name
    );
    let size = (SIZE.0, BAR * bars.len() as i32 + AROUND);
    Panel::new(size, column.name, description, |scene| {
        let mut chart = axes.draw(scene);
        let ends = |at: usize| (at as f64 - 0.38, at as f64 + 0.38);
        for (at, bar) in bars.iter().rev().enumerate() {
            let ((low, high), [real, end]) = (ends(at), bar.of);
            chart.bars_across([((low, high), real)], REAL.over(FILL));
            let around = [(0.0, low), (end, low), (end, high), (0.0, high)];
            chart.line(around, GENERATED.full(), 3);
        }
    })
}

/// Returns few shares as they are; of many, the greatest ones and the sum of the others.
fn most_common(mut all: Vec<Share>) -> Vec<Share> {
    if all.len() <= MAX_BARS {
        return all;
    }
    let greater = |share: &Share| share.of[0].max(share.of[1]);
    all.sort_by(|a, b| greater(b).total_cmp(&greater(a)));
    let rest = all.split_off(MAX_BARS - 1);
    all.push(Share {
        name: format!("{} others", rest.len()),
        of: [0, 1].map(|side| rest.iter().map(|share| share.of[side]).sum()),
    });
    all
}

/// Returns a name that fits next to an axis.
pub(super) fn short(name: &str) -> String {
    shortened(name, MAX_LETTERS)
}

#[cfg(test)]
mod tests {
    use super::{MAX_BARS, Share, most_common, short};

    #[test]
    fn the_rarest_of_many_are_one_bar() {
        let share = |n: usize| Share {
            name: n.to_string(),
            of: [n as f64, 0.0],
        };
        let few: Vec<Share> = (0..MAX_BARS).map(share).collect();
        assert_eq!(most_common(few.clone()), few);
        let many = most_common((0..MAX_BARS + 4).map(share).collect());
        assert_eq!(many.len(), MAX_BARS);
        assert_eq!(many[0].name, "19");
        let rest = Share {
            name: "5 others".to_owned(),
            of: [10.0, 0.0],
        };
        assert_eq!(many[MAX_BARS - 1], rest);
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(short("drizzle"), "drizzle");
        assert_eq!(short("ein sehr großer Regen"), "ein sehr groß…");
    }
}
