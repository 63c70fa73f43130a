//! What nearly all of the time of a sample goes to: dense layers over a vector, and the little that
//! is done for each coordinate and each conditioned row beside them.
//!
//! Two rows share each 16-bit weight, h = 256·a + b. Summing h·x gives 256·A + B, summing the low
//! bytes alone gives B, and A = (sum − B) >> 8: half of the unpacking that single bytes would need.
//! The sum may wrap, for it is only ever read modulo 2^32; A comes out right where |A| < 2^23,
//! which `parse` has shown for every segment of columns. It has bounded Σ|w|·max|x| of every row
//! below 2^31 too, so no order of summation wraps an int32 and any kernel gives the same bits. The
//! portable kernel is the specification; `build.rs` chooses another where the target has one.

#[cfg(flowlet_kernel = "armv6m")]
#[allow(unsafe_code, reason = "assembly")]
mod armv6m;
#[cfg(any(flowlet_kernel = "armv7m", flowlet_kernel = "armv7em"))]
#[allow(unsafe_code, reason = "assembly")]
mod armv7;
#[cfg(flowlet_kernel = "mve")]
#[allow(unsafe_code, reason = "assembly")]
mod mve;
pub mod portable;

pub use crate::drift::Coefficients;
use crate::fixed::Scale;
use crate::format::{BLOCK, Nodes};

/// One dense layer, as the file holds it ([`format`](mod@crate::format)); no alignment is assumed.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'a> {
    /// Outputs.
    pub rows: usize,
    /// Inputs.
    pub columns: usize,
    /// Blocks of four rows, columns in pairs: 8 bytes a block and pair.
    pub weights: &'a [u8],
    /// One word a row of every block.
    pub scales: &'a [u8],
    /// i16, one a row; where `None`, they stand in the output before it is written.
    pub biases: Option<&'a [u8]>,
    /// Columns, a multiple of 32, over which rows a and c stay below 2^23.
    pub segment: usize,
    /// What follows the sum.
    pub activation: Activation<'a>,
}

impl Dense<'_> {
    /// The weight of `row` at `column`. For checks and for what seldom runs; a call, for loops around it
    /// are unrolled.
    #[inline(never)]
    pub(crate) fn weight(&self, row: usize, column: usize) -> i32 {
        let block = (row & !(BLOCK - 1)).wrapping_mul(self.columns.next_multiple_of(2));
        let at = block + 2 * (row & 2) + 4 * column - 2 * (column & 1);
        let Some(&[low, high]) = self.weights.get(at..).and_then(<[u8]>::first_chunk) else {
            return 0; // as many as the shape asks for
        };
        let low = i32::from(low as i8);
        if row & 1 == 0 {
            // The upper byte is one less where the lower is negative.
            i32::from(high as i8).wrapping_sub(low >> 7)
        } else {
            low
        }
    }

    /// The scale of `row`. A call, as above.
    #[cfg_attr(not(flowlet_kernel = "portable"), inline(never))]
    pub(crate) fn scale(&self, row: usize) -> Scale {
        let word = self.scales.as_chunks().0.get(row); // one a row
        Scale::of_word(word.map_or(0, |&word| u32::from_le_bytes(word)))
    }
}

/// What follows the sum of a layer.
#[derive(Clone, Copy, Debug)]
pub enum Activation<'a> {
    /// A smooth curve.
    Curve {
        /// [`activation`](crate::fixed::activation) by it, or [`silu`](crate::fixed::silu).
        table: Option<&'a Nodes>,
        /// Fractional bits of the pre-activation.
        pre_frac: u8,
        /// Fractional bits of the activation.
        act_frac: u8,
    },
    /// None: the sum is a velocity in Q4.11.
    Linear,
}

/// Where an activation's nodes stand, as kernels read them; `None` where that is an odd address.
#[cfg(not(flowlet_kernel = "portable"))]
#[inline(always)]
fn nodes(table: Option<&Nodes>) -> Option<*const i16> {
    let table = table.unwrap_or(&crate::tables::SILU.0);
    let nodes = table.as_ptr().cast::<i16>();
    nodes.is_aligned().then_some(nodes)
}

/// Two rows of a conditioned layer's biases over t, and how far t is between them.
#[derive(Clone, Copy, Debug)]
pub struct Fold<'a> {
    /// i16, little-endian, a row of the layer each: at the time before t.
    pub before: &'a [[u8; 2]],
    /// At the time after.
    pub after: &'a [[u8; 2]],
    /// Of the class; empty where there is none.
    pub classes: &'a [[u8; 2]],
    /// (t − before) / (after − before) in units of 2^−`log2`.
    pub fraction: u16,
    /// 9 to 14.
    pub log2: u8,
}

/// A step of Euler's method, as all coordinates share it.
#[derive(Clone, Copy, Debug)]
pub struct Euler<'a> {
    /// The Gaussian drift at t.
    pub coefficients: &'a Coefficients,
    /// Its variance level of each coordinate.
    pub levels: &'a [u8],
    /// Its means, i16, little-endian, Q4.11.
    pub means: &'a [[u8; 2]],
    /// Q0.15.
    pub dt: u16,
    /// Fractional bits of the network's input.
    pub input_frac: u8,
}

/// Folds time and class into one bias a row of a conditioned layer: linear between two times,
/// rounded, plus the class's, saturated.
pub fn fold(fold: &Fold<'_>, biases: &mut [i16]) {
    #[cfg(flowlet_kernel = "armv7em")]
    if armv7::step::fold(fold, biases).is_some() {
        return;
    }
    portable::fold(fold, biases);
}

/// Adds the drift to the network's velocity in `io` and moves `state` (Q5.26) by it; leaves the
/// network's next input in `io`.
pub fn euler(step: &Euler<'_>, state: &mut [i32], io: &mut [i16]) {
    #[cfg(flowlet_kernel = "armv7em")]
    if armv7::step::euler(step, state, io).is_some() {
        return;
    }
    portable::euler(step, state, io);
}

/// The kernel that this target runs.
#[cfg(feature = "kernels")]
pub const NAME: &str = env!("FLOWLET_KERNEL");

/// Samples that [`dense`] is best given at once.
pub const GROUP: usize = if cfg!(flowlet_kernel = "armv7em") {
    3
} else if cfg!(flowlet_kernel = "mve") {
    2
} else {
    1
};

/// Runs `layer` on each of `inputs` (`columns` values) into the output beside it (`rows` values).
pub fn dense<const L: usize>(layer: &Dense<'_>, inputs: [&[i16]; L], outputs: [&mut [i16]; L]) {
    let lanes = inputs.into_iter().zip(outputs);
    #[cfg(any(flowlet_kernel = "armv7em", flowlet_kernel = "mve"))]
    let mut lanes = lanes;
    #[cfg(flowlet_kernel = "armv7em")]
    for _ in 0..L / 3 {
        if let (Some((x0, y0)), Some((x1, y1)), Some((x2, y2))) =
            (lanes.next(), lanes.next(), lanes.next())
        {
            let outputs = [&mut *y0, &mut *y1, &mut *y2];
            if armv7::lanes::dense(layer, [x0, x1, x2], outputs).is_none() {
                single(layer, x0, y0);
                single(layer, x1, y1);
                single(layer, x2, y2);
            }
        }
    }
    #[cfg(flowlet_kernel = "mve")]
    for _ in 0..L / 2 {
        if let (Some((x0, y0)), Some((x1, y1))) = (lanes.next(), lanes.next())
            && mve::dense_pair(layer, [x0, x1], [&mut *y0, &mut *y1]).is_none()
        {
            single(layer, x0, y0);
            single(layer, x1, y1);
        }
    }
    lanes.for_each(|(input, output)| single(layer, input, output));
}

/// [`dense`] of one sample: by the target's assembly where that takes the layer.
fn single(layer: &Dense<'_>, input: &[i16], output: &mut [i16]) {
    #[cfg(flowlet_kernel = "armv6m")]
    let done = armv6m::dense(layer, input, output);
    #[cfg(any(flowlet_kernel = "armv7m", flowlet_kernel = "armv7em"))]
    let done = armv7::dense(layer, input, output);
    #[cfg(flowlet_kernel = "mve")]
    let done = mve::dense(layer, input, output);
    #[cfg(flowlet_kernel = "portable")]
    let done = None::<()>;
    if done.is_none() {
        portable::dense(layer, input, output);
    }
}
