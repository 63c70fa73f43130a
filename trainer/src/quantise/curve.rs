//! The activation of hidden layers: the runtime's SiLU, or a table in the file.

use flowlet::fixed::silu;

/// Index of the table's node at 0.
const MIDDLE: usize = 256;
/// Nodes per 1.0 of the pre-activation.
const NODES_PER_ONE: usize = 16;

/// An activation on the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Curve {
    /// The SiLU of the runtime.
    Silu,
    /// A table of 513 nodes in Q4.11 at i/16 − 16. Neighbours differ by less than 4.0.
    Table(Vec<i16>),
}

impl Curve {
    /// Creates the table of an activation `y`. The error of a chord is h²/8·y″ on one side.
    /// Subtracting half of it from the nodes leaves h²/16·y″ on both sides. The node at 0 is exact,
    /// because some activations have a kink there.
    pub fn of(y: impl Fn(f64) -> f64) -> Self {
        let at = |index: usize| (index as f64 - MIDDLE as f64) / NODES_PER_ONE as f64;
        let step = 1.0 / NODES_PER_ONE as f64;
        let node = |index: usize| {
            let x = at(index);
            let bend = y(x + step) - 2.0 * y(x) + y(x - step); // h²·y″
            let lowered = if index == MIDDLE { 0.0 } else { bend / 16.0 };
            ((y(x) - lowered) * 2048.0).round() as i16 // saturates
        };
        Self::Table((0..=2 * MIDDLE).map(node).collect())
    }

    /// Returns the largest activation with `act_frac` fractional bits of any pre-activation with
    /// `pre_frac` fractional bits, as the runtime's `parse` computes it.
    pub(super) fn largest(&self, pre_frac: u8, act_frac: u8) -> u32 {
        match self {
            Self::Silu => silu(i16::MAX, pre_frac, act_frac).unsigned_abs().into(),
            Self::Table(nodes) => {
                let reach = reach(pre_frac);
                let nodes = &nodes[MIDDLE - reach..=MIDDLE + reach];
                let magnitudes = nodes.iter().map(|node| u32::from(node.unsigned_abs()));
                ((magnitudes.max().unwrap_or(0) << act_frac) + (1 << 10)) >> 11
            }
        }
    }

    /// Returns whether the activation is constant beyond the range of `pre_frac`.
    pub(super) fn is_flat_beyond(&self, pre_frac: u8) -> bool {
        let Self::Table(nodes) = self else {
            return false;
        };
        let reach = reach(pre_frac);
        let flat = |nodes: &[i16]| nodes.iter().all(|node| *node == nodes[0]);
        flat(&nodes[..=MIDDLE - reach]) && flat(&nodes[MIDDLE + reach..])
    }

    /// Returns the table, if there is one.
    pub(super) fn into_nodes(self) -> Option<Vec<i16>> {
        match self {
            Self::Silu => None,
            Self::Table(nodes) => Some(nodes),
        }
    }
}

/// Returns the number of nodes from 0 to the end of a format's range.
fn reach(pre_frac: u8) -> usize {
    NODES_PER_ONE << (15 - pre_frac)
}
