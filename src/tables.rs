//! The runtime's two tables: SiLU (1028 bytes) and the normal quantile (770 bytes). `build.rs`
//! computes them.

/// Table of an activation: 513 nodes, i16, little-endian, and two bytes that fill the last word.
pub type Nodes = [[u8; 2]; 514];

/// A table, aligned so that kernels can read it.
#[repr(align(4))]
pub(crate) struct Curve(pub(crate) Nodes);

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
