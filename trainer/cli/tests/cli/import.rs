//! `flowlet import`, with a network that was trained in PyTorch.

use crate::place::Place;

const LINE: &str = "import moons.safetensors --like spec.toml -o moons.flow --calibrate moons.csv";

fn place() -> Place {
    let place = Place::new();
    for name in ["moons.safetensors", "spec.toml", "moons.csv"] {
        let from = format!(
            "{}/../examples/pytorch/moons/{name}",
            env!("CARGO_MANIFEST_DIR")
        );
        place.put(name, std::fs::read(from).expect("the example is committed"));
    }
    place
}

#[test]
fn an_imported_model_is_one_like_others() {
    let place = place();
    let ended = place.run(LINE);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let card = String::from_utf8(ended.stdout).unwrap();
    assert!(card.contains("hidden layers 48,48,48, 16 steps"), "{card}");
    assert!(
        card.contains("int8 samples differ from float samples by 0.00"),
        "{card}"
    );
    let inspected = String::from_utf8(place.run("inspect moons.flow").stdout).unwrap();
    assert!(
        inspected.contains("drift        none") && inspected.contains("table to Q"),
        "{inspected}"
    );
    let drawn = place.run("sample moons.flow -n 3 -o -");
    assert_eq!(String::from_utf8(drawn.stdout).unwrap().lines().count(), 4);
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_written() {
    let place = place();
    let spec = String::from_utf8(place.get("spec.toml")).unwrap();
    place.put("order.toml", spec.replace("\"t\"]", "\"t\", \"class\"]"));
    place.put("wide.csv", "a,b,c\n1,2,3\n3,4,5\n");
    place.put("short.safetensors", &place.get("moons.safetensors")[..100]);
    for (from, to, expected) in [
        (
            "spec.toml",
            "order.toml",
            "order.toml: input has \"class\"; name the classes",
        ),
        ("spec.toml", "none.toml", "none.toml: "),
        (
            "moons.csv",
            "wide.csv",
            "the network gives 2 values, but the data have 3 columns",
        ),
        (
            "moons.safetensors",
            "short.safetensors",
            "short.safetensors: not a safetensors file",
        ),
        (
            "moons.safetensors",
            "moons.csv",
            "moons.csv: not a safetensors file",
        ),
    ] {
        let words = place.refused(&LINE.replacen(from, to, 1));
        assert!(words.starts_with(expected), "{words}");
    }
}
