//! Tables among lines that are not rows, as loggers, instruments and spreadsheets write them.

use ndarray::{Array2, array};

use crate::data::read::tests::options_with;
use crate::data::read::{ReadOptions, parse_csv};
use crate::data::{NoteKind, Table};

fn with(text: impl AsRef<[u8]>, options: &ReadOptions) -> Table {
    parse_csv(text.as_ref(), "a.csv", options).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(text: &str) -> String {
    parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default())
        .expect_err("refused")
        .to_string()
}

/// Checks the columns, the values and the kinds of notes.
#[track_caller]
fn check(text: impl AsRef<[u8]>, columns: &[&str], values: Array2<f64>, notes: &[NoteKind]) {
    let table = with(text, &ReadOptions::default());
    assert_eq!((table.columns, table.values), (owned(columns), values));
    let kinds: Vec<NoteKind> = table.notes.iter().map(|note| note.kind).collect();
    assert_eq!(kinds, notes, "{:?}", table.notes);
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn small() -> Array2<f64> {
    array![[1.5, 2.0], [3.0, 4.5], [2.0, 0.5]]
}

#[test]
fn loggers_have_titles_units_and_kinds_of_values() {
    let text = "\"TOA5\",\"site7\",\"CR1000X\",\"4711\"\n\"RECORD\",\"BattV\",\"Temp\",\"Rain\"\n\
                \"RN\",\"Volts\",\"Deg C\",\"mm\"\n\"\",\"Min\",\"Smp\",\"Tot\"\n\
                1007,12.935,20.6,0\n1009,12.158,22.2,\"NAN\"\n1008,12.2,21,0.2\n";
    let options = options_with(|of| of.missing = crate::data::read::Missing::Drop);
    let table = with(text, &options);
    assert_eq!(table.columns, ["RECORD", "BattV", "Temp", "Rain"]);
    let rows = array![[1007.0, 12.935, 20.6, 0.0], [1008.0, 12.2, 21.0, 0.2]];
    assert_eq!(table.values, rows);
    let message = "a.csv, line 2: the header of a Campbell logger file (TOA5) was found on this \
                   line; the line above it is no row";
    assert_eq!(table.notes[0].to_string(), message);
    // Another such file below it.
    let twice = with(text.to_owned() + &text.replace("site7", "site8"), &options);
    assert_eq!(twice.values.nrows(), 4);
    let binary = "\"TOB1\",\"site7\"\n\"SECONDS\"\n";
    assert!(refusal(binary).contains("in a binary format (TOB); convert it"));
}

#[test]
fn events_of_a_logger_are_no_columns() {
    let text = "\"Plot Title: creek\"\n\"#\",\"Temp, C\",\"Host Connected (LGR S/N: 2)\",\"End Of File\"\n\
                5,20.5,Logged,\n9,22.25,,\n6,21,,Logged\n";
    let table = with(text, &ReadOptions::default());
    assert_eq!(table.columns, ["#", "Temp, C"]);
    assert_eq!(table.values, array![[5.0, 20.5], [9.0, 22.25], [6.0, 21.0]]);
}

#[test]
fn instruments_have_settings_above_the_header() {
    let settings = "Model,MSO64\nRecord Length,1000\n,\nLabels,\nTIME,CH1\n1.5,2\n3,4.5\n2,0.5\n";
    check(settings, &["TIME", "CH1"], small(), &[NoteKind::Header]);
    let names_and_units = "x-axis,1\nsecond,Volt\n1.5,2\n3,4.5\n2,0.5\n";
    check(
        names_and_units,
        &["x-axis", "1"],
        small(),
        &[NoteKind::Units],
    );
    let increments =
        "X,CH1,Start,Increment,\nSequence,Volt,-6e-3,1e-5\n1.5,2,,\n3,4.5,,\n2,0.5,,\n";
    check(increments, &["X", "CH1"], small(), &[NoteKind::Units]);
    let units_only = "Record Length,Analog:14\nSource,CH1\nSecond,Volt\n1.5,2\n3,4.5\n2,0.5\n";
    check(
        units_only,
        &["Second", "Volt"],
        small(),
        &[NoteKind::Header],
    );
    let blank = "Time;Channel A\n(ms);(mV)\n\n1,5;2,0\n3,0;4,5\n2,0;0,5\n";
    let notes = [NoteKind::Units];
    check(blank, &["Time", "Channel A"], small(), &notes);
    let side = "Record Length,3,,1.5,2\nSource,CH2,,3,4.5\n,,,2,0.5\n";
    check(side, &["Time", "CH2"], small(), &[NoteKind::Other]);
    let labview = "LabVIEW Measurement\t\r\nSeparator\tTab\r\n***End_of_Header***\t\r\n\t\r\n\
                   Channels\t1\t\r\n***End_of_Header***\t\t\r\nX_Value\tVoltage\tComment\r\n\
                   1.5\t2\r\n3\t4.5\r\n2\t0.5\r\n";
    check(
        labview,
        &["X_Value", "Voltage"],
        small(),
        &[NoteKind::Header],
    );
}

#[test]
fn settings_of_other_forms_are_above_the_header() {
    let colons = "Device: 5\nStart: 2024-01-01 10:00\n\nx,y\n1.5,2\n3,4.5\n2,0.5\n";
    check(colons, &["x", "y"], small(), &[NoteKind::Header]);
    let padded = "Monthly report,,\n,,\nx,y,k\n1.5,2,7\n3,4.5,8\n2,0.5,6\n,,\n";
    let rows = array![[1.5, 2.0, 7.0], [3.0, 4.5, 8.0], [2.0, 0.5, 6.0]];
    let notes = [NoteKind::Header, NoteKind::Footer];
    check(padded, &["x", "y", "k"], rows, &notes);
    // Settings have one cell less than the table.
    let pairs = "\"FILE ID\",\"8870\"\nTITLE,a\nt,x,k\n1.5,2,7\n3,4.5,8\n2,0.5,6\n";
    let rows = array![[1.5, 2.0, 7.0], [3.0, 4.5, 8.0], [2.0, 0.5, 6.0]];
    check(pairs, &["t", "x", "k"], rows, &[NoteKind::Header]);
    let title = "My measurement\n1.5,2\n3,4.5\n2,0.5\n";
    check(title, &["c0", "c1"], small(), &[NoteKind::NoHeader]);
}

#[test]
fn texts_below_the_header_are_no_names() {
    let repeated = "x,y\ninit,init\n1.5,2\n3,4.5\n2,0.5\n";
    check(repeated, &["x", "y"], small(), &[NoteKind::Units]);
    let message = refusal("x,y\n<0.5,2\n3,4.5\n2,0.5\n");
    assert_eq!(
        message,
        "a.csv, line 2, column `x`: `<0.5` is a limit of detection and not a number; write a number in such cells, or leave them empty"
    );
}

#[test]
fn single_quotes_enclose_cells_only_in_pairs() {
    let pairs = with("k,x\n'a,b','1.5'\n'c','2'\n", &ReadOptions::default());
    assert_eq!(pairs.columns, ["k=a,b", "k=c", "x"]);
    let marks = with("k,x\n'07,1.5\n'08,2\n'07,3\n", &ReadOptions::default());
    assert_eq!(marks.columns, ["k='07", "k='08", "x"]);
    assert_eq!(marks.values.column(2).to_vec(), [1.5, 2.0, 3.0]);
}

#[test]
fn comments_are_left_out_and_may_have_the_names() {
    let text = "# logger v3\nx,y\n1.5,2\n# pause\n3,4.5\n2,0.5\n# end\n";
    check(text, &["x", "y"], small(), &[NoteKind::Comment]);
    let saved = "# x y\n1.5e+00 2.0e+00\n3.0e+00 4.5e+00\n2.0e+00 5.0e-01\n";
    check(saved, &["x", "y"], small(), &[NoteKind::Header]);
    let commas = "% by me\n% x,y\n1.5 2\n3 4.5\n2 0.5\n";
    let notes = [NoteKind::Header, NoteKind::Comment];
    check(commas, &["x", "y"], small(), &notes);
    // Colours are no comments.
    let colours = with("k,x\n#ff0000,1\n#00ff00,2\n", &ReadOptions::default());
    assert_eq!(colours.columns, ["k=#00ff00", "k=#ff0000", "x"]);
    // Neither are missing values of spreadsheets.
    let options = options_with(|of| of.missing = crate::data::read::Missing::Mean);
    let spreadsheet = with("x;y\n1,5;2\n#NV;4,5\n#N/A;0,5\n# end\n2,5;1\n", &options);
    let filled = array![[1.5, 2.0], [2.0, 4.5], [2.0, 0.5], [2.5, 1.0]];
    assert_eq!(spreadsheet.values, filled);
    let options = options_with(|of| of.comment = Some("REM".into()));
    let table = with("REM by me\nx,y\n1.5,2\n3,4.5\nREM 3\n2,0.5\n", &options);
    assert_eq!(table.values, small());
}

#[test]
fn a_row_without_numbers_below_the_header_has_units() {
    for units in ["-,V", "[s],[m/s²]", "(ms),(mV)", "s,V", "float64,float64"] {
        let text = format!("x,y\n{units}\n1.5,2\n3,4.5\n2,0.5\n");
        check(text, &["x", "y"], small(), &[NoteKind::Units]);
    }
    let options = options_with(|of| of.skip_after_header = Some(0));
    let error = parse_csv(b"x,y\ns,V\n1,2\n3,4\n5,6\n", "a.csv", &options).expect_err("kept");
    let message = "a.csv, line 2: this row has no numbers (s, V), like the header of another table; \
                   split the file above it, or remove the line";
    assert_eq!(error.to_string(), message);
    // Missing values are no units.
    let message = refusal("x,y\nNA,NA\n1,2\n3,4\n");
    assert!(
        message.starts_with("a.csv, line 2, column `x`: `NA` means"),
        "{message}"
    );
}

#[test]
fn what_follows_the_last_row_is_left_out() {
    for footer in [
        "Total,7",
        "# end",
        "End of data",
        "\nCount,3\nMean,2",
        ",",
        "(3 rows)",
    ] {
        let text = format!("x,y\n1.5,2\n3,4.5\n2,0.5\n{footer}\n");
        let table = with(&text, &ReadOptions::default());
        assert_eq!(table.values, small(), "{footer}");
        assert_eq!(table.notes.len(), 1, "{footer}");
    }
    // A bad cell in the last row is no footer.
    let message = "a.csv, line 4, column `x`: `two` is not a number; correct it or remove the row";
    assert_eq!(refusal("x,y\n1,2\n3,4\ntwo,5\n"), message);
    let options = options_with(|of| of.skip_footer = Some(2));
    let table = with("x,y\n1.5,2\n3,4.5\n2,0.5\n7,7\n8,8\n", &options);
    assert_eq!(table.values, small());
}

#[test]
fn a_last_line_that_is_torn_is_left_out() {
    for torn in ["7", "7,\"0.", "7,\"a"] {
        let text = format!("x,y\n1.5,2\n3,4.5\n2,0.5\n{torn}");
        check(text, &["x", "y"], small(), &[NoteKind::Footer]);
    }
    let zeros = "x,y\n1.5,2\n3,4.5\n2,0.5\n\0\0\0\0";
    check(zeros, &["x", "y"], small(), &[]);
    assert!(refusal("x,y\n1,2\n3,4\n5\n").contains("the row has 1 cell, but the header has 2"));
}

#[test]
fn repeated_headers_are_left_out() {
    let text = "# run 1\nx,y\ns,V\n1.5,2\n# run 2\nx,y\ns,V\n3,4.5\n2,0.5\n";
    let notes = [NoteKind::Units, NoteKind::Other, NoteKind::Comment];
    check(text, &["x", "y"], small(), &notes);
}

#[test]
fn columns_without_values_and_an_index_are_left_out() {
    let rows = small();
    for text in [
        "x,y\n1.5,2,\n3,4.5,\n2,0.5,\n",
        "x,y,\n1.5,2,\n3,4.5,\n2,0.5,\n",
        "x;y;;\n1.5;2;;\n3;4.5;;\n2;0.5;;\n",
        "| x | y |\n|---|---|\n| 1.5 | 2 |\n| 3 | 4.5 |\n| 2 | 0.5 |\n",
    ] {
        check(text, &["x", "y"], rows.clone(), &[]);
    }
    check(
        "x,,y\n1.5,,2\n3,,4.5\n2,,0.5\n",
        &["x", "y"],
        rows.clone(),
        &[NoteKind::NoValues],
    );
    for text in [
        ",x,y\n0,1.5,2\n1,3,4.5\n2,2,0.5\n",
        "Unnamed: 0,x,y\n0,1.5,2\n1,3,4.5\n2,2,0.5\n",
        ",Unnamed: 0,x,y\n0,7,1.5,2\n1,4,3,4.5\n2,9,2,0.5\n",
        "\"x\",\"y\"\n\"1\",1.5,2\n\"2\",3,4.5\n\"3\",2,0.5\n",
        "#,x,y\n1,1.5,2\n2,3,4.5\n3,2,0.5\n",
    ] {
        let table = with(text, &ReadOptions::default());
        assert_eq!(
            (table.columns, table.values),
            (owned(&["x", "y"]), rows.clone()),
            "{text}"
        );
        assert!(
            table.notes.iter().any(|note| note.kind == NoteKind::Index),
            "{text}"
        );
    }
    let options = options_with(|of| of.columns = owned(&["y", "index"]));
    let table = with(",x,y\n4,1.5,2\n9,3,4.5\n", &options);
    assert_eq!(table.values, array![[2.0, 4.0], [4.5, 9.0]]);
}

#[test]
fn positions_choose_columns_before_names_are_checked() {
    let chosen = |columns: &[&str], drop: &[&str]| {
        let options = ReadOptions {
            columns: owned(columns),
            drop: owned(drop),
            ..ReadOptions::default()
        };
        parse_csv(b"x,,x,z\n1,2,3,4\n5,6,7,9\n", "a.csv", &options)
            .map_err(|error| error.to_string())
    };
    assert_eq!(chosen(&[":3-4"], &[]).expect("chosen").columns, ["x", "z"]);
    let table = chosen(&[], &[":1-2"]).expect("dropped");
    assert_eq!(table.values, array![[3.0, 4.0], [7.0, 9.0]]);
    for (columns, message) in [
        (
            "x",
            "a.csv: columns 1 and 3 are both named `x`; rename one, or choose by position",
        ),
        (
            ":5",
            "a.csv: there is no column `:5`; the file has 4 columns",
        ),
        (":2", "a.csv: column 2 of the header has no name; name it"),
    ] {
        assert_eq!(chosen(&[columns], &[]).expect_err("refused"), message);
    }
}

#[test]
fn delimiters_may_be_declared_or_be_spaces() {
    for text in [
        "sep=;\r\nx;y\r\n1,5;2\r\n3;4,5\r\n2;0,5\r\n",
        "  x    y\n 1.5  2\n 3    4.5\n 2    0.5\n",
        "x \t y\n1.5\t2\n3   4.5\n2 \t0.5\n",
        "x,y\r1.5,2\r3,4.5\r2,0.5\r",
        "\"x\", \"y\"\n1.5, 2\n3, 4.5\n2, 0.5\n",
    ] {
        let table = with(text, &ReadOptions::default());
        assert_eq!(
            (table.columns, table.values),
            (owned(&["x", "y"]), small()),
            "{text}"
        );
    }
    let aligned = "Time (s)   Temp (C)\n   1.5        2\n   3          4.5\n   2          0.5\n";
    check(aligned, &["Time (s)", "Temp (C)"], small(), &[]);
    let commas = with("x\n1,5\n3,25\n", &ReadOptions::default());
    assert_eq!(commas.values, array![[1.5], [3.25]]);
}

#[test]
fn texts_are_decoded() {
    let text = "Größe;y\n1.5;2\n3;4.5\n2;0.5\n";
    let wide = |mark: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        (mark.to_owned() + text)
            .encode_utf16()
            .flat_map(bytes)
            .collect()
    };
    for bytes in [
        wide("\u{feff}", u16::to_le_bytes),
        wide("\u{feff}", u16::to_be_bytes),
        wide("", u16::to_le_bytes),
        format!("\u{feff}{text}").into_bytes(),
    ] {
        check(bytes, &["Größe", "y"], small(), &[]);
    }
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    check(&latin, &["Größe", "y"], small(), &[NoteKind::Encoding]);
    let encoded = |name: &str| options_with(|of| of.encoding = Some(name.into()));
    assert!(with(&latin, &encoded("latin1")).notes.is_empty());
    let table = with(b"\x8e\x9e\x8a\xd4,y\n1,2\n3,4\n", &encoded("shift_jis"));
    assert_eq!(table.columns, ["時間", "y"]);
    let error = parse_csv(text.as_bytes(), "a.csv", &encoded("klingon")).expect_err("unknown");
    assert!(error.message.starts_with("there is no encoding `klingon`"));
}

#[test]
fn lines_are_counted_as_an_editor_does() {
    let text =
        "# a\r\n# b\r\n\r\nTitle\r\nx,y\r\ns,V\r\n1,2\r\n\r\n# c\r\n3,4\r\n5,oops\r\n7,8\r\n";
    assert!(refusal(text).starts_with("a.csv, line 11, column `y`: `oops` is not a number"));
    let open = "x,k\n1,a\n3,\"b\n5,c\n";
    let message = "a.csv, line 3: a quote opens on this line and is never closed; close it, or \
                   remove it";
    assert_eq!(refusal(open), message);
    let ragged = "Title\nx,y,z\n1,2,3\n4,5\n6,7,8\n";
    let message = "a.csv, line 4: the row has 2 cells, but the header (line 2) has 3; make every \
                   row as long as the header";
    assert_eq!(refusal(ragged), message);
}

#[test]
fn the_line_of_the_header_can_be_given() {
    let text = "a,b\n7,8\nx,y\nq,r\n1.5,2\n3,4.5\n2,0.5\n";
    let options = ReadOptions {
        header_line: Some(3),
        skip_after_header: Some(1),
        ..ReadOptions::default()
    };
    let table = with(text, &options);
    assert_eq!((table.columns, table.values), (owned(&["x", "y"]), small()));
    let beyond = options_with(|of| of.header_line = Some(30));
    let error = parse_csv(text.as_bytes(), "a.csv", &beyond).expect_err("refused");
    assert_eq!(
        error.to_string(),
        "a.csv: the file has no line 30 for the header"
    );
}
