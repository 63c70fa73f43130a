//! Flow-matching samplers for microcontrollers: `no_std`, no allocation, no float on the sampling
//! path, and the same bits on every core.
//!
//! A flow-matching model is a velocity field v(x, t). A sample is made by drawing noise x at
//! t = 0 and integrating dx/dt = v(x, t) to t = 1 (Lipman et al., *Flow Matching for Generative
//! Modeling*, arXiv 2210.02747). Here v is the closed-form velocity of Gaussian data plus a small
//! MLP with int8 weights and int16 activations, and the integration runs in fixed point.
//!
//! ```
//! static MODEL: &[u8] = flowlet::include_model!("../firmware-examples/models/moons.flow"); // aligned, read in place
//! const SIZE: flowlet::ModelSize = flowlet::ModelSize::of(MODEL).unwrap(); // at compile time
//!
//! # fn main() -> Result<(), Box<dyn core::error::Error>> {
//! # use rand_xoshiro::{Xoshiro128PlusPlus, rand_core::SeedableRng};
//! let model = flowlet::Model::parse(MODEL)?; // checked once; nothing can fail after it
//! let mut sampler = flowlet::Sampler::<{ SIZE.dim }, { SIZE.width }>::new(&model)?;
//! let mut rng = Xoshiro128PlusPlus::seed_from_u64(1); // any rand_core generator
//! let point = sampler.sample(&mut rng)?;
//! for value in point.values() {
//!     println!("{value}"); // in the units of the training data
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Number formats
//!
//! Qm.n is a two's-complement integer of m integer bits, a sign and n fractional bits: the real
//! is the integer · 2^−n. The formats, their ranges and how each is rounded stand in [`fixed`];
//! the file and the bounds that [`Model::parse`] proves, so that nothing can overflow after it,
//! in [`format`](mod@format).
//!
//! # Panics
//!
//! No function of this crate panics, allocates or loops without a bound, on any input.
//!
//! # Features
//!
//! - `stats`: `Stats`, running mean and standard deviation on the device (uses `micromath`).
//! - `defmt`: `defmt::Format` on every public type but [`format::Body`]: of a [`Model`] its sizes, of a
//!   [`Sampler`] its settings, of a [`Sample`] its class and values.
//! - `encode`: [`encode`](mod@encode) writes `.flow` files; needs `std`, for trainers and tests.
//! - `portable`: the portable kernel on every target, in place of assembly on Armv6-M, Armv7-M,
//!   Armv7E-M and, where flags name the processor, Armv8-M with DSP or MVE. The bits are the same.
#![no_std]
#![deny(unsafe_code)]

#[cfg(any(test, feature = "encode"))]
extern crate std;

mod drift;
#[cfg(feature = "encode")]
pub mod encode;
pub mod fixed;
pub mod format;
mod include;
mod int_math;
#[cfg(feature = "kernels")]
#[doc(hidden)]
pub mod kernel;
#[cfg(not(feature = "kernels"))]
mod kernel;
#[cfg(feature = "defmt")]
mod log;
mod model;
mod network;
pub mod noise;
mod sample;
mod sampler;
#[cfg(feature = "stats")]
mod stats;
mod tables;

pub use format::{Field, ModelError};
pub use include::ModelSize;
pub use model::{Column, ColumnKind, ColumnNames, Model};
pub use sample::{Fixed, Sample};
pub use sampler::{Sampler, SamplerError, SamplerIn, Samples, Solver, Trajectory, TrajectoryIn};
#[cfg(feature = "stats")]
pub use stats::Stats;
