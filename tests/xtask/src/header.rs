//! Writes `flowlet.h` from the Rust code of the C interface (feature `header`).

use std::fs;

use crate::{Failure, checkout};

/// Writes the header anew.
pub fn record() -> Result<(), Failure> {
    let folder = checkout::path("firmware-examples/c");
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml"))?;
    let mut header = Vec::new();
    cbindgen::generate_with_config(&folder, config)?.write(&mut header);
    fs::write(folder.join("include/flowlet.h"), header)?;
    Ok(())
}
