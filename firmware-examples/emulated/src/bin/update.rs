//! Updates its model over the serial port of the Netduino Plus 2, and draws a point from the model
//! in use at each start. `trainer/docs/update.md` shows how to run it.
//!
//! The sender sends the bytes of a `.flow` file in chunks of 256 bytes. It waits for `.` after each
//! chunk but the last. The board's flash cannot be programmed in QEMU, so the slots are in RAM,
//! which keeps its contents over a reset.
#![no_std]
#![no_main]

use core::cell::UnsafeCell;
use core::fmt::Write;

use emulated::slots::{Fault, Flash, Next, Slot, Update, in_use};
use flowlet::{Model, Sampler};
use harness::models::{MOONS, MOONS_SIZE};
use semihosting as _; // for its panic handler

/// Milliseconds of silence after which the connection counts as cut.
const SILENCE: u32 = 1000;

type Points<'m> = Sampler<'m, { MOONS_SIZE.dim }, { MOONS_SIZE.width }>;

#[harness::entry]
fn main() -> ! {
    let mut serial = Serial::start();
    let mut flash = Ram(SLOTS.0.get().cast());
    let slot = start(&flash, &mut serial);
    loop {
        let mut update = Update::new(&flash, slot);
        let mut heard = Ok(Next::Receive);
        while let Some(byte) = serial.receive(update.received() > 0) {
            // After a refusal the rest of the file is ignored.
            if heard.is_ok() {
                heard = update.take(&mut flash, byte, suits);
            }
            match heard {
                Ok(Next::Ask) => serial.send(b'.'),
                Ok(Next::Use) => reset(),
                _ => {}
            }
        }
        let _ = match heard {
            Err(refused) => writeln!(serial, "refused: {refused:?}"),
            Ok(_) => writeln!(serial, "cut after {} bytes", update.received()),
        };
    }
}

/// Draws a point from the model in use, or from the one that the firmware contains.
fn start(flash: &Ram, serial: &mut Serial) -> Option<Slot> {
    let (slot, model) = match in_use(flash, suits) {
        Some((slot, model)) => (Some(slot), Some(model)),
        None => (None, Model::parse(MOONS).ok()),
    };
    let drawn = model.and_then(|model| {
        let mut points = Points::new(model).ok()?;
        Some(points.sample(&mut emulated::generator()).ok()?.crc32())
    });
    let _ = writeln!(serial, "slot={slot:?} crc32={:#010x}", drawn.unwrap_or(0));
    slot
}

/// Whether this firmware has room for a model.
fn suits(model: Model<'_>) -> bool {
    Points::new(model).is_ok()
}

/// Memory of the slots. Starting does not clear it.
#[repr(align(16))]
struct Slots(UnsafeCell<[[u8; SLOT]; 2]>);

const SLOT: usize = 16 << 10;

// SAFETY: only `main` uses the slots.
unsafe impl Sync for Slots {}

#[unsafe(link_section = ".uninit.slots")]
static SLOTS: Slots = Slots(UnsafeCell::new([[0; SLOT]; 2]));

/// The slots, by the address of the first.
struct Ram(*mut u8);

impl Ram {
    fn bytes(&mut self, slot: Slot) -> &mut [u8] {
        // SAFETY: both slots are there, and `self` is the only way to them.
        unsafe { core::slice::from_raw_parts_mut(self.0.add(slot as usize * SLOT), SLOT) }
    }
}

impl Flash for Ram {
    fn slot(&self, slot: Slot) -> &[u8] {
        // SAFETY: as above.
        unsafe { core::slice::from_raw_parts(self.0.add(slot as usize * SLOT), SLOT) }
    }

    fn erase(&mut self, slot: Slot) -> Result<(), Fault> {
        self.bytes(slot).fill(0xff);
        Ok(())
    }

    fn program(&mut self, slot: Slot, at: usize, bytes: &[u8]) -> Result<(), Fault> {
        let place = self.bytes(slot).get_mut(at..at + bytes.len());
        place.ok_or(Fault)?.copy_from_slice(bytes);
        Ok(())
    }
}

/// The serial port USART1. QEMU needs no clock and no pin for it.
struct Serial;

const USART1: usize = 0x4001_1000;
const SYSTICK: usize = 0xe000_e010;

impl Serial {
    fn start() -> Self {
        write(USART1 + 0x0c, 1 << 13 | 1 << 3 | 1 << 2); // on, send, receive
        write(SYSTICK + 4, 168_000 - 1); // a tick per millisecond
        write(SYSTICK, 0b101); // on, by the clock of the processor
        Self
    }

    /// Waits for a byte. If `limited`, it returns `None` after a long silence.
    fn receive(&mut self, limited: bool) -> Option<u8> {
        let mut silence = 0;
        while read(USART1) & 1 << 5 == 0 {
            silence += read(SYSTICK) >> 16 & 1; // set once per tick
            if limited && silence > SILENCE {
                return None;
            }
        }
        Some(read(USART1 + 4) as u8)
    }

    fn send(&mut self, byte: u8) {
        while read(USART1) & 1 << 7 == 0 {}
        write(USART1 + 4, byte.into());
    }
}

impl Write for Serial {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        text.bytes().for_each(|byte| self.send(byte));
        Ok(())
    }
}

/// Starts the firmware anew. The slots keep their contents.
fn reset() -> ! {
    write(0xe000_ed0c, 0x05fa_0004);
    loop {
        core::hint::spin_loop();
    }
}

fn read(register: usize) -> u32 {
    // SAFETY: a register of the board.
    unsafe { core::ptr::with_exposed_provenance::<u32>(register).read_volatile() }
}

fn write(register: usize, value: u32) {
    // SAFETY: a register of the board.
    unsafe { core::ptr::with_exposed_provenance_mut::<u32>(register).write_volatile(value) }
}
