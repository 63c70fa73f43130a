//! `flowlet report`: one complete page that loads nothing.

use roxmltree::{Document, ParsingOptions};

use crate::place::{Place, TINY};

/// Returns the page as XML, with the void elements of HTML closed.
fn closed(page: &[u8]) -> String {
    let page = String::from_utf8(page.to_vec()).expect("UTF-8");
    let mut out = String::new();
    let mut rest = page.as_str();
    while let Some(at) = ["<meta", "<br"]
        .iter()
        .filter_map(|tag| rest.find(tag))
        .min()
    {
        let end = at + rest[at..].find('>').expect("an end");
        out.push_str(&rest[..end]);
        out.push_str("/>");
        rest = &rest[end + 1..];
    }
    out + rest
}

const SECTIONS: [&str; 9] = [
    "model", "samples", "columns", "nearest", "card", "steps", "rounding", "losses", "cost",
];

/// Checks that a page is well-formed, has every section and loads nothing. Returns its text.
fn checked(page: &[u8]) -> String {
    let page = closed(page);
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    let tree = Document::parse_with_options(&page, options).expect("well-formed");
    let ids: Vec<&str> = tree
        .descendants()
        .filter_map(|node| node.attribute("id"))
        .collect();
    assert_eq!(ids, SECTIONS);
    for node in tree.descendants().filter(|node| node.is_element()) {
        let name = node.tag_name().name();
        assert!(
            !["script", "link", "img", "iframe", "object"].contains(&name),
            "{name}"
        );
        for attribute in node.attributes() {
            let value = attribute.value();
            assert!(!value.contains("//"), "{name} {}={value}", attribute.name());
            let links = ["src", "href"].contains(&attribute.name());
            assert!(!links || value.starts_with('#'), "{name} {value}");
        }
        if name == "svg" {
            let titled = node
                .children()
                .any(|child| child.tag_name().name() == "title");
            assert!(titled || node.attribute("aria-hidden") == Some("true"));
        }
        if name == "table" {
            let headed = node
                .descendants()
                .any(|child| child.tag_name().name() == "th");
            assert!(headed, "a table without headers");
        }
    }
    let styles = tree
        .descendants()
        .filter(|node| node.tag_name().name() == "style");
    for style in styles {
        let text = style.text().unwrap_or_default();
        assert!(!text.contains("url(") && !text.contains("@import"));
    }
    let texts = tree.descendants().filter_map(|node| node.text());
    texts.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_page_has_every_section_and_loads_nothing() {
    let place = Place::with_run();
    assert!(
        place
            .done("report own.flow data.csv --label kind -o report.html")
            .is_empty()
    );
    let text = checked(&place.get("report.html"));
    for words in [
        "Quantisation to int8 moves a value by",
        "optimiser step",
        "3 of column kind: blue, green, red",
        "stm32vldiscovery",
        "Kolmogorov–Smirnov",
        "real baseline",
        "The nearest pairs",
    ] {
        assert!(text.contains(words), "no `{words}`");
    }
    // Without --label, the model names the column. The page is the same.
    let page = place.done("report own.flow data.csv -o -");
    assert!(page == place.get("report.html"));
}

#[test]
fn the_card_is_that_of_eval() {
    let place = Place::with_run();
    let card = place.json("eval own.flow data.csv --json --seed 3");
    let text = checked(&place.done("report own.flow data.csv --seed 3 -o -"));
    for metric in card["metrics"].as_array().expect("metrics") {
        for of in ["int8", "real_baseline"] {
            let value = format!("{:.4}", metric[of].as_f64().expect("a number"));
            assert!(text.contains(&value), "{}: {value}", metric["name"]);
        }
    }
}

#[test]
fn without_a_run_folder_the_page_says_so() {
    let place = Place::with_model();
    std::fs::rename(place.path("model.flow"), place.path("lonely.flow")).expect("moved");
    let text = checked(&place.done("report lonely.flow data.csv -o -"));
    assert!(
        text.contains("no file lonely.run/network, which flowlet train writes next to the model")
    );
    assert!(text.contains("no file lonely.run/losses.csv, which flowlet train writes"));
}

#[test]
fn a_broken_run_folder_is_named_and_the_rest_still_shown() {
    let place = Place::with_run();
    place.put("own.run/network", "FLOWNET1 and no more");
    place.put(
        "own.run/losses.csv",
        "phase,step,of,loss,validation\ntraining,x,1,1,1\n",
    );
    let text = checked(&place.done("report own.flow data.csv -o -"));
    assert!(text.contains("own.run/network is not a network of this version"));
    assert!(text.contains("own.run/losses.csv: "));
    // The network of another model is not compared with this one.
    place.done("train data.csv -o other.flow --label kind --iterations 20 --hidden 9 --json");
    place.put("own.run/network", place.get("other.run/network"));
    let text = checked(&place.done("report own.flow data.csv -o -"));
    assert!(text.contains("own.run/network belongs to another model"));
}

/// Categories have names in a report, not numbers.
#[test]
fn categories_are_shown_by_name() {
    let place = Place::new();
    let rows = (0..60).map(|row| {
        let kind = ["oak", "ash", "yew"][row % 3];
        format!(
            "{:.2},{:.2},{kind}\n",
            (row as f64).sin(),
            (row as f64).cos()
        )
    });
    let rows: String = rows.collect();
    place.put("trees.csv", format!("height,girth<b&c,kind\n{rows}"));
    place.done(&format!("train trees.csv -o trees.flow {TINY} --batch 8"));
    let text = checked(&place.done("report trees.flow trees.csv -o -"));
    assert!(text.contains("height, girth<b&c, kind (ash, oak, yew)"));
    assert!(text.contains("Real and generated shares of the categories of kind"));
    assert!(
        !text.contains("histograms of kind"),
        "categories are not numbers"
    );
    // Scatter plots have no categories.
    assert!(text.contains("girth<b&c over height"));
    assert!(!text.contains("kind=ash over") && !text.contains("over kind=ash"));
}

#[test]
fn bad_input_is_refused_in_a_line() {
    let place = Place::with_model();
    place.refuses_what_does_not_match(|model, data| format!("report {model} {data} -o out.html"));
    assert_eq!(
        place.refused("report model.flow data.csv -o nowhere/out.html"),
        "nowhere/out.html: the folder nowhere does not exist; create it first"
    );
}
