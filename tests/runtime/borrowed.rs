//! Samplers in borrowed memory: they give the same bits as others, and reject too little memory.

use flowlet::{BorrowedSampler, Guidance, Model, Sampler, SamplerError, Solver};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

static ODD: &[u8] = flowlet::include_model!("../../firmware-examples/models/odd.flow");

/// Memory of one slot of the odd model, whose dimension is odd.
const STATES: usize = 37;
const HALFWORDS: usize = 2 * (38 + 130);

#[test]
fn borrowed_memory_gives_the_same_bits() {
    let model = Model::parse(ODD).unwrap();
    // The initial contents do not matter.
    let (mut states, mut halfwords) = ([7; 2 * STATES], [7; 2 * HALFWORDS]);
    let mut borrowed = BorrowedSampler::with_buffers(model, &mut states, &mut halfwords).unwrap();
    let mut owned = Sampler::<37, 130, 2>::new(model).unwrap();
    for solver in [Solver::ExponentialEuler, Solver::Midpoint, Solver::Heun] {
        for guidance in [None, Guidance::new(3, 2)] {
            borrowed.set_solver(solver);
            owned.set_solver(solver);
            borrowed.set_guidance(guidance).unwrap();
            owned.set_guidance(guidance).unwrap();
            let mut rngs = [1, 1].map(Xoshiro128PlusPlus::seed_from_u64);
            let samples = borrowed.sample_batch(&mut rngs[0]).unwrap();
            let of_owned = owned.sample_batch(&mut rngs[1]).unwrap();
            assert_eq!(samples.len(), of_owned.len());
            assert!(samples.map(|x| x.crc32()).eq(of_owned.map(|x| x.crc32())));
        }
    }
}

#[test]
fn guidance_needs_two_slots() {
    let model = Model::parse(ODD).unwrap();
    let (mut states, mut halfwords) = ([0; STATES], [0; 2 * HALFWORDS - 1]);
    let mut sampler = BorrowedSampler::with_buffers(model, &mut states, &mut halfwords).unwrap();
    let error = SamplerError::Batch {
        needed: 2,
        capacity: 1,
    };
    assert_eq!(sampler.set_guidance(Guidance::new(3, 2)), Err(error));
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    assert_eq!(sampler.sample_batch(&mut rng).unwrap().len(), 1);
}

#[test]
fn too_little_memory_is_rejected() {
    let model = Model::parse(ODD).unwrap();
    let (mut states, mut halfwords) = ([0; STATES], [0; HALFWORDS]);
    let short = BorrowedSampler::with_buffers(model, &mut states[1..], &mut halfwords).unwrap_err();
    let (needed, capacity) = (37, 36);
    assert_eq!(short, SamplerError::Dim { needed, capacity });
    let short = BorrowedSampler::with_buffers(model, &mut states, &mut halfwords[1..]).unwrap_err();
    let (needed, capacity) = (130, 129);
    assert_eq!(short, SamplerError::Width { needed, capacity });
}
