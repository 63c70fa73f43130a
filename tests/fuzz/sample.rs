//! A model whose frame is repaired, and a sampler that does with it what the first bytes say.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    flowlet_fuzz::sample(bytes);
});
