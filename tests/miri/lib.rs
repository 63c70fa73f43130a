//! Tests of the C interface for Miri, which finds out-of-bounds and unaligned accesses,
//! uninitialised memory and aliased pointers. All `unsafe` code that can run on the host is there.

#[cfg(test)]
#[path = "../c/api.rs"]
mod api;
