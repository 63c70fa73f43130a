//! The `flowlet` command, run as a user runs it: what it writes, prints and refuses.

mod category;
mod cells;
mod circular;
mod dates;
mod demo;
mod emulate;
mod eval;
mod export;
mod fault;
mod format;
mod import;
mod interrupt;
mod json;
mod numbers;
mod place;
mod plot;
mod recipe;
mod recordings;
mod refuse_data;
mod refuse_model;
mod refuse_output;
mod report;
mod running;
mod sample;
mod shell;
mod train;
