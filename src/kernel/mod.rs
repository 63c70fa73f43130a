//! The hot loops: dense layers, condition biases, the Euler step and the drift.
//!
//! Two rows share each 16-bit weight h = 256·a + b. The sum of h·x is 256·A + B, the sum over the
//! low bytes alone is B, and A = (sum − B) >> 8. This needs half of the unpacking that single bytes
//! would need. The sum may wrap, because it is only read modulo 2^32; A is correct if |A| < 2^23,
//! which `parse` proves for every segment of columns. `parse` also proves that Σ|w|·max|x| of every
//! row is below 2^31. So no order of summation overflows an i32, and all kernels give the same
//! bits. The portable kernel is the specification. `build.rs` chooses an assembly kernel if there
//! is one for the target.

#[cfg(flowlet_kernel = "armv6m")]
#[allow(unsafe_code, reason = "assembly")]
mod armv6m;
#[cfg(any(flowlet_kernel = "armv7m", flowlet_kernel = "armv7em"))]
#[allow(unsafe_code, reason = "assembly")]
mod armv7;
mod choice;
mod drift;
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
mod fitting;
#[cfg(flowlet_kernel = "mve")]
#[allow(unsafe_code, reason = "assembly")]
mod mve;
pub mod portable;
#[cfg(flowlet_kernel = "rv32im")]
#[allow(unsafe_code, reason = "assembly")]
mod rv32im;
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
#[allow(unsafe_code, reason = "aligned words")]
mod words;

pub use choice::Kernel;
#[cfg(any(flowlet_kernel = "armv6m", flowlet_kernel = "rv32im"))]
pub(crate) use words::words;

pub use drift::{DriftCoefficients, Span, Stddevs};

use crate::fixed::Scale;
use crate::tables::Nodes;

/// One dense layer, as the file holds it ([`format`](mod@crate::format)). No alignment is assumed.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'a> {
    /// Number of outputs.
    pub rows: usize,
    /// Number of inputs.
    pub columns: usize,
    /// Weights in blocks of four rows, columns in pairs: 8 bytes per block and pair.
    pub weights: &'a [u8],
    /// Scales: one word per row of every block.
    pub scales: &'a [u8],
    /// Biases, i16, one per row. If `None`, the output holds the biases before it is written.
    pub biases: Option<&'a [u8]>,
    /// Columns, a multiple of 32, over which the sums of rows a and c stay below 2^23.
    pub segment: usize,
    /// Activation applied to the layer's sums.
    pub activation: Activation<'a>,
}

impl Dense<'_> {
    /// Returns the weight of `row` at `column`. Slow: for layers that no assembly takes. Never
    /// inlined, because compilers would unroll the loops around it.
    #[inline(never)]
    pub(crate) fn weight(&self, row: usize, column: usize) -> i32 {
        let block =
            (row & !(crate::format::BLOCK - 1)).wrapping_mul(self.columns.next_multiple_of(2));
        let at = block + 2 * (row & 2) + 4 * column - 2 * (column & 1);
        let Some(&[low, high]) = self.weights.get(at..).and_then(<[u8]>::first_chunk) else {
            return 0; // the weights have the length that the shape requires
        };
        let low = i32::from(low as i8);
        if row & 1 == 0 {
            // If the low byte is negative, the high byte is one too small.
            i32::from(high as i8).wrapping_sub(low >> 7)
        } else {
            low
        }
    }

    /// Returns the scale of `row`. Not inlined, for the same reason as the weight.
    #[cfg_attr(not(flowlet_kernel = "portable"), inline(never))]
    pub(crate) const fn scale(&self, row: usize) -> Scale {
        let words = self.scales.as_chunks().0;
        let word = if row < words.len() {
            words[row]
        } else {
            [0; 4]
        }; // there is one per row
        Scale::from_word(u32::from_le_bytes(word))
    }
}

/// Activation applied to a layer's sums.
#[derive(Clone, Copy, Debug)]
pub enum Activation<'a> {
    /// Activation of a hidden layer, by interpolation in a table.
    Curve {
        /// Table for [`activation`](crate::fixed::activation); `None` for
        /// [`silu`](crate::fixed::silu).
        table: Option<&'a Nodes>,
        /// Fractional bits of the pre-activation.
        pre_frac: u8,
        /// Fractional bits of the activation.
        act_frac: u8,
    },
    /// No activation: the sum is a velocity in Q4.11.
    Linear,
}

/// Returns a pointer to the table's nodes, or `None` if their address is odd. That of SiLU is not.
#[cfg(not(flowlet_kernel = "portable"))]
#[inline(always)]
fn nodes(table: Option<&Nodes>) -> Option<*const i16> {
    let Some(table) = table else {
        return Some(crate::tables::SILU.0.as_ptr().cast());
    };
    let nodes = table.as_ptr().cast::<i16>();
    nodes.is_aligned().then_some(nodes)
}

/// Condition biases at the two tabulated times around t, and the weight of the later one.
#[derive(Clone, Copy, Debug)]
pub struct ConditionBias<'a> {
    /// Biases at the earlier time, i16, little-endian, one per row.
    pub before: &'a [[u8; 2]],
    /// Biases at the later time.
    pub after: &'a [[u8; 2]],
    /// Biases of the class; empty in an unconditional model.
    pub classes: &'a [[u8; 2]],
    /// Weight of the later time, (t − before) / (after − before), in units of 2^−`log2`.
    pub fraction: u16,
    /// Fractional bits of `fraction`, 9..=14.
    pub log2: u8,
}

#[cfg(any(flowlet_kernel = "armv7em", flowlet_kernel = "mve"))]
impl<'a> ConditionBias<'a> {
    /// Returns the biases of the class and −1. In an unconditional model returns others, and 0: the
    /// assembly combines each with this mask.
    #[inline(always)]
    fn classes_and_mask(&self) -> (&'a [[u8; 2]], isize) {
        if self.classes.is_empty() {
            (self.before, 0)
        } else {
            (self.classes, -1)
        }
    }
}

/// The parts of an Euler step that all coordinates share.
#[derive(Clone, Copy, Debug)]
pub struct EulerStep<'a> {
    /// Coefficients of the Gaussian drift at t.
    pub coefficients: &'a DriftCoefficients,
    /// Index of the variance level of each coordinate.
    pub levels: &'a [u8],
    /// Mean of each coordinate, i16, little-endian, Q4.11.
    pub means: &'a [[u8; 2]],
    /// Length of the step, Q0.15.
    pub dt: u16,
    /// Fractional bits of the network's input.
    pub input_frac: u8,
}

/// Computes the bias of each row of a conditioned layer: linear between the two times, rounded,
/// plus the bias of the class, saturated.
pub fn condition_bias(bias: &ConditionBias<'_>, biases: &mut [i16]) {
    #[cfg(flowlet_kernel = "armv7em")]
    if armv7::step::condition_bias(bias, biases).is_some() {
        return;
    }
    #[cfg(flowlet_kernel = "rv32im")]
    if rv32im::condition_bias(bias, biases).is_some() {
        return;
    }
    #[cfg(flowlet_kernel = "mve")]
    if mve::step::condition_bias(bias, biases).is_some() {
        return;
    }
    portable::condition_bias(bias, biases);
}

/// Takes one Euler step. Adds the drift to the network's velocity in `io`, moves `state` (Q5.26) by
/// the sum times dt, and writes the network's next input to `io`.
pub fn euler(step: &EulerStep<'_>, state: &mut [i32], io: &mut [i16]) {
    #[cfg(flowlet_kernel = "armv7em")]
    if armv7::step::euler(step, state, io).is_some() {
        return;
    }
    #[cfg(flowlet_kernel = "mve")]
    if mve::step::euler(step, state, io).is_some() {
        return;
    }
    portable::euler(step, state, io);
}

/// Name of the kernel in use.
#[cfg(feature = "kernels")]
pub const NAME: &str = env!("FLOWLET_KERNEL");

/// Number of samples per call at which [`dense`] is fastest.
pub const FASTEST_BATCH: usize = if cfg!(flowlet_kernel = "armv7em") {
    3
} else if cfg!(flowlet_kernel = "mve") {
    2
} else {
    1
};

/// Runs `layer` on each of `inputs` (`columns` values) and writes the output of the same index
/// (`rows` values).
pub fn dense<const N: usize>(layer: &Dense<'_>, inputs: [&[i16]; N], outputs: [&mut [i16]; N]) {
    let samples = inputs.into_iter().zip(outputs);
    #[cfg(any(flowlet_kernel = "armv7em", flowlet_kernel = "mve"))]
    let mut samples = samples;
    #[cfg(flowlet_kernel = "armv7em")]
    for _ in 0..N / 3 {
        if let (Some((x0, y0)), Some((x1, y1)), Some((x2, y2))) =
            (samples.next(), samples.next(), samples.next())
        {
            let outputs = [&mut *y0, &mut *y1, &mut *y2];
            if armv7::batch::dense(layer, [x0, x1, x2], outputs).is_none() {
                single(layer, x0, y0);
                single(layer, x1, y1);
                single(layer, x2, y2);
            }
        }
    }
    #[cfg(flowlet_kernel = "mve")]
    for _ in 0..N / 2 {
        if let (Some((x0, y0)), Some((x1, y1))) = (samples.next(), samples.next())
            && mve::dense_pair(layer, [x0, x1], [&mut *y0, &mut *y1]).is_none()
        {
            single(layer, x0, y0);
            single(layer, x1, y1);
        }
    }
    samples.for_each(|(input, output)| single(layer, input, output));
}

/// Runs `layer` on one sample: in assembly if the target has a kernel that takes the layer.
#[cfg_attr(
    any(
        flowlet_kernel = "armv7m",
        flowlet_kernel = "armv7em",
        flowlet_kernel = "mve"
    ),
    inline(never)
)]
fn single(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    #[cfg(flowlet_kernel = "armv6m")]
    let done = armv6m::dense(layer, input, output);
    #[cfg(any(flowlet_kernel = "armv7m", flowlet_kernel = "armv7em"))]
    let done = armv7::dense(layer, input, output);
    #[cfg(flowlet_kernel = "mve")]
    let done = mve::dense(layer, input, output);
    #[cfg(flowlet_kernel = "rv32im")]
    let done = rv32im::dense(layer, input, output);
    #[cfg(flowlet_kernel = "portable")]
    let done = None::<()>;
    if done.is_none() {
        portable::dense(layer, input, output);
    }
}
