//! Reads a file and checks that it is complete. All functions are `const`, so that the same checks
//! run on the device and at compile time.
//!
//! Code size decides what is inlined. A call in a loop keeps compilers from unrolling it. Firmware
//! for Armv6-M is optimised for size, so compilers unroll nothing there, and inlined functions take
//! less code.

use super::check::{check, proceed};
use super::fields::{check_columns, check_drift, check_fields};
use super::latent::LatentRecord;
use super::sums::check_layers;
use super::{Model, padded};
use crate::format::{
    ALIGN, Field, HEADER_LEN, Header, KNOT_LEN, MAGIC, ModelError, Nodes, VERSION, checksum,
};

impl<'a> Model<'a> {
    /// Checks a `.flow` file and borrows it. This takes about as long as one to three samples. Call
    /// it once, at start-up, or let the compiler do it with [`model!`](crate::model!).
    ///
    /// No alignment is assumed, but sampling is many times slower from a file that is not
    /// [aligned](Self::is_aligned).
    ///
    /// # Errors
    /// [`ModelError`] says what is wrong, and where.
    ///
    /// ```
    /// use flowlet::{Model, ModelError};
    /// let bytes = flowlet::include_model!("../moons.flow");
    /// assert!(Model::parse(bytes).is_ok());
    /// let cut = &bytes[..bytes.len() - 1];
    /// assert!(matches!(Model::parse(cut), Err(ModelError::Truncated { .. })));
    /// ```
    #[inline(never)]
    pub const fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        // The model is built in its final place, because a copy would link a memcpy into small
        // firmware.
        let mut parsed = read(bytes);
        if let Ok(model) = &mut parsed
            && let Err(field) = check_model(model)
        {
            parsed = Err(ModelError::Invalid(field));
        }
        parsed
    }

    /// Checks the `.flow` file at the start of `slot`, such as a region of flash that updates are
    /// written to, and borrows it. The file's length is that in its header. What follows is
    /// ignored.
    ///
    /// # Errors
    /// Those of [`parse`](Self::parse). An erased slot is [`ModelError::Magic`], an update that was
    /// cut is [`ModelError::Checksum`]. [`ModelError::Trailing`] means that the header states a
    /// length shorter than a header.
    ///
    /// ```
    /// use flowlet::{Model, ModelError};
    /// let file = flowlet::include_model!("../moons.flow");
    /// let mut slot = vec![0xff; 16_384];
    /// assert_eq!(Model::from_slot(&slot).unwrap_err(), ModelError::Magic);
    /// slot[..file.len()].copy_from_slice(file);
    /// assert_eq!(Model::from_slot(&slot)?.dim(), 2);
    /// # Ok::<(), ModelError>(())
    /// ```
    pub const fn from_slot(slot: &'a [u8]) -> Result<Self, ModelError> {
        let Some(first) = slot.first_chunk::<HEADER_LEN>() else {
            return Self::parse(slot);
        };
        let length = Header::from_bytes(first).length as usize;
        // A header is always parsed, so that a wrong magic or version is reported first.
        let length = if length < HEADER_LEN {
            HEADER_LEN
        } else {
            length
        };
        match slot.split_at_checked(length) {
            Some((file, _)) => Self::parse(file),
            None => Self::parse(slot),
        }
    }
}

/// Borrows the header and the strings of the body, which must fill `bytes`.
#[inline(always)]
const fn read(bytes: &[u8]) -> Result<Model<'_>, ModelError> {
    let (header, mut body) = proceed!(check_complete(bytes));
    let (mut strings, mut i): ([&[u8]; 7], _) = ([&[]; 7], 0);
    while i < strings.len() {
        strings[i] = match take_string(&mut body) {
            Some(string) => string,
            None => return Err(ModelError::Encoding),
        };
        i += 1;
    }
    let [
        names,
        hidden,
        variances,
        time_grid,
        latent,
        padding,
        tensors,
    ] = strings;
    let ((variances, odd), (time_grid, odd_time)) = (variances.as_chunks(), time_grid.as_chunks());
    let (latent, odd_latent) = LatentRecord::take(latent);
    let odd_any = !odd.is_empty() | !odd_time.is_empty() | !odd_latent.is_empty();
    if odd_any | !body.is_empty() {
        return Err(ModelError::Encoding);
    }
    if padding.len() >= ALIGN {
        return Err(ModelError::Invalid(Field::Padding));
    }
    Ok(Model {
        header,
        names,
        hidden,
        variances,
        time_grid,
        latent,
        tensors,
        drift_at: 0,
        columns_at: 0,
    })
}

/// Takes a string in postcard's encoding: after its length in groups of 7 bits, here at most 4. Own
/// code, because postcard's unrolls to four times the size.
#[inline(never)]
const fn take_string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let all = bytes.len();
    let (mut length, mut shift) = (0, 0u32);
    loop {
        let Some((&byte, rest)) = bytes.split_first() else {
            return None;
        };
        *bytes = rest;
        length |= (byte as usize & 127) << (shift & 31);
        if byte < 128 {
            break;
        }
        shift = shift.wrapping_add(7);
    }
    // Checked here, because a loop of at most four iterations would be unrolled.
    if all - bytes.len() > 4 {
        return None;
    }
    let Some((string, rest)) = bytes.split_at_checked(length) else {
        return None;
    };
    *bytes = rest;
    Some(string)
}

/// Checks magic, version, length and checksum. Returns the header and the rest.
const fn check_complete(bytes: &[u8]) -> Result<(&[u8; HEADER_LEN], &[u8]), ModelError> {
    let found = bytes.len() as u32;
    // In a shorter file, only the bytes that exist are compared.
    let mut at = 0;
    while at < MAGIC.len() && at < bytes.len() {
        check!(bytes[at] == MAGIC[at], ModelError::Magic);
        at += 1;
    }
    check!(at > 0, ModelError::Magic);
    let Some((first, body)) = bytes.split_first_chunk() else {
        let expected = HEADER_LEN as u32;
        return Err(ModelError::Truncated { expected, found });
    };
    let header = Header::from_bytes(first);
    if header.version != VERSION {
        return Err(ModelError::Version {
            found: header.version,
        });
    }
    let expected = header.length;
    if found < expected {
        return Err(ModelError::Truncated { expected, found });
    }
    if found > expected {
        return Err(ModelError::Trailing { expected, found });
    }
    let (stored, computed) = (header.crc, checksum(bytes));
    if stored != computed {
        return Err(ModelError::Checksum { stored, computed });
    }
    Ok((first, body))
}

/// Checks every field. Finds the tensors after the layers, and checks that all tensors together
/// have the length that the shapes require.
const fn check_model(model: &mut Model) -> Result<(), Field> {
    let header = model.header();
    let flags = proceed!(check_fields(&header, model));
    let mut walk = model.layers();
    while walk.next().is_some() {}
    let Some(rest) = walk.rest() else {
        return Err(Field::Tensors);
    };
    model.drift_at = model.tensors.len() - rest.len();
    let cells = model.drift_cells();
    model.columns_at = model.drift_at + padded(2 * cells) + padded(cells);
    proceed!(check_layers(model));
    proceed!(check_drift(model));
    let knots = proceed!(check_columns(&header, model));
    // The checks before read no more than there is. What is left are sections.
    let table = if flags & 2 != 0 {
        size_of::<Nodes>()
    } else {
        0
    };
    let expected = model.curves_at() + padded(KNOT_LEN * knots) + table;
    check!(expected <= model.tensors.len(), Field::Tensors);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::take_string;

    #[test]
    fn strings_are_those_of_postcard_with_lengths_of_up_to_four_bytes() {
        let mut bytes = std::vec![0xac, 0x02];
        bytes.extend([7; 301]);
        let mut rest = &bytes[..];
        assert_eq!(take_string(&mut rest), Some(&[7; 300][..]));
        assert_eq!(rest, [7]);
        let (string, _): (&[u8], _) = postcard::take_from_bytes(&bytes).unwrap();
        assert_eq!(string.len(), 300);
        for wrong in [&[0x80; 40][..], &[2, 1], &[0x80, 0x80, 0x80, 0x80, 0]] {
            assert_eq!(take_string(&mut { wrong }), None, "{wrong:?}");
        }
    }
}
