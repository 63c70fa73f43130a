//! The C interface: its header, its functions called on the host, and C firmware on an emulated board.

mod api;
mod header;
