//! `flowlet plot`: every plot in both formats.

use std::collections::BTreeSet;
use std::io::Cursor;

use roxmltree::Document;

use crate::place::{Place, TINY};

const KINDS: [&str; 8] = [
    "samples",
    "marginals",
    "pairs",
    "columns",
    "nearest",
    "losses",
    "steps",
    "rounding",
];

/// Returns width, height and colours of a PNG file.
fn decoded(file: Vec<u8>) -> (u32, u32, BTreeSet<[u8; 3]>) {
    let mut reader = png::Decoder::new(Cursor::new(file))
        .read_info()
        .expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut bytes).expect("a frame");
    let colours = bytes.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]);
    (info.width, info.height, colours.collect())
}

#[test]
fn every_kind_is_drawn_in_both_formats() {
    let place = Place::with_run();
    for kind in KINDS {
        let line = format!("plot own.flow data.csv --kind {kind} --width 500 -o");
        assert!(place.done(&format!("{line} a.png")).is_empty(), "{kind}");
        let (width, height, colours) = decoded(place.get("a.png"));
        assert!(width == 500 && height > 100, "{kind}: {width}×{height}");
        // More than the background and the shades of letters.
        assert!(colours.len() > 20, "{kind}: {} colours", colours.len());
        assert!(colours.contains(&[255; 3]), "{kind}: no background");
        let coloured = |rgb: &[u8; 3]| {
            rgb.iter()
                .max()
                .zip(rgb.iter().min())
                .is_some_and(|(a, b)| a - b > 60)
        };
        assert!(colours.iter().any(coloured), "{kind}: no data");

        place.done(&format!("{line} a.svg"));
        let text = place.text("a.svg");
        let tree = Document::parse(&text).expect("well-formed");
        let count = |name: &str| {
            tree.descendants()
                .filter(|node| node.tag_name().name() == name)
                .count()
        };
        assert_eq!(tree.root_element().attribute("width"), Some("500"));
        assert!(
            count("text") > 3 && count("path") > 3 && count("title") == 1,
            "{kind}"
        );
    }
}

#[test]
fn anomalies_are_drawn_as_in_the_report() {
    let place = Place::with_run();
    place.put("bad.csv", place.get("data.csv"));
    place.done("plot own.flow data.csv --kind anomalies --anomalies bad.csv -o a.svg");
    let drawn = place.text("a.svg");
    place.done("report own.flow data.csv --anomalies bad.csv -o a.html");
    let report = place.text("a.html");
    for panel in ["Alarms, by threshold", "Scores", "most unusual rows"] {
        assert!(drawn.contains(panel) && report.contains(panel), "{panel}");
    }
    place.done("plot own.flow data.csv --kind anomalies --anomalies bad.csv -o a.png --width 900");
    assert_eq!(decoded(place.get("a.png")).0, 900);
    assert_eq!(
        place.refused("plot own.flow data.csv --kind anomalies -o b.png"),
        "--kind anomalies needs rows that are anomalies; name their file with --anomalies"
    );
    assert_eq!(
        place.refused("plot own.flow data.csv --kind pairs --anomalies bad.csv -o b.png"),
        "--anomalies is for --kind anomalies; leave one of them out"
    );
}

/// Each channel of a window has a panel with its name.
#[test]
fn panels_of_anomalous_windows_are_named() {
    let place = Place::new();
    let rows: String = (0..99)
        .map(|at| format!("{},{}\n", at % 7, at % 5))
        .collect();
    place.put("data.csv", format!("ax,ay\n{rows}"));
    place.done(&format!("train data.csv -o own.flow --window 8 {TINY}"));
    place.done("plot own.flow data.csv --kind anomalies --anomalies data.csv -o a.svg");
    let drawn = place.text("a.svg");
    for text in ["ax: most unusual rows", "ay: most unusual rows", ">moment<"] {
        assert!(drawn.contains(text), "{text}");
    }
}

/// A single panel is narrower, or its letters would be too large.
#[test]
fn the_default_width_depends_on_the_panels() {
    let place = Place::with_run();
    for (kind, wide) in [("steps", 600), ("marginals", 1200)] {
        place.done(&format!("plot own.flow data.csv --kind {kind} -o a.png"));
        assert_eq!(decoded(place.get("a.png")).0, wide, "{kind}");
    }
}

#[test]
fn dark_pictures_are_dark_and_the_ending_may_be_large() {
    let place = Place::with_run();
    place.done("plot own.flow data.csv --kind steps --width 300 --dark -o A.PNG");
    let (_, _, colours) = decoded(place.get("A.PNG"));
    assert!(colours.contains(&[20, 24, 29]) && !colours.contains(&[255; 3]));
}

#[test]
fn the_seed_decides() {
    let place = Place::with_run();
    let drawn = |seed: u32| {
        place.done(&format!(
            "plot own.flow data.csv --kind samples --seed {seed} -o a.svg"
        ));
        place.get("a.svg")
    };
    assert!(drawn(1) == drawn(1));
    assert!(drawn(1) != drawn(2));
}

#[test]
fn bad_input_is_refused_in_a_line() {
    let place = Place::with_model();
    place.refuses_what_does_not_match(|model, data| {
        format!("plot {model} {data} --kind pairs -o a.png")
    });
    std::fs::rename(place.path("model.flow"), place.path("lonely.flow")).expect("moved");
    for name in ["a.jpg", "a", "png", "-"] {
        assert_eq!(
            place.refused(&format!("plot lonely.flow data.csv --kind steps -o {name}")),
            format!("{name}: unknown format; use a name that ends in .png or .svg")
        );
    }
    for (kind, file) in [("losses", "losses.csv"), ("rounding", "network")] {
        assert_eq!(
            place.refused(&format!("plot lonely.flow data.csv --kind {kind} -o a.png")),
            format!("no file lonely.run/{file}, which flowlet train writes next to the model")
        );
    }
}

#[test]
fn an_unknown_kind_is_refused_with_those_there_are() {
    let ended = Place::with_model().run("plot model.flow data.csv --kind pie -o a.png");
    assert_eq!(ended.code, Some(2));
    for kind in KINDS {
        assert!(ended.stderr.contains(kind), "{}", ended.stderr);
    }
}

#[test]
fn images_and_series_are_recognised() {
    let place = Place::new();
    let pixels: Vec<String> = (0..4)
        .flat_map(|line| (0..5).map(move |at| format!("p{line}{at}")))
        .collect();
    let times = (0..9).map(|n| format!("t{n}")).collect();
    for (names, title) in [
        (pixels, "Real and generated images"),
        (times, "Real and generated curves"),
    ] {
        let rows = (0..40).map(|row| {
            let cell = |column: usize| format!("{:.2}", ((row * (column + 3)) as f64).sin());
            (0..names.len()).map(cell).collect::<Vec<_>>().join(",") + "\n"
        });
        place.put("a.csv", names.join(",") + "\n" + &rows.collect::<String>());
        place.done(&format!("train a.csv -o a.flow {TINY} --batch 8"));
        place.done("plot a.flow a.csv --kind samples -o a.svg");
        let drawn = place.text("a.svg");
        assert!(drawn.contains(title), "{title}");
    }
}

/// The upper pixels are red or blue, and the others black.
#[test]
fn images_in_colour_are_drawn_in_colour() {
    let place = Place::new();
    let names = ["r", "g", "b"].into_iter();
    let header: Vec<String> = names
        .flat_map(|name| (0..9).map(move |at| format!("{name}{at}")))
        .collect();
    let row = |row: usize| {
        let value = |at: usize| match (row % 2, at / 9, at % 9) {
            (0, 0, 0..3) | (1, 2, 0..3) => "255",
            _ => "0",
        };
        (0..27).map(value).collect::<Vec<_>>().join(",")
    };
    let rows: Vec<String> = (0..60).map(row).collect();
    let text = format!("{}\n{}\n", header.join(","), rows.join("\n"));
    place.put("flags.csv", text);
    place.done(&format!("train flags.csv -o flags.flow {TINY}"));
    place.done("plot flags.flow flags.csv --kind samples -o a.svg");
    let text = place.text("a.svg");
    for colour in ["#ff0000", "#0000ff", "#000000"] {
        assert!(text.contains(colour), "no {colour}");
    }
}
