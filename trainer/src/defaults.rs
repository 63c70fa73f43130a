//! Defaults of the settings, the same in the library and in the command.

/// Widths of the hidden layers.
pub const HIDDEN: [usize; 3] = [64; 3];
/// Most solver steps per sample that are chosen.
pub const STEPS: u16 = 8;
/// Optimiser steps of the training.
pub const ITERATIONS: usize = 8000;
/// Rows per optimiser step.
pub const BATCH: usize = 256;
/// Peak learning rate of networks with layers of up to 64 units. Wider ones have a lower one.
pub const LEARNING_RATE: f32 = 5e-3;
/// Decay of the moving average of the weights.
pub const EMA: f32 = 0.999;
/// Share of the rows kept for validation.
pub const VALIDATION: f64 = 0.2;
