//! The command `flowlet`: parses options, calls the library `flowlet_trainer`, prints and draws.

pub mod boards;
pub mod commands;
pub mod draw;
pub mod firmware;
pub mod report;
mod text;
