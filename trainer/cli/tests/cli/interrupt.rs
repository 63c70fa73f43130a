//! A training that is cut short loses nothing: by ctrl-C, or killed at any moment.
#![cfg(unix)]

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use flowlet_trainer::{Checkpoint, Phase};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro128PlusPlus;

use crate::place::Place;
use crate::running::Running;

/// Interrupts a training that has been running for a second, and gives what it says.
fn interrupt(place: &Place) -> String {
    let line = "train data.csv -o out.flow --label kind --hidden 8 --iterations 1000000000";
    let mut training = Running::start(place, line);
    sleep(Duration::from_secs(1));
    assert_eq!(training.ended(), None, "it trains for hours");
    let kill = format!("kill -INT {}", training.id());
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.expect("a shell").success());
    assert_eq!(training.end().code(), Some(130));
    training.stderr()
}

#[test]
fn ctrl_c_keeps_a_checkpoint_and_says_how_to_go_on() {
    let place = Place::new();
    place.put("data.csv", crate::place::table());
    place.put("out.flow", "an older model");
    let words = interrupt(&place);
    let (at, on) = words.trim().split_once("; ").expect("two parts");
    assert!(at.starts_with("stopped at training, step "), "{words}");
    assert_eq!(on, "resume with: flowlet train --resume -o out.flow");
    assert_eq!(place.get("out.flow"), b"an older model");
    assert!(place.path("out.run/checkpoint").is_file());
    // Another training is not gone on with.
    let refused = place.refused("train --resume -o out.flow --iterations 20 --seed 3");
    assert_eq!(
        refused,
        "the checkpoint is of other data or other options; leave --resume out to begin anew"
    );
}

/// Kills that the training must survive.
const KILLS: usize = 20;

/// Kills trainings at random moments; each goes on where the last was killed, and a new one begins when one has come to
/// its end. Whatever was killed, the model is that of a training that nobody disturbed.
#[test]
fn killed_twenty_times_the_model_is_the_same() {
    const OPTIONS: &str = "--label kind --hidden 8 --iterations 600 --reflow 1 --distil 2 --json";
    // Said when the test fails; set the variable to repeat it.
    let seed = std::env::var("FLOWLET_KILL_SEED").map_or_else(
        |_| u64::from(std::process::id()),
        |seed| seed.parse().expect("a number"),
    );
    println!("FLOWLET_KILL_SEED={seed}");
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(seed);
    let place = Place::new();
    place.put("data.csv", crate::place::table());
    let start = Instant::now();
    place.done(&format!("train data.csv -o whole.flow {OPTIONS}"));
    let (whole, undisturbed) = (place.get("whole.flow"), start.elapsed());
    let first = format!("train data.csv -o cut.flow {OPTIONS} --checkpoint-every 5ms");
    let (mut line, mut kills) = (first.clone(), Vec::new());
    while kills.len() < KILLS {
        let mut training = Running::start(&place, &line);
        let share = f64::from(rng.next_u32()) / f64::from(u32::MAX);
        sleep(undisturbed.mul_f64(0.5 * share));
        if let Some(status) = training.ended() {
            assert!(status.success(), "after kills in {kills:?}");
            assert!(place.get("cut.flow") == whole, "after kills in {kills:?}");
            line = first.clone();
            continue;
        }
        training.kill();
        kills.push(phase(&place));
        // Before its recipe is written there is nothing to resume.
        if place.path("cut.run/recipe.toml").is_file() {
            line = "train --resume -o cut.flow --checkpoint-every 5ms --json".to_owned();
        }
    }
    println!("killed in {kills:?}");
    assert_eq!(place.run(&line).code, Some(0));
    assert!(place.get("cut.flow") == whole, "after kills in {kills:?}");
    let left = fs::read_dir(place.path("cut.run")).expect("a listing");
    let mut left: Vec<_> = left
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["card.json", "losses.csv", "network", "recipe.toml"]);
}

/// Where a training was killed, by its checkpoint, which is whole whenever it is there. A model is whole too.
fn phase(place: &Place) -> Option<Phase> {
    if let Ok(model) = fs::read(place.path("cut.flow")) {
        assert!(flowlet::Model::parse(&model).is_ok(), "a broken model");
    }
    let bytes = fs::read(place.path("cut.run/checkpoint")).ok()?;
    Some(
        Checkpoint::from_bytes(&bytes)
            .expect("a whole checkpoint")
            .phase(),
    )
}

/// The same at the moments that matter most, whatever the machine's speed: in the middle of each phase.
#[test]
fn killed_in_each_phase_the_model_is_the_same() {
    const OPTIONS: &str = "--label kind --hidden 8 --iterations 400 --reflow 1 --distil 2 --json";
    let place = Place::new();
    place.put("data.csv", crate::place::table());
    place.done(&format!("train data.csv -o whole.flow {OPTIONS}"));
    for wanted in [Phase::Training, Phase::Reflow(1), Phase::Distillation] {
        let mut killed = false;
        // A fast machine may be through before the checkpoint is seen.
        for _ in 0..10 {
            let line = format!("train data.csv -o cut.flow {OPTIONS} --checkpoint-every 1ms");
            let mut training = Running::start(&place, &line);
            while training.ended().is_none() && phase(&place) != Some(wanted) {
                sleep(Duration::from_millis(1));
            }
            training.kill();
            killed = phase(&place) == Some(wanted);
            if killed {
                break;
            }
        }
        assert!(killed, "no checkpoint of {wanted:?} was seen");
        assert_eq!(place.run("train --resume -o cut.flow --json").code, Some(0));
        assert!(
            place.get("cut.flow") == place.get("whole.flow"),
            "{wanted:?}"
        );
    }
}
