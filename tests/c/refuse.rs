//! The functions of the C interface return an error for every fault that they can see.

use std::ptr::{null, null_mut};

use flowlet_c::flowlet_error::*;
use flowlet_c::*;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::calls::{MOONS, Memory, ODD, always_failed, open, random, sizes, stuck};

#[test]
fn broken_models_are_refused() {
    let changed = |at: usize| {
        let mut bytes = MOONS.to_vec();
        bytes[at] ^= 0x10;
        open(&bytes).err()
    };
    assert_eq!(changed(0), Some(FLOWLET_MODEL_MAGIC));
    assert_eq!(changed(MOONS.len() / 2), Some(FLOWLET_MODEL_CHECKSUM));
    assert_eq!(open(&MOONS[..40]).err(), Some(FLOWLET_MODEL_TRUNCATED));
    assert_eq!(open(&MOONS[..0]).err(), Some(FLOWLET_MODEL_MAGIC));
    assert_eq!(
        open(&[MOONS, &[0]].concat()).err(),
        Some(FLOWLET_MODEL_TRAILING)
    );
    let mut model = std::mem::MaybeUninit::<flowlet_model>::zeroed();
    // SAFETY: a length that no object can have is refused before anything is read.
    let endless = unsafe { flowlet_open(model.as_mut_ptr(), MOONS.as_ptr(), usize::MAX) };
    assert_eq!(endless, FLOWLET_MODEL_TRAILING);
}

#[test]
fn unsuitable_memory_is_refused() {
    let model = open(MOONS).unwrap();
    let sizes = sizes(&model);
    let mut memory = Memory::of(sizes.sampler_bytes + 8);
    for size in [0, 8, sizes.sampler_bytes - 1] {
        assert_eq!(memory.sampler(&model, size), Err(FLOWLET_SHORT));
    }
    let mut sampler = null_mut();
    // SAFETY: the other pointers are valid; null and an odd address are not followed.
    unsafe {
        let size = sizes.sampler_bytes;
        let odd = memory.0.as_mut_ptr().cast::<u8>().add(1).cast();
        assert_eq!(
            flowlet_new(&mut sampler, &model, odd, size),
            FLOWLET_ALIGNMENT
        );
        assert_eq!(
            flowlet_new(&mut sampler, &model, null_mut(), size),
            FLOWLET_NULL
        );
        let at = memory.0.as_mut_ptr().cast();
        assert_eq!(flowlet_new(&mut sampler, null(), at, size), FLOWLET_NULL);
        assert_eq!(flowlet_new(null_mut(), &model, at, size), FLOWLET_NULL);
        let unopened = std::mem::zeroed();
        assert_eq!(
            flowlet_new(&mut sampler, &unopened, at, size),
            FLOWLET_NOT_OPEN
        );
    }
    assert!(sampler.is_null());
    assert!(memory.sampler(&model, sizes.sampler_bytes).is_ok());
}

#[test]
fn invalid_settings_are_refused() {
    let model = open(ODD).unwrap();
    let bytes = sizes(&model).sampler_bytes;
    let mut memory = Memory::of(bytes);
    let sampler = memory.sampler(&model, bytes).unwrap();
    // SAFETY: the sampler is valid, and nothing else uses its memory.
    unsafe {
        for class in [3, 1 << 16, -2] {
            assert_eq!(flowlet_set_class(sampler, class), FLOWLET_RANGE);
        }
        for steps in [0, 257] {
            assert_eq!(flowlet_set_steps(sampler, steps), FLOWLET_STEPS);
        }
        for solver in [-1, 4] {
            assert_eq!(flowlet_set_solver(sampler, solver), FLOWLET_SOLVER);
        }
        assert_eq!(flowlet_set_guidance(sampler, 4096), FLOWLET_SLOTS);
    }
    let model = open(MOONS).unwrap();
    let bytes = sizes(&model).guided_sampler_bytes;
    let mut memory = Memory::of(bytes);
    let sampler = memory.sampler(&model, bytes).unwrap();
    // SAFETY: as above.
    let guided = unsafe { flowlet_set_guidance(sampler, 4096) };
    assert_eq!(guided, FLOWLET_NOT_GUIDABLE);
}

/// Calls in the wrong order, with a source that fails, and with null pointers.
#[test]
fn sampling_in_the_wrong_order_is_refused() {
    let model = open(MOONS).unwrap();
    let bytes = sizes(&model).sampler_bytes;
    let mut memory = Memory::of(bytes);
    let sampler = memory.sampler(&model, bytes).unwrap();
    let mut generator = Xoshiro128PlusPlus::seed_from_u64(1);
    let good = random(&mut generator);
    let failing = flowlet_random {
        failed: Some(always_failed),
        ..good
    };
    let none = flowlet_random { next: None, ..good };
    let dead = flowlet_random {
        next: Some(stuck),
        ..good
    };
    let (mut values, mut number) = ([0; 2], 0);
    // SAFETY: the other pointers are valid, with the given sizes; null is not followed.
    unsafe {
        let to = values.as_mut_ptr();
        assert_eq!(flowlet_set_steps(sampler, 3), FLOWLET_OK);
        assert_eq!(flowlet_step(sampler, &mut number), FLOWLET_NO_SAMPLE);
        assert_eq!(flowlet_finish(sampler), FLOWLET_NO_SAMPLE);
        assert_eq!(flowlet_values(sampler, to, 2), FLOWLET_NO_SAMPLE);
        assert_eq!(flowlet_sample(sampler, &failing), FLOWLET_RANDOM);
        assert_eq!(flowlet_sample(sampler, &none), FLOWLET_NULL);
        // A sample takes two numbers.
        assert_eq!(flowlet_sample(sampler, &dead), FLOWLET_OK);
        assert_eq!(flowlet_sample(sampler, &dead), FLOWLET_STUCK);
        assert_eq!(flowlet_values(sampler, to, 2), FLOWLET_NO_SAMPLE);
        assert_eq!(flowlet_sample(sampler, null()), FLOWLET_NULL);
        assert_eq!(flowlet_start(sampler, &good), FLOWLET_OK);
        assert_eq!(flowlet_values(sampler, to, 2), FLOWLET_NO_SAMPLE);
        assert_eq!(flowlet_step(sampler, null_mut()), FLOWLET_OK);
        assert_eq!(flowlet_finish(sampler), FLOWLET_OK);
        assert_eq!(flowlet_finish(sampler), FLOWLET_OK);
        assert_eq!(flowlet_step(sampler, &mut number), FLOWLET_OK);
        assert_eq!(number, 0);
        assert_eq!(flowlet_values(sampler, to, 1), FLOWLET_SHORT);
        assert_eq!(flowlet_values(sampler, null_mut(), 2), FLOWLET_NULL);
        assert_eq!(flowlet_sample_class(sampler, &mut number), FLOWLET_RANGE);
        assert_eq!(flowlet_values(sampler, to, 2), FLOWLET_OK);
        assert_eq!(flowlet_set_steps(sampler, 2), FLOWLET_OK);
        assert_eq!(flowlet_values(sampler, to, 2), FLOWLET_NO_SAMPLE);
    }
}

#[test]
fn null_is_refused_everywhere() {
    let (mut text, mut values, mut number) = ([0; 8], [0.0; 2], 0u16);
    // SAFETY: null is not followed; the other pointers are valid.
    unsafe {
        assert_eq!(flowlet_open(null_mut(), MOONS.as_ptr(), 4), FLOWLET_NULL);
        let mut model = std::mem::zeroed();
        assert_eq!(flowlet_open(&mut model, null(), 4), FLOWLET_NULL);
        assert_eq!(flowlet_model_sizes(null(), null_mut()), FLOWLET_NULL);
        let sizes = &mut flowlet_sizes::default();
        assert_eq!(flowlet_model_sizes(&model, sizes), FLOWLET_NOT_OPEN);
        let model = open(MOONS).unwrap();
        assert_eq!(flowlet_model_sizes(&model, null_mut()), FLOWLET_NULL);
        assert_eq!(flowlet_model_column(&model, 0, null_mut()), FLOWLET_NULL);
        assert_eq!(flowlet_column_name(&model, 0, null_mut(), 8), FLOWLET_NULL);
        assert_eq!(
            flowlet_class_name(null(), 0, text.as_mut_ptr(), 8),
            FLOWLET_NULL
        );
        assert_eq!(flowlet_set_class(null_mut(), 0), FLOWLET_NULL);
        assert_eq!(flowlet_set_steps(null_mut(), 1), FLOWLET_NULL);
        assert_eq!(flowlet_set_solver(null_mut(), 0), FLOWLET_NULL);
        assert_eq!(flowlet_set_guidance(null_mut(), 0), FLOWLET_NULL);
        assert_eq!(flowlet_start(null_mut(), null()), FLOWLET_NULL);
        assert_eq!(flowlet_step(null_mut(), &mut number), FLOWLET_NULL);
        assert_eq!(flowlet_finish(null_mut()), FLOWLET_NULL);
        assert_eq!(
            flowlet_values_float(null(), values.as_mut_ptr(), 2),
            FLOWLET_NULL
        );
        assert_eq!(flowlet_value(null(), 0, null_mut()), FLOWLET_NULL);
        assert_eq!(
            flowlet_limits(&model, 0, 2, null_mut(), null_mut()),
            FLOWLET_NULL
        );
        let zero = flowlet_fixed::default();
        assert_eq!(flowlet_rescale(zero, 0, null_mut()), FLOWLET_NULL);
        assert_eq!(flowlet_sample_class(null(), &mut number), FLOWLET_NULL);
        assert_eq!(flowlet_sample_crc32(null(), null_mut()), FLOWLET_NULL);
        assert_eq!(
            flowlet_sample_category(null(), 0, &mut number),
            FLOWLET_NULL
        );
        let unmade = [0usize; FLOWLET_SAMPLER_WORDS];
        let unmade = unmade.as_ptr().cast_mut().cast();
        assert_eq!(flowlet_finish(unmade), FLOWLET_NOT_OPEN);
    }
}
