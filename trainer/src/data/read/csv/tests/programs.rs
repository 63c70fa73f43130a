//! Files as common programs write them.

use super::refusal;
use crate::data::read::tests::options_with;
use crate::data::read::{ReadOptions, parse_csv};
use crate::data::{NoteKind, Table};

fn read(text: &str) -> Table {
    parse_csv(text.as_bytes(), "a.csv", &ReadOptions::default()).expect("a good file")
}

/// Checks the columns, the first and the last value, and the kinds of the notes.
fn check(text: &str, columns: &[&str], ends: [f64; 2], notes: &[NoteKind]) {
    let table = read(text);
    assert_eq!(table.columns, columns, "{text}");
    let values = table.values.as_slice().expect("rows");
    assert_eq!([values[0], values[values.len() - 1]], ends, "{text}");
    let kinds: Vec<NoteKind> = table.notes.iter().map(|note| note.kind).collect();
    assert_eq!(kinds, notes, "{text}");
}

#[test]
fn recordings_of_opensignals() {
    let text = |json: &str| {
        format!(
            "# OpenSignals Text File Format\n# {json}\n# EndOfHeader\n1\t1\t496\t\n\
             2\t1\t490\t\n3\t0\t497\t\n"
        )
    };
    let named =
        "{\"00:07\": {\"sensor\": [\"ECG\"], \"column\": [\"nSeq\", \"I1\", \"A2\"], \"rate\": 1}}";
    let table = read(&text(named));
    assert_eq!(table.columns, ["nSeq", "I1", "A2"]);
    assert_eq!(table.values.column(2).to_vec(), [496.0, 490.0, 497.0]);
    let table = read(&text("{\"a\": {\"sensor\": [\"ECG\"]}}"));
    assert_eq!(table.columns, ["c0", "c1", "c2"]);
}

#[test]
fn a_text_among_measured_values_makes_no_names() {
    for (text, message) in [
        (
            "t,x\n1.5 °C,1\n2.5 °C,5\noff,3\n",
            "a.csv, line 4, column `t`: `off` is not a number; correct it or remove the row",
        ),
        (
            "x,y\n1,$ 4.50\n5,$ -\n3,$ 2.25\n2,$ -\n7,$ 1\n",
            "a.csv, line 3, column `y`: `$ -` is not a number, and is in 2 cells of this column; \
             declare it if it means a missing value, or correct the cells",
        ),
    ] {
        assert_eq!(refusal(text, None), message);
    }
    let table = read("x,y\n1,$ (4.50)\n5, $ 2.25 \n3,$7\n");
    assert_eq!(table.values.column(1).to_vec(), [-4.5, 2.25, 7.0]);
}

#[test]
fn degrees_need_a_sign_in_place_of_a_letter() {
    for (north, south) in [("12.5°N", "33.25°S"), ("12.5N", "33.25S"), ("4° E", "5° W")] {
        let message = refusal(format!("lat,x\n{north},1\n{south},5\n{north},3\n"), None);
        assert!(
            message.ends_with("as negative numbers without letters"),
            "{message}"
        );
    }
}

#[test]
fn names_that_repeat_are_joined_with_those_of_other_lines() {
    let pandas = ",acc,acc,gyro\n,x,y,x\nt,,,\n0,1.5,2,7\n1,3,4,8\n2,2,0.5,6\n";
    let notes = [NoteKind::Header, NoteKind::Units, NoteKind::Index];
    check(pandas, &["acc_x", "acc_y", "gyro_x"], [1.5, 6.0], &notes);
    let merged = "A,,B,\nx,y,x,y\nm,s,m,s\n1.5,2,7,1\n3,4,8,0\n2,0.5,6,5\n";
    let notes = [NoteKind::Header, NoteKind::Units];
    check(merged, &["A_x", "A_y", "B_x", "B_y"], [1.5, 5.0], &notes);
    let three = "scorer,net,net,net\nparts,nose,nose,tail\ncoords,x,y,x\n\
                 5,1.5,2,7\n1,3,4,8\n2,2,0.5,6\n";
    let columns = ["parts_coords", "nose_x", "nose_y", "tail_x"];
    check(three, &columns, [5.0, 6.0], &[NoteKind::Header]);
    for text in ["x,x\n1,2\n3,5\n", "A,A\nx,x\n1,2\n3,5\n"] {
        let message = refusal(text, None);
        assert!(message.contains("are both named"), "{message}");
    }
}

#[test]
fn oscilloscopes_name_more_than_they_measure() {
    let rows = "1.5,2,\n3,4.5,\n2,0.5,\n";
    let text = format!("X,CH1,Start,Increment\nSequence,Volt,-6e-3,1e-5\n{rows}");
    check(&text, &["X", "CH1"], [1.5, 0.5], &[NoteKind::Units]);
    let text = format!("CH1V,CH2V,t0 =-5e-05s, tInc = 1e-09s,\n{rows}");
    check(&text, &["CH1V", "CH2V"], [1.5, 0.5], &[]);
    let text = "Model,MSO58\n\nPoint Format,Y,\nSample Interval,8e-10\nVertical Units,V\n,,,\n\
                Label,,\nTIME,CH1,CH2\n1.5,2,7\n3,4.5,8\n2,0.5,6\n";
    let columns = ["TIME", "CH1", "CH2"];
    check(text, &columns, [1.5, 6.0], &[NoteKind::Header]);
}

#[test]
fn labview_names_its_separator() {
    let text = "LabVIEW Measurement\t\nSeparator\tTab\nDecimal_Separator\t,\n***End_of_Header***\t\n\
                X_Value\tA\tB\tComment\n\t0,5\t2,25\n\t1,5\t3\n\t2\t4,75\n";
    let notes = [NoteKind::Header, NoteKind::NoValues];
    check(text, &["A", "B"], [0.5, 4.75], &notes);
}

#[test]
fn names_of_rows_without_a_column_are_left_out() {
    let text = "x y z\nred 1.5 2 3\nblue 3 4 5\ngreen 2 0.5 6\n";
    check(text, &["x", "y", "z"], [1.5, 6.0], &[NoteKind::Index]);
    // A name that comes again is a class.
    let message = refusal("x y z\nred 1.5 2 3\nred 3 4 5\nred 2 0.5 6\n", None);
    assert!(message.contains("has 4 cells"), "{message}");
}

#[test]
fn semicolons_begin_comments_where_they_separate_nothing() {
    let text = "; made by a logger\n; rate: 10\nx,y\n1.5,2\n; pause\n3,4\n2,0.5\n";
    check(text, &["x", "y"], [1.5, 0.5], &[NoteKind::Comment]);
    let text = ";x;y\n0;1.5;2\n1;3;4\n2;2;0.5\n";
    check(text, &["x", "y"], [1.5, 0.5], &[NoteKind::Index]);
}

#[test]
fn an_asterisk_begins_a_total() {
    let text = "|Nr|Menge |\n|1 |1.234,5 |\n|3 |2,25 |\n|2 |7,5 |\n|* |1.244,25 |\n";
    let notes = [NoteKind::Footer, NoteKind::NumberFormat];
    check(text, &["Nr", "Menge"], [1.0, 7.5], &notes);
}

#[test]
fn what_devices_write_around_values_is_no_value() {
    let text = "12:30:05.123 -> x:1,y:2.5\n12:30:06.123 -> x:3,y:4\n12:30:07.123 -> x:2,y:9\n";
    check(text, &["x", "y"], [1.0, 9.0], &[NoteKind::Other]);
    let message = refusal("x:1,y:2\nx:3,y:oops\n", None);
    assert!(message.contains("a list of names and values"), "{message}");
    // Lines are counted as in the file.
    let message = refusal("x:1,y:2\nx:3,y:4\nx:5,y:4e99\n", None);
    assert!(
        message.starts_with("a.csv, line 3, column `y`: `4e99`"),
        "{message}"
    );
}

#[test]
fn durations_are_numbers_of_seconds() {
    let text = "lap,x\n0:59.5,1\n1:02.25,5\n1:00.0,3\n";
    check(text, &["lap", "x"], [59.5, 3.0], &[NoteKind::Category]);
    let text = "when,pace\n12:30,5:30\n13:45,6:10\n14:05,5:50\n";
    let columns = ["when.hour=cos", "when.hour=sin", "pace"];
    let notes = [NoteKind::Category, NoteKind::Dates];
    check(text, &columns, [12.5, 350.0], &notes);
    let laps: String = (10..30).map(|lap| format!("1:{lap}.5,{lap}\n")).collect();
    let message = refusal(format!("lap,x\n{laps}DNF,5\n"), None);
    let words = "line 22, column `lap`: `DNF` is not a number; correct it or remove the row";
    assert!(message.ends_with(words), "{message}");
    // A model that has no hours of the column was trained on durations.
    let text = b"run,x\n0:59:10,1\n1:02:20,5\n";
    let options = options_with(|of| of.date_parts = Some(Vec::new()));
    let table = parse_csv(text, "a.csv", &options).expect("a good file");
    assert_eq!(table.values.column(0).to_vec(), [3550.0, 3740.0]);
    assert_eq!(
        read("run,x\n0:59:10,1\n1:02:20,5\n").columns[0],
        "run.hour=cos"
    );
}

#[test]
fn numbers_in_a_header_are_no_row() {
    for text in [
        "label,400,401,402\na,1,5,2\nb,3,4,9\n",
        "kind,1.5,2.5,4,5,7,8,9,11\na,1,5,2,1,1,1,1,1\nb,3,4,9,1,1,1,1,2\n",
    ] {
        let message = refusal(text, None);
        assert!(message.ends_with("say whether it is a header"), "{message}");
    }
    // The name of the first row is that of another one.
    let text = "a,400,401,402\na,1,5,2\nb,3,4,9\n";
    assert_eq!(read(text).values.nrows(), 3);
}

#[test]
fn what_may_be_no_name_or_no_row_is_noted() {
    let notes =
        |text: &str| -> Vec<String> { read(text).notes.iter().map(ToString::to_string).collect() };
    for cell in ["0x1F", "1/8", "0.5±0.1", "4k7", "3 / 10", "1.23(4)"] {
        let found = notes(&format!("x,y\n{cell},1\n{cell},5\n{cell},2\n"));
        let message = format!("`{cell}` is read as a name; write plain numbers if it is one");
        assert!(
            found.iter().any(|note| note.ends_with(&message)),
            "{found:?}"
        );
    }
    for cell in ["10-19", "3rd", "k7", "2 big", "and/or"] {
        let found = notes(&format!("x,y\n{cell},1\n{cell},5\n{cell},2\n"));
        assert!(found.is_empty(), "{found:?}");
    }
    let found = notes("area,x\na,1\na,5\na Total,6\nb,2\nb,9\nb Total,11\nc,4\n");
    let message = "line 4: this row and 1 more look like subtotals of other rows; remove them";
    assert!(found[0].ends_with(message), "{found:?}");
    let found = notes("date,x\n44927,1\n44950.5,5\n44931,3\n");
    assert!(
        found[0].contains("may be a date that Excel wrote"),
        "{found:?}"
    );
}
