//! The command `flowlet`: parses options, calls the library `flowlet_trainer`, prints and draws.
//!
//! Modules import only those below them:
//!
//! ```text
//! commands                       one subcommand per module: options, messages, results
//!    report, firmware            a report: stats, plots, html; programs for emulated boards
//!       draw, boards, text       scenes as SVG and PNG; known boards and their costs; shared text
//! ```

pub mod boards;
pub mod commands;
pub mod draw;
pub mod firmware;
pub mod report;
mod text;
