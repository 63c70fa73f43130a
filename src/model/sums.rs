//! Checks that no sum of a layer can overflow, before and after scaling.

use super::Model;
use super::check::{check, proceed};
use super::rows::check_rows;
use crate::fixed::{VELOCITY_FRAC, silu};
use crate::format::{Field, Nodes};
use crate::kernel::Activation;

/// Checks all layers. Each bounds the inputs of the next.
pub(super) const fn check_layers(model: &Model) -> Result<(), Field> {
    let mut input = 1u32 << (4 + model.header().input_frac as u32);
    let (mut index, mut hidden, mut layers) = (0, 0, model.layers());
    while let Some(layer) = layers.next() {
        let layer = &layer.dense;
        proceed!(check_rows(layer, index, input));
        if let Activation::Curve {
            table,
            pre_frac,
            act_frac,
        } = layer.activation
        {
            input = match table {
                None => silu(i16::MAX, pre_frac, act_frac).unsigned_abs() as u32,
                Some(nodes) => largest(nodes, pre_frac, act_frac),
            };
            check!(input <= i16::MAX as u32, Field::Table);
            hidden += 1;
            index = hidden;
        } else if let Some(latent) = model.latent() {
            // The layers of the latent follow the output layer, and have one number.
            input = 1 << (4 + latent.frac as u32);
            index = hidden + 1;
        }
    }
    Ok(())
}

/// Returns the largest magnitude that the table `nodes` gives for pre-activations in `pre_frac`,
/// 11..=13. Returns more than an i16 holds if the doubled difference of two neighbours, which a
/// kernel computes, does not fit an i16.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
const fn largest(nodes: &Nodes, pre_frac: u8, act_frac: u8) -> u32 {
    let reach = 256 >> (pre_frac.wrapping_sub(11) & 3);
    let mut scan = TableScan {
        last: i16::from_le_bytes(nodes[256 - reach]),
        largest: 0,
    };
    let mut index = 256 - reach;
    while index <= 256 + reach {
        if !scan.accept(nodes[index]) {
            return u32::MAX;
        }
        index += 1;
    }
    // Interpolated values are smaller, and rounding keeps the order.
    let largest = (scan.largest as u32) << (act_frac & 15);
    largest.wrapping_add(1 << (VELOCITY_FRAC - 1)) >> VELOCITY_FRAC
}

/// Scan over the nodes of a table.
struct TableScan {
    last: i16,
    /// Largest magnitude so far.
    largest: u16,
}

impl TableScan {
    /// Returns whether the next node is near the last one. Not inlined, because compilers would
    /// unroll the loop around it.
    #[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
    const fn accept(&mut self, node: [u8; 2]) -> bool {
        let node = i16::from_le_bytes(node);
        if node.unsigned_abs() > self.largest {
            self.largest = node.unsigned_abs();
        }
        let near = self.last.abs_diff(node) < 1 << 13;
        self.last = node;
        near
    }
}
