//! Any bytes as a file: as they are, and with the frame repaired, so that the checks behind it are
//! met.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    flowlet_fuzz::read(bytes);
    flowlet_fuzz::read(&flowlet_fuzz::repaired(bytes));
});
