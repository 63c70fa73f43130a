//! The tests of the C interface, which is where `unsafe` stands that can run on the host, for Miri:
//! out-of-bounds and unaligned reads, uninitialised memory, and pointers that overlap what is
//! borrowed.

#[cfg(test)]
#[path = "../c/api.rs"]
mod api;
