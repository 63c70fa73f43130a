//! Texts that declare their columns: ARFF, and series of aeon and sktime.

use ndarray::array;

use super::{good, refusal};
use crate::data::read::{Missing, ReadOptions, parse_csv};

const IRIS: &str = "% Title: iris\n@RELATION iris\n\n@ATTRIBUTE 'sepal length' REAL\n\
                    @attribute petal numeric [0.1, 2.5]\n\
                    @Attribute class {Iris-setosa, 'Iris versi'} % two\n@inputs petal\n@DATA\n% rows\n";

#[test]
fn arff_is_read_as_its_header_says() {
    let text = format!("{IRIS}5.1,0.2,Iris-setosa\n 4.9 , 1e0,'Iris versi'\n\n5.0,2,Iris-setosa\n");
    let table = good(&text, Some("class"));
    assert_eq!(table.columns, ["sepal length", "petal"]);
    assert_eq!(table.values, array![[5.1, 0.2], [4.9, 1.0], [5.0, 2.0]]);
    let labels = table.labels.expect("labels");
    assert_eq!(labels.classes, ["Iris versi", "Iris-setosa"]);
    assert_eq!(table.notes, []);
}

#[test]
fn arff_declares_categories_even_of_numbers_and_more_than_32() {
    let names: Vec<String> = (0..40).map(|name| name.to_string()).collect();
    let rows: String = names.iter().map(|name| format!("{name},NA\n")).collect();
    let text = format!(
        "@relation r\n@attribute k{{{}}}\n@attribute 's' {{NA,b}}\n@data\n{rows}3,b\n",
        names.join(",")
    );
    let table = good(&text, None);
    assert_eq!(table.categories, [0..40, 40..42]);
    assert_eq!(table.columns[3], "k=3");
    assert_eq!(table.columns[40], "s=NA");
}

#[test]
fn arff_may_have_spaces_indices_and_missing_values() {
    let head = "@relation r\n@attribute x numeric\n@attribute k {no,yes}\n@attribute y integer\n";
    let options = ReadOptions {
        missing: Missing::Mean,
        ..ReadOptions::default()
    };
    let values = |rows: &str| {
        let text = format!("{head}@data\n{rows}");
        parse_csv(text.as_bytes(), "a.arff", &options)
            .expect("a table")
            .values
    };
    let expected = array![[1.0, 1.0, 0.0, 3.0], [2.0, 0.0, 1.0, 5.0]];
    assert_eq!(values("1,no,3\n2,yes,5\n"), expected);
    assert_eq!(values("1 no\t3\n2  yes 5\n"), expected);
    assert_eq!(values("{0 1,2 3}\n{ 2 5 , 1 'yes', 0 2 }\n"), expected);
    assert_eq!(values("1,no,?\n2,yes,5\n1,<null>,5\n").row(0)[3], 5.0);
}

#[test]
fn dates_of_arff_become_circular_columns() {
    let text = "@relation r\n@attribute when date \"yyyy-MM-dd\"\n@attribute x real\n@data\n\
                \"2024-01-15\",1\n\"2024-03-02\",2\n";
    let table = good(text, None);
    let names: Vec<&str> = table.file_columns().iter().map(|of| of.name).collect();
    assert_eq!(names, ["when.day_of_year", "x"]);
}

#[test]
fn series_are_numbered_by_their_moments() {
    let text = "%# UnitTest\n@problemName u\n@timeStamps false\n@univariate true\n\
                @classLabel true 1 2\n@data\n573.0,375.0,3:1\n394,?,5:2\n1,2,3:1\n";
    let options = ReadOptions {
        missing: Missing::Drop,
        ..ReadOptions::labelled(Some("label"))
    };
    let table = parse_csv(text.as_bytes(), "a.ts", &options).expect("a table");
    assert_eq!(table.columns, ["t0", "t1", "t2"]);
    assert_eq!(table.values, array![[573.0, 375.0, 3.0], [1.0, 2.0, 3.0]]);
    assert_eq!(table.labels.expect("labels").classes, ["1"]);
    // Classes are names.
    let text = text.replace('?', "4");
    assert_eq!(good(&text, None).categories.first(), Some(&(3..5)));

    let text = "@problemname u\n@targetlabel true\n@data\n1,2:3,4:0.5\n5,6:7,8:1.5\n";
    let table = good(text, None);
    assert_eq!(table.columns, ["d0_0", "d0_1", "d1_0", "d1_1", "target"]);
    assert_eq!(table.values.row(1).to_vec(), [5.0, 6.0, 7.0, 8.0, 1.5]);
    let text = "@problemname u\n@data\n1,2\n5,6\n";
    assert_eq!(good(text, None).columns, ["t0", "t1"]);
}

#[test]
fn typed_texts_that_cannot_be_read() {
    let arff = "@relation r\n@attribute x real\n";
    let series = "@problemName u\n@classLabel true a b\n@data\n1,2:3,4:a\n";
    for (text, message) in [
        (
            format!("{arff}@attribute y matrix\n@data\n"),
            "a.csv, line 3: the type of `y` is unknown; declare numeric, {names}, string or date",
        ),
        (
            format!("{arff}@attribute bag relational\n"),
            "a.csv, line 3: each cell of `bag` is a table of its own; convert the file to CSV with \
             a row for each series",
        ),
        (
            format!("{arff}@frequency yearly\n@data\nT1:1979-01-01 00-00-00:1,2\n"),
            "a.csv, line 3: the file has series for forecasts (.tsf); write each series as a CSV \
             file with a row for each moment",
        ),
        (
            "@relation r\n@data\n1\n".to_owned(),
            "a.csv, line 2: no column is declared above this line; add lines with `@attribute`",
        ),
        (
            arff.to_owned(),
            "a.csv: the ARFF file has no line `@data`; add it above the rows",
        ),
        (
            format!("{arff}@data\n1\n{{0 1, 1 2}}\n"),
            "a.csv, line 5: the row has an open quote, an open brace or an unknown index; correct \
             it",
        ),
        (
            format!("{arff}@data\n1\n2,3\n"),
            "a.csv, line 5: the row has 2 cells, but the header (line 3) has 1; make every row as \
             long as the header",
        ),
        (
            format!("{arff}@data\n"),
            "a.csv: the file has a header but no rows; add at least 2 rows",
        ),
        (
            format!("{arff}@data\n1\nabc\n"),
            "a.csv, line 5, column `x`: `abc` is not a number; correct it or remove the row",
        ),
        (
            format!("{series}1,2,3:4,5:b\n"),
            "a.csv, line 5: a series has 3 values, but that of the first row has 2; cut all series \
             to one length",
        ),
        (
            format!("{series}1,2:b\n"),
            "a.csv, line 5: the row has 1 series, but the first row has 2; make all rows alike",
        ),
        (
            format!("{series}1,2\n"),
            "a.csv, line 5: the row has no class after a colon; add it",
        ),
        (
            "@problemName u\n@timeStamps True\n@data\n(1,2.5)\n".to_owned(),
            "a.csv, line 2: the values have time stamps; convert the file to CSV with a row for \
             each series",
        ),
    ] {
        assert_eq!(refusal(text.as_bytes(), None), message, "{text}");
    }
}
