//! Files in slots that are longer than the file, and files at any address.

use flowlet::format::HEADER_LEN;
use flowlet::{Model, ModelError};

const MODELS: [&str; 2] = ["moons", "odd"];

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("../firmware-examples/models/{name}.flow")).expect("a model")
}

#[test]
fn what_follows_a_file_in_its_slot_is_ignored() {
    for name in MODELS {
        let file = file(name);
        let shape = |model: Model<'_>| (model.header(), model.multiply_accumulates());
        let expected = shape(Model::parse(&file).unwrap());
        let fills: [&[u8]; 4] = [&[], &[0xff; 5000], &[0; 1], &file];
        for fill in fills {
            let slot = [&file, fill].concat();
            assert_eq!(shape(Model::from_slot(&slot).unwrap()), expected);
            assert_eq!(Model::parse(&slot).is_ok(), fill.is_empty());
        }
    }
}

#[test]
fn an_update_that_was_cut_is_rejected_at_every_byte() {
    let file = file("moons");
    for written in (0..HEADER_LEN).chain((HEADER_LEN..file.len()).step_by(7)) {
        for erased in [0xff, 0] {
            let mut slot = vec![erased; file.len() + 100];
            slot[..written].copy_from_slice(&file[..written]);
            // The bytes that are missing may be those of erased flash.
            let same = slot[..file.len()] == file;
            assert_eq!(Model::from_slot(&slot).is_ok(), same, "{written} bytes");
        }
    }
}

#[test]
fn slots_without_a_file_are_rejected() {
    let file = file("moons");
    assert_eq!(
        Model::from_slot(&[0xff; 4096]).unwrap_err(),
        ModelError::Magic
    );
    assert_eq!(Model::from_slot(&[]).unwrap_err(), ModelError::Magic);
    let with_length = |length: u32| {
        let mut slot = file.clone();
        slot[16..20].copy_from_slice(&length.to_le_bytes());
        Model::from_slot(&slot).unwrap_err()
    };
    let found = file.len() as u32;
    for expected in [found + 1, u32::MAX] {
        assert_eq!(
            with_length(expected),
            ModelError::Truncated { expected, found }
        );
    }
    for expected in [0, 1, 31] {
        let found = HEADER_LEN as u32;
        assert_eq!(
            with_length(expected),
            ModelError::Trailing { expected, found }
        );
    }
    assert!(matches!(with_length(32), ModelError::Checksum { .. }));
    let mut other = file.clone();
    other[8..20].fill(7);
    assert_eq!(
        Model::from_slot(&other).unwrap_err(),
        ModelError::Version { found: 0x0707 }
    );
}

#[test]
fn the_address_says_whether_a_model_is_aligned() {
    #[repr(align(16))]
    struct Aligned([u8; 16_384]);
    let (file, mut memory) = (file("moons"), Box::new(Aligned([0; 16_384])));
    for offset in 0..16 {
        let bytes = &mut memory.0[offset..offset + file.len()];
        bytes.copy_from_slice(&file);
        assert_eq!(Model::parse(bytes).unwrap().is_aligned(), offset % 4 == 0);
    }
}
