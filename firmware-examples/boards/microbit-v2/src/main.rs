//! BBC micro:bit v2 (nRF52833, Cortex-M4, 512 KB flash, 128 KB RAM). It shows a generated digit on
//! the LED matrix; button A draws the next one. There is nothing to wire, because the debugger is
//! on the board.
#![no_std]
#![no_main]

use core::cell::RefCell;

use cortex_m::interrupt::{Mutex, free};
use cortex_m_rt::entry;
use defmt_rtt as _;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::InputPin;
use microbit::display::nonblocking::{Display, GreyscaleImage};
use microbit::hal::{Rng, Timer};
use microbit::pac::{self, TIMER1, interrupt};
use panic_probe as _;
use render::models::digits;
use render::{digit, leds, sampling};

/// Shared with the interrupt that lights the rows in turn.
static DISPLAY: Mutex<RefCell<Option<Display<TIMER1>>>> = Mutex::new(RefCell::new(None));

#[entry]
fn main() -> ! {
    let board = microbit::Board::take().unwrap();
    let mut timer = Timer::new(board.TIMER0);
    let mut button = board.buttons.button_a;
    let mut rng = sampling::rng(Rng::new(board.RNG).random_u64());
    start_display(Display::new(board.TIMER1, board.display_pins));

    let model = digits::model();
    let mut sampler = digits::sampler();
    defmt::info!("{}", model);
    for class in (0..model.classes()).cycle() {
        let values = defmt::unwrap!(sampling::sample(&mut sampler, Some(class), &mut rng));
        let brightness = leds::brightness(&digit::from_values(&values));
        defmt::info!("digit {}: {}", class, brightness);
        show(&GreyscaleImage::new(&brightness));
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

fn start_display(display: Display<TIMER1>) {
    free(|token| DISPLAY.borrow(token).replace(Some(display)));
    // SAFETY: the display is ready, and no critical section relies on this interrupt being masked.
    unsafe { pac::NVIC::unmask(pac::Interrupt::TIMER1) };
}

fn show(image: &GreyscaleImage) {
    free(|token| {
        if let Some(display) = DISPLAY.borrow(token).borrow_mut().as_mut() {
            display.show(image);
        }
    });
}

#[interrupt]
fn TIMER1() {
    free(|token| {
        if let Some(display) = DISPLAY.borrow(token).borrow_mut().as_mut() {
            display.handle_display_event();
        }
    });
}
