//! The record of a linear latent, which only exists with the feature `latent`.

use crate::format::{LATENT_LEN, Latent};

/// Record of the latent of a model, if it has one. Without the feature it takes no memory, and all
/// code that depends on it disappears.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LatentRecord<'a> {
    #[cfg(feature = "latent")]
    record: Option<&'a [u8; LATENT_LEN]>,
    #[cfg(not(feature = "latent"))]
    record: core::marker::PhantomData<&'a [u8; LATENT_LEN]>,
}

#[cfg(feature = "latent")]
impl<'a> LatentRecord<'a> {
    /// Takes the record from the string of a file. Returns the bytes that are too many.
    #[inline(always)]
    pub(super) const fn take(string: &'a [u8]) -> (Self, &'a [u8]) {
        match string.split_first_chunk() {
            Some((record, rest)) => {
                let record = Some(record);
                (Self { record }, rest)
            }
            None => (Self { record: None }, string),
        }
    }

    /// Returns the latent.
    #[inline(always)]
    pub(crate) const fn get(self) -> Option<Latent> {
        match self.record {
            Some(record) => Some(Latent::from_bytes(record)),
            None => None,
        }
    }
}

#[cfg(not(feature = "latent"))]
impl<'a> LatentRecord<'a> {
    /// Returns all bytes of the string as too many.
    #[inline(always)]
    pub(super) const fn take(string: &'a [u8]) -> (Self, &'a [u8]) {
        let record = core::marker::PhantomData;
        (Self { record }, string)
    }

    /// Returns `None`.
    #[inline(always)]
    pub(crate) const fn get(self) -> Option<Latent> {
        None
    }
}
