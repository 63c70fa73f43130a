//! An Embassy task that takes one solver step at a time. Between two steps other tasks run.
#![no_std]
#![no_main]

use cortex_m as _; // its critical section
use embassy_executor::Spawner;
use embassy_futures::yield_now;
use embassy_sync::blocking_mutex::raw::ThreadModeRawMutex;
use embassy_sync::channel::Channel;
use interrupts::{SAMPLES, compare, generator, moons};

/// Checksums of finished samples. A product would send the values.
static FINISHED: Channel<ThreadModeRawMutex, u32, 1> = Channel::new();

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    if let Ok(draw) = draw() {
        spawner.spawn(draw);
    }
    let mut checksums = [0; SAMPLES];
    for checksum in &mut checksums {
        *checksum = FINISHED.receive().await;
    }
    compare("embassy", checksums)
}

/// Owns the sampler, so a step needs no lock.
#[embassy_executor::task]
async fn draw() {
    let (mut sampler, mut rng) = (moons::sampler(), generator());
    // `begin` cannot fail: the generator neither fails nor repeats itself.
    while sampler.begin(&mut rng).is_ok() {
        while sampler.step() > 0 {
            yield_now().await;
        }
        if let Some(sample) = sampler.finished() {
            FINISHED.send(sample.crc32()).await;
        }
    }
}
