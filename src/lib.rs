//! Flow-matching samplers for microcontrollers: `no_std`, no allocation, no float on the sampling
//! path, and the same bits on every core.
//!
//! A flow-matching model is a velocity field v(x, t): it says which way, and how fast, a point x
//! moves at time t. A sample starts as noise x at t = 0 and follows dx/dt = v(x, t) to t = 1
//! (Lipman et al., *Flow Matching for Generative Modeling*, arXiv 2210.02747). Here v is the sum of
//! a drift and a small network. The drift is a formula: the velocity that Gaussian data would have.
//! The network has int8 weights and int16 activations. All arithmetic is fixed point.
//!
//! ```
//! // The compiler checks the file. It is aligned and stays in flash.
//! flowlet::model!(mod moons = "moons.flow");
//!
//! # fn main() -> Result<(), flowlet::Error> {
//! # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
//! let mut sampler = moons::sampler(); // all memory
//! let mut rng = Xoshiro128PlusPlus::seed_from_u64(1); // any generator
//! let point = sampler.sample(&mut rng)?;
//! for value in point.values() {
//!     println!("{value}"); // in the units of the training data
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Sampler`] draws rows. [`Scorer`] tells how unusual a row is. [`Filler`] draws rows of which
//! some columns are known. [`model!`] makes all three.
//!
//! # Number formats
//!
//! Qm.n is a two's-complement integer with a sign, m integer bits and n fractional bits: it
//! represents the integer · 2^−n. [`fixed`] lists the formats, their ranges and their roundings.
//! [`format`](mod@format) describes the file and the bounds that [`Model::parse`] proves, so that
//! nothing can overflow later.
//!
//! # Panics
//!
//! No function panics, allocates or loops without a bound, on any input. The only exception is the
//! encoder, which allocates; it does not run on devices.
//!
//! # Features
//!
//! - `latent`: samples from models whose flow runs in principal components; on by default, about
//!   1 KB of code. Without it, [`Model::parse`] refuses such models.
//! - `heapless`: `Sample::to_vec`, into a vector without allocation.
//! - `stats`: `Stats`, running mean and standard deviation on the device (uses `micromath`).
//! - `defmt`: `defmt::Format` on every public type except [`format::Body`]. A [`Model`] logs its
//!   sizes, a [`Sampler`] its settings, a [`Sample`] its class and values, a [`Score`] its value.
//! - `encode`: `flowlet::encode`, which writes `.flow` files, for trainers and tests. Needs an
//!   allocator.
//! - `portable`: the portable kernel on every target, with the same bits. Without it, Armv6-M,
//!   Armv7-M, Armv7E-M and RV32IM use assembly. So does Armv8-M with DSP or MVE, if the compiler
//!   flags name such a processor.
//!
//! # Modules
//!
//! Each module imports only modules to its left:
//!
//! ```text
//! tables → fixed, format → kernel, quantities, decimal → value
//!     → model → network → sampler → filler, scorer
//! ```
//!
//! | module | content |
//! | --- | --- |
//! | `tables` | tables of SiLU and the normal quantile, which `build.rs` computes |
//! | [`fixed`] | number formats and their roundings |
//! | [`format`](mod@format) | the `.flow` file: header, limits, errors, solvers |
//! | `kernel` | hot loops: layers, biases, Euler step, drift; Rust and assembly |
//! | `quantities` | time and strength of guidance |
//! | `decimal` | values with a fixed number of decimal places |
//! | `value` | values in physical units, in fixed point |
//! | `model` | reads and checks a file, then lends its parts |
//! | `network` | runs the layers, one after the other |
//! | `sampler` | noise, steps, samples |
//! | `filler` | samples of which some columns are known |
//! | `scorer` | how unusual a row is |
//!
//! Six helpers are outside this chain. `int_math` (division, roots), `angle` and `crc` import
//! nothing. [`noise`] imports `tables`, `include` (a model in firmware) imports `format`, and
//! `error` imports `format` and `sampler`. The modules `encode`, `defmt` and `stats` are optional.
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

#[cfg(feature = "encode")]
extern crate alloc;
#[cfg(test)]
extern crate std;

mod angle;
mod crc;
mod decimal;
#[cfg(feature = "defmt")]
mod defmt;
#[cfg(feature = "encode")]
pub mod encode;
mod error;
mod filler;
pub mod fixed;
pub mod format;
mod include;
mod int_math;
#[cfg(feature = "kernels")]
#[doc(hidden)]
pub mod kernel;
#[cfg(not(feature = "kernels"))]
mod kernel;
mod model;
mod network;
pub mod noise;
mod quantities;
mod sampler;
mod scorer;
#[cfg(feature = "stats")]
mod stats;
mod tables;
mod value;

pub use decimal::Decimal;
pub use error::Error;
pub use filler::{BorrowedFiller, Filler, Known, checked_fill, fill_dims};
pub use format::{Field, ModelError, Solver};
pub use include::{ModelSize, checked};
pub use kernel::Kernel;
pub use model::{
    Column, ColumnKind, ColumnNames, Fill, HiddenLayers, Knot, Model, Proportions, Query,
    Standardised, Times, Variances,
};
pub use quantities::{Guidance, Time};
pub use rand_core;
pub use sampler::{
    BorrowedSampler, ColumnValue, Columns, Given, Sample, Sampler, SamplerError, Samples, Value,
    Values,
};
pub use scorer::{BorrowedScorer, Contributions, Ranks, Score, Scorer};
#[cfg(feature = "stats")]
pub use stats::Stats;
pub use value::Fixed;
