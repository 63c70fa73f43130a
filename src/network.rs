//! The velocity MLP: its layers one after the other, for as many samples at once as the kernel
//! gains by.

use crate::kernel::{self, Activation};
use crate::model::Model;
use crate::sampler::Lane;

/// Evaluates the network at `time` ≤ 1 (Q0.15) for every lane: `io` holds the input in the file's
/// input format and receives the velocity in Q4.11 (D values); `front` and `back` hold activations.
pub(crate) fn velocity<const DIM: usize, const WIDTH: usize, const LANES: usize>(
    model: &Model<'_>,
    time: u16,
    lanes: &mut [Lane<DIM, WIDTH>],
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

fn run<const DIM: usize, const WIDTH: usize, const L: usize>(
    model: &Model<'_>,
    time: u16,
    mut lanes: [&mut Lane<DIM, WIDTH>; L],
) {
    let (mut first, mut flipped) = (true, false);
    let mut layers = model.layers();
    while let Some(layer) = layers.next() {
        let last = matches!(layer.dense.activation, Activation::Linear);
        let buffers = lanes.each_mut().map(|lane| {
            let io = &mut lane.io.0[..];
            let (mut held, mut free) = (&mut lane.back.0[..], &mut lane.front.0[..]);
            if flipped {
                (held, free) = (free, held);
            }
            let (input, output) = match (first, last) {
                (true, _) => (io, free),
                (_, true) => (held, io),
                _ => (held, free),
            };
            layer.fold(model, time, lane.class, output);
            (&*input, output)
        });
        let inputs = buffers.each_ref().map(|(input, _)| *input);
        kernel::dense(&layer.dense, inputs, buffers.map(|(_, output)| output));
        (first, flipped) = (false, !flipped);
    }
}
