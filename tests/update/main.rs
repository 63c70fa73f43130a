//! The example's update of a model in the field, with its flash in memory: cut at every byte and in
//! every write, with flipped bits, and with files that it must refuse.

#[path = "../../firmware-examples/emulated/src/slots.rs"]
#[allow(dead_code, reason = "firmware and test use different parts")]
mod slots;

use flowlet::{Model, ModelSize};
use slots::{CHUNK, Fault, Flash, Next, Refused, SEAL, Slot, Update, in_use};

static OLD: &[u8] = include_bytes!("../golden/v1/lipman.flow");
/// Place of the first letter of the first column's name.
const FIRST_NAME: usize = 33;
const SIZE: usize = 6 * CHUNK;

/// Returns the model with another name of its first column: a sound file with other bytes.
fn renamed(letter: u8) -> Vec<u8> {
    let mut bytes = OLD.to_vec();
    bytes[FIRST_NAME] = letter;
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&bytes[8..]);
    bytes[4..8].copy_from_slice(&crc.to_le_bytes());
    bytes
}

fn suits(model: Model<'_>) -> bool {
    model.dim() == ModelSize::of(OLD).expect("a model").dim
}

#[repr(align(16))]
#[derive(Clone)]
struct Aligned([u8; SIZE]);

/// Flash whose power fails after a number of writes of 8 bytes.
#[derive(Clone)]
struct Memory {
    slots: [Aligned; 2],
    writes: usize,
    /// Whether the write that fails still clears every other bit.
    half: bool,
}

impl Memory {
    /// Returns flash as it may come from the factory: not erased, with old contents.
    fn new() -> Self {
        Self {
            slots: [Aligned([0; SIZE]), Aligned([0xa5; SIZE])],
            writes: usize::MAX,
            half: false,
        }
    }

    /// Returns flash with the old model in use, in slot A or B, and an older one in the other.
    fn with_old(slot: Slot) -> Self {
        let mut memory = Self::new();
        let count = if slot == Slot::A { 3 } else { 2 };
        for file in [&renamed(b'X'), &renamed(b'Y'), OLD][3 - count..].iter() {
            assert_eq!(memory.install(file), Ok(Next::Use));
        }
        assert_eq!(memory.used(), Some((slot, OLD.to_vec())));
        memory
    }

    /// Changes 8 bytes, or a part of them if the power fails.
    fn write(&mut self, slot: Slot, at: usize, bytes: [u8; 8]) -> Result<(), Fault> {
        let place = &mut self.slots[slot as usize].0[at..at + 8];
        self.writes = self.writes.checked_sub(1).ok_or(Fault)?;
        if self.writes > 0 {
            place.copy_from_slice(&bytes);
            return Ok(());
        }
        for (place, byte) in place.iter_mut().zip(bytes) {
            let mask = if self.half { 0x55 } else { 0 };
            *place = *place & !mask | byte & mask;
        }
        Err(Fault)
    }

    /// Starts anew, with power, and returns the model in use.
    fn used(&mut self) -> Option<(Slot, Vec<u8>)> {
        self.writes = usize::MAX;
        let (slot, _) = in_use(self, suits)?;
        let bytes = self.slot(slot);
        let length = u32::from_le_bytes(bytes[16..20].try_into().expect("four bytes"));
        Some((slot, bytes[..length as usize].to_vec()))
    }

    /// Sends bytes until the last or an error.
    fn send(&mut self, bytes: &[u8]) -> Result<Next, Refused> {
        let slot = in_use(self, suits).map(|(slot, _)| slot);
        let mut update = Update::new(self, slot);
        let mut next = Ok(Next::Receive);
        for &byte in bytes {
            next = update.take(self, byte, suits);
            if next.is_err() {
                break;
            }
        }
        next
    }

    fn install(&mut self, file: &[u8]) -> Result<Next, Refused> {
        self.writes = usize::MAX;
        self.send(file)
    }
}

impl Flash for Memory {
    fn slot(&self, slot: Slot) -> &[u8] {
        &self.slots[slot as usize].0
    }

    fn erase(&mut self, slot: Slot) -> Result<(), Fault> {
        (0..SIZE)
            .step_by(8)
            .try_for_each(|at| self.write(slot, at, [0xff; 8]))
    }

    fn program(&mut self, slot: Slot, at: usize, bytes: &[u8]) -> Result<(), Fault> {
        assert_eq!((at % 8, bytes.len() % 8), (0, 0));
        for (index, word) in bytes.chunks_exact(8).enumerate() {
            let at = at + 8 * index;
            let erased = self.slot(slot)[at..at + 8] == [0xff; 8];
            assert!(erased, "programmed twice at {at}");
            self.write(slot, at, word.try_into().expect("8 bytes"))?;
        }
        Ok(())
    }
}

#[test]
fn updates_alternate_between_the_slots() {
    let mut memory = Memory::new();
    assert_eq!(memory.used(), None, "what the factory left is no model");
    for (index, letter) in (b'A'..=b'I').enumerate() {
        let file = renamed(letter);
        assert_eq!(memory.install(&file), Ok(Next::Use));
        let slot = if index % 2 == 0 { Slot::A } else { Slot::B };
        assert_eq!(memory.used(), Some((slot, file)));
    }
}

#[test]
fn a_cut_at_any_byte_keeps_the_old_model() {
    for slot in [Slot::A, Slot::B] {
        let memory = Memory::with_old(slot);
        let file = renamed(b'Z');
        for cut in 0..file.len() {
            let mut memory = memory.clone();
            let next = memory.send(&file[..cut]);
            assert!(matches!(next, Ok(Next::Receive | Next::Ask)), "{cut}");
            assert_eq!(memory.used(), Some((slot, OLD.to_vec())), "{cut}");
            assert_eq!(memory.install(&file), Ok(Next::Use), "{cut}");
            assert_eq!(memory.used().map(|(_, used)| used).as_ref(), Some(&file));
        }
    }
}

/// The power fails while any 8 bytes are erased or programmed, also those of the seal.
#[test]
fn a_power_cut_in_any_write_keeps_a_model() {
    for slot in [Slot::A, Slot::B] {
        let memory = Memory::with_old(slot);
        let file = renamed(b'Z');
        let writes = SIZE / 8 + file.len().next_multiple_of(CHUNK) / 8 + SEAL / 8;
        for half in [false, true] {
            for cut in 1..=writes {
                let mut memory = memory.clone();
                (memory.writes, memory.half) = (cut, half);
                assert_eq!(memory.send(&file), Err(Refused::Flash), "{cut}");
                assert_eq!(memory.used(), Some((slot, OLD.to_vec())), "{cut}");
                assert_eq!(memory.install(&file), Ok(Next::Use), "{cut}");
                assert_eq!(memory.used().map(|(_, used)| used).as_ref(), Some(&file));
            }
            let mut memory = memory.clone();
            memory.writes = writes + 1;
            assert_eq!(memory.send(&file), Ok(Next::Use), "these are all writes");
        }
    }
}

#[test]
fn a_flipped_bit_on_the_way_is_refused() {
    let memory = Memory::with_old(Slot::A);
    for at in 0..OLD.len() {
        let mut file = renamed(b'Z');
        file[at] ^= 1 << (at % 8);
        let mut memory = memory.clone();
        let next = memory.send(&file);
        assert_ne!(next, Ok(Next::Use), "{at}"); // a longer length makes it wait
        assert_eq!(memory.used(), Some((Slot::A, OLD.to_vec())), "{at}");
    }
}

/// A bit of the newest model or of its seal flips later. The model before it is used again.
#[test]
fn a_flipped_bit_in_flash_brings_back_the_model_before() {
    let file = renamed(b'Z');
    let mut memory = Memory::with_old(Slot::A);
    assert_eq!(memory.install(&file), Ok(Next::Use));
    for at in (0..file.len()).chain(SIZE - SEAL..SIZE) {
        let mut memory = memory.clone();
        memory.slots[Slot::B as usize].0[at] ^= 1 << (at % 8);
        assert_eq!(memory.used(), Some((Slot::A, OLD.to_vec())), "{at}");
        assert_eq!(memory.install(&file), Ok(Next::Use), "{at}");
        assert_eq!(memory.used(), Some((Slot::B, file.clone())), "{at}");
    }
}

#[test]
fn files_that_do_not_fit_are_refused() {
    let memory = Memory::with_old(Slot::B);
    let mut long = OLD.to_vec();
    long[16..20].copy_from_slice(&(SIZE as u32 - 7).to_le_bytes());
    let other = include_bytes!("../golden/v1/silu.flow");
    assert_ne!(
        ModelSize::of(other).expect("a model").dim,
        ModelSize::of(OLD).expect("a model").dim
    );
    let cases: [(&[u8], Refused); 4] = [
        (b"not a model, and longer than its header", Refused::Header),
        (&[0xff; CHUNK], Refused::Header),
        (&long, Refused::Header),
        (other, Refused::Unsuitable),
    ];
    for (file, reason) in cases {
        let mut memory = memory.clone();
        assert_eq!(memory.send(file), Err(reason));
        assert_eq!(memory.used(), Some((Slot::B, OLD.to_vec())));
    }
}

/// The newest of the two numbers around the wrap is the one after it.
#[test]
fn numbers_wrap() {
    let mut memory = Memory::with_old(Slot::A);
    let seal = |number: u32| [number.to_le_bytes(), (!number).to_le_bytes()].concat();
    memory.slots[Slot::A as usize].0[SIZE - SEAL..].copy_from_slice(&seal(u32::MAX));
    memory.slots[Slot::B as usize].0[SIZE - SEAL..].copy_from_slice(&seal(u32::MAX - 1));
    assert_eq!(memory.used(), Some((Slot::A, OLD.to_vec())));
    for letter in [b'X', b'Y'] {
        let file = renamed(letter);
        assert_eq!(memory.install(&file), Ok(Next::Use));
        assert_eq!(memory.used().map(|(_, used)| used), Some(file));
    }
}
