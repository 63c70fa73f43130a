//! What the boards share: the models, sampling without a panic, and what samples look like on their hardware: a digit
//! on five by five LEDs or an OLED display, a heartbeat as a voltage, a movement as a line of text. Nothing here knows a
//! board, so that the host draws the same pictures in this crate's tests.
#![no_std]

pub mod csv;
pub mod digit;
pub mod leds;
pub mod models;
pub mod oled;
pub mod sampling;
pub mod wave;
