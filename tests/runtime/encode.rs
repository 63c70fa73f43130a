//! Models that are written and read again.

use flowlet::encode::{QuantisedFill, QuantisedModel, with_card, with_section};
use flowlet::format::{ALIGN, Body, Field, HEADER_LEN, Section};
use flowlet::{Column, ColumnKind, Model, ModelError};

use crate::fuzz_checks::repaired;
use crate::models::{Draw, Shape, random_model};
use crate::standard_normal::standard_normal;

#[test]
fn tensors_are_aligned_whatever_the_names() {
    let offsets = (1..=2 * ALIGN).map(|length| {
        let name = "n".repeat(length);
        let bytes = standard_normal(&[&name, "b"], length % 2 == 0)
            .encode()
            .expect("a model");
        let body: Body = postcard::from_bytes(&bytes[HEADER_LEN..]).expect("a model's body");
        assert_eq!(bytes.len() % 4, 0);
        assert!(bytes.ends_with(body.tensors));
        bytes.len() - body.tensors.len()
    });
    for offset in offsets {
        assert_eq!(offset % ALIGN, 0);
    }
}

#[test]
fn names_columns_and_proportions_come_back() {
    let mut model = standard_normal(&["a", "temperature, °C", ""], true);
    model.columns[1] = Column {
        min: -9,
        kind: ColumnKind::Integer,
        decimals: Some(4),
        ..Column::real(-5, 7, -3)
    };
    let bytes = model.encode().expect("a model");
    let parsed = Model::parse(&bytes).expect("a model");
    assert_eq!(
        parsed.column_names().collect::<Vec<_>>(),
        model.column_names
    );
    assert_eq!(parsed.label(), Some(("kind", 1)));
    assert_eq!(
        parsed.class_names().collect::<Vec<_>>(),
        ["red", "green", "blue"]
    );
    assert_eq!(
        parsed.proportions().collect::<Vec<_>>(),
        [3 << 14, 0, 1 << 14]
    );
    let columns: Vec<Column> = (0..3).filter_map(|index| parsed.column(index)).collect();
    assert_eq!(columns, model.columns);
    assert_eq!(
        (
            parsed.dim(),
            parsed.steps(),
            parsed.header().length as usize
        ),
        (3, 2, bytes.len())
    );
}

#[test]
fn a_model_without_labels_has_none() {
    let bytes = standard_normal(&["a", "b"], false)
        .encode()
        .expect("a model");
    let parsed = Model::parse(&bytes).expect("a model");
    assert_eq!((parsed.classes(), parsed.label()), (0, None));
    assert_eq!(parsed.class_names().count(), 0);
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let refused = |change: fn(&mut QuantisedModel)| {
        let mut model = standard_normal(&["a", "b"], true);
        change(&mut model);
        model.encode().expect_err("refused")
    };
    let invalid = ModelError::Invalid;
    assert_eq!(refused(|model| model.steps = 0), invalid(Field::Steps));
    assert_eq!(
        refused(|model| model.column_names[0].push('\n')),
        invalid(Field::Names)
    );
    assert_eq!(
        refused(|model| model.net.table = Some(vec![0; 513])),
        invalid(Field::Sections)
    );
    assert_eq!(
        refused(|model| model.drift.levels[1] = 1),
        invalid(Field::Level)
    );
    assert_eq!(
        refused(|model| model.columns[1].multiplier = i32::MAX),
        invalid(Field::Column(1))
    );
}

#[test]
fn the_card_has_at_most_255_bytes_and_any_characters() {
    let mut draw = Draw::new(34);
    let model = random_model(&Shape::random(&mut draw), &mut draw);
    let plain = model.encode().expect("a model");
    let long = "ä".repeat(127);
    for card in ["", "a", "two\nlines\n", "12 °C = x", &long] {
        let with = with_card(&plain, card).expect("a model");
        let parsed = Model::parse(&with).expect("a model");
        assert_eq!(parsed.card(), card);
        let mut other = model.clone();
        other.card = card.to_owned();
        assert_eq!(other.encode().as_ref(), Ok(&with));
        assert!(parsed.column_names().eq(model.column_names.iter()));
        assert_eq!(parsed.class_names().count(), usize::from(parsed.classes()));
        assert_eq!(with_card(&with, "").as_ref(), Ok(&plain));
    }
    let long = "x".repeat(256);
    let refused = Err(ModelError::Invalid(Field::Card));
    assert_eq!(with_card(&plain, &long), refused);
    let mut garbled = with_card(&plain, "abc").expect("a model");
    let at = garbled
        .windows(3)
        .position(|bytes| bytes == b"abc")
        .expect("the card");
    garbled[at] = 0xff;
    let garbled = repaired(&garbled);
    assert_eq!(Model::parse(&garbled).expect("a model").card(), "\u{fffd}");
}

#[test]
fn sections_come_back_and_broken_ones_are_refused() {
    let mut draw = Draw::new(35);
    let mut with_table = 0;
    for _ in 0..40 {
        let model = random_model(&Shape::random(&mut draw), &mut draw);
        with_table += u32::from(model.net.table.is_some());
        let plain = model.encode().expect("a model");
        let fill = QuantisedFill::default().to_bytes().expect("no names");
        let contents = [crate::score::section(&model, &mut draw), fill];
        let mut other = model.clone();
        other.sections = Section::ALL.into_iter().zip(contents.clone()).collect();
        let with = other.encode().expect("a model");
        let parsed = Model::parse(&with).expect("a model");
        assert_eq!(parsed.section(Section::Score), Some(&contents[0][..]));
        assert_eq!(parsed.section(Section::Fill), Some(&contents[1][..]));
        // The order in which they are added does not matter.
        let fill = with_section(&plain, Section::Fill, Some(&contents[1])).expect("a model");
        let both = with_section(&fill, Section::Score, Some(&contents[0]));
        assert_eq!(both.as_ref(), Ok(&with));
        let less = with_section(&with, Section::Score, None);
        assert_eq!(less.as_ref(), Ok(&fill));
        assert_eq!(
            with_section(&fill, Section::Fill, None).as_ref(),
            Ok(&plain)
        );
        let refused = Err(ModelError::Invalid(Field::Sections));
        other.sections.swap(0, 1);
        assert_eq!(other.encode(), refused);
        other.sections = vec![(Section::Fill, vec![]), (Section::Fill, vec![])];
        assert_eq!(other.encode(), refused);
    }
    assert!(with_table > 0);
}
