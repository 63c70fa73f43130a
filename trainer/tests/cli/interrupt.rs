//! Ctrl-C in the middle of a training leaves the folder as it was.
#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::place::Place;

const SIGINT: i32 = 2;

/// A process that does not outlive its test.
struct Running(Child);

impl Running {
    fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("its state")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Interrupts a training that has been running for a second.
fn interrupt(place: &Place) {
    let line = "train data.csv -o out.flow --label kind --hidden 8 --iterations 1000000000";
    let mut command = place.command(line);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut training = Running(child.expect("it runs"));
    sleep(Duration::from_secs(1));
    assert_eq!(training.ended(), None, "it trains for hours");

    let kill = format!("kill -INT {}", training.0.id());
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.expect("a shell").success());
    let ended = (0..100).find_map(|_| {
        sleep(Duration::from_millis(100));
        training.ended()
    });
    assert_eq!(ended.and_then(|status| status.signal()), Some(SIGINT));
}

#[test]
fn nothing_is_left_behind() {
    let place = Place::new();
    place.put("data.csv", crate::place::table());
    let before = place.contents();
    interrupt(&place);
    assert!(place.contents() == before);
}

#[test]
fn an_older_model_is_untouched() {
    let place = Place::with_model();
    place.put("out.flow", "an older model");
    let before = place.contents();
    interrupt(&place);
    assert!(place.contents() == before);
}
