//! Reads any bytes as a file, unchanged and with a repaired header, so that later checks are
//! reached.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    flowlet_fuzz::read(bytes);
    flowlet_fuzz::read(&flowlet_fuzz::repaired(bytes));
});
