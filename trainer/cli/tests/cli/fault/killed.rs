//! Killed while it writes: the file is the old one or the new one, at every moment.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::running::Running;

/// Kills of each command, spread evenly from its start to its end.
const KILLS: u32 = 12;

/// Half a megabyte, so that there is something to be in the middle of.
const LINES: [(&str, &str); 2] = [
    ("sample model.flow -n 20000 --seed 1 -o out", "out"),
    ("report model.flow data.csv -o page", "page"),
];

#[test]
fn a_file_is_whole_whenever_the_command_is_killed() {
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
            // What another process sees on the way counts as well.
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

/// Whether the file is the new one; it is the old one elsewhere.
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
