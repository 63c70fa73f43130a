//! The velocity MLP: its layers one after the other.

use crate::kernel;
use crate::model::Model;

/// Evaluates the network at `time` < 1 (Q0.15) for `class`. `io` holds the input in the file's
/// input format and receives the velocity in Q4.11 (D values); `front` and `back` hold the
/// activations, at least the widest layer each.
pub(crate) fn velocity<'b>(
    model: &Model<'_>,
    time: u16,
    class: u16,
    io: &mut [i16],
    mut front: &'b mut [i16],
    mut back: &'b mut [i16],
) {
    for (index, layer) in model.layers().enumerate() {
        let hidden = layer.formats.is_some();
        let (input, output) = match index {
            0 => (&*io, &mut *back),
            _ if hidden => (&*front, &mut *back),
            _ => (&*front, &mut *io),
        };
        if let Some(condition) = layer.condition {
            condition.fold(time, class, output);
        }
        kernel::dense(&layer.dense, [input], [output]);
        core::mem::swap(&mut front, &mut back);
    }
}
