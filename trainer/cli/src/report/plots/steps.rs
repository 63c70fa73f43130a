//! Distance against the number of steps, with what real rows have as a line.

use super::super::scene::palette::{GENERATED, OTHER, REAL};
use super::super::scene::{Key, Mark, Picture, panel};
use super::super::stats::steps::Steps;
use super::axes::{Axes, SIZE, Scale};

/// One panel.
#[must_use]
pub fn steps(steps: &Steps) -> Picture {
    let at = |&(steps, distance): &(u16, f64)| (f64::from(steps).log2(), distance);
    let equal: Vec<(f64, f64)> = steps.equal.iter().map(at).collect();
    let own = at(&steps.own);
    let most = equal.iter().chain([&own]).map(|point| point.1);
    let most = most.fold(steps.real, f64::max);
    let right = equal.last().map_or(4.0, |point| point.0).max(own.0) + 0.3;
    let axes = Axes {
        x_title: "steps a sample",
        y_title: "sliced W2, sd",
        x_scale: Scale::Octaves,
        ..Axes::plain(-0.3..right, 0.0..most * 1.1)
    };
    let told: Vec<String> = steps
        .equal
        .iter()
        .map(|(steps, distance)| format!("{distance:.3} in {steps}"))
        .collect();
    let description = format!(
        "Sliced Wasserstein-2 distance to real rows: {}; real rows to each other {:.3}",
        told.join(", "),
        steps.real
    );
    let drawn = panel(SIZE, "Distance to real rows", description, |area| {
        let mut chart = axes.draw(area)?;
        chart.dashes([(-0.3, steps.real), (right, steps.real)], REAL.full(), 4)?;
        chart.line(equal.iter().copied(), GENERATED.full(), 4)?;
        chart.dots(equal, GENERATED.full(), 8)?;
        chart.dots([own], OTHER.full(), 10)
    });
    Picture {
        title: "Distance against steps, int8".to_owned(),
        keys: vec![
            Key::new(GENERATED, Mark::Line, "equal steps"),
            Key::new(OTHER, Mark::Dot, "the steps of the file"),
            Key::new(REAL, Mark::Dashes, "real rows: the floor"),
        ],
        panels: vec![drawn],
    }
}
