//! Recipes, time budgets, and networks chosen for a size or a board.

use crate::place::{Place, TINY};

fn place() -> Place {
    let place = Place::new();
    place.put("data.csv", crate::place::table());
    place
}

#[test]
fn a_recipe_makes_the_same_model_again() {
    let place = place();
    place.done(&format!(
        "train data.csv -o a.flow --label kind {TINY} --time-density logit-normal:1"
    ));
    place.put("recipe.toml", place.get("a.run/recipe.toml"));
    place.done("train --config recipe.toml -o b.flow");
    assert!(place.get("a.flow") == place.get("b.flow"));
    // The command line has priority, and excludes what conflicts with it.
    place.done("train --config recipe.toml -o c.flow --seed 5");
    assert!(place.get("a.flow") != place.get("c.flow"));
    place.done("train --config recipe.toml -o d.flow --distil 2");
    assert_eq!(place.get("d.flow")[20], 2);
}

#[test]
fn a_recipe_without_a_label_asks_for_none() {
    let place = place();
    place.done(&format!("train data.csv -o a.flow {TINY}"));
    place.put("recipe.toml", place.get("a.run/recipe.toml"));
    place.done("train --config recipe.toml -o b.flow");
    assert!(place.get("a.flow") == place.get("b.flow"));
}

#[test]
fn a_recipe_that_makes_no_sense_is_refused() {
    let place = place();
    let cases = [
        ("seed = ", "recipe.toml: line 1: "),
        (
            "sede = 1",
            "recipe.toml: there is no option `sede`; did you mean `seed`?",
        ),
        (
            "json = true",
            "recipe.toml: a recipe has no option `json`; `flowlet train --help` lists them",
        ),
        (
            "uniform-steps = 3",
            "recipe.toml: uniform-steps: write true or false",
        ),
        (
            "iterations = 0",
            "recipe.toml: invalid value '0' for '--iterations <N>': choose 1 or more",
        ),
        ("label = 1979-05-27", "recipe.toml: label: write a text"),
    ];
    for (text, words) in cases {
        place.put("recipe.toml", text);
        let refused = place.refused("train data.csv -o a.flow --config recipe.toml");
        assert!(refused.starts_with(words), "{refused}");
    }
    assert_eq!(
        place.refused("train data.csv -o a.flow --config nowhere.toml"),
        "nowhere.toml: no such file; check the path"
    );
    assert_eq!(
        place.refused("train data.csv -o a.flow --config ."),
        ".: a folder, not a recipe; name a file in it"
    );
    place.put("binary", [0xff, 0xfe]);
    assert_eq!(
        place.refused("train data.csv -o a.flow --config binary"),
        "binary: not a text file; name a recipe"
    );
    place.put("recipe.toml", "seed = 1");
    assert_eq!(
        place.refused("train --config recipe.toml -o a.flow"),
        "recipe.toml: the recipe has no data; add it"
    );
}

#[test]
fn resuming_what_was_never_begun_is_refused() {
    let place = place();
    assert_eq!(
        place.refused("train --resume -o a.flow"),
        "a.flow: no training to resume, because a.run/recipe.toml is missing; begin one with flowlet train DATA -o a.flow"
    );
    assert_eq!(
        place.refused("train --resume -o -"),
        "-: not a file, so there is no run to resume; leave --resume out"
    );
}

#[test]
fn a_finished_training_is_not_resumed() {
    let place = Place::with_run();
    let resume = "train --resume -o own.flow";
    let words = "own.flow: the training is finished; leave --resume out to train again";
    assert_eq!(place.refused(resume), words);
    assert_eq!(place.refused(&format!("{resume} --iterations 30")), words);
    // A training that was killed before its first checkpoint begins again.
    let model = place.get("own.flow");
    std::fs::remove_file(place.path("own.run/card.json")).expect("removed");
    let ended = place.run(resume);
    let begun = "no checkpoint yet; beginning the training\n";
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.ends_with(begun), "{}", ended.stderr);
    assert!(place.get("own.flow") == model && place.path("own.run/card.json").is_file());
}

#[test]
fn a_dropout_needs_a_label_unless_it_is_zero() {
    let place = place();
    assert_eq!(
        place.refused("train data.csv -o a.flow --label-dropout 0.1"),
        "--label-dropout needs classes; name the label column with --label"
    );
    place.done(&format!(
        "train data.csv -o a.flow --label-dropout 0 {TINY}"
    ));
}

#[test]
fn a_diverged_training_continues_with_a_lower_rate() {
    let place = place();
    let train =
        "train data.csv -o a.flow --label kind --iterations 40 --hidden 64,64,64 --batch 16";
    // The rate is so high that the weights jump at every step.
    let ended = place.run(&format!("{train} --learning-rate 1"));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let note = "the training diverged, and continues from step ";
    assert!(ended.stderr.contains(note), "{}", ended.stderr);
    place.done(&format!("{train} --learning-rate 0.02"));
    let recipe = place.text("a.run/recipe.toml");
    assert!(recipe.contains("learning-rate = 0.02\n"), "{recipe}");
    let ended = place.run(&format!("{train} --learning-rate 0"));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("above 0 and at most 1"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_network_is_chosen_for_a_size_and_for_a_board() {
    let place = place();
    let train = |options: &str| {
        let ended = place.run(&format!(
            "train data.csv -o a.flow --label kind --iterations 10 --uniform-steps {options}"
        ));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        (place.get("a.flow").len(), ended.stderr)
    };
    let (bytes, words) = train("--max-size 4KB");
    assert!((3000..=4000).contains(&bytes), "{bytes}");
    assert!(
        words.contains("\nchosen: --hidden ") && words.contains("more than 4 000"),
        "{words}"
    );
    let (bytes, words) = train("--board microbit");
    assert!(bytes > 30_000 && words.contains("128,128,128"), "{words}");
    let recipe = place.text("a.run/recipe.toml");
    assert!(recipe.contains("hidden = \"128,128,128\""), "{recipe}");
    let refused = place.refused("train data.csv -o a.flow --label kind --max-size 500B");
    assert!(
        refused.starts_with("no network fits: even with hidden layers of 8 units, the file has "),
        "{refused}"
    );
}

#[test]
fn a_budget_becomes_a_number_of_steps() {
    let place = place();
    let ended = place.run("train data.csv -o a.flow --label kind --uniform-steps --budget 4s");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("planned for 4s: "),
        "{}",
        ended.stderr
    );
    let recipe = place.text("a.run/recipe.toml");
    let line = recipe
        .lines()
        .find_map(|line| line.strip_prefix("iterations = "));
    assert!(line.expect("a count").parse::<u32>().expect("a number") > 10);
}

#[test]
fn a_training_that_ran_out_of_time_is_repeated_by_its_recipe() {
    let place = place();
    let hurried = "train data.csv -o a.flow --label kind --budget 1s --iterations 4000000";
    let ended = place.run(hurried);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let recipe = place.text("a.run/recipe.toml");
    assert!(recipe.contains("iterations = 4000000"), "{recipe}");
    assert!(recipe.contains("stop-after = ["), "{recipe}");
    assert!(!recipe.contains("budget"), "{recipe}");
    place.done("train --config a.run/recipe.toml -o b.flow");
    assert_eq!(place.get("b.flow"), place.get("a.flow"));
}

#[test]
fn a_sweep_writes_the_best_for_its_cost() {
    let place = place();
    let entries = place.json(
        "train data.csv -o a.flow --label kind --iterations 4 --uniform-steps --sweep --json",
    );
    let entries = entries.as_array().expect("a list");
    assert_eq!(entries.len(), 20);
    let bytes = place.get("a.flow").len() as u64;
    assert!(
        entries
            .iter()
            .any(|entry| entry["bytes"] == bytes && entry["pareto"] == true)
    );
    assert!(place.path("a.run/64x3-4.flow").is_file());
    assert!(place.get("a.run/sweep.png").starts_with(b"\x89PNG"));
    let drawn = place.text("a.run/sweep.svg");
    assert!(drawn.contains("Quality and cost"), "{drawn}");
}
