//! Files that are not what they should be: refused by name, or harmless.

use crate::harmless::repaired;
use crate::models::{Draw, Shape, end_in_category, random_model};
use flowlet::format::{HEADER_LEN, Nodes};
use flowlet::{ColumnKind, Field, Model, ModelError, Sampler};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// A number, and a column of two categories.
fn small_model() -> Vec<u8> {
    let mut draw = Draw::new(5);
    let shape = Shape {
        dim: 3,
        hidden: vec![5, 4],
        classes: 2,
        null_class: false,
        per_class_drift: true,
        table: true,
    };
    let mut model = random_model(&shape, &mut draw);
    end_in_category(&mut model);
    model.encode().unwrap()
}

#[test]
fn every_truncation_is_refused_by_name() {
    let bytes = small_model();
    for length in 0..bytes.len() {
        let error = Model::parse(&bytes[..length]).unwrap_err();
        let named = match length {
            0 => error == ModelError::Magic,
            1..HEADER_LEN => {
                error
                    == ModelError::Truncated {
                        expected: HEADER_LEN as u32,
                        found: length as u32,
                    }
            }
            _ => {
                error
                    == ModelError::Truncated {
                        expected: bytes.len() as u32,
                        found: length as u32,
                    }
            }
        };
        assert!(named, "{length} bytes: {error}");
    }
}

#[test]
fn every_single_bit_flip_is_refused_by_name() {
    let bytes = small_model();
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let error = Model::parse(&flipped).unwrap_err();
        let named = match bit / 8 {
            0..4 => error == ModelError::Magic,
            8..10 => matches!(error, ModelError::Version { .. }),
            16..20 => matches!(
                error,
                ModelError::Truncated { .. } | ModelError::Trailing { .. }
            ),
            _ => matches!(error, ModelError::Checksum { .. }),
        };
        assert!(named, "bit {bit}: {error}");
    }
}

#[test]
fn foreign_files_are_refused_by_name() {
    let mut longer = small_model();
    longer.push(0);
    assert!(matches!(
        Model::parse(&longer),
        Err(ModelError::Trailing { .. })
    ));
    for foreign in [
        &b""[..],
        b"\x89PNG\r\n\x1a\n",
        b"a,b\n1,2\n",
        b"flow",
        &[0; 64],
        &[255; 4096],
    ] {
        assert_eq!(Model::parse(foreign).unwrap_err(), ModelError::Magic);
    }
}

/// Bytes replaced at random and the checksum repaired, as an attacker would: `parse` refuses, or
/// the sampler runs. The test profile checks arithmetic.
#[test]
fn repaired_mutations_are_refused_or_harmless() {
    let bytes = small_model();
    let mut draw = Draw::new(9);
    let mut refused = std::collections::BTreeSet::new();
    let mut accepted = 0;
    for _ in 0..30_000 {
        let mut mutated = bytes.clone();
        for _ in 0..draw.within(1, 3) {
            // Half of the mutations go to the small fields, which a uniform draw would seldom meet.
            let end = if draw.within(0, 1) == 0 {
                110
            } else {
                bytes.len() as i64
            };
            let at = draw.within(10, end - 1) as usize;
            mutated[at] = draw.within(0, 255) as u8;
        }
        match Model::parse(&repaired(&mutated)) {
            Err(ModelError::Invalid(field)) => {
                refused.insert(format!("{field:?}").split('(').next().unwrap().to_owned());
            }
            Err(ModelError::Encoding) => {
                refused.insert("Encoding".to_owned());
            }
            Err(error) => panic!("the frame was repaired, yet: {error}"),
            Ok(model) => {
                let mut sampler = Sampler::<8, 8>::new(&model).expect("the shape has passed");
                sampler.set_steps(3).unwrap();
                let sample = sampler
                    .sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))
                    .unwrap();
                assert_eq!(sample.values().count(), model.dim());
                accepted += 1;
            }
        }
    }
    assert!(accepted > 1000, "{accepted} accepted");
    assert!(refused.len() >= 15, "only {refused:?} were met");
}

/// Every combination of kinds is refused, naming the first that is wrong, or harmless.
#[test]
fn kinds_that_make_no_columns_are_refused() {
    let bytes = small_model();
    // Kinds and their padding, two proportions and the activation's table end the file.
    let at = bytes.len() - size_of::<Nodes>() - 8;
    assert_eq!(bytes[at..at + 3], [bytes[at], 2, 3]);
    let mut accepted = Vec::new();
    for kinds in 0..6 * 6 * 6 {
        let kinds =
            [kinds / 36, kinds / 6 % 6, kinds % 6].map(|kind| if kind == 5 { 255 } else { kind });
        let mut mutated = bytes.clone();
        mutated[at..at + 3].copy_from_slice(&kinds);
        match Model::parse(&repaired(&mutated)) {
            Ok(model) => {
                let mut sampler = Sampler::<8, 8>::new(&model).unwrap();
                let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
                assert_eq!(sampler.sample(&mut rng).unwrap().values().count(), 3);
                accepted.push(kinds);
            }
            Err(error) => assert!(
                matches!(error, ModelError::Invalid(Field::Column(0..3))),
                "{kinds:?}: {error}"
            ),
        }
    }
    let numbers = accepted
        .iter()
        .filter(|kinds| kinds.iter().all(|&kind| kind < 2));
    assert_eq!(numbers.count(), 8);
    accepted.retain(|kinds| kinds.iter().any(|&kind| kind >= 2));
    // The number's format is another, so no column may begin with it.
    assert_eq!(accepted, [[0, 2, 3], [1, 2, 3]]);
}

/// A field that is out of range is named.
#[test]
fn invalid_fields_are_named() {
    let mut draw = Draw::new(5);
    let shape = Shape {
        dim: 3,
        hidden: vec![5, 4],
        classes: 2,
        null_class: false,
        per_class_drift: true,
        table: true,
    };
    let model = random_model(&shape, &mut draw);
    let refuse = |field: Field, change: &dyn Fn(&mut flowlet::encode::QuantisedModel)| {
        let mut changed = model.clone();
        change(&mut changed);
        assert_eq!(changed.encode(), Err(ModelError::Invalid(field)));
    };
    refuse(Field::Steps, &|m| m.steps = 257);
    refuse(Field::InputFrac, &|m| m.net.input_frac = 11);
    refuse(Field::TimeLog2, &|m| m.net.time_log2 = 0);
    refuse(Field::LayerFormat(2), &|m| m.net.output_segment = 16);
    refuse(Field::LayerFormat(0), &|m| m.net.hidden[0].segment = 48);
    refuse(Field::LayerFormat(1), &|m| m.net.hidden[1].pre_frac = 14);
    refuse(Field::LayerFormat(0), &|m| {
        m.net.hidden[0].act_frac = m.net.hidden[0].pre_frac
    });
    refuse(Field::LayerWidth(0), &|m| m.net.hidden[0].width = 0);
    refuse(Field::Times, &|m| m.times = vec![0, 5, 5, 32_768]);
    refuse(Field::Times, &|m| m.times = vec![0, 5, 7, 32_768]);
    refuse(Field::Times, &|m| m.times = vec![0, 32_768]);
    refuse(Field::Hidden, &|m| m.net.hidden.clear());
    refuse(Field::Variances, &|m| m.drift.variances[3] = 63);
    refuse(Field::Table, &|m| {
        // A leap of 4.0, where every format reaches it.
        let table = m.net.table.as_mut().unwrap();
        (table[256], table[257]) = (-4096, 4096);
    });
    refuse(Field::Tensors, &|m| m.net.table = None);
    refuse(Field::Tensors, &|m| {
        m.net
            .hidden
            .iter_mut()
            .for_each(|layer| layer.table = false);
    });
    refuse(Field::Mean, &|m| m.drift.means[1] = 16_385);
    refuse(Field::Level, &|m| m.drift.levels[1] = 8);
    refuse(Field::Components, &|m| m.drift.components = 3);
    refuse(Field::Column(2), &|m| m.columns[2].multiplier = i32::MAX);
    refuse(Field::Column(0), &|m| {
        m.columns[0].kind = ColumnKind::NextCategory
    });
    refuse(Field::Column(2), &|m| {
        m.columns[2].kind = ColumnKind::Category
    });
    refuse(Field::Column(1), &|m| {
        m.columns[0].kind = ColumnKind::Category
    });
    refuse(Field::Column(1), &|m| {
        m.columns[1] = m.columns[0];
        m.columns[1].frac ^= 1;
        m.columns[0].kind = ColumnKind::Category;
        m.columns[1].kind = ColumnKind::NextCategory;
    });
    refuse(Field::Scale(1, 2), &|m| {
        m.net.layers[1].scales[2].multiplier = 0
    });
    refuse(Field::Scale(2, 0), &|m| {
        m.net.layers[2].scales[0].shift = 25
    });
    refuse(Field::Names, &|m| m.column_names[0] = "two\nnames".into());
    refuse(Field::LabelPosition, &|m| {
        m.classes.as_mut().unwrap().position = 4
    });
    refuse(Field::Tensors, &|m| m.drift.levels.extend([0; 4]));
}

/// A table whose activations leave an i16 in the format of a layer that has it.
#[test]
fn a_table_beyond_its_format_is_refused() {
    let mut draw = Draw::new(5);
    let shape = Shape {
        dim: 3,
        hidden: vec![5],
        classes: 0,
        null_class: false,
        per_class_drift: false,
        table: true,
    };
    let mut model = random_model(&shape, &mut draw);
    let layer = &mut model.net.hidden[0];
    (layer.table, layer.pre_frac, layer.act_frac) = (true, 13, 12);
    model.net.layers[1].weights.fill(0);
    for (node, fits) in [(16_383, true), (-16_383, true), (16_384, false)] {
        model.net.table = Some(vec![node; 513]);
        let expected = Err(ModelError::Invalid(Field::Table));
        let encoded = model.encode();
        assert!(
            if fits {
                encoded.is_ok()
            } else {
                encoded == expected
            },
            "{node}: {encoded:?}"
        );
    }
    // Beyond ±4 pre-activations of 13 bits do not come.
    let mut nodes = vec![16_383; 513];
    nodes[..192].fill(i16::MAX);
    model.net.table = Some(nodes);
    assert!(model.encode().is_ok());
}

/// A sum that can overflow: 1024 weights of 127 and inputs of 2^14 are just inside, more are not.
#[test]
fn overflowing_rows_are_refused() {
    let mut draw = Draw::new(5);
    let shape = Shape {
        dim: 1024,
        hidden: vec![2],
        classes: 0,
        null_class: false,
        per_class_drift: false,
        table: false,
    };
    let mut model = random_model(&shape, &mut draw);
    model.net.input_frac = 10;
    model.net.hidden[0].segment = 32;
    let (upper, lower) = model.net.layers[0].weights.split_at_mut(1024);
    upper.fill(0);
    lower.fill(127);
    model.net.layers[0].scales.fill(flowlet::fixed::Scale {
        multiplier: 1,
        shift: 24,
    });
    model.encode().unwrap();

    // The upper row: 32 weights of 16 reach 2^23 at inputs of 2^14, and 15 do not.
    model.net.layers[0].weights[..1024].fill(15);
    model.encode().unwrap();
    model.net.layers[0].weights[7] = 31;
    model.encode().unwrap();
    model.net.layers[0].weights[7] = 47;
    assert_eq!(
        model.encode(),
        Err(ModelError::Invalid(Field::Segment(0, 0)))
    );
    model.net.layers[0].weights[7] = 0;

    // −128 is no weight: it would make sums that the bounds above do not cover.
    model.net.layers[0].weights[1030] = -128;
    assert_eq!(
        model.encode(),
        Err(ModelError::Invalid(Field::Segment(0, 1)))
    );
}
