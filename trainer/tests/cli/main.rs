//! The built `flowlet` command, run as a user runs it: what it writes, says and refuses.

mod demo;
mod import;
mod interrupt;
mod json;
mod place;
mod recipe;
mod refuse_data;
mod refuse_model;
mod refuse_output;
mod sample;
mod train;
