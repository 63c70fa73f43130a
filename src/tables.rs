//! The runtime's two tables, made by `build.rs` beside this file: SiLU (1028 bytes) and the
//! normal quantile (770 bytes).

use crate::format::Nodes;

/// Nodes, aligned as kernels read them.
#[repr(align(4))]
pub(crate) struct Curve(pub(crate) Nodes);

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
