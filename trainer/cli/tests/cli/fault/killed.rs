//! A command that is killed while it writes: the file is always either the old or the new one.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::running::Running;

/// Number of kills of each command, evenly from its start to its end.
const KILLS: u32 = 6;

/// Commands that write half a megabyte.
const LINES: [(&str, &str); 2] = [
    ("sample model.flow -n 20000 --seed 1 -o out", "out"),
    ("report model.flow data.csv -o page", "page"),
];

#[test]
fn a_killed_command_leaves_a_complete_file() {
    for (line, output) in LINES {
        let place = Place::with_model();
        let start = Instant::now();
        place.done(line);
        let (whole, undisturbed) = (place.get(output), start.elapsed());
        let (mut old, mut new) = (0, 0);
        for kill in 0..KILLS {
            place.put(output, "made long ago");
            let mut running = Running::start(&place, line);
            let until = Instant::now() + undisturbed * kill / (KILLS - 1);
            // Another process must never see a part of a file.
            while Instant::now() < until && running.ended().is_none() {
                seen(&place, output, &whole);
                sleep(Duration::from_micros(200));
            }
            running.kill();
            match seen(&place, output, &whole) {
                true => new += 1,
                false => old += 1,
            }
        }
        println!("{line}: {old} old, {new} new");
        assert!(old > 0, "no kill came before the end");
    }
}

/// Returns whether the file is the new one. Checks that it is the old one otherwise.
fn seen(place: &Place, output: &str, whole: &[u8]) -> bool {
    let file = fs::read(place.path(output)).expect("it is always there");
    assert!(
        file == b"made long ago" || file == whole,
        "{} of {} bytes",
        file.len(),
        whole.len()
    );
    file == whole
}
