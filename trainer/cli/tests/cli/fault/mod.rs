//! Faults of the machine: existing files survive, and the message says what to do.
#![cfg(unix)]

mod full_disk;
mod held_folder;
mod killed;
mod large;
mod names;
mod read_only;
