//! STM32F407G-DISC1 (STM32F407VG, Cortex-M4, 1 MB flash, 192 KB RAM), with Embassy. It plays
//! generated heartbeats without end as a voltage of 0 to 3.3 V at PA4.
//!
//! | board | to |
//! | --- | --- |
//! | PA4, header P1 | an oscilloscope's probe, or a patient monitor's input behind a divider |
//! | GND, header P1 | its ground |
//!
//! The debugger is on the board, behind the mini-USB socket CN1. A task of its own blinks the green
//! LED once per second.
//!
//! While a beat is played, the next one is computed, one solver step per tick. So sampling never
//! takes the processor for longer than a step, and the voltage never waits for a sample. Only one
//! task uses the sampler, so it needs no lock and no critical section.
#![no_std]
#![no_main]

use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_stm32::dac::{DacChannel, Value};
use embassy_stm32::gpio::{Level, Output, Speed};
use embassy_stm32::peripherals::RNG;
use embassy_stm32::rng::{self, Rng};
use embassy_stm32::time::Hertz;
use embassy_stm32::{Config, bind_interrupts, rcc};
use embassy_time::{Duration, Instant, Ticker, Timer};
use panic_probe as _;
use render::models::heartbeat;
use render::sampling;
use render::wave::{RATE, Wave};

bind_interrupts!(struct Interrupts {
    RNG => rng::InterruptHandler<RNG>;
});

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let board = embassy_stm32::init(clocks());
    let mut converter = DacChannel::new_blocking(board.DAC1, board.PA4);
    let mut rng = sampling::rng(Rng::new(board.RNG, Interrupts).next_u64());
    let led = Output::new(board.PD12, Level::Low, Speed::Low);
    spawner.spawn(defmt::unwrap!(blink(led)));

    let model = heartbeat::model();
    let mut sampler = heartbeat::sampler();
    defmt::info!("{}", model);
    let mut ticks = Ticker::every(Duration::from_hz(RATE));
    let (mut wave, mut before) = (Wave::SILENT, Wave::SILENT.last());
    loop {
        defmt::unwrap!(sampling::begin(&mut sampler, None, &mut rng));
        let (mut next, mut longest) = (None, Duration::MIN);
        for code in wave.codes(before) {
            ticks.next().await;
            converter.set(Value::Bit12Right(code));
            let begun = Instant::now();
            if next.is_none() {
                next = sampling::step(&mut sampler);
            }
            longest = longest.max(begun.elapsed());
        }
        before = wave.last();
        wave = Wave::from_millivolts(&defmt::unwrap!(next));
        defmt::info!("a beat; longest step {} us", longest.as_micros());
    }
}

/// Shows that other tasks run too.
#[embassy_executor::task]
async fn blink(mut led: Output<'static>) {
    loop {
        led.toggle();
        Timer::after_millis(500).await;
    }
}

/// Sets 168 MHz, from the board's 8 MHz crystal, and 48 MHz for the random number generator.
fn clocks() -> Config {
    let mut config = Config::default();
    config.rcc.hse = Some(rcc::Hse {
        freq: Hertz::mhz(8),
        mode: rcc::HseMode::Oscillator,
    });
    config.rcc.pll_src = rcc::PllSource::HSE;
    config.rcc.pll = Some(rcc::Pll {
        prediv: rcc::PllPreDiv::DIV4,
        mul: rcc::PllMul::MUL168,
        divp: Some(rcc::PllPDiv::DIV2),
        divq: Some(rcc::PllQDiv::DIV7),
        divr: None,
    });
    config.rcc.sys = rcc::Sysclk::PLL1_P;
    config.rcc.ahb_pre = rcc::AHBPrescaler::DIV1;
    config.rcc.apb1_pre = rcc::APBPrescaler::DIV4;
    config.rcc.apb2_pre = rcc::APBPrescaler::DIV2;
    config
}
