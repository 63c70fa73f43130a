//! The pictures, a module each: panels of what was gathered.

mod axes;
mod checks;
mod images;
mod losses;
mod marginals;
mod nearest;
mod pairs;
mod rounding;
mod series;
mod steps;

pub use axes::number;
pub use checks::checks;
pub use losses::losses;
pub use marginals::marginals;
pub use nearest::nearest;
pub use pairs::pairs;
pub use rounding::rounding;
pub use steps::steps;

use super::gather::Subject;
use super::gather::layout::Layout;
use super::scene::palette::{GENERATED, REAL};
use super::scene::{Key, Mark, Picture};

/// Keys of real and generated rows, drawn so.
fn both(real: Mark, generated: Mark) -> Vec<Key> {
    vec![
        Key {
            role: REAL,
            mark: real,
            meaning: "real",
        },
        Key {
            role: GENERATED,
            mark: generated,
            meaning: "generated",
        },
    ]
}

/// Real beside generated rows, as what they are: images, curves, or points of a plane.
#[must_use]
pub fn samples(subject: &Subject<'_>) -> Picture {
    match &subject.layout {
        Layout::Image(shape) => images::samples(subject, *shape),
        Layout::Series(all, _) => series::samples(subject, all),
        Layout::Numbers if subject.columns.len() > 1 => pairs(subject),
        Layout::Numbers => marginals(subject),
    }
}

/// Columns that are shown one by one: all of few, the worst of many.
fn shown(subject: &Subject<'_>) -> Vec<usize> {
    use super::gather::columns::{columns, worst_first};
    const FEW: usize = 12;
    const WORST: usize = 6;
    let count = subject.columns.len();
    if count <= FEW {
        return (0..count).collect();
    }
    let mut order = worst_first(&columns(subject));
    order.truncate(WORST);
    order
}
