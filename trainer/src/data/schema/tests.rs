use super::{Schema, Table, ValueRange};
use crate::data::category::columns;

fn names() -> Vec<String> {
    ["rain", "doors"].map(str::to_owned).to_vec()
}

/// Parses a schema for a table that also has a category column.
fn parsed(text: &str) -> Result<Schema, String> {
    let schema = Schema::parse(text)?;
    let columns = columns(&["rain", "doors", "kind=a", "kind=b"], &vec![2..4; 1], &[]);
    schema.fits(&columns, Some("class")).map(|()| schema)
}

#[test]
fn declared_ranges_override_inferred_ones() {
    let text = "rain = { min = 0 }\ndoors = { integer = false, max = inf }\n";
    let schema = parsed(text).expect("a schema");
    let doors = ValueRange {
        integer: true,
        decimals: None,
        min: 2.0,
        max: 5.0,
    };
    let applied = schema.apply(&names(), vec![ValueRange::REAL, doors]);
    assert_eq!(
        applied[0],
        ValueRange {
            min: 0.0,
            ..ValueRange::REAL
        }
    );
    assert_eq!(applied[1], ValueRange::REAL);
    assert_eq!(Schema::default().apply(&names(), applied.clone()), applied);
    let text = "rain = { decimals = 0 }\ndoors = { decimals = 2 }\n";
    let rain = ValueRange {
        decimals: Some(1),
        ..ValueRange::REAL
    };
    let schema = parsed(text).expect("a schema");
    let applied = schema.apply(&names(), vec![rain, doors]);
    assert_eq!((applied[0].integer, applied[0].decimals), (true, None));
    let prices = ValueRange {
        decimals: Some(2),
        ..ValueRange::REAL
    };
    assert_eq!(applied[1], prices);
}

#[test]
fn a_column_without_a_series_is_in_none() {
    let message = "column `rain` is in no series of eight or more numbered columns; remove series";
    for series in ["true", "false"] {
        let text = format!("rain = {{ series = {series} }}\n");
        assert_eq!(parsed(&text).expect_err("refused"), message);
    }
}

#[test]
fn moments_are_declared_as_their_channel_is() {
    use crate::data::read::{ReadOptions, Window, parse_csv};

    let rows: String = (0..40).map(|row| format!("{},{row}\n", row % 24)).collect();
    let options = ReadOptions {
        window: Some(Window {
            length: 3,
            stride: 2,
        }),
        ..ReadOptions::default()
    };
    let table = parse_csv(format!("hour,v2\n{rows}").as_bytes(), "a.csv", &options);
    let table = table.expect("windows");
    let schema = Schema::parse("hour = { period = 24 }\nv2 = { min = 0 }\nhour1 = {}\n");
    let schema = schema.expect("a schema");
    schema.check("s.toml".as_ref(), &table).expect("it fits");
    let resolved = schema.resolved(&table);
    let cycles = resolved.cycles(&table).into_iter();
    let cycles: Vec<_> = cycles.map(|of| (of.column, of.period)).collect();
    let hour = |at| (format!("hour{at}"), 24.0);
    assert_eq!(cycles, [hour(0), hour(2)]);
    assert_eq!(table.columns[3], "v2_0");
    let columns = &table.columns[3..];
    let ranges = resolved.apply(columns, vec![ValueRange::REAL; 3]);
    assert!(ranges.iter().all(|range| range.min == 0.0));
    let other = Schema::parse("hours = { period = 24 }").expect("a schema");
    let error = other.check("s.toml".as_ref(), &table);
    let words = "s.toml: the data have no column `hours`; did you mean `hour";
    assert!(error.expect_err("refused").to_string().starts_with(words));
}

#[test]
fn numbers_can_be_declared_to_be_categories() {
    let schema = parsed("doors = { category = true }\nkind = { category = true }\nrain = {}");
    let schema = schema.expect("a schema");
    assert_eq!(schema.categories(), ["doors", "kind"]);
}

#[test]
fn errors_name_the_column() {
    let refused = |text: &str| parsed(text).expect_err("refused");
    assert_eq!(
        refused("snow = {}"),
        "the data have no column `snow`; the columns are `rain`, `doors`, `kind`"
    );
    assert_eq!(
        refused("class = { min = 2 }"),
        "`class` is the label, for which nothing is declared; remove it"
    );
    assert_eq!(
        refused("kind = { min = 2 }"),
        "column `kind` has categories, not numbers; remove its limits"
    );
    assert_eq!(
        refused("doors = { category = true, integer = true }"),
        "column `doors`: a category is not a number; remove its other keys"
    );
    assert_eq!(
        refused("rain = { min = 2, max = 1 }"),
        "column `rain`: min is above max; swap them"
    );
    assert_eq!(
        refused("rain = { decimals = 10 }"),
        "column `rain`: more than 9 decimals; declare fewer"
    );
    for both in [
        "integer = true, decimals = 2",
        "integer = false, decimals = 0",
    ] {
        let words = "column `rain`: integers have 0 decimals; remove one of the two keys";
        assert_eq!(refused(&format!("rain = {{ {both} }}")), words);
    }
    for (keys, words) in [
        (
            "period = 0",
            "a period is from 0.000001 to 1000000000; correct it",
        ),
        (
            "period = nan",
            "a period is from 0.000001 to 1000000000; correct it",
        ),
        (
            "period = 24, max = 24",
            "values with a period end at min + period; remove max",
        ),
        (
            "period = 2, series = true",
            "a column with a period is in no series; remove series",
        ),
        (
            "period = 1, min = -inf",
            "min is more than 1000 periods from 0; choose another",
        ),
        (
            "period = 9, category = true",
            "a category is not a number; remove its other keys",
        ),
    ] {
        let words = format!("column `rain`: {words}");
        assert_eq!(refused(&format!("rain = {{ {keys} }}")), words);
    }
    assert_eq!(
        refused("kind = { period = 2 }"),
        "column `kind` has categories, not numbers; remove its limits"
    );
    assert!(refused("rain = { min = nan }").contains("a limit is not a number"));
    assert!(refused("\nrain = { lo = 2 }").contains("line 2: unknown field `lo`"));
    assert!(refused("rain = ").starts_with("line 1: "));
    assert!(refused("rain = 3").ends_with("expected a table as in { min = 0 }"));
}

#[test]
fn limits_must_leave_some_of_the_data() {
    let table = Table::parse_csv(b"rain,doors\n1,2\n3,4\n", "a.csv").expect("a table");
    let check = |text: &str| Schema::parse(text).expect("a schema").check_limits(&table);
    let words = "column `rain`: no value of the data is within its limits; correct them";
    for text in ["rain = { min = 1e40 }", "rain = { max = -1e38 }"] {
        assert_eq!(check(text), Err(words.to_owned()));
    }
    assert_eq!(check("rain = { min = 3 }"), Ok(()));
}
