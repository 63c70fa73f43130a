//! Random weights in the layout of the file: two rows per halfword, 256·a + b. Any sequence of
//! halfwords is a valid layer.

use std::path::PathBuf;
use std::{env, fs};

/// Distributions of the weights that the kernels are compared with. The first is written at every
/// offset from a word.
const DISTRIBUTIONS: [fn(&mut Draw) -> i16; 4] = [
    |draw| draw.within(-127, 127),
    |draw| 127 * (2 * draw.within(0, 1) - 1),
    |_| 127,
    |draw| draw.within(-2, 2),
];
/// Bytes of weights per distribution.
const LENGTH: usize = 8192;

/// A linear congruential generator (Knuth, *The Art of Computer Programming* 2, 3.3.4). It gives
/// the same weights on every host and needs no dependency.
struct Draw(u64);

impl Draw {
    /// Draws an integer in `low..=high`.
    fn within(&mut self, low: i16, high: i16) -> i16 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let span = u64::from((high - low + 1) as u16);
        low + (((self.0 >> 33) * span) >> 31) as i16
    }
}

/// Bytes of the benchmark's weights, enough for 256 columns and 128 rows.
const LARGEST: usize = 32_768;

/// Draws a weight as in trained rows: about normal with a standard deviation of 40, so that the
/// mean of |w| is 32.
fn trained(draw: &mut Draw) -> i16 {
    let sum: i16 = (0..4).map(|_| draw.within(-34, 34)).sum();
    sum.clamp(-127, 127)
}

/// Writes `trained.bin`, the benchmark's weights, and `distributions.bin`: [`LENGTH`] + 4 bytes for
/// each distribution, then for each offset of the first one.
pub fn write() {
    println!("cargo::rerun-if-changed=weights.rs");
    let mut draw = Draw(1);
    let mut bytes = Vec::new();
    let mut put = |weights: &[u8], offset: usize| {
        bytes.extend(&[0; 4][..offset]);
        bytes.extend(weights);
        bytes.extend(&[0; 4][offset..]);
    };
    let distributions = DISTRIBUTIONS.map(|kind| -> Vec<u8> {
        (0..LENGTH / 2)
            .flat_map(|_| (256 * kind(&mut draw) + kind(&mut draw)).to_le_bytes())
            .collect()
    });
    for weights in &distributions {
        put(weights, 0);
    }
    for offset in 1..4 {
        put(&distributions[0], offset);
    }
    let halves = (0..LARGEST / 2).map(|_| 256 * trained(&mut draw) + trained(&mut draw));
    let largest: Vec<u8> = halves.flat_map(i16::to_le_bytes).collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("trained.bin"), largest).expect("OUT_DIR can be written");
    fs::write(out.join("distributions.bin"), bytes).expect("OUT_DIR can be written");
}
