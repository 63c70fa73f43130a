//! Calls the functions of the C interface on the host as C does. They give the runtime's values.

use std::ffi::{CStr, c_char};
use std::ptr::null;

use flowlet::{Fixed, Guidance, Model, Sampler, Solver};
use flowlet_c::flowlet_error::{self, *};
use flowlet_c::*;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::calls::{MIXED, Memory, ODD, open, random, sizes};

#[test]
fn sizes_are_the_models() {
    let expected = Model::parse(ODD).unwrap();
    let sizes = sizes(&open(ODD).unwrap());
    assert_eq!(usize::from(sizes.dim), expected.dim());
    assert_eq!(usize::from(sizes.width), expected.width());
    assert_eq!((sizes.classes, sizes.steps), (3, expected.steps()));
    assert_eq!(sizes.solver, expected.solver() as i32);
    assert_eq!(sizes.guidable, 1);
    let slot = 8 * 38 + 4 * 130; // FLOWLET_SLOT_BYTES
    let fixed = FLOWLET_SAMPLER_WORDS * size_of::<usize>();
    assert_eq!(sizes.sampler_bytes, fixed + slot);
    assert_eq!(sizes.guided_sampler_bytes, fixed + 2 * slot);
    let size = flowlet::ModelSize::of_model(&expected);
    assert_eq!(sizes.stack_bytes, size.stack_bytes(1));
    assert_eq!(sizes.guided_stack_bytes, size.stack_bytes(2));
}

#[test]
fn names_and_columns_are_the_models() {
    let (model, expected) = (open(ODD).unwrap(), Model::parse(ODD).unwrap());
    let mut text: [c_char; 64] = [0; 64];
    for (index, name) in expected.column_names().enumerate() {
        // SAFETY: the pointers are valid, and the text has that size.
        let read = unsafe {
            let result = flowlet_column_name(&model, index, text.as_mut_ptr(), text.len());
            assert_eq!(result, FLOWLET_OK);
            CStr::from_ptr(text.as_ptr())
        };
        assert_eq!(read.to_str(), Ok(name));
        let (mut column, own) = (flowlet_column::default(), expected.column(index).unwrap());
        // SAFETY: both pointers are valid.
        let result = unsafe { flowlet_model_column(&model, index, &mut column) };
        assert_eq!((result, column.kind), (FLOWLET_OK, own.kind as i32));
        if !own.kind.is_category() {
            let described = (column.frac, column.min, column.max);
            assert_eq!(described, (own.frac.into(), own.min, own.max));
        }
    }
    for (class, name) in expected.class_names().enumerate() {
        let length = name.len();
        // SAFETY: the pointers are valid, and the text is larger than the sizes.
        unsafe {
            let short = flowlet_class_name(&model, class as u16, text.as_mut_ptr(), length);
            assert_eq!(short, FLOWLET_SHORT);
            let result = flowlet_class_name(&model, class as u16, text.as_mut_ptr(), length + 1);
            assert_eq!(result, FLOWLET_OK);
            assert_eq!(CStr::from_ptr(text.as_ptr()).to_str(), Ok(name));
        }
    }
    // SAFETY: all pointers are valid.
    unsafe {
        let (to, size) = (text.as_mut_ptr(), text.len());
        assert_eq!(flowlet_class_name(&model, 3, to, size), FLOWLET_RANGE);
        assert_eq!(flowlet_column_name(&model, 37, to, size), FLOWLET_RANGE);
        let column = &mut flowlet_column::default();
        assert_eq!(flowlet_model_column(&model, 37, column), FLOWLET_RANGE);
    }
}

#[test]
fn samples_are_the_runtimes() {
    samples_agree(MIXED);
}

/// The sizes are odd, so memory is rounded up.
#[test]
#[cfg_attr(miri, ignore = "takes Miri half an hour")]
fn samples_of_odd_sizes_are_the_runtimes() {
    samples_agree(ODD);
}

/// Compares samples with the runtime's, drawn at once and step by step, with and without guidance.
fn samples_agree(bytes: &'static [u8]) {
    let model = Model::parse(bytes).unwrap();
    let (dim, last) = (model.dim(), model.classes() - 1);
    let mut own = Sampler::<37, 130, 2>::new(model).unwrap();
    own.set_steps(3).unwrap();
    own.set_solver(Solver::Heun);
    let opened = open(bytes).unwrap();
    let bytes = sizes(&opened).guided_sampler_bytes;
    let mut memory = Memory::of(bytes);
    let sampler = memory.sampler(&opened, bytes).unwrap();
    let mut generators = [5, 5].map(Xoshiro128PlusPlus::seed_from_u64);
    let (of_c, of_own) = generators.split_at_mut(1);
    let random = random(&mut of_c[0]);
    for (class, strength) in [
        (None, None),
        (Some(last), None),
        (Some(1), Guidance::from_bits(6000)),
        (None, Guidance::from_bits(32_767)),
    ] {
        own.set_class(class).unwrap();
        own.set_guidance(strength).unwrap();
        let expected = own.sample(&mut of_own[0]).unwrap();
        // SAFETY: the pointers are valid; nothing else uses the sampler's memory.
        unsafe {
            assert_eq!(flowlet_set_steps(sampler, 3), FLOWLET_OK);
            assert_eq!(
                flowlet_set_solver(sampler, flowlet_solver::FLOWLET_HEUN as i32),
                FLOWLET_OK
            );
            let number = class.map_or(FLOWLET_ANY_CLASS, i32::from);
            assert_eq!(flowlet_set_class(sampler, number), FLOWLET_OK);
            for refused in [32_768, 65_536, i32::MAX, -2, i32::MIN] {
                assert_eq!(flowlet_set_guidance(sampler, refused), FLOWLET_RANGE);
            }
            let strength = strength.map_or(FLOWLET_UNGUIDED, |strength| strength.bits().into());
            assert_eq!(flowlet_set_guidance(sampler, strength), FLOWLET_OK);
            if class.is_some() {
                assert_eq!(flowlet_sample(sampler, &random), FLOWLET_OK);
            } else {
                let mut left = 0;
                assert_eq!(flowlet_start(sampler, &random), FLOWLET_OK);
                for expected in [2, 1, 0, 0] {
                    assert_eq!(flowlet_step(sampler, &mut left), FLOWLET_OK);
                    assert_eq!(left, expected);
                }
                assert_eq!(flowlet_finish(sampler), FLOWLET_OK);
            }
            let (mut fixed, mut real) = (vec![0; dim], vec![0.0; dim]);
            let (mut drawn, mut crc32) = (0, 0);
            assert_eq!(flowlet_values(sampler, fixed.as_mut_ptr(), dim), FLOWLET_OK);
            assert_eq!(
                flowlet_values_float(sampler, real.as_mut_ptr(), dim),
                FLOWLET_OK
            );
            assert_eq!(flowlet_sample_class(sampler, &mut drawn), FLOWLET_OK);
            assert_eq!(flowlet_sample_crc32(sampler, &mut crc32), FLOWLET_OK);
            assert_eq!(crc32, expected.crc32());
            let raws = (0..dim).map(|index| expected.fixed(index).unwrap().raw);
            assert!(raws.eq(fixed));
            assert!(expected.values().eq(real));
            assert_eq!(Some(drawn), expected.class());
            for index in 0..=dim {
                let mut category = 0;
                let result = flowlet_sample_category(sampler, index, &mut category);
                let known = (result == FLOWLET_OK).then_some(category);
                assert_eq!(known, expected.category(index));
            }
        }
    }
}

/// Values, their limits and their conversions are those of the runtime.
#[test]
fn values_are_converted_as_by_the_runtime() {
    let (model, expected) = (open(MIXED).unwrap(), Model::parse(MIXED).unwrap());
    let bytes = sizes(&model).sampler_bytes;
    let mut memory = Memory::of(bytes);
    let sampler = memory.sampler(&model, bytes).unwrap();
    let mut own = Sampler::<6, 10>::new(expected).unwrap();
    let drawn = own
        .sample(&mut Xoshiro128PlusPlus::seed_from_u64(3))
        .unwrap();
    let mut generator = Xoshiro128PlusPlus::seed_from_u64(3);
    let read = |index| {
        let mut value = flowlet_fixed::default();
        // SAFETY: the sampler and the pointer are valid.
        let result = unsafe { flowlet_value(sampler, index, &mut value) };
        (result == FLOWLET_OK).then_some(value).ok_or(result)
    };
    let limits = |first, end| {
        let (mut low, mut high) = (flowlet_fixed::default(), flowlet_fixed::default());
        // SAFETY: all pointers are valid.
        let result = unsafe { flowlet_limits(&model, first, end, &mut low, &mut high) };
        (result == FLOWLET_OK).then_some((low, high)).ok_or(result)
    };
    assert_eq!(read(0), Err(FLOWLET_NO_SAMPLE));
    // SAFETY: the sampler and the generator are valid.
    let result = unsafe { flowlet_sample(sampler, &random(&mut generator)) };
    assert_eq!(result, FLOWLET_OK);
    for index in 0..expected.dim() {
        let own = drawn.fixed(index).unwrap();
        let (low, high) = expected.limits(index..index + 1).unwrap();
        let value = read(index).unwrap();
        assert_eq!(value, own.into());
        assert_eq!(limits(index, index + 1), Ok((low.into(), high.into())));
        let code = flowlet_to_range(value, low.into(), high.into(), 0, 4095);
        assert_eq!(code, own.to_range(low, high, 0..=4095));
    }
    assert_eq!(read(expected.dim()), Err(FLOWLET_RANGE));
    assert_eq!(limits(0, expected.dim() + 1), Err(FLOWLET_RANGE));
    assert_eq!(limits(2, 2), Err(FLOWLET_RANGE));
}

/// No shift is undefined, whatever the numbers of fractional bits are.
#[test]
fn any_fractional_bits_are_rescaled() {
    let value = |raw, frac| flowlet_fixed { raw, frac };
    let rescale = |value, frac| {
        let mut result = 0;
        // SAFETY: the pointer is valid.
        let error = unsafe { flowlet_rescale(value, frac, &mut result) };
        (error == FLOWLET_OK).then_some(result).ok_or(error)
    };
    assert_eq!(rescale(value(5 << 28, 29), 0), Ok(3));
    assert_eq!(rescale(value(-3, 1), 0), Ok(-1));
    assert_eq!(rescale(value(12_345, 60), 0), Ok(0));
    assert_eq!(rescale(value(3, -4), 0), Ok(48));
    assert_eq!(rescale(value(1, -96), 0), Err(FLOWLET_RANGE));
    for raw in [i32::MIN, -1, 0, 1, 77_777, i32::MAX] {
        for from in [-1000, -128, -96, -1, 0, 31, 32, 60, 126, 127, 1000] {
            for to in [i32::MIN, -128, -31, 0, 26, 31, 127, i32::MAX] {
                let limited = |frac: i32| frac.clamp(-128, 127) as i8;
                let own = Fixed {
                    raw,
                    frac: limited(from),
                };
                let expected = own.rescale(limited(to)).ok_or(FLOWLET_RANGE);
                assert_eq!(rescale(value(raw, from), to), expected);
                let saturated = flowlet_rescale_saturating(value(raw, from), to);
                assert_eq!(saturated, own.rescale_saturating(limited(to)));
            }
        }
    }
}

/// Returns what opening a slot gives: an error, or the model's sizes.
fn open_slot(slot: &[u8]) -> Result<flowlet_sizes, flowlet_error> {
    let mut model = std::mem::MaybeUninit::<flowlet_model>::zeroed();
    // SAFETY: both pointers are valid; zeros are a flowlet_model.
    unsafe {
        match flowlet_open_slot(model.as_mut_ptr(), slot.as_ptr(), slot.len()) {
            FLOWLET_OK => Ok(sizes(model.assume_init_ref())),
            error => Err(error),
        }
    }
}

#[test]
fn a_slot_may_be_longer_than_its_model() {
    let expected = Ok(sizes(&open(MIXED).unwrap()));
    let mut slot = [MIXED, &[0xff; 100]].concat();
    assert_eq!(open(&slot).err(), Some(FLOWLET_MODEL_TRAILING));
    assert_eq!(open_slot(&slot), expected);
    assert_eq!(open_slot(MIXED), expected);
    let shorter = &MIXED[..MIXED.len() - 1];
    assert_eq!(open_slot(shorter), Err(FLOWLET_MODEL_TRUNCATED));
    assert_eq!(open_slot(&[0xff; 100]), Err(FLOWLET_MODEL_MAGIC));
    slot[MIXED.len() - 1] ^= 1;
    assert_eq!(open_slot(&slot), Err(FLOWLET_MODEL_CHECKSUM));
}

/// An unaligned file is opened and gives the same samples.
#[test]
fn alignment_is_told() {
    #[repr(align(16))]
    struct Aligned([u8; 2048]);
    let mut copy = Aligned([0; 2048]);
    let mut drawn = Vec::new();
    for start in [0, 1, 2, 4] {
        copy.0[start..start + MIXED.len()].copy_from_slice(MIXED);
        let model = open(&copy.0[start..start + MIXED.len()]).unwrap();
        // SAFETY: the pointers are valid; nothing else uses the memory.
        unsafe {
            assert_eq!(flowlet_is_aligned(&model), i32::from(start % 4 == 0));
            let bytes = sizes(&model).sampler_bytes;
            let mut memory = Memory::of(bytes);
            let sampler = memory.sampler(&model, bytes).unwrap();
            let mut generator = Xoshiro128PlusPlus::seed_from_u64(1);
            let mut crc32 = 0;
            assert_eq!(flowlet_sample(sampler, &random(&mut generator)), FLOWLET_OK);
            assert_eq!(flowlet_sample_crc32(sampler, &mut crc32), FLOWLET_OK);
            drawn.push(crc32);
        }
    }
    assert!(drawn.iter().all(|&crc32| crc32 == drawn[0]));
    // SAFETY: null is not followed, and zeros are a flowlet_model.
    unsafe {
        assert_eq!(flowlet_is_aligned(null()), 0);
        assert_eq!(flowlet_is_aligned(&std::mem::zeroed()), 0);
    }
}
