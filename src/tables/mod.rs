//! The runtime's two tables, made by `build.rs` beside this file: SiLU (1028 bytes) and the
//! normal quantile (770 bytes).

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
