//! The command where the machine fails it: nothing that was there is lost, and a line says what to do.
#![cfg(unix)]

mod full_disk;
mod held_folder;
mod killed;
mod large;
mod names;
mod read_only;
