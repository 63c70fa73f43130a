//! The plots, one module per plot: panels that show the statistics.

mod anomalies;
mod axes;
mod categories;
mod checks;
mod fill;
mod images;
mod losses;
mod marginals;
mod nearest;
mod pairs;
mod rounding;
mod rows;
mod series;
mod steps;
mod sweep;
mod ticks;

pub use anomalies::anomalies;
pub use checks::checks;
pub use fill::fill;
pub use losses::losses;
pub use marginals::marginals;
pub use nearest::nearest;
pub use pairs::pairs;
pub use rounding::rounding;
pub use steps::steps;
pub use sweep::{Candidate, sweep};
pub use ticks::number;

use crate::draw::palette::{GENERATED, REAL};
use crate::draw::{Key, Mark, Picture};
use crate::report::stats::Comparison;
use flowlet_trainer::data::layout::Layout;

/// Returns the legend of real and generated rows.
fn both(real: Mark, generated: Mark) -> Vec<Key> {
    vec![
        Key::new(REAL, real, "real"),
        Key::new(GENERATED, generated, "generated"),
    ]
}

/// Draws real and generated rows as images, curves or points, by their layout.
#[must_use]
pub fn samples(comparison: &Comparison<'_>) -> Picture {
    match &comparison.layout {
        Layout::Image(size) => images::samples(comparison, *size, false),
        Layout::ColourImage(size) => images::samples(comparison, *size, true),
        Layout::Series(all, _) => series::samples(comparison, all),
        Layout::Numbers if comparison.numbers().len() > 1 => pairs(comparison),
        Layout::Numbers => marginals(comparison),
    }
}
