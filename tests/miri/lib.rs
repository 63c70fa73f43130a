//! Tests of the C interface for Miri, which finds out-of-bounds and unaligned accesses,
//! uninitialised memory and aliased pointers. All `unsafe` code that can run on the host is there.

#[cfg(test)]
#[path = "../c/api.rs"]
mod api;
#[cfg(test)]
#[path = "../c/calls.rs"]
mod calls;
#[cfg(test)]
#[path = "../c/decimals.rs"]
mod decimals;
#[cfg(test)]
#[path = "../c/refuse.rs"]
mod refuse;
