//! `flowlet.h` is what cbindgen makes of the crate.

const PATH: &str = "firmware-examples/c/include/flowlet.h";

#[test]
fn the_header_is_that_of_the_code() {
    let folder = "firmware-examples/c";
    let config = cbindgen::Config::from_file(format!("{folder}/cbindgen.toml"))
        .expect("cbindgen.toml can be read");
    let mut made = Vec::new();
    cbindgen::generate_with_config(folder, config)
        .expect("cbindgen reads the crate")
        .write(&mut made);
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        std::fs::write(PATH, &made).expect("the header can be written");
    }
    let committed = std::fs::read(PATH).unwrap_or_default();
    assert!(
        committed == made,
        "{PATH} differs from the code; `cargo xtask record header` writes it anew"
    );
}
