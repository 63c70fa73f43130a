//! Calls the functions of the C interface on the host as C does. They give the runtime's values,
//! and an error for every fault that they can see.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

use flowlet::{Guidance, Model, Sampler, Solver};
use flowlet_c::flowlet_error::{self, *};
use flowlet_c::*;
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

static MOONS: &[u8] = flowlet::include_model!("../../firmware-examples/models/moons.flow");
static ODD: &[u8] = flowlet::include_model!("../../firmware-examples/models/odd.flow");
/// A small model, for Miri, with a column of every kind, classes and guidance.
static MIXED: &[u8] = flowlet::include_model!("../golden/v1/lipman.flow");

/// Draws from the generator behind the context.
unsafe extern "C" fn next(context: *mut c_void) -> u32 {
    // SAFETY: `random` made the context from such a generator.
    unsafe { (*context.cast::<Xoshiro128PlusPlus>()).next_u32() }
}

unsafe extern "C" fn stuck(_: *mut c_void) -> u32 {
    0xffff_ffff
}

unsafe extern "C" fn always_failed(_: *mut c_void) -> i32 {
    1
}

fn random(generator: &mut Xoshiro128PlusPlus) -> flowlet_random {
    flowlet_random {
        next: Some(next),
        failed: None,
        context: (&raw mut *generator).cast(),
    }
}

fn open(bytes: &[u8]) -> Result<flowlet_model, flowlet_error> {
    let mut model = std::mem::MaybeUninit::<flowlet_model>::zeroed();
    // SAFETY: both pointers are valid; zeros are a flowlet_model.
    unsafe {
        match flowlet_open(model.as_mut_ptr(), bytes.as_ptr(), bytes.len()) {
            FLOWLET_OK => Ok(model.assume_init()),
            error => Err(error),
        }
    }
}

fn sizes(model: &flowlet_model) -> flowlet_sizes {
    let mut sizes = flowlet_sizes::default();
    // SAFETY: both pointers are valid.
    assert_eq!(
        unsafe { flowlet_model_sizes(model, &mut sizes) },
        FLOWLET_OK
    );
    sizes
}

/// Memory as C has it, with arbitrary contents.
struct Memory(Vec<usize>);

impl Memory {
    fn of(bytes: usize) -> Self {
        Self(vec![usize::MAX / 3; bytes.div_ceil(size_of::<usize>())])
    }

    fn sampler(
        &mut self,
        model: &flowlet_model,
        size: usize,
    ) -> Result<*mut flowlet_sampler, flowlet_error> {
        assert!(size <= self.0.len() * size_of::<usize>());
        let mut sampler = null_mut();
        // SAFETY: the pointers are valid, and the memory has that size; the caller keeps it.
        match unsafe { flowlet_new(&mut sampler, model, self.0.as_mut_ptr().cast(), size) } {
            FLOWLET_OK => Ok(sampler),
            error => Err(error),
        }
    }
}

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
