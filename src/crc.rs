//! CRC-32/ISO-HDLC of files and samples, four bits at a time, with a table of 64 bytes.
//!
//! The crate `crc` without its table of 1 KiB compiles to four times the code. The tests compare
//! this implementation with that crate.

/// Continues `crc` over `bytes`. A checksum starts with −1 and ends inverted.
pub(crate) const fn update(mut crc: u32, bytes: &[u8]) -> u32 {
    let (mut words, mut rest): (&[[u8; 4]], _) = match cfg!(flowlet_kernel = "armv6m") {
        true => (&[], bytes), // a loop over words costs code
        false => bytes.as_chunks(),
    };
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

/// Divides the lowest `bytes` of `crc` by the polynomial. Never inlined, because compilers would
/// unroll the loops around it.
#[inline(never)]
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
        for length in [0, 1, 2, 9, 255, 1000] {
            let bytes = &bytes[..length];
            assert_eq!(!super::update(!0, bytes), reference.checksum(bytes));
        }
        assert_eq!(!super::update(!0, b"123456789"), 0xcbf4_3926); // check value of the catalogue
    }
}
