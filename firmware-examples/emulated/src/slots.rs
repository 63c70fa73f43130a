//! Two slots of flash, A and B, for a model that is updated in the field.
//!
//! The model in use is in one slot, an update goes to the other. A slot is used only if it ends
//! with a seal, which is written last. So the old model stays in use if power or the connection is
//! cut. `tests/update` cuts them everywhere.

use flowlet::{Model, ModelError};

/// Bytes that a sender sends at once, and that are programmed at once.
pub const CHUNK: usize = 256;

/// Bytes of the seal at the end of a slot: a sequence number and its complement.
pub const SEAL: usize = 8;

/// Bytes of a file's header.
const HEADER: usize = 32;

/// One of the slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// Flash with both slots. Erased bytes are 0xff; programming a byte only clears bits.
pub trait Flash {
    /// Returns a slot, aligned to 16 bytes.
    fn slot(&self, slot: Slot) -> &[u8];

    /// Erases a slot.
    fn erase(&mut self, slot: Slot) -> Result<(), Fault>;

    /// Programs erased bytes of a slot. `at` and the number of bytes are multiples of 8.
    fn program(&mut self, slot: Slot, at: usize, bytes: &[u8]) -> Result<(), Fault>;
}

/// The flash failed to erase or program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// Reason why an update is refused. The model in use stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The first bytes are not the header of a model that fits into a slot.
    Header,
    /// The bytes in the slot are not the model that was sent.
    Model(ModelError),
    /// The model is sound, but this firmware has no room for it.
    Unsuitable,
    /// The flash failed.
    Flash,
}

impl From<Fault> for Refused {
    fn from(_: Fault) -> Self {
        Self::Flash
    }
}

/// Returns the newest sealed model that suits the firmware, and its slot. It checks two at most.
pub fn in_use<F: Flash>(flash: &F, suits: impl Fn(Model<'_>) -> bool) -> Option<(Slot, Model<'_>)> {
    let [a, b] = [Slot::A, Slot::B].map(|slot| sequence(flash.slot(slot)));
    let b_is_newer = match (a, b) {
        (Some(a), Some(b)) => b.wrapping_sub(a) < 1 << 31, // the numbers may wrap
        (a, _) => a.is_none(),
    };
    let order = if b_is_newer {
        [Slot::B, Slot::A]
    } else {
        [Slot::A, Slot::B]
    };
    order.into_iter().find_map(|slot| {
        sequence(flash.slot(slot))?;
        let model = model_in(flash.slot(slot)).ok()?;
        suits(model).then_some((slot, model))
    })
}

/// Returns the model in a slot.
fn model_in(slot: &[u8]) -> Result<Model<'_>, ModelError> {
    let (bytes, _) = slot.split_last_chunk::<SEAL>().unwrap_or((&[], &[0; SEAL]));
    Model::from_slot(bytes)
}

/// Returns the number in the seal of a slot.
fn sequence(slot: &[u8]) -> Option<u32> {
    let seal = u64::from_le_bytes(*slot.last_chunk()?);
    let number = seal as u32;
    ((seal >> 32) as u32 == !number).then_some(number)
}

/// An update that is being received.
pub struct Update {
    target: Slot,
    /// Number for the seal.
    sequence: u32,
    /// Bytes received.
    received: usize,
    /// Length of the file; 0 until its header has come.
    length: usize,
    chunk: [u8; CHUNK],
}

/// What the receiver of a byte does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Receive more.
    Receive,
    /// Ask for the next chunk.
    Ask,
    /// Use the new model.
    Use,
}

impl Update {
    /// Starts an update of the slot that is not in use.
    pub fn new(flash: &impl Flash, in_use: Option<Slot>) -> Self {
        let number = in_use.and_then(|slot| sequence(flash.slot(slot)));
        Self {
            target: in_use.map_or(Slot::A, Slot::other),
            sequence: number.unwrap_or(0).wrapping_add(1),
            received: 0,
            length: 0,
            chunk: [0xff; CHUNK],
        }
    }

    /// Returns the number of bytes received.
    pub fn received(&self) -> usize {
        self.received
    }

    /// Takes the next byte of the file. After an error the update is over.
    pub fn take(
        &mut self,
        flash: &mut impl Flash,
        byte: u8,
        suits: impl Fn(Model<'_>) -> bool,
    ) -> Result<Next, Refused> {
        let start = self.received / CHUNK * CHUNK;
        if let Some(place) = self.chunk.get_mut(self.received - start) {
            *place = byte;
        }
        self.received += 1;
        if self.received == HEADER {
            let room = flash.slot(self.target).len().saturating_sub(SEAL);
            self.length = length(&self.chunk, room).ok_or(Refused::Header)?;
        }
        let ends = self.received == self.length;
        if !ends && self.received < start + CHUNK {
            return Ok(Next::Receive);
        }
        if start == 0 {
            flash.erase(self.target)?; // now, because the sender waits
        }
        flash.program(self.target, start, &self.chunk)?;
        self.chunk = [0xff; CHUNK];
        if !ends {
            return Ok(Next::Ask);
        }
        let model = model_in(flash.slot(self.target)).map_err(Refused::Model)?;
        if !suits(model) {
            return Err(Refused::Unsuitable);
        }
        let seal = u64::from(!self.sequence) << 32 | u64::from(self.sequence);
        let at = flash.slot(self.target).len().saturating_sub(SEAL);
        flash.program(self.target, at, &seal.to_le_bytes())?;
        Ok(Next::Use)
    }
}

/// Returns the length that the first bytes of a file give, if such a file fits.
fn length(header: &[u8], room: usize) -> Option<usize> {
    let length = u32::from_le_bytes(*header.get(16..)?.first_chunk()?) as usize;
    let fits = length > HEADER && length.next_multiple_of(CHUNK) <= room;
    (header.starts_with(b"FLOW") && fits).then_some(length)
}
