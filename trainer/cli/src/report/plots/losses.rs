//! Losses of a training, one panel per phase.

use super::axes::{Axes, SIZE, padded};
use super::ticks::Scale;
use crate::draw::palette::{OTHER, REAL};
use crate::draw::{Key, Mark, Panel, Picture};
use crate::report::stats::losses::PhaseLosses;

/// Draws a panel per phase, because the losses of two phases are not comparable.
#[must_use]
pub fn losses(phases: &[PhaseLosses]) -> Picture {
    Picture {
        title: "Losses of the training".to_owned(),
        keys: vec![
            Key::new(REAL, Mark::Line, "loss of the batch"),
            Key::new(OTHER, Mark::Dashes, "validation loss"),
        ],
        panels: phases.iter().map(phase).collect(),
    }
}

fn phase(phase: &PhaseLosses) -> Panel {
    let log = |value: f64| value.max(1e-12).log10();
    let points = phase.points.iter();
    let batch: Vec<(f64, f64)> = points.clone().map(|p| (p.0, log(p.1))).collect();
    let mut validation: Vec<(f64, f64)> = points.filter_map(|p| Some((p.0, log(p.2?)))).collect();
    // The loss is computed now and then, and repeated in between.
    validation.dedup_by(|later, earlier| later.1 == earlier.1);
    let last = phase.points.last().map_or(1.0, |point| point.0);
    let axes = Axes {
        x_title: "optimiser step",
        y_title: "loss, logarithmic",
        y_scale: Scale::Decades,
        ..Axes::plain(
            0.0..last.max(1.0),
            padded(batch.iter().chain(&validation).map(|point| point.1)),
        )
    };
    let loss = |point: Option<&(f64, f64)>| point.map_or(f64::NAN, |p| 10f64.powf(p.1));
    let description = format!(
        "Loss of {} from {:.3} to {:.3}",
        phase.name,
        loss(batch.first()),
        loss(batch.last())
    );
    Panel::new(SIZE, &phase.name, description, |scene| {
        let mut chart = axes.draw(scene);
        chart.line(batch, REAL.over(0.8), 2);
        chart.dashes(validation, OTHER.full(), 4);
    })
}
