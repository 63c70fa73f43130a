//! Shared by the real boards: the models, sampling without a panic, and the display of samples. A
//! digit appears on five by five LEDs or on an OLED display. A heartbeat becomes a voltage, and a
//! movement a line of text.
//!
//! Nothing here depends on a board, so the tests of this crate draw the same pictures on the host.
#![no_std]

pub mod csv;
pub mod digit;
pub mod leds;
pub mod models;
pub mod oled;
pub mod sampling;
pub mod wave;
