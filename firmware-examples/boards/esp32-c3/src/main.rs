//! ESP32-C3 (RISC-V, 4 MB flash, 400 KB RAM) on a DevKitM-1, a DevKitC-02 or another board. It
//! sends generated movements of a watch in seven exercises over the serial port: one window of 2.56
//! s every 2.56 s. There is nothing to wire: the USB socket is power, programmer and serial port.
//!
//! The lines are a CSV file with the columns of the training data.
#![no_std]
#![no_main]

use esp_backtrace as _;
use esp_hal::clock::CpuClock;
use esp_hal::main;
use esp_hal::rng::Rng;
use esp_hal::time::{Duration, Instant};
use esp_println::println;
use render::csv::{Header, Row};
use render::models::motion;
use render::sampling;

esp_bootloader_esp_idf::esp_app_desc!();

/// Length of a window.
const WINDOW: Duration = Duration::from_millis(2560);

#[main]
fn main() -> ! {
    esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let mut rng = sampling::rng(seed());
    let model = motion::model();
    let mut sampler = motion::sampler();
    println!("{}", Header(&model));
    loop {
        for (class, name) in (0..).zip(model.class_names()) {
            let begun = Instant::now();
            let values = sampling::sample(&mut sampler, Some(class), &mut rng).expect("a class");
            println!("{}", Row(&values, name));
            while begun.elapsed() < WINDOW {}
        }
    }
}

/// Draws a seed from the chip's generator. With the radio off it is pseudo-random, which is good
/// enough for noise but not for secrets.
fn seed() -> u64 {
    let mut bytes = [0; 8];
    Rng::new().read(&mut bytes);
    u64::from_le_bytes(bytes)
}
