//! A policy that follows a drawn shape: the trace of its pen, drawn on the host.

use std::fs;

use crate::firmware::{Build, emulated};

const PICTURE: &str = "../firmware-examples/emulated/policy.svg";

/// The pen comes to the heart, stays near it, and draws the same picture on every board.
#[test]
#[ignore = "needs targets and QEMU: sh tests/run.sh"]
fn a_policy_follows_a_heart() {
    let board = emulated().find(|board| board.name == "netduinoplus2");
    let trace = board.expect("a Cortex-M4").run(Build::Release, "policy");
    let points: Vec<[f64; 2]> = trace
        .lines()
        .map(|line| {
            let (x, y) = line.split_once(',').expect("two numbers");
            [x, y].map(|number| number.parse().expect("a number"))
        })
        .collect();
    let heart: Vec<[f64; 2]> = (0..2000).map(heart).collect();
    let nearest = |at: &[f64; 2]| {
        let distances = heart.iter().map(|of| (at[0] - of[0]).hypot(at[1] - of[1]));
        distances.fold(f64::INFINITY, f64::min)
    };
    let errors: Vec<f64> = points.iter().map(nearest).collect();
    let settled = &errors[12..];
    let mean = settled.iter().sum::<f64>() / settled.len() as f64;
    assert!(points.len() > 100 && errors[0] > 1.0, "{errors:?}");
    assert!(
        mean < 0.35 && settled.iter().all(|&error| error < 1.2),
        "{mean}: {errors:?}"
    );

    let picture = picture(&heart, &points);
    if std::env::var_os("FLOWLET_RECORD").is_some() {
        fs::write(PICTURE, &picture).expect("the picture can be written");
    }
    let recorded = fs::read_to_string(PICTURE).expect("the picture");
    assert_eq!(recorded, picture, "FLOWLET_RECORD=1 draws {PICTURE} anew");
}

/// Returns a point of the heart that `policy.rs` has as a table.
fn heart(at: usize) -> [f64; 2] {
    let t = at as f64 / 2000.0 * std::f64::consts::TAU;
    let wave = |k: f64| (k * t).cos();
    let y = 13.0 * wave(1.0) - 5.0 * wave(2.0) - 2.0 * wave(3.0) - wave(4.0);
    [16.0 * t.sin().powi(3), y]
}

/// Draws the heart, and the pen's trace over it.
fn picture(heart: &[[f64; 2]], trace: &[[f64; 2]]) -> String {
    let line = |points: &[[f64; 2]], colour: &str, width: f64| {
        let points = points
            .iter()
            .map(|[x, y]| format!("{:.2},{:.2}", x + 20.0, 16.0 - y));
        let points: Vec<String> = points.collect();
        let points = points.join(" ");
        format!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>\n"
        )
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 36\" width=\"400\">\n{}{}</svg>\n",
        line(heart, "#d0d0d0", 0.9),
        line(trace, "#c02040", 0.25)
    )
}
