//! Sections that fill in rows with one thing wrong: each is refused.

use flowlet::encode::{QuantisedFill, QuantisedModel, with_section};
use flowlet::format::Section;
use flowlet::{Error, Field, Filler, Model, ModelError, SamplerError};
use rand_xoshiro::Xoshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::fills::{random_fill, set, with_everything};
use crate::models::{Draw, Shape, add_latent, end_in_category, random_model};

const REFUSED: ModelError = ModelError::Invalid(Field::Fill);

/// Returns a model of six dimensions, of which the last two are a category column.
fn model() -> QuantisedModel {
    let shape = Shape {
        dim: 6,
        hidden: vec![7, 5],
        classes: 0,
        null_class: false,
        per_class_drift: false,
        table: false,
    };
    let mut model = random_model(&shape, &mut Draw::new(3));
    end_in_category(&mut model);
    with_everything(&mut model);
    model.sections.clear();
    model
}

/// Returns the model and a section with masks, conditions, a query with a gain and one without.
fn valid() -> (QuantisedModel, QuantisedFill) {
    let (model, mut draw) = (model(), Draw::new(4));
    loop {
        let fill = random_fill(&model, &mut draw);
        let gains = fill.queries.iter().map(|query| query.gains.is_empty());
        let gains: Vec<bool> = gains.collect();
        let has_times = fill.queries.iter().all(|query| query.times.len() > 1);
        if fill.masked && !fill.conditions.is_empty() && gains == [true, false] && has_times {
            return (model, fill);
        }
    }
}

#[test]
fn every_field_is_checked() {
    let (model, fill) = valid();
    let encoded = |change: &dyn Fn(&mut QuantisedModel, &mut QuantisedFill)| {
        let (mut model, mut fill) = (model.clone(), fill.clone());
        change(&mut model, &mut fill);
        set(&mut model, &fill);
        model.encode()
    };
    assert!(encoded(&|_, _| ()).is_ok());
    let refused = |change: fn(&mut QuantisedFill)| {
        assert_eq!(encoded(&|_, fill| change(fill)), Err(REFUSED));
    };
    refused(|fill| fill.spread = 1 << 15);
    refused(|fill| fill.frac = 3);
    refused(|fill| fill.frac = 11);
    refused(|fill| fill.segment = 33);
    refused(|fill| fill.layer = None);
    refused(|fill| fill.layer.as_mut().unwrap().weights[0] = -128);
    refused(|fill| fill.layer.as_mut().unwrap().scales[1].multiplier = 0);
    refused(|fill| fill.layer.as_mut().unwrap().scales[1].shift = 25);
    // A layer without the masks or without the conditions is too long.
    refused(|fill| fill.conditions.clear());
    refused(|fill| {
        fill.masked = false;
        fill.queries.remove(0);
    });
    refused(|fill| fill.conditions[0].column.multiplier = 1 << 27);
    refused(|fill| fill.conditions[0].column.knots = 2);
    refused(|fill| {
        let column = &mut fill.conditions[0].column;
        (column.min, column.max) = (1, 0);
    });
    refused(|fill| fill.conditions[0].column.kind = flowlet::ColumnKind::Category);
    refused(|fill| fill.conditions[0].column.kind = flowlet::ColumnKind::NextCircular);
    refused(|fill| fill.queries[0].spread = 1 << 15);
    refused(|fill| fill.queries[0].known = vec![false; 6]);
    refused(|fill| fill.queries[0].known = vec![true; 6]);
    refused(|fill| fill.queries[0].known = vec![true, true, true, true, true, false]);
    refused(|fill| fill.queries[0].known = vec![true, false, false, false, false, false, true]);
    refused(|fill| fill.queries[0].times[0] = 1);
    refused(|fill| *fill.queries[0].times.last_mut().unwrap() = 32_766);
    refused(|fill| fill.queries[0].times[1] = 2);
    refused(|fill| fill.queries[0].times = (0..257).map(|step| 3 * step).collect());
    refused(|fill| fill.queries[1].frac = 11);
    refused(|fill| fill.queries[1].segment = 0);
    refused(|fill| fill.queries[1].gains[0].weights[0] = -128);
    refused(|fill| fill.queries[1].gains[1].scales[0].multiplier = -1);
    refused(|fill| drop(fill.queries[1].gains.pop()));
    refused(|fill| fill.queries[1].times = vec![]);

    let latent = encoded(&|model, _| add_latent(model, 0, &mut Draw::new(1)));
    assert_eq!(latent, Err(REFUSED));
    let unconditioned = encoded(&|model, _| {
        let rows = model.net.layers[0].scales.len();
        model.net.hidden[0].conditioned = false;
        model.net.layers[0].biases.truncate(rows);
    });
    assert_eq!(unconditioned, Err(REFUSED));
    let mut wide = fill.clone();
    wide.conditions[0].name.push('\n');
    assert_eq!(wide.to_bytes(), Err(REFUSED));
}

/// A filler of a cut section is an error, and so is one with a byte of padding or flags changed.
#[test]
fn every_truncation_is_refused() {
    let (mut model, fill) = valid();
    let plain = model.encode().expect("a model without sections");
    set(&mut model, &fill);
    let content = fill.to_bytes().expect("a section");
    for length in (0..content.len()).filter(|length| length % 4 == 0) {
        let cut = with_section(&plain, Section::Fill, Some(&content[..length]));
        assert_eq!(cut, Err(REFUSED), "{length} of {} bytes", content.len());
    }
    let longer = [&content[..], &[0; 4]].concat();
    assert_eq!(
        with_section(&plain, Section::Fill, Some(&longer)),
        Err(REFUSED)
    );
    for at in [9, 12 + usize::from(content[10]) - 1] {
        let mut changed = content.clone();
        changed[at] = 0xff;
        let changed = with_section(&plain, Section::Fill, Some(&changed));
        assert_eq!(changed, Err(REFUSED), "byte {at}");
    }
}

/// The values that may be known, and the errors of a filler.
#[test]
fn errors_say_what_is_missing() {
    let (mut model, mut fill) = valid();
    fill.predicts = false;
    let conditions = 6..6 + fill.conditions.len();
    fill.queries.remove(0);
    fill.masked = false;
    let layer = fill.layer.as_mut().unwrap();
    let inputs = 6 + conditions.len();
    let weights = layer.weights.chunks(inputs);
    layer.weights = weights.flat_map(|row| row[6..].to_vec()).collect();
    set(&mut model, &fill);
    let bytes = model.encode().expect("a section without masks");
    let model = Model::parse(&bytes).expect("a valid file");
    let small = Filler::<6, 7>::new(model).unwrap_err();
    let (needed, capacity) = (inputs, 6);
    assert_eq!(
        small,
        Error::Sampler(SamplerError::Dim { needed, capacity })
    );
    let mut filler = Filler::<16, 7>::new(model).expect("a valid section");
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(1);
    let missing = filler.begin(&mut rng);
    assert_eq!(missing, Err(SamplerError::Condition(6)));
    for index in conditions.clone() {
        filler.know(index, 0).expect("a condition");
    }
    assert_eq!(
        filler.know(conditions.end, 0),
        Err(SamplerError::Column(conditions.end))
    );
    assert_eq!(filler.know(5, 0), Err(SamplerError::Column(5)));
    for large in [f32::NAN, f32::INFINITY, -1e38] {
        assert_eq!(filler.know(0, large), Err(SamplerError::Value(0)));
    }
    assert_eq!(filler.know(4, 2), Err(SamplerError::Category(4)));
    assert_eq!(filler.know(4, -1), Err(SamplerError::Category(4)));
    assert!(filler.begin(&mut rng).is_ok());
    assert_eq!(filler.predict().err(), Some(SamplerError::NotPredicting));
    assert_eq!(filler.step(), 0, "a failed prediction discards a row");
    for index in (0..4).filter(|&index| !fill.queries[0].known[index]) {
        filler.know(index, 0).expect("a number");
    }
    if fill.queries[0].known != [false; 6] {
        assert_eq!(filler.begin(&mut rng), Err(SamplerError::Query));
    }
    filler.forget();
    assert_eq!(filler.begin(&mut rng), Err(SamplerError::Condition(6)));
}
