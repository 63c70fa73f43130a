//! The velocity MLP: its layers one after the other, for as many samples at once as the kernel
//! gains by.

use crate::kernel::{self, Activation};
use crate::model::Model;
use crate::sampler::{Lane, Memory, Parts};

/// Evaluates the network at `time` ≤ 1 (Q0.15) for every lane: `io` holds the input in the file's
/// input format and receives the velocity in Q4.11 (D values); `front` and `back` hold activations.
pub(crate) fn velocity<M: Memory, const LANES: usize>(
    model: &Model<'_>,
    time: u16,
    lanes: &mut [Lane<M>],
) {
    if LANES == 1 {
        // Said apart, so that such a sampler links no other.
        if let [one] = lanes {
            run(model, time, [one]);
        }
        return;
    }
    let (groups, rest) = lanes.as_chunks_mut::<{ kernel::GROUP }>();
    for group in groups {
        run(model, time, group.each_mut());
    }
    match rest {
        [one] => run(model, time, [one]),
        [one, two] => run(model, time, [one, two]),
        _ => {}
    }
}

fn run<M: Memory, const L: usize>(model: &Model<'_>, time: u16, mut lanes: [&mut Lane<M>; L]) {
    let (mut first, mut flipped) = (true, false);
    let mut layers = model.layers();
    while let Some(layer) = layers.next() {
        let last = matches!(layer.dense.activation, Activation::Linear);
        let buffers = lanes.each_mut().map(|lane| {
            let Parts {
                io, front, back, ..
            } = lane.memory.parts();
            let (input, output) = match (first, last, flipped) {
                (true, _, _) => (io, front),
                (_, true, true) => (front, io),
                (_, true, false) => (back, io),
                (_, _, true) => (front, back),
                (_, _, false) => (back, front),
            };
            layer.fold(model, time, lane.class, output);
            (&*input, output)
        });
        let inputs = buffers.each_ref().map(|(input, _)| *input);
        kernel::dense(&layer.dense, inputs, buffers.map(|(_, output)| output));
        (first, flipped) = (false, !flipped);
    }
}
