//! Real rows give no finding when they take the place of samples, and each fault gives its own.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::{Evidence, Finding, FindingKind, RowSet, Severity, data, find};
use crate::data::Table;
use crate::data::range::ValueRange;
use crate::data::read::{ReadOptions, Window, parse_csv};
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::unit::Unit;
use crate::datasets;

/// Judges `generated` by `real` rows of the same columns.
fn judged(real: &Table, generated: &Table) -> Vec<Finding> {
    let split = Split::new(real, 0.2, 1).expect("a split");
    let [training, validation] = [&split.training, &split.validation].map(|rows| real.select(rows));
    let ranges = ValueRange::of_each(training.values.view());
    let transform = Transform::fit(&training, ranges, 0).0;
    let unit = Unit::fit(&training);
    let set = |table: &Table| RowSet {
        values: table.values.clone(),
        standardised: unit.standardise(table.values.view()),
        classes: table.classes().map(<[u16]>::to_vec),
    };
    let sets = [generated, &training, &validation].map(set);
    let labels = real.labels.as_ref();
    let classes: Vec<&str> = labels.map_or_else(Vec::new, |labels| {
        labels.classes.iter().map(String::as_str).collect()
    });
    let evidence = Evidence::new(&real.columns, &classes, &transform, sets.each_ref());
    find(&evidence)
}

/// Returns the findings that are more than the name of the worst column.
fn faults(real: &Table, generated: &Table) -> Vec<Finding> {
    let mut findings = judged(real, generated);
    let worst = findings.extract_if(.., |of| of.kind == FindingKind::WorstColumn);
    assert_eq!(worst.count(), 1, "the worst column is always named");
    findings
}

/// Draws a table of `rows` rows from the text of each row.
fn drawn(
    header: &str,
    rows: usize,
    seed: u64,
    row: impl Fn(&mut dyn FnMut() -> f64) -> String,
) -> Table {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let mut text = format!("{header}\n");
    for _ in 0..rows {
        text += &row(&mut || rng.random::<f64>());
        text.push('\n');
    }
    let label = header.ends_with(",label").then_some("label");
    parse_csv(text.as_bytes(), "a.csv", &ReadOptions::labelled(label)).expect("a table")
}

/// Returns a normal variate with mean 0 and standard deviation 1.
fn normal(uniform: &mut dyn FnMut() -> f64) -> f64 {
    (0..12).map(|_| uniform()).sum::<f64>() - 6.0
}

/// Returns the only fault, which is of this kind.
fn only(real: &Table, generated: &Table, kind: FindingKind) -> Finding {
    let mut found = faults(real, generated);
    assert!(found.len() == 1 && found[0].kind == kind, "{found:#?}");
    found.remove(0)
}

/// A day's light by the hour: nothing at night, which is longer in winter. `leak` is the chance
/// of light in an hour of the night.
fn sun(rows: usize, seed: u64, leak: f64) -> Table {
    let header: String = (0..24).map(|hour| format!("h{hour:02},")).collect();
    drawn(&format!("{header}label"), rows, seed, |uniform| {
        let is_winter = uniform() < 0.5;
        let half = if is_winter { 4.0 } else { 7.5 };
        let clouds = uniform();
        let hour = |hour: i32| {
            let height = 1.0 - (f64::from(hour) - 12.0).abs() / half;
            let light = 600.0 * height * (1.0 - 0.7 * clouds) + 30.0 * normal(uniform);
            let light = match height > 0.0 {
                true => light.max(1.0),
                false if uniform() < leak => 9.0,
                false => 0.0,
            };
            format!("{light:.0},")
        };
        let hours: String = (0..24).map(hour).collect();
        hours + if is_winter { "winter" } else { "summer" }
    })
}

#[test]
fn real_rows_have_no_faults() {
    let tables = [
        datasets::weather(),
        datasets::digits(),
        datasets::motion(),
        datasets::ecg(),
        sun(700, 5, 0.0),
    ];
    for table in &tables {
        for seed in 0..4 {
            let split = Split::new(table, 0.5, seed).expect("a split");
            let [one, other] = [&split.training, &split.validation].map(|of| table.select(of));
            let found = faults(&one, &other);
            assert!(found.is_empty(), "{} {seed}: {found:#?}", table.columns[0]);
        }
    }
}

#[test]
fn light_at_night_is_found() {
    let found = only(&sun(700, 1, 0.0), &sun(2000, 2, 0.02), FindingKind::Leak);
    assert_eq!(found.severity, Severity::Problem);
    let message = &found.message;
    assert!(
        message.contains("of the samples of class winter have a value above 0 in at least one"),
        "{message}"
    );
    // The other hours are dark in all rows, so the device decodes them as constants.
    assert!(
        message.contains("h05 … h08, h16 … h19, where none of the"),
        "{message}"
    );
    assert!(
        message.contains("It is off by 9 in the median."),
        "{message}"
    );
}

/// A number of each kind, and a category. The argument changes one of them.
fn mixed(rows: usize, seed: u64, fault: &str) -> Table {
    let is = |name: &str| fault == name;
    drawn("gauss,rain,low,high,step,sky", rows, seed, |uniform| {
        let mut gauss = normal(uniform);
        gauss = match fault {
            "mean" => gauss + 0.5,
            "spread" => 0.6 * gauss,
            "shape" if uniform() < 0.3 => 0.02 * gauss,
            "shape" => 1.19 * gauss,
            _ => gauss,
        };
        let rain = (normal(uniform) + if is("limit") { 0.25 } else { 0.0 }).max(0.0);
        let low = normal(uniform);
        let high = match is("order") {
            true => low + 1.0 + 0.7 * normal(uniform),
            false => low + 2.0 * uniform(),
        };
        let step = (4.0 * uniform()).floor();
        let is_cloudy = match is("combination") {
            true => uniform() < 0.5,
            false => step >= 2.0,
        };
        let sky = match uniform() < if is("category") { 0.9 } else { 0.6 } {
            _ if is_cloudy => "cloudy",
            true => "clear",
            false => "hazy",
        };
        format!("{gauss:.4},{rain:.4},{low:.4},{high:.4},{step},{sky}")
    })
}

#[test]
fn each_fault_has_its_finding() {
    let real = mixed(1500, 1, "");
    assert_eq!(faults(&real, &mixed(2000, 2, "")), []);
    let found = |fault: &str, kind| only(&real, &mixed(2000, 3, fault), kind).message;
    let says = |message: String, words: &str| assert!(message.contains(words), "{message}");
    says(
        found("mean", FindingKind::Mean),
        "standard deviations too high.",
    );
    says(found("spread", FindingKind::Spread), "times the real one.");
    says(found("shape", FindingKind::Shape), "gauss is at most ");
    says(
        found("limit", FindingKind::LimitShare),
        "rain is at its limit 0 in 4",
    );
    says(
        found("order", FindingKind::Order),
        "% of the samples and in none of the 1500 real rows.",
    );
    says(
        found("category", FindingKind::CategoryShare),
        "sky = hazy has 5 % of the samples and 21 % of the real rows.",
    );
    says(
        found("combination", FindingKind::Combination),
        "combine values of sky and step that none",
    );
}

#[test]
fn values_out_of_range_are_found() {
    let income = |seed, is_normal: bool| {
        drawn("income,x", 2000, seed, |uniform| {
            let (income, x) = (normal(uniform), normal(uniform));
            let income = match is_normal {
                true => 5.0 + 6.0 * income,
                false => (1.0 + income).exp(),
            };
            format!("{income:.3},{x:.3}")
        })
    };
    let found = faults(&income(1, false), &income(2, true));
    let range = found
        .iter()
        .find(|of| of.kind == FindingKind::Range)
        .expect("a finding");
    assert!(
        range
            .message
            .contains("income is below 0 in 22 % of the samples; in real rows"),
        "{range:?}"
    );
    assert_eq!(range.severity, Severity::Problem);
}

#[test]
fn correlations_and_recurring_values_are_found() {
    let pair = |seed, factor: f64, zeros: f64| {
        drawn("a,b", 1000, seed, |uniform| {
            let a = normal(uniform);
            let b = factor * a + (1.0 - factor * factor).sqrt() * normal(uniform);
            let b = if uniform() < zeros { 0.0 } else { b };
            format!("{a:.5},{b:.5}")
        })
    };
    let real = pair(1, 0.8, 0.1);
    assert_eq!(faults(&real, &pair(2, 0.8, 0.1)), []);
    let correlation = only(&real, &pair(3, 0.3, 0.1), FindingKind::Correlation);
    assert_eq!(correlation.columns, ["a", "b"]);
    let lost = only(&real, &pair(4, 0.75, 0.0), FindingKind::Recurring);
    assert!(lost.message.starts_with("b is exactly 0 in "), "{lost:?}");
}

#[test]
fn copies_are_found_and_new_rows_are_not() {
    let real = datasets::weather();
    let found = only(&real, &real, FindingKind::Copies);
    assert!(
        found.message.contains("DCR is 0.000 for samples and 0.1"),
        "{found:?}"
    );
    // Noise of a tenth of the distance between real rows still leaves copies.
    let mut near = datasets::ecg();
    for (index, value) in near.values.iter_mut().enumerate() {
        *value += 0.01 * ((index * 7919 % 13) as f64 / 6.0 - 1.0);
    }
    only(&datasets::ecg(), &near, FindingKind::Copies);
}

#[test]
fn noise_of_a_series_is_found() {
    let real = datasets::ecg();
    let mut noisy = real.clone();
    for (index, value) in noisy.values.iter_mut().enumerate() {
        *value += if index % 2 == 0 { 0.1 } else { -0.1 };
    }
    let found = judged(&real, &noisy);
    let noise = found.iter().find(|of| of.kind == FindingKind::Roughness);
    let message = &noise.expect("a finding").message;
    assert!(
        message.starts_with("Samples of the series t00 … t63 are rougher than"),
        "{message}"
    );
}

#[test]
fn a_class_of_other_rows_is_found() {
    let real = datasets::digits();
    let mut other = real.clone();
    for class in &mut other.labels.as_mut().expect("labels").of_row {
        *class = if *class == 3 { 5 } else { *class };
    }
    let found = judged(&real, &other);
    let class = found
        .iter()
        .find(|of| of.kind == FindingKind::Class)
        .expect("a finding");
    assert!(
        class
            .message
            .contains("of the samples of class 5 are nearest to"),
        "{class:?}"
    );
}

#[test]
fn findings_about_the_data() {
    let table = |seed| {
        drawn("x,still,label", 60, seed, |uniform| {
            let label = if uniform() < 0.9 { "a" } else { "b" };
            format!("{:.3},7,{label}", normal(uniform))
        })
    };
    let (mut training, validation) = (table(1), table(2));
    let found = |training: &Table, validation: &Table| -> Vec<(FindingKind, String)> {
        let numbers: Vec<usize> = (100..160).collect();
        let found = data(training, validation, Some(&numbers)).into_iter();
        found.map(|of| (of.kind, of.message)).collect()
    };
    let usual = found(&training, &validation);
    assert_eq!(usual.len(), 2, "{usual:?}");
    assert!(
        usual[0]
            .1
            .starts_with("Classes with fewer than 10 training rows are hardly learnt: b (")
    );
    assert_eq!(
        usual[1],
        (
            FindingKind::Constant,
            "All values are equal in still.".to_owned()
        )
    );
    let few = found(&training, &validation.select(&[0, 1, 2, 3]));
    assert_eq!(few[0].0, FindingKind::FewRows);
    assert!(
        few[0]
            .1
            .starts_with("The samples are judged on only 4 rows."),
        "{few:?}"
    );
    let single = found(&training, &validation.select(&[0]));
    let message = "The samples are judged on a single row, so no difference can be told.";
    assert_eq!(single[0], (FindingKind::FewRows, message.to_owned()));
    training.values[[7, 0]] = 1e6;
    let (kind, message) = &found(&training, &validation)[0];
    assert_eq!(*kind, FindingKind::Outlier);
    assert!(
        message.starts_with("x has an extreme value, 1000000 in row 108; without it"),
        "{message}"
    );
    for table in [
        datasets::weather(),
        datasets::digits(),
        datasets::motion(),
        datasets::ecg(),
    ] {
        let found = data(&table, &table, None);
        assert!(
            found.iter().all(|of| of.kind == FindingKind::Constant),
            "{found:?}"
        );
    }
}

/// Windows are read without a channel, and an image without a pixel is none.
#[test]
fn constant_channels_are_named_and_constant_pixels_are_not() {
    let row = |at: usize| {
        format!(
            "3,{},{}\n",
            at % 7,
            if at.is_multiple_of(8) { 5 } else { at }
        )
    };
    let text: String = (0..160).map(row).collect();
    let options = ReadOptions {
        window: Some(Window {
            length: 8,
            stride: 8,
        }),
        ..ReadOptions::default()
    };
    let text = format!("mode1,x,late\n{text}");
    let windows = parse_csv(text.as_bytes(), "rows.csv", &options).expect("windows");
    let constant = |table: &Table| {
        let found = data(table, table, None).into_iter();
        let mut found = found.filter(|of| of.kind == FindingKind::Constant);
        found.next().map(|of| (of.message, of.columns))
    };
    // The first moment of `late` is constant too.
    assert_eq!(
        constant(&windows),
        Some((
            "All values are equal in mode1.".to_owned(),
            vec!["mode1".to_owned()]
        ))
    );
    assert_eq!(constant(&datasets::digits()), None);
}
