//! Scores rows through the C interface: the runtime's values, and refusals.

use std::ptr::{null, null_mut};

use flowlet::{Fixed, Model, Scorer};
use flowlet_c::flowlet_error::*;
use flowlet_c::*;

use crate::calls::{MIXED, MOONS, Memory, open, sizes};

static SCORED: &[u8] = flowlet::include_model!("../golden/v1/score-latent.flow");

/// Makes a scorer in memory of the stated size.
fn scorer(memory: &mut Memory, model: &flowlet_model) -> *mut flowlet_scorer {
    let size = sizes(model).sampler_bytes;
    let mut scorer = null_mut();
    // SAFETY: the pointers are valid, and the memory has that size; the caller keeps it.
    let error =
        unsafe { flowlet_new_scorer(&mut scorer, model, memory.0.as_mut_ptr().cast(), size) };
    assert_eq!(error, FLOWLET_OK);
    scorer
}

#[test]
fn scores_are_the_runtimes() {
    for bytes in [MIXED, MOONS, SCORED] {
        let expected_model = Model::parse(bytes).unwrap();
        let mut runtime = Scorer::<40, 130>::new(expected_model).unwrap();
        let model = open(bytes).unwrap();
        let mut memory = Memory::of(sizes(&model).sampler_bytes);
        let scorer = scorer(&mut memory, &model);
        let dim = expected_model.dim();
        for (number, class) in [(0, -1), (1, 0), (2, 1)] {
            let class_of_runtime = u16::try_from(class).ok();
            let known = class_of_runtime.is_none_or(|class| class < expected_model.classes());
            // SAFETY: the scorer was made.
            let error = unsafe { flowlet_set_row_class(scorer, class) };
            assert_eq!(error, if known { FLOWLET_OK } else { FLOWLET_RANGE });
            if !known {
                continue;
            }
            runtime.set_class(class_of_runtime).unwrap();
            let row: Vec<i32> = (0..dim as i32)
                .map(|at| (at * 37 + number * 11) % 29)
                .collect();
            let floats: Vec<f32> = row.iter().map(|&raw| raw as f32 / 8.0).collect();
            let fixed: Vec<Fixed> = row.iter().map(|&raw| Fixed { raw, frac: 3 }).collect();
            let score = runtime.score(&fixed);
            let expected = flowlet_scored {
                score: score.value(),
                class_number: score.class().map_or(FLOWLET_ANY_CLASS, i32::from),
                p_value: score.p_value().unwrap_or(65_535),
                lower_tail: score.lower_tail().unwrap_or(65_535),
                calibrated: score.p_value().is_some().into(),
                out_of_range: score.out_of_range().into(),
            };
            let (mut scored, mut again) = Default::default();
            let mut contributions = vec![0; dim];
            // SAFETY: the scorer was made, and the pointers are valid for the counts.
            unsafe {
                let error = flowlet_score(scorer, row.as_ptr(), dim, 3, &mut scored);
                assert_eq!(error, FLOWLET_OK);
                let error = flowlet_score_float(scorer, floats.as_ptr(), dim, &mut again);
                assert_eq!(error, FLOWLET_OK);
                let error = flowlet_contributions(scorer, contributions.as_mut_ptr(), dim);
                assert_eq!(error, FLOWLET_OK);
            }
            assert_eq!((scored, again), (expected, expected));
            let all = (0..dim).filter_map(|at| score.contribution(at));
            assert!(all.eq(contributions));
        }
    }
}

#[test]
fn wrong_calls_are_refused() {
    let model = open(MOONS).unwrap();
    let mut memory = Memory::of(sizes(&model).sampler_bytes);
    let scorer = scorer(&mut memory, &model);
    let (row, mut scored, mut two) = ([0.0f32, 1.0], flowlet_scored::default(), [0u16; 2]);
    let size = sizes(&model).sampler_bytes;
    // SAFETY: all pointers are null or valid for the counts.
    unsafe {
        let contributions = flowlet_contributions(scorer, two.as_mut_ptr(), 2);
        assert_eq!(contributions, FLOWLET_NO_SAMPLE);
        let score = |row, count, to| flowlet_score_float(scorer, row, count, to);
        assert_eq!(score(row.as_ptr(), 1, &mut scored), FLOWLET_SHORT);
        assert_eq!(score(null(), 2, &mut scored), FLOWLET_NULL);
        assert_eq!(score(row.as_ptr(), 2, null_mut()), FLOWLET_NULL);
        assert_eq!(score(row.as_ptr(), 2, &mut scored), FLOWLET_OK);
        let integers = [0i32, 1];
        for frac in [-97, 127, 1000] {
            let error = flowlet_score(scorer, integers.as_ptr(), 2, frac, &mut scored);
            assert_eq!(error, FLOWLET_RANGE);
        }
        let error = flowlet_contributions(scorer, two.as_mut_ptr(), 1);
        assert_eq!(error, FLOWLET_SHORT);
        assert_eq!(flowlet_set_row_class(scorer, 0), FLOWLET_RANGE);
        assert_eq!(flowlet_set_row_class(null_mut(), 0), FLOWLET_NULL);
        let mut other = Memory::of(size);
        let made = other.0.as_mut_ptr().cast::<flowlet_scorer>();
        assert_eq!(flowlet_set_row_class(made, -1), FLOWLET_NOT_OPEN);
        let memory = other.0.as_mut_ptr().cast();
        let mut scorer = null_mut();
        let error = flowlet_new_scorer(&mut scorer, &model, memory, size - 1);
        assert_eq!(error, FLOWLET_SHORT);
        let error = flowlet_new_scorer(null_mut(), &model, memory, size);
        assert_eq!(error, FLOWLET_NULL);
    }
}
