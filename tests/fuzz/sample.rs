//! Samples a model with a repaired header. The first bytes are the settings of the sampler.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    flowlet_fuzz::sample(bytes);
});
