//! CRC-32/ISO-HDLC of files and samples: four bits at a time, with a table of 64 bytes.
//!
//! The crate `crc` without its table of 1 KiB compiles to four times the code. The tests compare
//! this implementation with that crate.

/// Whether long inputs are reduced without a table. That takes 400 bytes of code. It is worth them
/// on hosts and with MVE, where `parse` would otherwise take most of its time for the checksum.
const REDUCES: bool = cfg!(any(flowlet_kernel = "mve", target_pointer_width = "64"));

/// Continues `crc` over `bytes`. A checksum starts with −1 and ends inverted.
pub(crate) const fn update(mut crc: u32, bytes: &[u8]) -> u32 {
    let (mut words, mut rest): (&[[u8; 4]], _) = match cfg!(flowlet_kernel = "armv6m") {
        true => (&[], bytes), // a loop over words costs code
        false => bytes.as_chunks(),
    };
    if REDUCES && words.len() >= 2 * WINDOW {
        (crc, words) = reduce(crc, words);
    }
    while let Some((&word, after)) = words.split_first() {
        crc = divide(crc ^ u32::from_le_bytes(word), 4);
        words = after;
    }
    while let Some((&byte, after)) = rest.split_first() {
        crc = divide(crc ^ byte as u32, 1);
        rest = after;
    }
    crc
}

/// Words that [`reduce`] reaches ahead.
const WINDOW: usize = 10;

/// Continues `crc` over all but the last 0 to 9 words. There are at least two windows.
///
/// x^300 + x^211 + x^183 + x^145 + 1 is a multiple of the polynomial. So a word may be removed if
/// it is added at 145, 183, 211 and 300 bits after its place (Russell, *Chorba: A novel CRC32
/// implementation*, arXiv 2412.16398). Blocks of ten words are removed until one is left.
#[inline(always)]
const fn reduce(crc: u32, mut words: &[[u8; 4]]) -> (u32, &[[u8; 4]]) {
    // What is added to the next ten words.
    let mut added = [0; WINDOW];
    added[0] = crc;
    while let Some((block, rest)) = words.split_first_chunk::<WINDOW>() {
        if rest.len() < WINDOW {
            break;
        }
        let mut i = 0;
        while i < WINDOW {
            let word = u32::from_le_bytes(block[i]) ^ added[i];
            added[(i + 4) % WINDOW] ^= word << 17;
            added[(i + 5) % WINDOW] ^= word >> 15 ^ word << 23;
            added[(i + 6) % WINDOW] ^= word >> 9 ^ word << 19;
            added[(i + 7) % WINDOW] ^= word >> 13;
            added[(i + 9) % WINDOW] ^= word << 12;
            added[i] = word >> 20;
            i += 1;
        }
        words = rest;
    }
    let (mut crc, mut i) = (0, 0);
    while i < WINDOW
        && let Some((&word, rest)) = words.split_first()
    {
        crc = divide(crc ^ added[i] ^ u32::from_le_bytes(word), 4);
        words = rest;
        i += 1;
    }
    (crc, words)
}

/// Divides the lowest `bytes` of `crc` by the polynomial. Not inlined, because compilers would
/// unroll the loops around it.
#[cfg_attr(not(flowlet_kernel = "armv6m"), inline(never))]
const fn divide(mut crc: u32, mut bytes: u32) -> u32 {
    while bytes > 0 {
        crc = TABLE[(crc & 15) as usize] ^ crc >> 4;
        crc = TABLE[(crc & 15) as usize] ^ crc >> 4;
        bytes -= 1;
    }
    crc
}

/// Remainder of each value of four bits.
static TABLE: [u32; 16] = {
    let mut table = [0; 16];
    let mut i = 0;
    while i < 64 {
        let rest = table[i / 4] ^ if i % 4 == 0 { i as u32 / 4 } else { 0 };
        table[i / 4] = rest >> 1 ^ if rest & 1 == 0 { 0 } else { 0xedb8_8320 };
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    #[test]
    fn agrees_with_the_crate() {
        let reference = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
        let bytes: std::vec::Vec<u8> = (0..1000u32).map(|i| ((i * i) >> 3) as u8).collect();
        for length in (0..200).chain([255, 1000]) {
            let bytes = &bytes[..length];
            assert_eq!(!super::update(!0, bytes), reference.checksum(bytes));
        }
        assert_eq!(!super::update(!0, b"123456789"), 0xcbf4_3926); // check value of the catalogue
    }
}
