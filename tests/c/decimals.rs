//! Decimals, circular columns and the card through the C interface are those of the runtime.

use std::ffi::{CStr, c_char};

use flowlet::{ColumnKind, Model, Sampler};
use flowlet_c::flowlet_error::{self, *};
use flowlet_c::*;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::calls::{Memory, open, random, sizes};

static CIRCULAR: &[u8] = flowlet::include_model!("../golden/v1/circular.flow");

/// Returns the text that `write` puts into a buffer of this size.
fn text(
    size: usize,
    write: impl Fn(*mut c_char, usize) -> flowlet_error,
) -> Result<String, flowlet_error> {
    let mut buffer: Vec<c_char> = vec![0; size];
    match write(buffer.as_mut_ptr(), size) {
        // SAFETY: the function has written a terminating zero.
        FLOWLET_OK => Ok(unsafe { CStr::from_ptr(buffer.as_ptr()) }
            .to_str()
            .unwrap()
            .into()),
        error => Err(error),
    }
}

#[test]
fn decimals_are_the_runtimes() {
    let (model, expected) = (open(CIRCULAR).unwrap(), Model::parse(CIRCULAR).unwrap());
    let bytes = sizes(&model).sampler_bytes;
    let mut memory = Memory::of(bytes);
    let sampler = memory.sampler(&model, bytes).unwrap();
    let read = |index| {
        let mut value = flowlet_decimal::default();
        // SAFETY: the sampler and the pointer are valid.
        let result = unsafe { flowlet_value_decimal(sampler, index, &mut value) };
        (result == FLOWLET_OK).then_some(value).ok_or(result)
    };
    assert_eq!(read(0), Err(FLOWLET_NO_SAMPLE));
    let mut generator = Xoshiro128PlusPlus::seed_from_u64(3);
    // SAFETY: the sampler and the generator are valid.
    let result = unsafe { flowlet_sample(sampler, &random(&mut generator)) };
    assert_eq!(result, FLOWLET_OK);
    let mut own = Sampler::<7, 12>::new(expected).unwrap();
    let drawn = own
        .sample(&mut Xoshiro128PlusPlus::seed_from_u64(3))
        .unwrap();
    let mut known = 0;
    for index in 0..=expected.dim() {
        let Some(decimal) = drawn.decimal(index) else {
            assert_eq!(read(index), Err(FLOWLET_RANGE), "{index}");
            continue;
        };
        let value = read(index).unwrap();
        assert_eq!(value.digits, decimal.digits);
        assert_eq!(value.decimals, i32::from(decimal.decimals));
        // SAFETY: the pointer and the size are those of a buffer.
        let written = text(13, |to, size| unsafe {
            flowlet_decimal_text(value, to, size)
        });
        assert_eq!(written, Ok(decimal.to_string()));
        known += 1;
    }
    assert!(known > 3, "{known}");
}

#[test]
fn a_text_needs_room() {
    for (digits, decimals, expected) in [
        (i32::MIN, 9, "-2.147483648"),
        (1230, 2, "12.30"),
        (-7, -5, "-7"),
        (1, 1000, "0.000000001"),
    ] {
        let value = flowlet_decimal { digits, decimals };
        // SAFETY: the pointer and the size are those of a buffer.
        let write = |to, size| unsafe { flowlet_decimal_text(value, to, size) };
        assert_eq!(text(expected.len(), write), Err(FLOWLET_SHORT));
        assert_eq!(text(expected.len() + 1, write).as_deref(), Ok(expected));
    }
}

#[test]
fn columns_and_card_are_the_models() {
    let (model, expected) = (open(CIRCULAR).unwrap(), Model::parse(CIRCULAR).unwrap());
    for index in 0..expected.dim() {
        let (mut column, own) = (flowlet_column::default(), expected.column(index).unwrap());
        // SAFETY: both pointers are valid.
        let result = unsafe { flowlet_model_column(&model, index, &mut column) };
        assert_eq!((result, column.kind), (FLOWLET_OK, own.kind as i32));
        let (decimals, max) = match own.kind {
            ColumnKind::Real | ColumnKind::Circular => {
                (own.decimals.map_or(-1, i32::from), own.max)
            }
            ColumnKind::NextCircular => (0, 0),
            _ => (0, own.max),
        };
        assert_eq!((column.decimals, column.max), (decimals, max));
    }
    let card = expected.card();
    assert!(!card.is_empty());
    // SAFETY: the pointer and the size are those of a buffer.
    let write = |to, size| unsafe { flowlet_card(&model, to, size) };
    assert_eq!(text(card.len(), write), Err(FLOWLET_SHORT));
    assert_eq!(text(256, write).as_deref(), Ok(card));
}
