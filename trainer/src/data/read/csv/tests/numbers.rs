//! The number format of a file, and units in cells.

use ndarray::array;

use super::cells::{good, read, refusal, with};
use crate::data::read::tests::options_with;
use crate::data::read::{ReadOptions, parse_csv};
use crate::data::{DataErrorKind, NoteKind};

#[test]
fn decimal_commas_elsewhere_make_dots_thousands() {
    let text = "temp;stueck\n22,27;7.050\n18,62;725\n13,95;1.006.740\n";
    let table = good(text);
    assert_eq!(
        table.values,
        array![[22.27, 7050.0], [18.62, 725.0], [13.95, 1_006_740.0]]
    );
    assert_eq!(table.notes.len(), 1);
    assert_eq!(table.notes[0].kind, NoteKind::NumberFormat);
    // The format belongs to the file, even if the column that shows it is left out.
    let options = options_with(|of| of.drop = vec!["temp".into()]);
    let table = with("temp;stueck\n22,27;7.050\n18,62;7.725\n", &options);
    assert_eq!(table.values, array![[7050.0], [7725.0]]);
    assert_eq!(
        table.notes[0].to_string(),
        "a.csv, line 2, column `stueck`: `7.050` is read as 7050, because of `22,27` in column `temp`"
    );
}

#[test]
fn doubtful_separators_are_noted_and_declared() {
    let text = "temp;druck\n21;1.006\n15;1.007\n";
    let (values, notes) = read("druck\n1.006\n1.007\n");
    assert_eq!(
        (values, notes.len()),
        (vec![1.006, 1.007], 0),
        "a file with commas"
    );
    let table = good(text);
    assert_eq!(table.values.column(1), array![1.006, 1.007]);
    assert_eq!(
        table.notes[0].to_string(),
        "a.csv, line 2, column `druck`: `1.006` is read as 1.006, but it may mean 1006"
    );
    for (decimal, thousands, value) in [
        (Some('.'), None, 1.006),
        (Some(','), None, 1006.0),
        (None, Some('.'), 1006.0),
        (Some(','), Some('.'), 1006.0),
    ] {
        let options = ReadOptions {
            decimal,
            thousands,
            ..ReadOptions::default()
        };
        let table = with(text, &options);
        assert_eq!(table.values[[0, 1]], value, "{decimal:?} {thousands:?}");
        assert_eq!(table.notes, []);
    }
    // Integers of three digits in the same column make thousands likelier.
    let (values, notes) = read("hpa;x\n998;1\n1.006;2\n");
    assert_eq!((values, notes.len()), (vec![998.0, 1006.0], 1));
    let (values, notes) = read("n,x\n\"1,234\",1\n\"5,678\",2\n");
    assert_eq!((values, notes.len()), (vec![1234.0, 5678.0], 1));
}

#[test]
fn numbers_are_read_as_their_file_writes_them() {
    let same = vec![1234.5, -0.25];
    for text in [
        "x,y\n\"1,234.50\",1\n-0.25,2\n",
        "x,y\n1'234.50,1\n-0.25,2\n",
        "x;y\n1’234.50;1\n-0.25;2\n",
        "x;y\n1 234,5;1\n-0,25;2\n",
        "x;y\n1\u{a0}234,5;1\n\u{2212}0,25;2\n",
        "x\ty\n1\u{202f}234,5\t1\n-,25\t2\n",
        "x;y\n1.234,5;1\n-0,25;2\n",
        "x;y\n1,2345e3;1\n-2,5E-01;2\n",
        "x,y\n\"1234,5\",1\n\"-0,25\",2\n",
        "x,y\n+1.2345D+03,1\n-.25,2\n",
        "x,y\n$1234.5,1\n-$0.25,2\n",
        "x;y\n1.234,50 €;1\n-0,25 €;2\n",
    ] {
        assert_eq!(read(text).0, same, "{text}");
    }
    let (values, notes) = read("x,y\n(2.5),1\n2.5-,2\n");
    assert_eq!((values, notes.len()), (vec![-2.5, -2.5], 1));
    let (values, _) = read("x,y\n\"12,34,567\",1\n\"1,00,000.5\",2\n");
    assert_eq!(values, [1_234_567.0, 100_000.5]);
}

#[test]
fn two_number_formats_in_a_file_are_refused() {
    assert_eq!(
        refusal("x;y\n1.5;2\n3.5;2,5\n"),
        "a.csv, line 3, column `y`: `2,5` and `1.5` in column `x` on line 2 are written in different \
         number formats; correct one, or declare the format"
    );
    assert!(refusal("x;y\n1.234;2,345\n3.456;2,567\n").contains("different number formats"));
    assert!(refusal("x;y\n1 234;2\n3'456;2\n").contains("different number formats"));
    let options = options_with(|of| of.decimal = Some(','));
    let error = parse_csv(b"x;y\n1,5;2\n3.5;2,5\n", "a.csv", &options).expect_err("refused");
    assert_eq!(error.kind, DataErrorKind::NumberFormat);
    assert_eq!(
        error.to_string(),
        "a.csv, line 3, column `x`: `3.5` does not fit numbers in which commas separate decimals; \
         correct it"
    );
    for (decimal, thousands) in [(Some('x'), None), (None, Some('x')), (Some('.'), Some('.'))] {
        let options = ReadOptions {
            decimal,
            thousands,
            ..ReadOptions::default()
        };
        assert!(parse_csv(b"x\n1\n2\n", "a.csv", &options).is_err());
    }
}

#[test]
fn a_unit_that_all_cells_share_is_left_out() {
    let (values, notes) = read("m,t\n3.2 kg,21.5°C\n4 kg,22°C\n");
    assert_eq!(values, [3.2, 4.0]);
    assert_eq!(
        notes[0],
        "a.csv, line 2, column `m`: `3.2 kg` is read as 3.2, without the unit `kg`"
    );
    assert_eq!(notes.len(), 2);
    assert_eq!(read("p,x\n45 %,1\n7%,2\n").0, [45.0, 7.0]);
    // Names may begin with digits.
    assert_eq!(good("k,x\n2WD,1\n4WD,2\n").columns[0], "k=2WD");
    assert_eq!(good("k,x\n1st,1\n2nd,2\n").columns[0], "k=1st");
    assert_eq!(
        refusal("m,x\n3.2 kg,1\n4 lb,2\n5 kg,3\n"),
        "a.csv, line 3, column `m`: `4 lb` is unlike other cells of this column, which have the \
         unit `kg`; use one unit, or leave the column out"
    );
    assert!(refusal("m,x\n3.2,1\n4 kg,2\n5,3\n").contains("`4 kg` is unlike"));
    assert!(refusal("m,x\n45%,1\n0.45,2\n46%,3\n").contains("`0.45` is unlike"));
}
