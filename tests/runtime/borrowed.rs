//! Samplers in lent memory: the bits of those that hold their own, and refusals of memory that is
//! too small.

use flowlet::{BorrowedSampler, Model, Sampler, SamplerError, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

static ODD: &[u8] = flowlet::include_model!("../../firmware-examples/models/odd.flow");

/// Memory of one lane of the odd model, whose dimension is odd.
const STATES: usize = 37;
const WORDS: usize = 2 * (38 + 130);

#[test]
fn lent_memory_gives_the_same_bits() {
    let model = Model::parse(ODD).unwrap();
    let (mut states, mut words) = ([7; 2 * STATES], [7; 2 * WORDS]); // what stood there before does not matter
    let mut lent = BorrowedSampler::with_buffers(&model, &mut states, &mut words).unwrap();
    let mut own = Sampler::<37, 130, 2>::new(&model).unwrap();
    for solver in [Solver::ExponentialEuler, Solver::Midpoint, Solver::Heun] {
        for guidance in [None, Some(6000)] {
            lent.set_solver(solver);
            own.set_solver(solver);
            lent.set_guidance(guidance).unwrap();
            own.set_guidance(guidance).unwrap();
            let mut rngs = [1, 1].map(Xoshiro128PlusPlus::seed_from_u64);
            let samples = lent.sample_batch(&mut rngs[0]).unwrap();
            let of_own = own.sample_batch(&mut rngs[1]).unwrap();
            assert_eq!(samples.len(), of_own.len());
            assert!(samples.map(|x| x.crc32()).eq(of_own.map(|x| x.crc32())));
        }
    }
}

#[test]
fn one_lane_is_not_guided() {
    let model = Model::parse(ODD).unwrap();
    let (mut states, mut words) = ([0; STATES], [0; 2 * WORDS - 1]);
    let mut sampler = BorrowedSampler::with_buffers(&model, &mut states, &mut words).unwrap();
    let lanes = SamplerError::Batch {
        needed: 2,
        capacity: 1,
    };
    assert_eq!(sampler.set_guidance(Some(6000)), Err(lanes));
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    assert_eq!(sampler.sample_batch(&mut rng).unwrap().len(), 1);
}

#[test]
fn too_little_memory_is_refused() {
    let model = Model::parse(ODD).unwrap();
    let (mut states, mut words) = ([0; STATES], [0; WORDS]);
    let short = BorrowedSampler::with_buffers(&model, &mut states[1..], &mut words).unwrap_err();
    let (needed, capacity) = (37, 36);
    assert_eq!(short, SamplerError::Dim { needed, capacity });
    let short = BorrowedSampler::with_buffers(&model, &mut states, &mut words[1..]).unwrap_err();
    let (needed, capacity) = (130, 129);
    assert_eq!(short, SamplerError::Width { needed, capacity });
}
