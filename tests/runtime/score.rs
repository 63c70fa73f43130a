//! Scores compared with those of the oracle, and calibrations.

use flowlet::encode::{QuantisedModel, with_section};
use flowlet::format::{Gauge, SCORE_LEN, ScoreRecord, Section};
use flowlet::{
    BorrowedScorer, ColumnKind, Error, Field, Fixed, Model, ModelError, Ranks, Sampler,
    SamplerError, Scorer,
};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::models::{Draw, Shape, add_curves, add_latent, random_model};
use crate::score_oracle::{expected, state_values, velocity_format};

type AnyScorer<'m> = Scorer<'m, 40, 40>;

/// Returns the content of a section with random weights and quantiles.
pub fn section(model: &QuantisedModel, draw: &mut Draw) -> Vec<u8> {
    let state = state_values(model);
    let rows = draw.within(1, 400) as u16;
    let gauge = |draw: &mut Draw| Gauge {
        median: draw.within(0, 1 << 20) as u32,
        multiplier: draw.within(1, 65_535) as u16,
        shift: draw.within(0, 47) as u8,
    };
    let record = ScoreRecord {
        rows,
        times: [0, 1].map(|_| draw.within(0, 32_768) as u16),
        residual: gauge(draw),
        outside: match model.latent {
            Some(_) => gauge(draw),
            None => Gauge::NONE,
        },
        deviation: draw.within(0, 255) as u8,
    };
    let mut content = record.to_bytes().to_vec();
    content.extend((0..2 * state).map(|_| draw.within(0, 255) as u8));
    for _ in 0..if model.classes.is_some() { 2 } else { 1 } {
        let mut quantiles: Vec<i16> = Ranks::of(rows)
            .map(|_| draw.within(-32_768, 32_767) as i16)
            .collect();
        quantiles.sort_unstable_by(|a, b| b.cmp(a));
        content.extend(quantiles.into_iter().flat_map(i16::to_le_bytes));
    }
    content
}

#[test]
fn a_class_discards_a_row() {
    let bytes = include_bytes!("../golden/v1/random-classes.flow");
    let mut scorer = AnyScorer::new(Model::parse(bytes).expect("a model")).expect("a scorer");
    for class in [Some(0), None] {
        for steps in 0..2 {
            scorer.set_class(Some(0)).expect("a class");
            scorer.begin(&[0; 40]);
            for _ in 0..steps {
                assert!(scorer.step());
            }
            scorer.set_class(class).expect("a class");
            assert!(!scorer.step());
            assert!(scorer.finished().is_none(), "after {steps} steps");
        }
        scorer.score(&[0; 40]);
        assert!(scorer.finished().is_some());
        scorer.set_class(class).expect("a class");
        assert!(scorer.finished().is_none());
    }
}

#[test]
fn conditions_are_not_scored() {
    let mut draw = Draw::new(5);
    let mut quantised = random_model(&Shape::random(&mut draw), &mut draw);
    crate::fills::with_everything(&mut quantised);
    let bytes = quantised.encode().expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    assert!(model.has_conditions());
    let refused = Err(Error::Sampler(SamplerError::Condition(model.dim())));
    assert_eq!(AnyScorer::new(model).map(|_| ()), refused);
    let (mut states, mut halfwords) = ([0; 40], [0; 200]);
    let scorer = BorrowedScorer::with_buffers(model, &mut states, &mut halfwords);
    assert_eq!(scorer.map(|_| ()), refused);
}

#[test]
fn scores_are_those_of_the_oracle() {
    let mut draw = Draw::new(81);
    let (mut found, mut calibrated, mut latents, mut own_latents) = (0, 0, 0, 0);
    for case in 0..600u64 {
        let mut quantised = random_model(&Shape::random(&mut draw), &mut draw);
        if case % 3 == 0 {
            add_latent(&mut quantised, 5, &mut draw);
            latents += 1;
        }
        if case % 4 == 0 {
            add_curves(&mut quantised, &mut draw);
        }
        if case % 2 == 0 {
            quantised.sections = vec![(Section::Score, section(&quantised, &mut draw))];
            calibrated += 1;
        }
        let bytes = quantised.encode().expect("a model");
        let model = Model::parse(&bytes).expect("a model");
        let (record, weights) = match model.section(Section::Score) {
            Some(content) => {
                let (record, rest) = content.split_first_chunk().expect("a record");
                let weights = rest[..2 * state_values(&quantised)].to_vec();
                (ScoreRecord::from_bytes(record), weights)
            }
            None => {
                let gauge = Gauge {
                    median: 0,
                    multiplier: 32,
                    shift: 0,
                };
                let record = ScoreRecord {
                    rows: 0,
                    times: [13_106, 26_212],
                    residual: gauge,
                    outside: Gauge::NONE,
                    deviation: 16,
                };
                (record, Vec::new())
            }
        };
        let mut scorer = AnyScorer::new(model).expect("a scorer");
        let mut sampler = Sampler::<40, 40>::new(model).expect("a sampler");
        let mut rng = Xoshiro128PlusPlus::seed_from_u64(case);
        let sample = sampler.sample(&mut rng).expect("a sample");
        let row: Vec<Fixed> = (0..model.dim()).filter_map(|at| sample.fixed(at)).collect();
        let x: Vec<i128> = (0..model.dim())
            .map(|at| velocity_format(model.standardise(&row, at).expect("a dimension").x))
            .collect();
        let classes = usize::from(model.classes());
        let of = |class| expected(&quantised, &record, &weights, &x, class);
        let class = match classes {
            0 => None,
            _ => Some((case % classes as u64) as u16).filter(|_| case % 5 > 0),
        };
        scorer.set_class(class).expect("a class");
        let best = match class {
            Some(class) => class.into(),
            None => (0..classes.max(1))
                .min_by_key(|&class| {
                    let expected = of(class);
                    (expected.value, expected.sum)
                })
                .expect("a class"),
        };
        found += u32::from(classes > 1 && class.is_none());
        own_latents += u32::from(
            quantised
                .latent
                .as_ref()
                .is_some_and(|of| of.layers.len() > 1),
        );
        let expected = of(best);
        assert!(scorer.finished().is_none());
        let score = scorer.score(&row);
        assert_eq!(i128::from(score.value()), expected.value, "case {case}");
        assert_eq!(score.class(), (classes > 0).then_some(best as u16));
        assert_eq!(score.p_value().is_some(), record.rows > 0);
        let contributions: Vec<i128> = (0..model.dim())
            .map(|at| score.contribution(at).expect("a dimension").into())
            .collect();
        assert_eq!(contributions, expected.contributions, "case {case}");
        let listed: Vec<(usize, u16)> = score.contributions().collect();
        assert_eq!(listed.len(), model.dim());
        assert!(
            listed
                .iter()
                .all(|&(at, size)| contributions[at] == size.into())
        );
        assert!(listed.is_sorted_by(|a, b| a.1 > b.1 || a.1 == b.1 && a.0 < b.0));
        let (value, tails) = (score.value(), (score.p_value(), score.lower_tail()));
        // The same bits in borrowed memory, and step by step.
        let mut states = vec![0; model.dim()];
        let mut halfwords = vec![0; 2 * (model.dim() + model.width() + 2)];
        let mut borrowed =
            BorrowedScorer::with_buffers(model, &mut states, &mut halfwords).expect("a scorer");
        borrowed.set_class(class).expect("a class");
        borrowed.begin(&row);
        let mut steps = 1;
        while borrowed.step() {
            assert!(borrowed.finished().is_none());
            steps += 1;
        }
        let searched = if class.is_none() && classes > 0 {
            classes + 1
        } else {
            1
        };
        assert_eq!(steps, 2 * searched);
        let again = borrowed.finished().expect("a score");
        assert_eq!(
            (again.value(), (again.p_value(), again.lower_tail())),
            (value, tails)
        );
    }
    assert!(found > 20 && calibrated > 200 && latents == 200, "{found}");
    assert!(own_latents > 20, "{own_latents}");
}

#[test]
fn a_row_without_a_category_is_out_of_range() {
    let names = ["a", "k=red", "k=green", "l=on", "l=off", "b"];
    // Without the last column, a category column is at the end of the row.
    for count in [5, 6] {
        let mut quantised = crate::standard_normal::standard_normal(&names[..count], false);
        for first in [1, 3] {
            quantised.columns[first].kind = ColumnKind::Category;
            quantised.columns[first + 1].kind = ColumnKind::NextCategory;
        }
        let bytes = quantised.encode().expect("a model");
        let mut scorer = AnyScorer::new(Model::parse(&bytes).expect("a model")).expect("a scorer");
        let mut is_outside = |[k0, k1]: [f32; 2], [l0, l1]: [f32; 2]| {
            let row = [9.0, k0, k1, l0, l1, 9.0];
            scorer.score(&row[..count]).out_of_range()
        };
        assert!(!is_outside([0.0, 1.0], [1.0, 0.0]));
        assert!(!is_outside([1.0, 0.0], [0.0, 1.0]));
        assert!(is_outside([0.0, 0.0], [1.0, 0.0]));
        assert!(is_outside([1.0, 0.0], [0.0, 0.0]));
    }
}

#[test]
fn p_values_count_the_rows_of_the_calibration() {
    let quantised = crate::standard_normal::standard_normal(&["a"], false);
    let plain = quantised.encode().expect("a model");
    let gauge = Gauge {
        median: 0,
        multiplier: 32,
        shift: 0,
    };
    let rows = 20u16;
    let record = ScoreRecord {
        rows,
        times: [0, 0],
        residual: gauge,
        outside: Gauge::NONE,
        deviation: 16,
    };
    // The row of rank k has a score of 21 − k.
    let quantiles = Ranks::of(rows).map(|rank| 256 * (21 - rank as i16));
    let mut content = record.to_bytes().to_vec();
    content.extend([16, 0]);
    content.extend(quantiles.flat_map(i16::to_le_bytes));
    let bytes = with_section(&plain, Section::Score, Some(&content)).expect("a model");
    let model = Model::parse(&bytes).expect("a model");
    let mut scorer = AnyScorer::new(model).expect("a scorer");
    // At t = 0 the velocity is 0, so the score is x² with weights of 1 and 1/4.
    for x in [0.0f32, 0.5, 1.0, 1.9, 2.5, 3.0, 4.0] {
        let score = scorer.score(&[10.0 + 3.0 * x]);
        let value = f64::from(score.value()) / 65_536.0;
        let above = (1..=20).filter(|&row| f64::from(row) >= value).count() as f64;
        let p = f64::from(score.p_value().expect("calibrated")) / 65_536.0;
        let lower = f64::from(score.lower_tail().expect("calibrated")) / 65_536.0;
        assert!(
            (p - (1.0 + above) / 21.0).abs() <= 1.0 / 21.0,
            "{x}: {value} {p}"
        );
        assert!((p + lower - 22.0 / 21.0).abs() < 1e-3 || p > 0.99 || lower > 0.99);
    }
    let far = scorer.score(&[23.5f32]);
    assert_eq!((far.p_value(), far.value() >> 16), (Some(3121), 25)); // 1 / 21
}

#[test]
fn invalid_calibrations_are_refused() {
    let mut draw = Draw::new(82);
    let refused = Err(ModelError::Invalid(Field::Score));
    for case in 0..100 {
        let mut quantised = random_model(&Shape::random(&mut draw), &mut draw);
        if case % 2 == 0 {
            add_latent(&mut quantised, 3, &mut draw);
        }
        let plain = quantised.encode().expect("a model");
        let content = section(&quantised, &mut draw);
        let with = |content: &[u8]| with_section(&plain, Section::Score, Some(content)).map(|_| ());
        assert_eq!(with(&content), Ok(()));
        for len in [
            0,
            SCORE_LEN - 1,
            SCORE_LEN,
            content.len() - 1,
            content.len() - 2,
        ] {
            assert_eq!(with(&content[..len]), refused, "{len}");
        }
        let changed = |at: usize, byte: u8| {
            let mut changed = content.clone();
            changed[at] = byte;
            with(&changed)
        };
        assert_eq!(with(&[&content[..], &[0, 0]].concat()), refused);
        assert_eq!(changed(3, 0x81), refused, "a time");
        assert_eq!(changed(12, 48), refused, "a shift");
    }
}

/// No content, whatever it is, makes a scorer panic, loop or leave its memory.
#[test]
fn any_calibration_and_any_row_is_scored_or_refused() {
    let mut draw = Draw::new(83);
    let mut scored = 0;
    for case in 0..400 {
        let mut quantised = random_model(&Shape::random(&mut draw), &mut draw);
        if case % 2 == 0 {
            add_latent(&mut quantised, 4, &mut draw);
        }
        let mut content = section(&quantised, &mut draw);
        for _ in 0..draw.within(0, 3) {
            let at = draw.within(0, content.len() as i64 - 1) as usize;
            content[at] = draw.within(0, 255) as u8;
        }
        quantised.sections = vec![(Section::Score, content)];
        let Ok(bytes) = quantised.encode() else {
            continue;
        };
        let model = Model::parse(&bytes).expect("a model");
        let mut scorer = AnyScorer::new(model).expect("a scorer");
        for _ in 0..5 {
            let row: Vec<f32> = (0..draw.within(0, 45))
                .map(|_| f32::from_bits(draw.within(0, u32::MAX.into()) as u32))
                .collect();
            let score = scorer.score(&row);
            assert!(score.contributions().count() <= 40);
            scored += 1;
        }
    }
    assert!(scored > 500, "{scored}");
}
