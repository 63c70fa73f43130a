//! Raspberry Pi Pico (RP2040, Cortex-M0+, 2 MB flash, 264 KB RAM). It shows a generated digit on an
//! OLED display; a button draws the next one.
//!
//! | Pico | to |
//! | --- | --- |
//! | 3V3(OUT), pin 36 | VCC of an SSD1306 display of 128×64, on I²C at address 0x3C |
//! | GND, pin 38 | its GND |
//! | GP4, pin 6 | its SDA |
//! | GP5, pin 7 | its SCL |
//! | GP15, pin 20 | a button to GND (pin 18); the chip has a pull-up |
//!
//! Displays have pull-ups on SDA and SCL, and the chip's are on too. A debug probe goes to SWDIO,
//! GND and SWCLK, the three holes at the end of the board.
#![no_std]
#![no_main]

use defmt_rtt as _;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::InputPin;
use panic_probe as _;
use render::models::digits;
use render::{digit, oled, sampling};
use rp2040_hal::clocks::{Clock, init_clocks_and_plls};
use rp2040_hal::fugit::RateExtU32;
use rp2040_hal::gpio::{FunctionI2C, Pin, Pins, PullUp};
use rp2040_hal::pac::{Peripherals, ROSC};
use rp2040_hal::rosc::RingOscillator;
use rp2040_hal::{I2C, Sio, Timer, Watchdog};
use ssd1306::mode::DisplayConfig;
use ssd1306::prelude::{DisplayRotation, DisplaySize128x64};
use ssd1306::{I2CDisplayInterface, Ssd1306};

/// Frequency of the Pico's crystal in Hz.
const CRYSTAL: u32 = 12_000_000;

/// Code that the chip's ROM runs first; it sets up the flash.
#[unsafe(link_section = ".boot2")]
#[used]
static BOOT2: [u8; 256] = rp2040_boot2::BOOT_LOADER_W25Q080;

#[rp2040_hal::entry]
fn main() -> ! {
    let chip = Peripherals::take().unwrap();
    let mut resets = chip.RESETS;
    let mut watchdog = Watchdog::new(chip.WATCHDOG);
    let clocks = defmt::unwrap!(
        init_clocks_and_plls(
            CRYSTAL,
            chip.XOSC,
            chip.CLOCKS,
            chip.PLL_SYS,
            chip.PLL_USB,
            &mut resets,
            &mut watchdog,
        )
        .ok(),
        "the clocks do not start"
    );
    let mut timer = Timer::new(chip.TIMER, &mut resets, &clocks);
    let sio = Sio::new(chip.SIO);
    let pins = Pins::new(chip.IO_BANK0, chip.PADS_BANK0, sio.gpio_bank0, &mut resets);
    let mut button = pins.gpio15.into_pull_up_input();
    let sda: Pin<_, FunctionI2C, PullUp> = pins.gpio4.reconfigure();
    let scl: Pin<_, FunctionI2C, PullUp> = pins.gpio5.reconfigure();
    let clock = clocks.system_clock.freq();
    let i2c = I2C::i2c0(chip.I2C0, sda, scl, 400.kHz(), &mut resets, clock);
    let interface = I2CDisplayInterface::new(i2c);
    let mut display = Ssd1306::new(interface, DisplaySize128x64, DisplayRotation::Rotate0)
        .into_buffered_graphics_mode();
    defmt::unwrap!(display.init().ok(), "no display answers on GP4 and GP5");

    let mut rng = sampling::rng(seed(chip.ROSC, &mut timer));
    let model = digits::model();
    let mut sampler = digits::sampler();
    defmt::info!("{}", model);
    for (class, count) in (0..model.classes()).cycle().zip(1u32..) {
        let values = defmt::unwrap!(sampling::sample(&mut sampler, Some(class), &mut rng));
        let drawn = oled::draw(&mut display, &digit::from_values(&values), class, count);
        defmt::unwrap!(
            drawn.and_then(|()| display.flush()).ok(),
            "the display is gone"
        );
        defmt::info!("digit {}, number {}", class, count);
        // Wait for the button, down and up. Contacts bounce for less than a pause.
        while button.is_high().unwrap() {
            timer.delay_ms(20);
        }
        while button.is_low().unwrap() {
            timer.delay_ms(20);
        }
    }
    unreachable!("the classes repeat without end")
}

/// Draws a seed from the ring oscillator, which runs independently of the crystal. Single readings
/// are biased, so a bit is the parity of sixteen readings, several periods apart.
fn seed(oscillator: ROSC, timer: &mut Timer) -> u64 {
    let oscillator = RingOscillator::new(oscillator).initialize();
    let mut reading = || {
        timer.delay_us(1);
        oscillator.get_random_bit()
    };
    (0..64).fold(0, |seed, _| {
        let parity = (0..16).fold(false, |parity, _| parity ^ reading());
        seed << 1 | u64::from(parity)
    })
}
