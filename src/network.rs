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
    let mut input = Buffer::Io;
    let mut layers = model.layers();
    while let Some(layer) = layers.next() {
        let output = match (layer.dense.activation, input) {
            (Activation::Linear, _) => Buffer::Io,
            (_, Buffer::Front) => Buffer::Back,
            (_, _) => Buffer::Front,
        };
        let buffers = lanes.each_mut().map(|lane| {
            let (io, front, back) = (
                &mut lane.io.0[..],
                &mut lane.front.0[..],
                &mut lane.back.0[..],
            );
            let (input, output) = match (input, output) {
                (Buffer::Io, _) => (io, front),
                (Buffer::Front, Buffer::Io) => (front, io),
                (Buffer::Front, _) => (front, back),
                (Buffer::Back, Buffer::Io) => (back, io),
                (Buffer::Back, _) => (back, front),
            };
            layer.fold(model, time, lane.class, output);
            (&*input, output)
        });
        let inputs = buffers.each_ref().map(|(input, _)| *input);
        kernel::dense(&layer.dense, inputs, buffers.map(|(_, output)| output));
        input = output;
    }
}

/// Where a layer's values stand.
#[derive(Clone, Copy)]
enum Buffer {
    Io,
    Front,
    Back,
}
