//! Values that Rust prepares for the assembly of a layer.

use core::mem::{MaybeUninit, offset_of};

use crate::fixed::VELOCITY_FRAC;
use crate::kernel::{Activation, Dense, nodes};

/// Value that Rust or the assembly writes before the assembly reads it.
type Slot<T> = MaybeUninit<T>;

/// Values of a layer. The assembly has their offsets from `input`, to which it points.
#[repr(C)]
pub(super) struct Frame {
    /// Loaded once, with the next five: number of columns, and columns of a segment.
    columns: Slot<usize>,
    segment: Slot<usize>,
    /// After the start: number of segments between the first and the last.
    weights: Slot<*const u8>,
    /// Nodes of the activation's table, and 11 to 13; unused if it is linear. After the start: how
    /// many of those segments are left, and the output of the last rows.
    nodes: Slot<*const i16>,
    pre_frac: Slot<usize>,
    /// Bytes of a block of four rows.
    stride: Slot<usize>,
    /// 2^25, which the requantisation adds: 2^15 in its result. Written by the assembly.
    middle: Slot<usize>,
    /// With a table step of 2^shift: −shift, 16 − shift, the node for index 0 and the next one.
    /// (pre + 2^15) >> shift is the index. Written by the assembly.
    shifts: Slot<[isize; 2]>,
    tables: Slot<[*const i16; 2]>,
    /// Fractional bits of the activation less those of the table.
    fine: Slot<isize>,
    /// Code of the activation.
    activation: Slot<isize>,
    /// Advanced by the assembly, like the next three.
    scales: Slot<*const u8>,
    biases: Slot<*const i16>,
    output: Slot<*mut i16>,
    /// Number of rows left, without the eight of this turn.
    rows_left: Slot<isize>,
    input: Slot<*const i16>,
    /// One sample: iterations of the loop for the first segment, and the program of a block. Two
    /// samples: input of the second one, and the iterations. The assembly writes all but the input.
    block: Slot<[usize; 2]>,
    /// Where the loop is entered. Written by the assembly, like the rest.
    entry: Slot<usize>,
    /// Columns that do not fill a group, the bytes of their weights in a block, and the offsets of
    /// the words of one pair of rows.
    tail: Slot<usize>,
    tail_bytes: Slot<usize>,
    tail_offsets: Slot<[u32; 4]>,
    /// Code for the second group of a pair, where an odd number of groups begins.
    odd: Slot<usize>,
    /// Biases and outputs of the last rows, then their scales.
    scratch: Slot<[u32; 8]>,
    /// Program of a block.
    program: Slot<[usize; 8]>,
}

/// Values for two samples.
#[repr(C)]
pub(super) struct Pair {
    frame: Frame,
    /// Program of the second block, which follows that of the first.
    program: Slot<[usize; 8]>,
    /// Biases and output of the second sample. Advanced by the assembly.
    second_biases: Slot<*const i16>,
    second_output: Slot<*mut i16>,
    /// Sums of two blocks and two samples.
    stash: Slot<[u32; 16]>,
}

/// Offset of the first field after those that the assembly loads once.
pub(super) const LOADED_ONCE: usize = offset_of!(Frame, middle);
/// Offset of the field to which the assembly points.
pub(super) const BASE: usize = offset_of!(Frame, input);

/// Offsets from that field, by the names that the assembly uses.
macro_rules! offsets {
    ($($name:ident: $type:ident.$field:ident;)*) => {
        pub(super) mod offset {
            $(pub(in super::super) const $name: isize =
                core::mem::offset_of!(super::$type, $field) as isize - super::BASE as isize;)*
        }
    };
}
offsets! {
    ACTIVATION: Frame.activation;
    BLOCK: Frame.block;
    ENTRY: Frame.entry;
    COLUMNS: Frame.columns;
    TAIL: Frame.tail;
    TAIL_BYTES: Frame.tail_bytes;
    TAIL_OFFSETS: Frame.tail_offsets;
    ODD: Frame.odd;
    BETWEEN: Frame.weights;
    LEFT: Frame.nodes;
    SAVED: Frame.pre_frac;
    SCRATCH: Frame.scratch;
    PROGRAM: Frame.program;
    SECOND: Pair.second_biases;
    STASH: Pair.stash;
}

/// Checks the order of values that one instruction loads or stores, and of the two programs.
const _: () = {
    assert!(offset_of!(Frame, segment) == 4 && offset_of!(Frame, weights) == 8);
    assert!(offset_of!(Frame, nodes) == 12 && offset_of!(Frame, pre_frac) == 16);
    assert!(offset_of!(Frame, stride) == 20 && LOADED_ONCE == 24 && BASE == 24 + 44);
    assert!(offset_of!(Frame, shifts) == 28 && offset_of!(Frame, tables) == 36);
    assert!(offset_of!(Frame, fine) == 44 && offset::ACTIVATION == -20);
    assert!(offset_of!(Frame, scales) == BASE - 16 && offset_of!(Frame, biases) == BASE - 12);
    assert!(offset_of!(Frame, output) == BASE - 8 && offset_of!(Frame, rows_left) == BASE - 4);
    assert!(offset::BLOCK == 4 && offset::ENTRY == 12);
    assert!(offset_of!(Pair, second_output) == offset_of!(Pair, second_biases) + 4);
    assert!(offset_of!(Pair, program) == offset_of!(Frame, program) + 32);
};

/// Distances of activations from the jump to them.
#[derive(Clone, Copy)]
pub(super) struct Activations {
    pub(super) coarse: isize,
    pub(super) fine: isize,
    pub(super) linear: isize,
}

impl Frame {
    /// Returns a frame without values.
    #[inline(always)]
    pub(super) const fn new() -> Self {
        // SAFETY: any bytes, initialised or not, are valid in each of the fields.
        unsafe { MaybeUninit::uninit().assume_init() }
    }

    /// Prepares `layer` for one sample. Returns `None` if a slice is too short or not aligned, or
    /// if no file may have such a layer.
    #[inline(always)]
    pub(super) fn prepare(
        &mut self,
        layer: &Dense<'_>,
        input: &[i16],
        output: &mut [i16],
        activations: Activations,
    ) -> Option<()> {
        let (rows, columns) = (layer.rows, layer.columns);
        if (rows.wrapping_sub(1) | columns.wrapping_sub(1)) >= 1024 {
            return None;
        }
        self.columns.write(columns);
        self.rows_left.write((rows as isize).wrapping_sub(8));
        let stride = columns.wrapping_add(1) / 2 * 8;
        self.stride.write(stride);
        let blocks = rows.wrapping_add(3) / 4;
        let (weights, scales) = (layer.weights, layer.scales);
        self.weights.write(weights.as_ptr());
        self.scales.write(scales.as_ptr());
        self.input.write(input.as_ptr());
        self.output.write(output.as_mut_ptr());
        if weights.len() < blocks.wrapping_mul(stride)
            || scales.len() < blocks * 16
            || input.len() < columns
            || output.len() < rows
        {
            return None;
        }
        let mut addresses =
            weights.as_ptr().addr() | scales.as_ptr().addr() | input.as_ptr().addr();
        match layer.biases {
            Some(biases) => {
                if biases.len() < rows * 2 {
                    return None;
                }
                addresses |= biases.as_ptr().addr() << 1;
                self.biases.write(biases.as_ptr().cast());
            }
            None => {
                self.biases.write(output.as_ptr());
            }
        }
        self.segment.write(layer.segment);
        if addresses % 4 != 0 || layer.segment < columns && layer.segment.wrapping_sub(1) % 16 != 15
        {
            return None;
        }
        let activation = match layer.activation {
            Activation::Linear => activations.linear,
            Activation::Curve {
                table,
                pre_frac,
                act_frac,
            } => {
                if pre_frac.wrapping_sub(11) > 2 {
                    return None;
                }
                self.nodes.write(nodes(table)?);
                self.pre_frac.write(pre_frac.into());
                let fine = isize::from(act_frac) - VELOCITY_FRAC as isize;
                self.fine.write(fine);
                // Without a branch: all bits of the sign.
                let coarse = fine >> (isize::BITS - 1);
                activations.fine + (coarse & (activations.coarse - activations.fine))
            }
        };
        self.activation.write(activation);
        Some(())
    }
}

impl Pair {
    /// Returns a frame without values.
    #[inline(always)]
    pub(super) const fn new() -> Self {
        // SAFETY: any bytes, initialised or not, are valid in each of the fields.
        unsafe { MaybeUninit::uninit().assume_init() }
    }

    /// Prepares the complete groups of eight rows for two samples.
    #[inline(always)]
    pub(super) fn prepare(
        &mut self,
        layer: &Dense<'_>,
        [x0, x1]: [&[i16]; 2],
        [y0, y1]: [&mut [i16]; 2],
        activations: Activations,
    ) -> Option<()> {
        if x1.len() < layer.columns || y1.len() < layer.rows || x1.as_ptr().addr() % 4 != 0 {
            return None;
        }
        let biases = match layer.biases {
            Some(biases) => biases.as_ptr().cast(),
            None => y1.as_ptr(),
        };
        self.second_biases.write(biases);
        self.second_output.write(y1.as_mut_ptr());
        self.frame.block.write([x1.as_ptr().addr(), 0]);
        self.frame.prepare(layer, x0, y0, activations)
    }
}
