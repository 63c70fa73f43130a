//! Bad tables: the message names file, line and column, and nothing is written.

use crate::place::{Place, TINY};

/// A table that is refused, and the message.
struct Case {
    text: &'static str,
    words: &'static str,
}

const BROKEN: [Case; 8] = [
    Case {
        text: "",
        words: "broken.csv: the file is empty; it needs a header row and rows of numbers",
    },
    Case {
        text: "a,b\n",
        words: "broken.csv: the file has a header but no rows; add at least 2 rows",
    },
    Case {
        text: "a,b\n1,2\n",
        words: "broken.csv: the file has a single row; add at least one more",
    },
    Case {
        text: "a,b\n1,2\n3\n4,5\n",
        words: "broken.csv, line 3: the row has 1 cell, but the header has 2; make every row as long as the header (--header-line N for another header; --comment or --skip-footer for lines that are no rows)",
    },
    Case {
        text: "a,b\n1,2\n3,4\n5,NaN\n",
        words: "broken.csv, line 4, column `b`: `NaN` means that the value is missing; fill it in, or drop the row (--missing drop or --missing mean)",
    },
    Case {
        text: "a,b\n1,2\noops,4\n",
        words: "broken.csv, line 3, column `a`: `oops` is not a number; correct it or remove the row (--missing-value oops if it means a missing value, --category a if all are names)",
    },
    Case {
        text: "a,b\n1,2\n\n3,\n",
        words: "broken.csv, line 4, column `b`: the value is missing; fill it in, or drop the row (--missing drop or --missing mean)",
    },
    Case {
        text: "a,kind\n1,red\n2,red\n3,red\n",
        words: "column `kind`: all training rows have the same category; leave the column out (--drop kind)",
    },
];

#[test]
fn a_broken_table_is_refused_by_train() {
    for Case { text, words } in BROKEN {
        let place = Place::new();
        place.put("broken.csv", text);
        let line = format!("train broken.csv -o a.flow {TINY}");
        assert_eq!(place.refused(&line), words);
        place.put("a.flow", "an older model");
        assert_eq!(place.refused(&line), words);
    }
}

#[test]
fn a_table_that_is_not_there_is_refused() {
    let place = Place::with_model();
    let words = "nowhere.csv: no such file; check the path";
    assert_eq!(place.refused("train nowhere.csv -o a.flow"), words);
    for name in ["nowhere.parquet", "nowhere.png"] {
        let words = format!("{name}: no such file; check the path");
        assert_eq!(place.refused(&format!("train {name} -o a.flow")), words);
    }
    assert_eq!(place.refused("eval model.flow nowhere.csv"), words);
    std::fs::create_dir(place.path("empty")).expect("a folder");
    let words = place.refused("train empty -o a.flow");
    assert_eq!(
        words,
        "empty: the folder has no files that end in .png, .jpg, .jpeg, .wav, .csv, .tsv, .npy, .npz, .parquet; name the files in it"
    );
}

#[test]
fn an_unknown_label_is_refused_with_the_names_there_are() {
    let place = Place::with_model();
    let words = place.refused("train data.csv -o a.flow --label knid");
    assert!(
        words.starts_with("data.csv: there is no column `knid` to take as the label; "),
        "{words}"
    );
    assert!(words.contains("`kind`"), "{words}");
}

#[test]
fn eval_refuses_a_table_of_another_kind() {
    let place = Place::with_model();
    let cases = [
        (
            "a,b,c,still,kind\n1,2,3,4,red\n1,2,3,4,red\n",
            "other.csv: the model was not trained on column `c`; remove it from the data (--drop c)",
        ),
        (
            "a,b,still,kind\n1,2,3,red\n1,2,3,pink\n",
            "other.csv: row 2, column `kind`: the model was not trained on `pink`; remove the rows \
             with it",
        ),
    ];
    for (text, words) in cases {
        place.put("other.csv", text);
        assert_eq!(place.refused("eval model.flow other.csv"), words);
    }
    place.refuses_what_does_not_match(|model, data| format!("eval {model} {data}"));
}
