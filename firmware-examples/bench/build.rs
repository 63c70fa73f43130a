//! The board's memory map, and the weights that the programs run.

#[path = "../harness/link.rs"]
mod link;
mod weights;

fn main() {
    link::main();
    weights::write();
}
