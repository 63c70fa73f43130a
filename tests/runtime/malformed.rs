//! Malformed files: each is rejected with its error, or sampled without a fault.

use crate::fills::with_everything;
use crate::fuzz_checks::{self, repaired};
use crate::models::{Draw, Shape, end_in_category, random_model, with_latent};
use flowlet::encode::QuantisedModel;
use flowlet::format::{COLUMN_LEN, HEADER_LEN, Latent, Nodes};
use flowlet::{ColumnKind, Error, Field, Filler, Knot, Model, ModelError, Sampler, SamplerError};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// Returns a shape of three columns and two classes.
fn small_shape(table: bool) -> Shape {
    Shape {
        dim: 3,
        hidden: vec![5, 4],
        classes: 2,
        null_class: false,
        per_class_drift: true,
        table,
    }
}

/// Returns a model of a real column and a column of two categories.
fn small_model() -> Vec<u8> {
    let mut model = random_model(&small_shape(true), &mut Draw::new(5));
    end_in_category(&mut model);
    model.encode().unwrap()
}

/// Returns a model with a latent and curves.
fn latent_model() -> Vec<u8> {
    let mut model = random_model(&small_shape(false), &mut Draw::new(6));
    with_latent(&mut model);
    model.encode().unwrap()
}

/// Returns a model that fills in rows.
fn fill_model() -> Vec<u8> {
    let mut model = random_model(&small_shape(false), &mut Draw::new(7));
    end_in_category(&mut model);
    with_everything(&mut model);
    model.encode().unwrap()
}

#[test]
fn every_truncation_is_rejected() {
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
fn every_single_bit_flip_is_rejected() {
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
fn foreign_files_are_rejected() {
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

/// Replaces random bytes and repairs the checksum, as an attacker would: `parse` rejects the file,
/// or the sampler runs. The test profile checks arithmetic.
#[test]
fn repaired_mutations_are_rejected_or_sampled() {
    let files = [small_model(), latent_model(), fill_model()];
    let mut draw = Draw::new(9);
    let mut rejected = std::collections::BTreeSet::new();
    let (mut accepted, mut filled, mut unfit) = (0, 0, 0);
    for number in 0..60_000 {
        let bytes = &files[number % 3];
        let mut mutated = bytes.clone();
        for _ in 0..draw.within(1, 3) {
            // Half of the mutations change the small fields, which a uniform draw would rarely hit.
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
                rejected.insert(format!("{field:?}").split('(').next().unwrap().to_owned());
            }
            Err(ModelError::Encoding) => {
                rejected.insert("Encoding".to_owned());
            }
            Err(error) => panic!("the checksum was repaired, but: {error}"),
            Ok(model) => {
                let mut sampler = Sampler::<8, 8>::new(model).expect("the shape is unchanged");
                sampler.set_steps(3).unwrap();
                let sample = sampler
                    .sample(&mut Xoshiro128PlusPlus::seed_from_u64(1))
                    .unwrap();
                assert_eq!(sample.values().count(), model.dim());
                accepted += 1;
                match Filler::new(model) {
                    Ok(filler) => {
                        fuzz_checks::fill(filler, &[number as u8; fuzz_checks::SETTINGS_LEN]);
                        filled += 1;
                    }
                    Err(Error::Model(ModelError::Invalid(Field::Fill))) => unfit += 1,
                    Err(error) => {
                        assert_eq!(error, Error::Sampler(SamplerError::NoFill));
                    }
                }
            }
        }
    }
    assert!(accepted > 1000, "{accepted} accepted");
    assert!(
        filled > 1000 && unfit > 1000,
        "{filled} filled, {unfit} unfit"
    );
    assert!(rejected.len() >= 16, "only {rejected:?}");
    assert!(rejected.contains("Latent"), "{rejected:?}");
}

/// Tests every combination of kinds: it is rejected with the first wrong column, or sampled.
#[test]
fn kinds_that_form_no_columns_are_rejected() {
    let bytes = small_model();
    // The file ends with three columns, two proportions and the table.
    let columns = bytes.len() - size_of::<Nodes>() - 4 - 3 * COLUMN_LEN;
    let ats = [0, 1, 2].map(|column| columns + column * COLUMN_LEN + 17);
    assert_eq!(ats.map(|at| bytes[at])[1..], [2, 3]);
    let mut accepted = Vec::new();
    for kinds in 0..10 * 10 * 10 {
        let numbers = [0, 1, 2, 3, 4, 5, 6, 8, 9, 255];
        let kinds = [kinds / 100, kinds / 10 % 10, kinds % 10].map(|kind| numbers[kind]);
        let mut mutated = bytes.clone();
        for (at, kind) in ats.into_iter().zip(kinds) {
            mutated[at] = kind;
        }
        match Model::parse(&repaired(&mutated)) {
            Ok(model) => {
                let mut sampler = Sampler::<8, 8>::new(model).unwrap();
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
    let is_number = |kind: &u8| [0, 1, 8, 9].contains(kind);
    let numbers = accepted.iter().filter(|kinds| kinds.iter().all(is_number));
    assert_eq!(numbers.count(), 4 * 4 * 4);
    accepted.retain(|kinds| !kinds.iter().all(is_number));
    // The real column has another format, so no column of several dimensions may start with it.
    let several = |kind| [[kind, 2, 3], [kind, 4, 5]];
    assert_eq!(accepted, [0, 1, 8, 9].map(several).concat());
}

/// The error names the field that is out of range.
#[test]
fn invalid_fields_are_named() {
    let model = random_model(&small_shape(true), &mut Draw::new(5));
    let rejected = |field: Field, change: &dyn Fn(&mut QuantisedModel)| {
        let mut changed = model.clone();
        change(&mut changed);
        assert_eq!(changed.encode(), Err(ModelError::Invalid(field)));
    };
    rejected(Field::Steps, &|m| m.steps = 257);
    let latent = |change: fn(&mut Latent)| {
        rejected(Field::Latent, &|m| {
            with_latent(m);
            change(&mut m.latent.as_mut().unwrap().latent);
        });
    };
    latent(|latent| latent.rank = 0);
    latent(|latent| latent.rank = latent.columns + 1);
    latent(|latent| latent.columns = u16::MAX);
    latent(|latent| latent.rank = u16::MAX);
    latent(|latent| latent.first = 9);
    latent(|latent| latent.segment = 48);
    latent(|latent| latent.frac = 11);
    latent(|latent| latent.layers = 0);
    latent(|latent| latent.layers = 3);
    let knots = |change: fn(&mut Vec<Knot>)| {
        rejected(Field::Column(3), &|m| {
            with_latent(m);
            change(&mut m.curves[3]);
        });
    };
    knots(|knots| knots.truncate(1));
    knots(|knots| knots.resize(33, knots[0]));
    knots(|knots| knots[1].x = knots[0].x);
    knots(|knots| knots[0].value = knots[1].value + 1);
    rejected(Field::InputFrac, &|m| m.net.input_frac = 11);
    rejected(Field::TimeLog2, &|m| m.net.time_log2 = 0);
    rejected(Field::LayerFormat(2), &|m| m.net.output_segment = 16);
    rejected(Field::LayerFormat(0), &|m| m.net.hidden[0].segment = 48);
    rejected(Field::LayerFormat(1), &|m| m.net.hidden[1].pre_frac = 14);
    rejected(Field::LayerFormat(0), &|m| {
        m.net.hidden[0].act_frac = m.net.hidden[0].pre_frac
    });
    rejected(Field::LayerWidth(0), &|m| m.net.hidden[0].width = 0);
    rejected(Field::TimeGrid, &|m| m.time_grid = vec![0, 5, 5, 32_768]);
    rejected(Field::TimeGrid, &|m| m.time_grid = vec![0, 5, 7, 32_768]);
    rejected(Field::TimeGrid, &|m| m.time_grid = vec![0, 32_768]);
    rejected(Field::Hidden, &|m| m.net.hidden.clear());
    rejected(Field::Variances, &|m| m.drift.variances[3] = 63);
    rejected(Field::Table, &|m| {
        // Neighbours differ by 4.0 at a node that every format reaches.
        let table = m.net.table.as_mut().unwrap();
        (table[256], table[257]) = (-4096, 4096);
    });
    rejected(Field::Sections, &|m| {
        m.net
            .hidden
            .iter_mut()
            .for_each(|layer| layer.table = false);
    });
    // Other arrays are read in the place of one that is missing.
    let short = |change: fn(&mut QuantisedModel)| {
        let mut changed = model.clone();
        change(&mut changed);
        assert!(matches!(changed.encode(), Err(ModelError::Invalid(_))));
    };
    short(|m| m.net.table = None);
    short(|m| m.net.layers[0].weights.truncate(4));
    short(|m| m.net.layers[1].scales.truncate(1));
    short(|m| m.drift.means.truncate(1));
    short(|m| m.columns.truncate(1));
    rejected(Field::Mean, &|m| m.drift.means[1] = 16_385);
    rejected(Field::Level, &|m| m.drift.levels[1] = 8);
    rejected(Field::Components, &|m| m.drift.components = 3);
    rejected(Field::Column(2), &|m| m.columns[2].multiplier = i32::MAX);
    rejected(Field::Column(0), &|m| {
        m.columns[0].kind = ColumnKind::NextCategory
    });
    rejected(Field::Column(2), &|m| {
        m.columns[2].kind = ColumnKind::Category
    });
    rejected(Field::Column(1), &|m| {
        m.columns[0].kind = ColumnKind::Category
    });
    rejected(Field::Column(1), &|m| {
        m.columns[1] = m.columns[0];
        m.columns[1].frac ^= 1;
        m.columns[0].kind = ColumnKind::Category;
        m.columns[1].kind = ColumnKind::NextCategory;
    });
    rejected(Field::Scale(1, 2), &|m| {
        m.net.layers[1].scales[2].multiplier = 0
    });
    rejected(Field::Scale(2, 0), &|m| {
        m.net.layers[2].scales[0].shift = 25
    });
    rejected(Field::Names, &|m| m.column_names[0] = "two\nnames".into());
    rejected(Field::Card, &|m| m.card = "x".repeat(256));
    rejected(Field::LabelPosition, &|m| {
        m.classes.as_mut().unwrap().position = 4
    });
    short(|m| m.drift.levels.extend([0; 4]));
}

/// Tests a table whose values do not fit an i16 in the format of a layer.
#[test]
fn a_table_beyond_its_format_is_rejected() {
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
    // Pre-activations with 13 fractional bits stay within ±4.
    let mut nodes = vec![16_383; 513];
    nodes[..192].fill(i16::MAX);
    model.net.table = Some(nodes);
    assert!(model.encode().is_ok());
}

/// Tests sums at their bound: 1024 weights of 127 with inputs of 2^14 are accepted, larger sums are
/// not.
#[test]
fn overflowing_rows_are_rejected() {
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

    // In the upper row, 32 weights of 16 reach 2^23 with inputs of 2^14; weights of 15 do not.
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

    // −128 is not allowed as a weight, because the bounds above do not cover it.
    model.net.layers[0].weights[1030] = -128;
    assert_eq!(
        model.encode(),
        Err(ModelError::Invalid(Field::Segment(0, 1)))
    );
}
