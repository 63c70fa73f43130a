//! A training that is cut short loses nothing: by ctrl-C, or killed at any moment.
#![cfg(unix)]

use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::place::Place;

/// A process that does not outlive its test.
struct Running(Child);

impl Running {
    fn start(place: &Place, line: &str) -> Self {
        let mut command = place.command(line);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        Self(child.expect("it runs"))
    }

    fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("its state")
    }

    /// What it ends with within ten seconds.
    fn end(&mut self) -> ExitStatus {
        let ended = (0..1000).find_map(|_| {
            sleep(Duration::from_millis(10));
            self.ended()
        });
        ended.expect("it ends")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Interrupts a training that has been running for a second, and gives what it says.
fn interrupt(place: &Place) -> String {
    let line = "train data.csv -o out.flow --label kind --hidden 8 --iterations 1000000000";
    let mut training = Running::start(place, line);
    sleep(Duration::from_secs(1));
    assert_eq!(training.ended(), None, "it trains for hours");
    let kill = format!("kill -INT {}", training.0.id());
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.expect("a shell").success());
    assert_eq!(training.end().code(), Some(130));
    std::io::read_to_string(training.0.stderr.take().expect("piped")).expect("text")
}

#[test]
fn ctrl_c_keeps_a_checkpoint_and_says_how_to_go_on() {
    let place = Place::new();
    place.put("data.csv", crate::place::table());
    place.put("out.flow", "an older model");
    let words = interrupt(&place);
    let (at, on) = words.trim().split_once("; ").expect("two parts");
    assert!(at.starts_with("stopped at training, step "), "{words}");
    assert_eq!(on, "go on with: flowlet train --resume -o out.flow");
    assert_eq!(place.get("out.flow"), b"an older model");
    assert!(place.path("out.run/checkpoint").is_file());
    // Another training is not gone on with.
    let refused = place.refused("train --resume -o out.flow --iterations 20 --seed 3");
    assert_eq!(
        refused,
        "the checkpoint is of other data or other options; leave --resume out to begin anew"
    );
}

#[test]
fn killed_twenty_times_the_model_is_the_same() {
    const KILLS: u32 = 20;
    const OPTIONS: &str = "--label kind --hidden 16,16 --iterations 2500 --reflow 1 --distil 2";
    let place = Place::new();
    place.put("data.csv", crate::place::table());
    place.done(&format!("train data.csv -o whole.flow {OPTIONS}"));
    let whole = place.get("whole.flow");
    let first = format!("train data.csv -o cut.flow {OPTIONS} --checkpoint-every 20ms");
    let (mut kills, mut times, mut finished) = (0, 0u64, 0);
    let mut line = first.clone();
    while kills < KILLS {
        let mut training = Running::start(&place, &line);
        // Moments that have nothing to do with the steps.
        times += 1;
        sleep(Duration::from_millis(60 + times * 7919 % 340));
        match training.ended() {
            Some(status) => {
                assert!(status.success());
                assert!(place.get("cut.flow") == whole, "after {kills} kills");
                (line, finished) = (first.clone(), finished + 1);
            }
            None => {
                training.0.kill().expect("killed");
                training.0.wait().expect("ended");
                kills += 1;
                // Before its recipe is written there is nothing to go on with.
                if place.path("cut.run/recipe.toml").is_file() {
                    line = "train --resume -o cut.flow --checkpoint-every 20ms".to_owned();
                }
            }
        }
    }
    place.run(&line);
    assert!(place.get("cut.flow") == whole);
    assert!(!place.path("cut.run/checkpoint").exists());
    assert!(
        finished < KILLS,
        "it was cut, and did not always come to its end"
    );
}
