//! The network: its layers, one after the other, for one sample or a batch.

use crate::kernel::{self, Activation};
use crate::model::Model;

/// Class and buffers of one evaluation.
pub(crate) struct Evaluation<'b> {
    /// Class given to the network. An unconditional model ignores it.
    pub(crate) class: u16,
    /// Input in the file's input format, D values; then the velocity, Q4.11.
    pub(crate) io: &'b mut [i16],
    /// Activations, as many as the widest layer has units.
    pub(crate) front: &'b mut [i16],
    /// Activations, of the same length.
    pub(crate) back: &'b mut [i16],
}

/// Evaluates the network at `time` ≤ 1 (Q0.15). Replaces the input in `io` of each sample by its
/// velocity.
pub(crate) fn velocity<const N: usize>(
    model: &Model<'_>,
    time: u16,
    mut samples: [Evaluation<'_>; N],
) {
    let (mut first, mut flipped) = (true, false);
    let mut layers = model.layers();
    while let Some(layer) = layers.next() {
        let last = matches!(layer.dense.activation, Activation::Linear);
        let buffers = samples.each_mut().map(|sample| {
            let (input, output) = match (first, last, flipped) {
                (true, _, _) => (&mut *sample.io, &mut *sample.front),
                (_, true, true) => (&mut *sample.front, &mut *sample.io),
                (_, true, false) => (&mut *sample.back, &mut *sample.io),
                (_, _, true) => (&mut *sample.front, &mut *sample.back),
                (_, _, false) => (&mut *sample.back, &mut *sample.front),
            };
            layer.condition_bias(model, time, sample.class, output);
            (&*input, output)
        });
        let inputs = buffers.each_ref().map(|(input, _)| *input);
        kernel::dense(&layer.dense, inputs, buffers.map(|(_, output)| output));
        (first, flipped) = (false, !flipped);
    }
}
