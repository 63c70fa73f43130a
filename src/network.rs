//! The network: its layers, one after the other, for one sample or a batch.

use crate::fixed::saturate;
use crate::kernel::{self, Activation};
use crate::model::Model;

/// Class and buffers of one sample.
pub(crate) struct Evaluation<'b> {
    /// Class given to the network. An unconditional model ignores it. A reference, because it is
    /// then loaded only where it is used, which saves an instruction per layer on Armv6-M.
    pub(crate) class: &'b u16,
    /// Input in the file's input format, D values; then the velocity, Q4.11.
    pub(crate) io: &'b mut [i16],
    /// Activations, as many as the widest layer has units.
    pub(crate) front: &'b mut [i16],
    /// Activations, of the same length.
    pub(crate) back: &'b mut [i16],
    /// Added to the biases of the first layer. Always empty for a sampler, which then has no code
    /// for it.
    pub(crate) extra: &'b [i16],
}

/// Lends the buffers of one sample. They are borrowed anew for each layer, which costs less code
/// and stack than an [`Evaluation`] that is kept.
pub(crate) trait Evaluate {
    fn evaluation(&mut self) -> Evaluation<'_>;
}

/// Evaluates the network at `time` ≤ 1 (Q0.15) for each sample, and replaces the input in `io` by
/// the velocity. There are at most `BATCH` samples.
pub(crate) fn velocity<S: Evaluate, const BATCH: usize>(
    model: &Model<'_>,
    time: u16,
    samples: &mut [S],
) {
    if BATCH == 1 {
        // A special case, so that a sampler of one slot links no code for batches.
        if let [one] = samples {
            run(model, time, [one]);
        }
        return;
    }
    let (batches, rest) = samples.as_chunks_mut::<{ kernel::FASTEST_BATCH }>();
    for batch in batches {
        run(model, time, batch.each_mut());
    }
    match rest {
        [one] => run(model, time, [one]),
        [one, two] => run(model, time, [one, two]),
        _ => {}
    }
}

/// Evaluates the network for `N` samples, layer by layer.
fn run<S: Evaluate, const N: usize>(model: &Model<'_>, time: u16, mut samples: [&mut S; N]) {
    let (mut first, mut flipped) = (true, false);
    let mut layers = model.layers();
    while let Some(layer) = layers.next() {
        let last = matches!(layer.dense.activation, Activation::Linear);
        let buffers = samples.each_mut().map(|sample| {
            let Evaluation {
                class,
                io,
                front,
                back,
                extra,
            } = sample.evaluation();
            let (input, output) = match (first, last, flipped) {
                (true, _, _) => (io, front),
                (_, true, true) => (front, io),
                (_, true, false) => (back, io),
                (_, _, true) => (front, back),
                (_, _, false) => (back, front),
            };
            layer.condition_bias(model, time, *class, output);
            if first {
                for (bias, &extra) in output.iter_mut().zip(extra) {
                    *bias = saturate(i32::from(*bias).wrapping_add(extra.into()));
                }
            }
            (&*input, output)
        });
        let inputs = buffers.each_ref().map(|(input, _)| *input);
        kernel::dense(&layer.dense, inputs, buffers.map(|(_, output)| output));
        if cfg!(feature = "latent") && last {
            break; // the layers of the latent are not of the network
        }
        (first, flipped) = (false, !flipped);
    }
}
