//! Settings above the header, and more headers below it.

use super::cells::{good, refusal};
use crate::data::NoteKind;

#[test]
fn settings_with_as_many_cells_are_no_header() {
    for settings in [
        "Operator,me\n",
        "Operator,me\nRange,10\n",
        "Operator,me\nDate,2024-01-05\nRange,10\n",
        "Device,X1\nSerial,0815\n\n",
    ] {
        let table = good(&format!("{settings}t,v\n0,1.5\n1,1.7\n2,1.9\n"));
        assert_eq!(table.columns, ["t", "v"], "{settings}");
        assert_eq!(table.values.column(1).to_vec(), [1.5, 1.7, 1.9]);
    }
    // Names with units below them.
    let table = good("mass,speed\nt,km/h\n0,1.5\n1,1.7\n2,1.9\n");
    assert_eq!(table.columns, ["mass", "speed"]);
    let netatmo = "Name;Long;Lat;Module;Type\nHome;7,1;50,7;Indoor;NAMain\n\n\
                   Timestamp;Temperature;Humidity\n1600000000;21,5;45\n1600000300;21,6;46\n";
    let table = good(netatmo);
    assert_eq!(table.columns, ["Timestamp", "Temperature", "Humidity"]);
    assert_eq!(table.values.column(1).to_vec(), [21.5, 21.6]);
}

#[test]
fn pandas_counts_columns_without_names() {
    for (text, names) in [
        (",0\n0,1.5\n1,2.5\n2,0.5\n", vec!["0"]),
        (",0\n2024-01-05,1.5\n2024-01-06,2.5\n", vec!["0"]),
        (
            ",0,1,2\n0,1.5,7,9\n1,2.5,2,8\n2,0.5,3,1\n",
            vec!["0", "1", "2"],
        ),
    ] {
        let table = good(text);
        assert_eq!(table.columns, names, "{text}");
        assert_eq!(table.values.column(0)[0], 1.5);
    }
}

#[test]
fn a_table_of_names_may_have_no_header() {
    let table = good("x,o,won\nx,x,won\no,o,lost\no,x,lost\nx,o,lost\n");
    assert_eq!(table.file_columns()[2].name, "c2");
    assert_eq!(table.values.nrows(), 5);
    assert_eq!(table.notes[0].kind, NoteKind::NoHeader);
    // A header may be repeated, and its names may be cells of other columns.
    let text = "k,l\nu,v\nu,k\nk,l\nv,v\nw,u\n";
    assert_eq!(good(text).file_columns()[0].name, "k");
    assert_eq!(good(text).values.nrows(), 4);
}

#[test]
fn missing_values_in_a_table_of_names_are_no_first_row() {
    let names = good("kind\nsun\nrain\nsun\n\"unknown\"\nrain\n");
    assert_eq!(names.columns, ["kind=rain", "kind=sun", "kind=unknown"]);
    assert_eq!(names.values.nrows(), 5);
    let text = "kind,place\nsun,sea\nrain,hill\n-,none\nrain,sea\n";
    assert_eq!(good(text).file_columns().len(), 2);
    assert_eq!(good(text).values.nrows(), 4);
}

#[test]
fn a_header_below_rows_is_left_out_or_refused() {
    let table = good("a,b\n1,2\n3,4\nA,\"B\"\n5,6\n");
    assert_eq!(table.values.column(0).to_vec(), [1.0, 3.0, 5.0]);
    let again = "the names of the columns are here again, in another order; split the file above \
                 this line, and name both files";
    for text in [
        "a,b,c\n1,2,3\n4,5,6\nb,a,c\n20,10,30\n",
        "a,b,k\n1,2,u\n4,5,v\nb,a,k\n20,10,u\n",
        "k,l\nu,v\nu,w\nl,k\nv,u\nw,u\n",
    ] {
        assert_eq!(refusal(text), format!("a.csv, line 4: {again}"));
    }
    assert_eq!(
        refusal("a,b,c\n1,2,3\n4,5,6\nx,y,z\n10,20,30\n"),
        "a.csv, line 4: this row has no numbers (x, y, z), like the header of another table; split \
         the file above it, or remove the line"
    );
}

#[test]
fn decimal_commas_between_commas_are_refused() {
    let words = "if commas separate the decimals too, save the file with semicolons between the \
                 cells, or with decimal dots";
    for text in [
        "a,b\n7,59,7,46\n8,12,9,01\n7,33,6,40\n",
        "t,a,b\n1,7,59,-7,46\n2,8,12,9,01\n3,6,5,1,2\n",
    ] {
        assert!(refusal(text).ends_with(words), "{}", refusal(text));
    }
}
