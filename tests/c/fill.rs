//! Fillers of the C interface: they give the runtime's rows.

use std::ptr::{null, null_mut};

use flowlet::{Filler, Fixed, Model};
use flowlet_c::flowlet_error::{self, *};
use flowlet_c::*;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::calls::{MOONS, Memory, open, random};

/// A small model with masks, conditions and queries.
static FILL: &[u8] = flowlet::include_model!("../golden/v1/fill.flow");

/// Returns the bytes of a filler.
fn bytes(model: &flowlet_model) -> usize {
    let mut size = 0;
    // SAFETY: both pointers are valid.
    assert_eq!(
        unsafe { flowlet_filler_bytes(model, &mut size) },
        FLOWLET_OK
    );
    size
}

fn filler(
    memory: &mut Memory,
    model: &flowlet_model,
    size: usize,
) -> Result<*mut flowlet_filler, flowlet_error> {
    assert!(size <= memory.0.len() * size_of::<usize>());
    let mut filler = null_mut();
    // SAFETY: the pointers are valid, and the memory has that size; the caller keeps it.
    match unsafe { flowlet_new_filler(&mut filler, model, memory.0.as_mut_ptr().cast(), size) } {
        FLOWLET_OK => Ok(filler),
        error => Err(error),
    }
}

/// Knows column `index`, twice.
fn know(c: *mut flowlet_filler, own: &mut Filler<'_, 20, 20>, index: usize, value: Fixed) {
    // SAFETY: the filler was made.
    let known = unsafe { flowlet_know(c, index, value.into()) };
    let expected = own.know(index, value).map_err(flowlet_error::from);
    assert_eq!(known, expected.err().unwrap_or(FLOWLET_OK), "{index}");
}

#[test]
fn rows_are_the_runtimes() {
    let model = open(FILL).unwrap();
    let expected = Model::parse(FILL).unwrap();
    let size = bytes(&model);
    let mut memory = Memory::of(size);
    let c = filler(&mut memory, &model, size).unwrap();
    let mut own = Filler::<20, 20>::new(expected).unwrap();
    let (dim, dims) = (expected.dim(), own.fill().dims());
    // FLOWLET_FILLER_BYTES
    let buffers = 12 * dims.next_multiple_of(2) + 6 * expected.width().next_multiple_of(2);
    assert_eq!(size, FLOWLET_FILLER_WORDS * size_of::<usize>() + buffers);
    let mut rngs = [3, 3].map(Xoshiro128PlusPlus::seed_from_u64);
    let mut rows = 0;
    for set in 0..16u32 {
        // SAFETY: the filler was made.
        unsafe {
            assert_eq!(flowlet_forget(c), FLOWLET_OK);
            assert_eq!(flowlet_fill_class(c, (set & 1) as i32), FLOWLET_OK);
        }
        own.forget();
        own.set_class(Some((set & 1) as u16)).unwrap();
        for index in (0..dims).filter(|&index| index >= dim || set >> (index & 3) & 1 == 1) {
            let (raw, frac) = (i32::from(index == 0) << 20, 20);
            know(c, &mut own, index, Fixed { raw, frac });
        }
        let row = own.sample(&mut rngs[0]).map_err(flowlet_error::from);
        let random = random(&mut rngs[1]);
        // SAFETY: all pointers are valid.
        let filled = unsafe { flowlet_fill(c, &random) };
        assert_eq!(filled, row.as_ref().err().copied().unwrap_or(FLOWLET_OK));
        let Ok(row) = row else { continue };
        rows += 1;
        let (mut crc32, mut values) = (0, [0; 20]);
        let mut value = flowlet_fixed::default();
        // SAFETY: all pointers are valid.
        unsafe {
            assert_eq!(flowlet_filled_crc32(c, &mut crc32), FLOWLET_OK);
            let short = flowlet_filled_values(c, values.as_mut_ptr(), dim - 1);
            assert_eq!(short, FLOWLET_SHORT);
            let read = flowlet_filled_values(c, values.as_mut_ptr(), values.len());
            assert_eq!((read, crc32), (FLOWLET_OK, row.crc32()));
            for (index, &raw) in values.iter().enumerate().take(dim) {
                assert_eq!(flowlet_filled_value(c, index, &mut value), FLOWLET_OK);
                assert_eq!(Some(Fixed::from(value)), row.fixed(index));
                assert_eq!(value.raw, raw);
            }
            assert_eq!(flowlet_filled_value(c, dim, &mut value), FLOWLET_RANGE);
        }
        let predicted = own.predict().expect("the model predicts").crc32();
        // SAFETY: all pointers are valid.
        unsafe {
            assert_eq!(flowlet_predict(c), FLOWLET_OK);
            assert_eq!(flowlet_filled_crc32(c, &mut crc32), FLOWLET_OK);
        }
        assert_eq!(crc32, predicted);
    }
    assert!(rows > 1, "{rows} rows");
}

#[test]
fn fillers_are_refused_and_stepped() {
    let model = open(FILL).unwrap();
    let size = bytes(&model);
    let mut memory = Memory::of(size);
    assert_eq!(filler(&mut memory, &model, size - 1), Err(FLOWLET_SHORT));
    let moons = open(MOONS).unwrap();
    assert_eq!(filler(&mut memory, &moons, size), Err(FLOWLET_NO_FILL));
    // SAFETY: a null pointer or zeros are refused.
    unsafe {
        assert_eq!(flowlet_forget(null_mut()), FLOWLET_NULL);
        let zeros = Memory(vec![0; FLOWLET_FILLER_WORDS]);
        let unmade = zeros.0.as_ptr().cast();
        assert_eq!(flowlet_filled_crc32(unmade, &mut 0), FLOWLET_NOT_OPEN);
    }
    // The model has conditions.
    assert_eq!(memory.sampler(&model, size), Err(FLOWLET_UNKNOWN));
    // SAFETY: the pointers are valid, and the memory has that size.
    let scorer = unsafe {
        let memory = memory.0.as_mut_ptr().cast();
        flowlet_new_scorer(&mut null_mut(), &model, memory, size)
    };
    assert_eq!(scorer, FLOWLET_UNKNOWN);
    let c = filler(&mut memory, &model, size).unwrap();
    let (dim, dims) = {
        let model = Model::parse(FILL).unwrap();
        (model.dim(), model.fill().unwrap().unwrap().dims())
    };
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    let random = random(&mut rng);
    let mut left = 7;
    let zero = flowlet_fixed::default();
    // SAFETY: all pointers are valid.
    unsafe {
        assert_eq!(flowlet_fill_step(c, &mut left), FLOWLET_NO_SAMPLE);
        assert_eq!(flowlet_fill_start(c, &random), FLOWLET_UNKNOWN);
        assert_eq!(flowlet_know(c, dims, zero), FLOWLET_RANGE);
        for index in dim..dims {
            assert_eq!(flowlet_know(c, index, zero), FLOWLET_OK);
        }
        assert_eq!(flowlet_fill_start(c, null()), FLOWLET_NULL);
        assert_eq!(flowlet_fill_start(c, &random), FLOWLET_OK);
        assert_eq!(flowlet_filled_crc32(c, &mut 0), FLOWLET_NO_SAMPLE);
        assert_eq!((flowlet_fill_step(c, &mut left), left), (FLOWLET_OK, 3));
        for _ in 0..3 {
            assert_eq!(flowlet_fill_step(c, null_mut()), FLOWLET_OK);
        }
        assert_eq!(flowlet_filled_crc32(c, &mut 0), FLOWLET_OK);
    }
}
