//! The pictures, a module each: panels of what was gathered.

mod axes;
mod categories;
mod checks;
mod images;
mod losses;
mod marginals;
mod nearest;
mod pairs;
mod rounding;
mod series;
mod steps;
mod sweep;
mod ticks;

pub use axes::number;
pub use checks::checks;
pub use losses::losses;
pub use marginals::marginals;
pub use nearest::nearest;
pub use pairs::pairs;
pub use rounding::rounding;
pub use steps::steps;
pub use sweep::{Candidate, sweep};

use flowlet_trainer::data::category::FileColumn;

use super::scene::palette::{GENERATED, REAL};
use super::scene::{Key, Mark, Picture};
use super::stats::Comparison;
use super::stats::layout::Layout;

/// Keys of real and generated rows, drawn so.
fn both(real: Mark, generated: Mark) -> Vec<Key> {
    vec![
        Key::new(REAL, real, "real"),
        Key::new(GENERATED, generated, "generated"),
    ]
}

/// Real beside generated rows, as what they are: images, curves, or points of a plane.
#[must_use]
pub fn samples(comparison: &Comparison<'_>) -> Picture {
    match &comparison.layout {
        Layout::Image(shape) => images::samples(comparison, *shape),
        Layout::Series(all, _) => series::samples(comparison, all),
        Layout::Numbers if comparison.numbers().len() > 1 => pairs(comparison),
        Layout::Numbers => marginals(comparison),
    }
}

/// Columns that are shown one by one: all of few, the worst of many.
fn shown<'s, 'm>(comparison: &'s Comparison<'m>) -> Vec<&'s FileColumn<'m>> {
    use super::stats::columns::{columns, worst_first};
    const FEW: usize = 12;
    const WORST: usize = 6;
    if comparison.fields.len() <= FEW {
        return comparison.fields.iter().collect();
    }
    let mut shown: Vec<&FileColumn<'m>> = Vec::new();
    for place in worst_first(&columns(comparison)) {
        let mut fields = comparison.fields.iter();
        // A category column is as bad as the worst of its categories.
        let new = fields.find(|field| field.values.contains(&place) && !shown.contains(field));
        shown.extend(new);
    }
    shown.truncate(WORST);
    shown
}
