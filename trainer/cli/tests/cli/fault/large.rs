//! Very large inputs, empty inputs, and values at the ends of their range.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::thread::sleep;
use std::time::Duration;

use crate::place::{Place, TINY};
use crate::running::Running;

const ROWS: u32 = 300_000;
/// Greatest memory of a training on so many rows of four columns, kB. The file has 7 MB.
const MEMORY: u64 = 150_000;

/// Writes many rows of cheap pseudo-random numbers.
fn many_rows(place: &Place) {
    let mut file = BufWriter::new(File::create(place.path("many.csv")).expect("made"));
    writeln!(file, "a,b,c,d").expect("written");
    let mut state = 1_u32;
    let mut digits = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    for row in 0..ROWS {
        let (a, b, c) = (digits(), digits(), digits() % 100);
        writeln!(file, "0.{a:05},-{b}.{c:02},{c},{}", row % 7).expect("written");
    }
    file.flush().expect("written");
}

/// Returns the greatest memory of a process so far, kB.
#[cfg(target_os = "linux")]
fn most_memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
#[cfg(target_os = "linux")]
fn many_rows_take_bounded_memory() {
    let place = Place::new();
    many_rows(&place);
    place.put(
        "few.csv",
        "a,b,c,d\n".to_owned() + &"0.5,-1,3,2\n0.25,-7,4,1\n".repeat(20),
    );
    for line in [
        format!("train many.csv -o out.flow --validation 0.002 {TINY}"),
        "plot out.flow many.csv --kind marginals -o out.svg".to_owned(),
    ] {
        let mut running = Running::start(&place, &line);
        let (mut most, mut status) = (0, None);
        while status.is_none() {
            // The value only rises.
            most = most_memory(running.id()).unwrap_or(0).max(most);
            sleep(Duration::from_millis(2));
            status = running.ended();
        }
        println!("{line}: {most} kB");
        assert!(status.expect("ended").success(), "{line}");
        assert!((7_000..MEMORY).contains(&most), "{line}: {most} kB");
    }
}

#[test]
fn a_large_file_is_not_read_completely() {
    let place = Place::with_model();
    // A sparse file takes no space on the disk.
    let file = File::create(place.path("large.flow")).expect("made");
    file.set_len(1 << 40).expect("a sparse file");
    for line in [
        "inspect large.flow",
        "eval large.flow data.csv",
        "sample large.flow -n 1 -o a.csv",
    ] {
        // `refused` would read the file.
        let ended = place.run(line);
        let words = "error: large.flow: too large for a model; name a .flow file";
        assert_eq!(
            (ended.code, ended.stderr.trim()),
            (Some(2), words),
            "{line}"
        );
    }
}

#[test]
fn empty_inputs_are_refused() {
    let place = Place::with_model();
    place.put("empty", "");
    let table = "empty: the file is empty; it needs a header row and rows of numbers";
    for (line, words) in [
        ("train empty -o out.flow", table),
        ("eval model.flow empty", table),
        ("report model.flow empty -o out.html", table),
        ("plot model.flow empty --kind samples -o out.svg", table),
        (
            "train --config empty",
            "empty: the recipe has no data; add it",
        ),
    ] {
        assert_eq!(place.refused(line), words, "{line}");
    }
    for line in [
        "inspect empty",
        "sample empty -n 1 -o a.csv",
        "export empty --json -o a.json",
    ] {
        assert!(place.refused(line).starts_with("empty: "), "{line}");
    }
    place.put("empty.safetensors", "");
    let line = "import empty.safetensors --like empty -o out.flow --calibrate data.csv";
    place.refused(line);
}

/// Values that a device cannot represent.
#[test]
fn values_beyond_a_device_are_refused_before_the_training() {
    let row = |value: &str| {
        let place = Place::new();
        let rows: String = (0..200).map(|row| format!("{row},{}\n", row % 9)).collect();
        place.put("data.csv", format!("a,b\n{rows}{value},1\n-{value},2\n"));
        place
    };
    let line = "train data.csv -o out.flow --iterations 1000000000";
    let words = "column `a`: the values are too large or too small for a device; \
                 rescale them to between 1e-30 and 1e36";
    for value in ["3e38", "1e39"] {
        let beyond = row(value).refused(line);
        let found = beyond.contains(&format!("`{value}` is beyond ±1e36"));
        assert!(found, "{beyond}");
    }
    let place = Place::new();
    let rows: String = (0..200)
        .map(|row| format!("{},{row}\n", ["1e-40", "0"][row % 2]))
        .collect();
    place.put("data.csv", format!("a,b\n{rows}"));
    assert_eq!(place.refused(line), words);
    // Values at the limits of the message are accepted.
    for value in ["1e36", "1e-30"] {
        let place = Place::new();
        let rows: String = (0..200)
            .map(|row| format!("{},{row}\n", [value, "0"][row % 2]))
            .collect();
        place.put("data.csv", format!("a,b\n{rows}"));
        assert_eq!(
            place
                .run(&format!("train data.csv -o out.flow {TINY}"))
                .code,
            Some(0),
            "{value}"
        );
        let drawn = place.says("sample out.flow -n 50 -o -");
        let column = drawn
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().expect("a cell"));
        let values: Vec<f64> = column.map(|cell| cell.parse().expect("a number")).collect();
        let most = values.iter().copied().fold(0.0, f64::max);
        let scale: f64 = value.parse().expect("a number");
        assert!(most > 0.3 * scale && most < 3.0 * scale, "{value}: {most}");
    }
}
