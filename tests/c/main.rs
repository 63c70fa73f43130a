//! The C interface: its header, and its functions called on the host. Firmware in C is in
//! `tests/boards`.

mod api;
mod calls;
mod compile;
mod compilers;
mod decimals;
mod fill;
mod header;
mod refuse;
mod score;
