//! Orientation of a photo: how its camera was held, as Exif stores it.

use crate::data::layout::ImageSize;

/// Tag of the orientation in the first directory.
const TAG: u16 = 0x0112;
/// Type of an integer of 16 bits.
const SHORT: u16 = 3;
/// Bytes of an entry of a directory.
const ENTRY: usize = 12;

/// Returns the orientation, from 1 (upright) to 8, in data that begin with a TIFF header.
pub(crate) fn of(exif: &[u8]) -> u16 {
    find(exif)
        .filter(|turn| (1..=8).contains(turn))
        .unwrap_or(1)
}

fn find(exif: &[u8]) -> Option<u16> {
    let big_endian = match exif.get(..2)? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = *exif.get(at..)?.first_chunk()?;
        Some(match big_endian {
            true => u16::from_be_bytes(bytes),
            false => u16::from_le_bytes(bytes),
        })
    };
    let directory = exif.get(4..)?.first_chunk()?;
    let directory = match big_endian {
        true => u32::from_be_bytes(*directory),
        false => u32::from_le_bytes(*directory),
    } as usize;
    let entries = usize::from(short(directory)?);
    let mut places = (0..entries).map(|entry| directory + 2 + entry * ENTRY);
    let place = places.find(|&at| short(at) == Some(TAG) && short(at + 2) == Some(SHORT))?;
    short(place + 8)
}

/// Turns and mirrors the pixels of an image so that it is upright.
pub(crate) fn apply<T: Copy>(turn: u16, size: ImageSize, pixels: Vec<T>) -> (ImageSize, Vec<T>) {
    if turn <= 1 {
        return (size, pixels);
    }
    let ImageSize { width, height } = size;
    let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
    let turned = match turn {
        5.. => ImageSize {
            width: height,
            height: width,
        },
        _ => size,
    };
    let source = |x: usize, y: usize| match turn {
        2 => (right - x, y),
        3 => (right - x, bottom - y),
        4 => (x, bottom - y),
        5 => (y, x),
        6 => (y, bottom - x),
        7 => (right - y, bottom - x),
        _ => (right - y, x),
    };
    let places = (0..turned.height).flat_map(|y| (0..turned.width).map(move |x| (x, y)));
    let pixel = |(x, y)| {
        let (x, y) = source(x, y);
        pixels[y * width + x]
    };
    (turned, places.map(pixel).collect())
}

#[cfg(test)]
mod tests {
    use super::{ImageSize, apply, of};

    #[test]
    fn the_orientation_is_found_in_both_byte_orders() {
        let little = b"II*\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x04\0\0\0ABC\0\
                       \x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        assert_eq!(of(little), 6);
        let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!(of(big), 8);
        for length in 0..big.len() - 3 {
            assert_eq!(of(&big[..length]), 1);
        }
        assert_eq!(of(b"II*\0\xff\xff\xff\xff"), 1);
        assert_eq!(
            of(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0"),
            1
        );
    }

    #[test]
    fn pixels_go_to_their_places() {
        // Stored as the two lines 1 2 3 and 4 5 6.
        let size = ImageSize {
            width: 3,
            height: 2,
        };
        let turned = |turn| {
            let (size, pixels) = apply(turn, size, vec![1, 2, 3, 4, 5, 6]);
            (size.width, pixels)
        };
        assert_eq!(turned(1), (3, vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(turned(2), (3, vec![3, 2, 1, 6, 5, 4]));
        assert_eq!(turned(3), (3, vec![6, 5, 4, 3, 2, 1]));
        assert_eq!(turned(4), (3, vec![4, 5, 6, 1, 2, 3]));
        assert_eq!(turned(5), (2, vec![1, 4, 2, 5, 3, 6]));
        assert_eq!(turned(6), (2, vec![4, 1, 5, 2, 6, 3]));
        assert_eq!(turned(7), (2, vec![6, 3, 5, 2, 4, 1]));
        assert_eq!(turned(8), (2, vec![3, 6, 2, 5, 1, 4]));
    }
}
