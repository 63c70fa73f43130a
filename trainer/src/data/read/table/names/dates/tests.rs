use ndarray::array;

use crate::data::read::options::{Missing, ReadOptions};
use crate::data::read::parse_csv;
use crate::data::read::tests::options_with;
use crate::data::{DataErrorKind, NoteKind, Table};

fn text(cells: &[&str]) -> String {
    let row = |(at, cell): (usize, &&str)| format!("{at};\"{cell}\"\n");
    let rows: String = cells.iter().enumerate().map(row).collect();
    format!("x;when\n{rows}")
}

fn read_with(cells: &[&str], options: &ReadOptions) -> Result<Table, String> {
    let parsed = parse_csv(text(cells).as_bytes(), "a.csv", options);
    parsed.map_err(|error| error.to_string())
}

fn read(cells: &[&str]) -> Table {
    read_with(cells, &ReadOptions::default()).expect("dates")
}

/// Returns names, values and decimals of the circular columns.
fn circular(table: &Table) -> Vec<(String, Vec<f64>, Option<u8>)> {
    let of = |circular: &crate::data::circular::Circular| {
        let name = table.columns[circular.first].trim_end_matches("=cos");
        let values = table.values.column(circular.first).to_vec();
        (name.to_owned(), values, circular.decimals)
    };
    table.circular.iter().map(of).collect()
}

fn note(table: &Table) -> String {
    let mut notes = table.notes.iter();
    let note = notes.find(|note| note.kind == NoteKind::Dates);
    note.expect("a note").message.clone()
}

#[test]
fn dates_become_the_day_of_the_year() {
    for cells in [
        ["2024-01-15", "2024-02-01", "2023-12-31"],
        ["2024/01/15", "2024/02/01", "2023/12/31"],
        ["15.01.2024", "01.02.2024", "31.12.2023"],
        ["15/01/2024", "01/02/2024", "31/12/2023"],
        ["01/15/2024", "02/01/2024", "12/31/2023"],
        ["15 Jan 2024", "01 Feb 2024", "31 Dec 2023"],
        ["Jan 15, 2024", "Feb 1, 2024", "Dec 31, 2023"],
    ] {
        let table = read(&cells);
        let names = ["x", "when.day_of_year=cos", "when.day_of_year=sin"];
        assert_eq!(table.columns, names, "{cells:?}");
        let values = array![[0.0, 15.0, 0.0], [1.0, 32.0, 0.0], [2.0, 365.0, 0.0]];
        assert_eq!(table.values, values, "{cells:?}");
        let circular = &table.circular[0];
        assert_eq!((circular.start, circular.period), (1.0, 365.25));
        assert_eq!(circular.decimals, Some(0));
        assert!(
            note(&table).starts_with("the dates become the circular column `when.day_of_year`"),
            "{}",
            note(&table)
        );
    }
    let months = circular(&read(&["2024-01", "2024-03", "2023-12"]));
    assert_eq!(months[0].1, [1.0, 61.0, 335.0]);
    let quarters = circular(&read(&["1970 Q1", "1970 Q2", "1971 Q4"]));
    assert_eq!(quarters[0].1, [1.0, 91.0, 274.0]);
    // A date that looks like a fraction is no number that is written unusually.
    assert_eq!(read(&["1/4/1999", "1/14/1999", "1/4/1999"]).notes.len(), 1);
}

#[test]
fn time_stamps_become_the_day_and_the_hour() {
    for cells in [
        [
            "2024-01-15T13:45:00",
            "2024-12-31 23:00:00",
            "2024-03-01T00:30:00",
        ],
        ["2024-01-15 13:45", "2024-12-31 23:00", "2024-03-01 00:30"],
        [
            "2024-01-15T13:45:00Z",
            "2024-12-31T23:00:00Z",
            "2024-03-01T00:30:00Z",
        ],
        [
            "2024-01-15T13:45+02:00",
            "2024-12-31T23:00+01:00",
            "2024-03-01T00:30+01:00",
        ],
        [
            "1/15/2024 1:45 PM",
            "12/31/2024 11:00 PM",
            "3/1/2024 12:30 AM",
        ],
        ["15.01.2024 13:45", "31.12.2024 23:00", "01.03.2024 00:30"],
    ] {
        let days = vec![15.0, 366.0, 61.0];
        let hours = vec![13.75, 23.0, 0.5];
        assert_eq!(
            circular(&read(&cells)),
            [
                ("when.day_of_year".to_owned(), days, Some(0)),
                ("when.hour".to_owned(), hours, Some(2))
            ],
            "{cells:?}"
        );
    }
}

#[test]
fn hours_have_as_many_decimals_as_the_times_need() {
    for (cells, hours, decimals) in [
        (["13:00", "14:00", "24:00"], [13.0, 14.0, 0.0], 0),
        (["13:06", "14:30", "0:00"], [13.1, 14.5, 0.0], 1),
        (["13:45", "14:01", "23:59"], [13.75, 14.02, 23.98], 2),
        (
            ["13:45:10", "14:00:00", "23:59:59"],
            [13.7528, 14.0, 23.9997],
            4,
        ),
    ] {
        let hour = ("when.hour".to_owned(), hours.to_vec(), Some(decimals));
        assert_eq!(circular(&read(&cells)), [hour], "{cells:?}");
    }
    // The end of the day is its start.
    let late = circular(&read(&["13:00:01", "23:59:59.9", "12:00:00"]));
    assert_eq!(late[0].1, [13.0003, 0.0, 12.0]);
}

#[test]
fn parts_that_do_not_vary_are_left_out() {
    let one_day = read(&["2024-03-01 08:00", "2024-03-01 09:00", "2024-03-01 07:00"]);
    assert_eq!(circular(&one_day)[0].0, "when.hour");
    assert_eq!(one_day.circular.len(), 1);
    assert_eq!(
        note(&one_day),
        "the time stamps become the circular column `when.hour`; the day is left out, because it \
         is 2024-03-01 in all rows"
    );
    let midnight = read(&["2024-03-01 00:00", "2024-03-09 00:00", "2024-03-05 00:00"]);
    assert_eq!(circular(&midnight)[0].1, [61.0, 69.0, 65.0]);
    assert_eq!(midnight.circular.len(), 1);
    assert_eq!(
        note(&midnight),
        "the time stamps become the circular column `when.day_of_year`; the hour is left out, \
         because it is 00:00 in all rows"
    );
    let constant = read(&["2024-03-01"; 3]);
    assert_eq!(constant.columns, ["x"]);
    assert_eq!(
        note(&constant),
        "no column is made of the dates; the day is left out, because it is 2024-03-01 in all rows"
    );
    let error = parse_csv(b"when\n12:00\n12:00\n", "a.csv", &ReadOptions::default());
    let error = error.expect_err("no columns").to_string();
    assert!(error.starts_with("a.csv: no columns are left: "), "{error}");
}

#[test]
fn a_logger_of_a_few_days_has_hours_only() {
    let stamp = |hour: usize| format!("2024-03-{:02} {:02}:00", 1 + hour / 24, hour % 24);
    let logged = |hours: usize| {
        let cells: Vec<String> = (0..hours).map(stamp).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        read(&cells)
    };
    let table = logged(60);
    let hours: Vec<f64> = (0..60).map(|hour| f64::from(hour % 24)).collect();
    assert_eq!(circular(&table), [("when.hour".to_owned(), hours, Some(0))]);
    assert!(note(&table).ends_with(
        "the day is left out, because the rows count up evenly over 3 days, which tell nothing of \
         a year"
    ));
    assert_eq!(logged(31 * 24).circular.len(), 2);
}

#[test]
fn day_and_month_are_told_apart_by_the_column_or_refused() {
    let refused = |cells: &[&str]| {
        let error = parse_csv(text(cells).as_bytes(), "a.csv", &ReadOptions::default());
        let error = error.expect_err("refused");
        assert_eq!(error.kind, DataErrorKind::Dates);
        error.to_string()
    };
    assert_eq!(
        refused(&["02/02/2024", "01/02/2024", "03/04/2024"]),
        "a.csv, line 3, column `when`: `01/02/2024` may be 1 February or 2 January, and no date \
         of the column has a day above 12 that tells; write dates as 2024-01-31"
    );
    assert_eq!(
        refused(&["01/02/2024", "13/02/2024", "02/13/2024"]),
        "a.csv, line 4, column `when`: `02/13/2024` has the month before the day, unlike \
         `13/02/2024`; write all dates as 2024-01-31"
    );
    let table = read(&["01/02/2024", "13/02/2024", "02/02/2024"]);
    assert!(note(&table).ends_with("; `13/02/2024` is read as 13 February"));
}

#[test]
fn the_first_days_of_months_tell_day_and_month_apart() {
    for (cells, example) in [
        (["1/1/2023", "2/1/2023", "1/1/2024"], "`2/1/2023`"),
        (["01-01-2023", "01-02-2023", "01-01-2024"], "`01-02-2023`"),
    ] {
        let table = read(&cells);
        assert_eq!(circular(&table)[0].1, [1.0, 32.0, 1.0]);
        let end = format!("; {example} is read as 1 February");
        assert!(note(&table).ends_with(&end), "{}", note(&table));
    }
    // The first days of one January may be meant.
    let january = parse_csv(
        text(&["1/1/2023", "2/1/2023", "3/1/2023"]).as_bytes(),
        "a.csv",
        &ReadOptions::default(),
    );
    assert_eq!(january.expect_err("refused").kind, DataErrorKind::Dates);
}

#[test]
fn the_times_of_a_logger_tell_day_and_month_apart() {
    for (cells, example) in [
        (
            ["01/02/2024 23:50", "02/02/2024 00:00", "02/02/2024 12:00"],
            "`01/02/2024 23:50` is read as 1 February",
        ),
        (
            ["02/01/2024 23:50", "02/02/2024 00:00", "02/02/2024 12:00"],
            "`02/01/2024 23:50` is read as 1 February",
        ),
        (
            ["02/02/2024 12:00", "02/02/2024 00:00", "01/02/2024 23:50"],
            "`01/02/2024 23:50` is read as 1 February",
        ),
    ] {
        let table = read(&cells);
        assert!(note(&table).ends_with(example), "{}", note(&table));
    }
    let cells = ["01/02/2024 23:50", "02/02/2024 00:00", "05/06/2024 12:00"];
    assert!(read_with(&cells, &ReadOptions::default()).is_err());
    // A day that does not vary needs no order.
    let table = read(&["01/02/2024 12:00", "01/02/2024 12:30", "01/02/2024 14:00"]);
    let hours = vec![12.0, 12.5, 14.0];
    assert_eq!(circular(&table), [("when.hour".to_owned(), hours, Some(1))]);
    let end = "the day is left out, because it is the same in all rows";
    assert!(note(&table).ends_with(end), "{}", note(&table));
}

#[test]
fn a_cell_that_is_no_date_is_named() {
    for (cells, message) in [
        (
            ["2024-01-15", "2024-02-30", "2024-03-01"],
            "`2024-02-30` is neither a date nor a time that exists, but the column has dates; \
             correct it or remove the row",
        ),
        (
            ["2024-01-15", "soon", "2024-03-01"],
            "`soon` is neither a date nor a time that exists, but the column has dates; correct it \
             or remove the row",
        ),
        (
            ["2024-01-15", "2024-03-01 12:00", "2024-03-01"],
            "`2024-03-01 12:00` is a date with a time, but the column has dates; correct it or \
             remove the row",
        ),
        (
            ["08:30", "45", "09:30"],
            "`45` is neither a date nor a time that exists, but the column has times of the day; \
             correct it or remove the row",
        ),
    ] {
        let error = read_with(&cells, &ReadOptions::default()).expect_err("refused");
        assert_eq!(error, format!("a.csv, line 3, column `when`: {message}"));
    }
}

#[test]
fn missing_dates_are_missing_values() {
    for empty in ["", "NA", "-", "NaT"] {
        let cells = [
            "2024-01-15 23:00",
            empty,
            "2024-01-17 01:00",
            "2024-02-01 02:00",
        ];
        let mut bare = text(&cells).replace('"', "");
        let error = parse_csv(bare.as_bytes(), "a.csv", &ReadOptions::default());
        let error = error.expect_err("missing").to_string();
        assert!(
            error.starts_with("a.csv, line 3, column `when`: "),
            "{error}"
        );
        assert!(error.contains("value is missing"), "{error}");
        let options = |missing| options_with(|of| of.missing = missing);
        let table = parse_csv(bare.as_bytes(), "a.csv", &options(Missing::Drop));
        let table = table.expect("three rows");
        assert_eq!(circular(&table)[1].1, [23.0, 1.0, 2.0]);
        bare = bare.replace("02:00", "00:00");
        let table = parse_csv(bare.as_bytes(), "a.csv", &options(Missing::Mean));
        // 24 is between 23 and 1.
        assert_eq!(
            circular(&table.expect("four rows"))[1].1,
            [23.0, 0.0, 1.0, 0.0]
        );
    }
}

#[test]
fn names_of_dates_are_kept_if_they_are_declared() {
    let options = options_with(|of| of.categories = vec!["when".to_owned()]);
    let table = read_with(&["2024-01-15", "01/02/2024", "soon"], &options).expect("names");
    assert_eq!(table.categories, vec![1..4; 1]);
    let ratios = read(&["16:9", "4:3", "16:9"]);
    assert_eq!(ratios.columns, ["x", "when=16:9", "when=4:3"]);
    // Serial numbers.
    let serials = read(&["2024-01", "2024-13", "2024-02"]);
    assert_eq!(serials.categories, vec![1..4; 1]);
}

#[test]
fn a_model_says_which_parts_it_has() {
    let cells = ["2024-03-01 08:00", "2024-03-01 09:00", "2024-03-01 07:00"];
    let parts = |names: &[&str]| {
        let options = options_with(|of| {
            of.date_parts = Some(names.iter().map(|&name| name.to_owned()).collect())
        });
        let table = read_with(&cells, &options).expect("parts");
        let names = circular(&table).into_iter().map(|(name, ..)| name);
        names.collect::<Vec<_>>()
    };
    let both = ["when.day_of_year", "when.hour"];
    assert_eq!(parts(&both), both);
    assert_eq!(parts(&["when.hour"]), ["when.hour"]);
    assert!(parts(&[]).is_empty());
}

#[test]
fn a_label_keeps_its_place_after_dates() {
    let rows = "when,x,kind\n2024-03-01 08:00,1,a\n2024-04-01 09:00,2,b\n";
    let options = ReadOptions::labelled(Some("kind"));
    let table = parse_csv(rows.as_bytes(), "a.csv", &options).expect("rows");
    assert_eq!(table.labels.map(|labels| labels.position), Some(3));
}

#[test]
fn a_name_that_is_in_use_is_refused() {
    let rows = "when,when.hour\n08:00,1\n09:00,2\n";
    let error = parse_csv(rows.as_bytes(), "a.csv", &ReadOptions::default());
    let words = "a.csv, column `when`: the column has dates, of which `when.hour` is made, but \
                 there is a column of this name; leave one of them out";
    assert_eq!(error.expect_err("refused").to_string(), words);
}

#[test]
fn options_choose_parts() {
    let rows = "x,when\n1,2024-03-01 08:00\n2,2024-04-01 09:00\n";
    let read = |columns: &[&str], drop: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let options = ReadOptions {
            columns: owned(columns),
            drop: owned(drop),
            ..ReadOptions::default()
        };
        let table = parse_csv(rows.as_bytes(), "a.csv", &options);
        let table = table.map_err(|error| error.to_string())?;
        let columns = table.file_columns().into_iter();
        Ok::<_, String>(columns.map(|of| of.name.to_owned()).collect::<Vec<_>>())
    };
    let names = |names: &[&str]| Ok(names.iter().map(|&name| name.to_owned()).collect());
    assert_eq!(read(&[], &["when.hour"]), names(&["x", "when.day_of_year"]));
    assert_eq!(read(&["when.hour", "x"], &[]), names(&["when.hour", "x"]));
    let both = names(&["when.day_of_year", "when.hour"]);
    assert_eq!(read(&["when.hour", "when.day_of_year"], &[]), both);
    assert_eq!(read(&["when"], &[]), both);
    let error = "a.csv: there is no column `x.hour`, because `x` has no dates".to_owned();
    assert_eq!(read(&[], &["x.hour"]), Err(error));
}
