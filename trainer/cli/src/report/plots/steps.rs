//! Distance to real rows against the number of solver steps.

use super::axes::{Axes, SIZE};
use super::ticks::Scale;
use crate::draw::palette::{GENERATED, OTHER, REAL};
use crate::draw::{Key, Mark, Panel, Picture};
use crate::report::stats::steps::StepDistances;

/// Draws distances over steps, and the real baseline as a line.
#[must_use]
pub fn steps(steps: &StepDistances) -> Picture {
    let at = |&(steps, distance): &(u16, f64)| (f64::from(steps).log2(), distance);
    let uniform: Vec<(f64, f64)> = steps.uniform.iter().map(at).collect();
    let own = at(&steps.own);
    let most = uniform.iter().chain([&own]).map(|point| point.1);
    let most = most.fold(steps.real, f64::max);
    let right = uniform.last().map_or(4.0, |point| point.0).max(own.0) + 0.3;
    let axes = Axes {
        x_title: "steps per sample",
        y_title: "sliced W2, sd",
        x_scale: Scale::Octaves,
        ..Axes::plain(-0.3..right, 0.0..most * 1.1)
    };
    let list: Vec<String> = steps
        .uniform
        .iter()
        .map(|(steps, distance)| format!("{distance:.3} in {steps}"))
        .collect();
    let description = format!(
        "Sliced Wasserstein-2 distance to real rows by steps: {}; real baseline {:.3}",
        list.join(", "),
        steps.real
    );
    let panel = Panel::new(SIZE, "Distance to real rows", description, |scene| {
        let mut chart = axes.draw(scene);
        chart.dashes([(-0.3, steps.real), (right, steps.real)], REAL.full(), 4);
        chart.line(uniform.iter().copied(), GENERATED.full(), 4);
        chart.dots(uniform, GENERATED.full(), 8);
        chart.dots([own], OTHER.full(), 10);
    });
    Picture {
        title: "Distance by steps, int8".to_owned(),
        keys: vec![
            Key::new(GENERATED, Mark::Line, "uniform steps"),
            Key::new(OTHER, Mark::Dot, "the file's time grid"),
            Key::new(REAL, Mark::Dashes, "real baseline"),
        ],
        panels: vec![panel],
    }
}
