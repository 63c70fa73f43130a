//! One step at a time: the sampler holds the state of the sample, and settings discard it.

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Mutex;

use flowlet::rand_core::TryRng;
use flowlet::{Error, Model, Sampler, SamplerError, Solver, Time};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

static MOONS: &[u8] = flowlet::include_model!("../../firmware-examples/models/moons.flow");
flowlet::model!(mod moons = "../../firmware-examples/models/moons.flow");
static ODD: &[u8] = flowlet::include_model!("../../firmware-examples/models/odd.flow");

fn rng() -> Xoshiro128PlusPlus {
    Xoshiro128PlusPlus::seed_from_u64(1)
}

/// Interrupt handlers share a sampler through a static, and each takes a step.
#[test]
fn a_handler_takes_one_step_of_a_sampler_in_a_static() {
    static SAMPLER: Mutex<RefCell<moons::Sampler>> = Mutex::new(RefCell::new(moons::sampler()));

    fn handler() -> Option<u32> {
        let sampler = SAMPLER.lock().unwrap();
        let mut sampler = sampler.borrow_mut();
        sampler.step();
        sampler.finished().map(|sample| sample.crc32())
    }

    fn start() -> Result<(u32, u16), Error> {
        let expected = moons::sampler().sample(&mut rng())?.crc32();
        let sampler = SAMPLER.lock().unwrap();
        let mut sampler = sampler.borrow_mut();
        sampler.begin(&mut rng())?;
        Ok((expected, sampler.steps_left()))
    }

    let (expected, steps) = start().unwrap();
    assert_eq!(steps, 8);
    for _ in 1..steps {
        assert_eq!(handler(), None);
    }
    assert_eq!(handler(), Some(expected));
    assert_eq!(handler(), Some(expected), "a finished sample stays");
}

#[test]
fn settings_discard_a_sample_that_was_begun() {
    type Odd = Sampler<'static, 37, 130, 2>;
    type Set = fn(&mut Odd) -> Result<(), SamplerError>;
    let settings: [Set; 4] = [
        |sampler| sampler.set_steps(3),
        |sampler| sampler.set_time_grid(&[Time::ZERO, Time::ONE]),
        |sampler| {
            sampler.set_solver(Solver::Heun);
            Ok(())
        },
        |sampler| sampler.set_guidance(None),
    ];
    for set in settings {
        for steps in [0, 1, u16::MAX] {
            let mut sampler = Odd::new(Model::parse(ODD).unwrap()).unwrap();
            sampler.begin_batch(&mut rng()).unwrap();
            for _ in 0..steps.min(sampler.steps_left()) {
                sampler.step();
            }
            set(&mut sampler).unwrap();
            assert_eq!((sampler.steps_left(), sampler.step()), (0, 0));
            assert!(sampler.finished().is_none());
            assert_eq!(sampler.finished_batch().len(), 0);
        }
    }
}

#[test]
fn a_rejected_setting_keeps_the_sample() {
    let mut sampler = Sampler::<2, 64>::new(Model::parse(MOONS).unwrap()).unwrap();
    let expected = sampler.sample(&mut rng()).unwrap().crc32();
    sampler.begin(&mut rng()).unwrap();
    sampler.step();
    assert!(sampler.set_steps(0).is_err());
    assert!(sampler.set_time_grid(&[Time::ZERO]).is_err());
    while sampler.step() > 0 {}
    assert_eq!(sampler.finished().unwrap().crc32(), expected);
}

#[test]
fn a_class_applies_to_the_next_sample() {
    let mut sampler = Sampler::<37, 130>::new(Model::parse(ODD).unwrap()).unwrap();
    sampler.set_class(Some(1)).unwrap();
    let expected = sampler.sample(&mut rng()).unwrap().crc32();
    sampler.begin(&mut rng()).unwrap();
    sampler.step();
    sampler.set_class(Some(0)).unwrap();
    while sampler.step() > 0 {}
    let sample = sampler.finished().unwrap();
    assert_eq!((sample.class(), sample.crc32()), (Some(1), expected));
    assert_eq!(sampler.sample(&mut rng()).unwrap().class(), Some(0));
}

/// Generator that fails after a number of words.
struct Failing {
    rng: Xoshiro128PlusPlus,
    left: usize,
}

impl TryRng for Failing {
    type Error = std::fmt::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.left = self.left.checked_sub(1).ok_or(std::fmt::Error)?;
        let Ok(word) = self.rng.try_next_u32();
        Ok(word)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        unreachable!("a sampler draws words of 32 bits")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Self::Error> {
        unreachable!("a sampler draws words of 32 bits")
    }
}

#[test]
fn a_failing_generator_leaves_no_sample() {
    let mut sampler = Sampler::<37, 130, 2>::new(Model::parse(ODD).unwrap()).unwrap();
    let expected = sampler.sample(&mut rng()).unwrap().crc32();
    for left in [0, 1, 20, 38, 75] {
        sampler.begin(&mut rng()).unwrap();
        let mut failing = Failing { rng: rng(), left };
        let error = sampler.begin_batch(&mut failing).unwrap_err();
        assert_eq!(error, SamplerError::Generator);
        assert_eq!(sampler.step(), 0);
        assert!(sampler.finished().is_none());
        assert_eq!(sampler.finished_batch().len(), 0);
    }
    assert_eq!(sampler.sample(&mut rng()).unwrap().crc32(), expected);
}

/// Generator that repeats the last of its words.
struct Stuck(Vec<u32>);

impl TryRng for Stuck {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        match self.0[..] {
            [last] => Ok(last),
            _ => Ok(self.0.remove(0)),
        }
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("a sampler draws words of 32 bits")
    }

    fn try_fill_bytes(&mut self, _: &mut [u8]) -> Result<(), Infallible> {
        unreachable!("a sampler draws words of 32 bits")
    }
}

#[test]
fn a_dead_generator_is_an_error() {
    for word in [0, 1, 0x1234_5678, u32::MAX] {
        let mut sampler = Sampler::<37, 130, 2>::new(Model::parse(ODD).unwrap()).unwrap();
        for _ in 0..3 {
            let error = sampler.sample(&mut Stuck(vec![word])).unwrap_err();
            assert_eq!(error, SamplerError::StuckGenerator);
            assert!(sampler.finished().is_none());
        }
        assert!(sampler.sample(&mut rng()).is_ok(), "a good one is accepted");
    }
}

/// A sample of two values draws two words, so the test spans samples.
#[test]
fn repetitions_are_counted_across_samples() {
    for word in [0, 7] {
        let mut sampler = Sampler::<2, 64>::new(Model::parse(MOONS).unwrap()).unwrap();
        assert!(sampler.sample(&mut Stuck(vec![word])).is_ok());
        let error = sampler.sample(&mut Stuck(vec![word])).unwrap_err();
        assert_eq!(error, SamplerError::StuckGenerator);
    }
}

#[test]
fn three_equal_words_are_accepted() {
    let mut sampler = Sampler::<2, 64>::new(Model::parse(MOONS).unwrap()).unwrap();
    let mut rng = Stuck(vec![5, 5, 5, 6, 6, 6, 0, 0, 0, 9, 9, 9, 9]);
    for _ in 0..6 {
        assert!(sampler.sample(&mut rng).is_ok());
    }
    let error = sampler.sample(&mut rng).unwrap_err();
    assert_eq!(error, SamplerError::StuckGenerator);
}

/// The error is the generator's own, also after equal words.
#[test]
fn an_error_of_the_generator_is_not_taken_for_a_stuck_one() {
    let mut sampler = Sampler::<2, 64>::new(Model::parse(MOONS).unwrap()).unwrap();
    sampler.begin(&mut Stuck(vec![1, 2])).unwrap();
    sampler.begin(&mut Stuck(vec![2])).unwrap();
    let mut failing = Failing {
        rng: rng(),
        left: 0,
    };
    let error = sampler.begin(&mut failing).unwrap_err();
    assert_eq!(error, SamplerError::Generator);
}
