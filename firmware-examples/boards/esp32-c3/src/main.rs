//! ESP32-C3 (RISC-V, 4 MB flash, 400 KB RAM), on a DevKitM-1, a DevKitC-02 or another board: generated movements of a
//! watch in seven exercises over the serial port, a window of 2.56 s as long as it takes. Nothing to wire: the USB
//! socket is power, programmer and serial port, by the board's bridge or the chip's own USB.
//!
//! The lines are those of a CSV file like the one that the model is trained on, so that what the board has sent can be
//! compared with that by `flowlet eval`.
#![no_std]
#![no_main]

use esp_backtrace as _;
use esp_hal::clock::CpuClock;
use esp_hal::main;
use esp_hal::rng::Rng;
use esp_hal::time::{Duration, Instant};
use esp_println::println;
use render::csv::{Header, Row};
use render::models::{MOTION, MOTION_SIZE};
use render::sampling;

esp_bootloader_esp_idf::esp_app_desc!();

/// How long a window is.
const WINDOW: Duration = Duration::from_millis(2560);

#[main]
fn main() -> ! {
    esp_hal::init(esp_hal::Config::default().with_cpu_clock(CpuClock::max()));
    let mut rng = sampling::rng(seed());
    let model = sampling::model(MOTION).expect("motion.flow is a model");
    let mut sampler =
        sampling::sampler::<{ MOTION_SIZE.dim }, { MOTION_SIZE.width }>(&model).expect("its size");
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

/// A seed of the chip's generator. With the radio off that is no source of secrets, but it does not give the same twice.
fn seed() -> u64 {
    let mut bytes = [0; 8];
    Rng::new().read(&mut bytes);
    u64::from_le_bytes(bytes)
}
