//! What follows the sums of hidden layers: the runtime's own SiLU, or a table that goes with the file.

use flowlet::fixed::silu;

/// The middle node of a table, at 0, and nodes a unit of the pre-activation.
const MIDDLE: usize = 256;
const PER_UNIT: usize = 16;

/// An activation as the device has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Curve {
    /// The runtime's.
    Silu,
    /// 513 nodes in Q4.11 at i/16 − 16, of which neighbours differ by less than 4.0.
    Table(Vec<i16>),
}

impl Curve {
    /// The table of an activation `y`. A chord's error is h²/8·y″, all on one side; half of it taken from the
    /// nodes leaves h²/16·y″ on both. 0, where some activations have a kink, stays what it is.
    pub fn of(y: impl Fn(f64) -> f64) -> Self {
        let at = |index: usize| (index as f64 - MIDDLE as f64) / PER_UNIT as f64;
        let step = 1.0 / PER_UNIT as f64;
        let node = |index: usize| {
            let x = at(index);
            let bend = y(x + step) - 2.0 * y(x) + y(x - step); // h²·y″
            let lowered = if index == MIDDLE { 0.0 } else { bend / 16.0 };
            ((y(x) - lowered) * 2048.0).round() as i16 // saturates
        };
        Self::Table((0..=2 * MIDDLE).map(node).collect())
    }

    /// The largest activation, with `act_frac` fractional bits, less than `pre_frac`, of any pre-activation
    /// of that, as the runtime's `parse` finds it.
    pub(super) fn largest(&self, pre_frac: u8, act_frac: u8) -> u32 {
        match self {
            Self::Silu => silu(i16::MAX, pre_frac, act_frac).unsigned_abs().into(),
            Self::Table(nodes) => {
                let reach = reach(pre_frac);
                let nodes = &nodes[MIDDLE - reach..=MIDDLE + reach];
                let most = nodes.iter().map(|node| u32::from(node.unsigned_abs()));
                ((most.max().unwrap_or(0) << act_frac) + (1 << 10)) >> 11
            }
        }
    }

    /// Pre-activations that `pre_frac` cannot hold have the activations of those at its ends.
    pub(super) fn is_flat_beyond(&self, pre_frac: u8) -> bool {
        let Self::Table(nodes) = self else {
            return false;
        };
        let reach = reach(pre_frac);
        let flat = |nodes: &[i16]| nodes.iter().all(|node| *node == nodes[0]);
        flat(&nodes[..=MIDDLE - reach]) && flat(&nodes[MIDDLE + reach..])
    }

    /// The table, where there is one.
    pub(super) fn into_nodes(self) -> Option<Vec<i16>> {
        match self {
            Self::Silu => None,
            Self::Table(nodes) => Some(nodes),
        }
    }
}

/// Nodes from 0 to the end of a format's range.
fn reach(pre_frac: u8) -> usize {
    PER_UNIT << (15 - pre_frac)
}
