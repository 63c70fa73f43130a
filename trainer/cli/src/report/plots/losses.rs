//! The losses on the way, phase by phase.

use super::super::scene::palette::{OTHER, REAL};
use super::super::scene::{Key, Mark, Panel, Picture, panel};
use super::super::stats::losses::Phase;
use super::axes::{Axes, SIZE, Scale, room};

/// A panel a phase: phases lose different things.
#[must_use]
pub fn losses(phases: &[Phase]) -> Picture {
    Picture {
        title: "Losses of the training".to_owned(),
        keys: vec![
            Key::new(REAL, Mark::Line, "loss of the batch"),
            Key::new(OTHER, Mark::Dashes, "loss of rows held out"),
        ],
        panels: phases.iter().map(phase).collect(),
    }
}

fn phase(phase: &Phase) -> Panel {
    let log = |value: f64| value.max(1e-12).log10();
    let batch: Vec<(f64, f64)> = phase.points.iter().map(|p| (p.0, log(p.1))).collect();
    let taken = phase.points.iter();
    let mut held_out: Vec<(f64, f64)> = taken.filter_map(|p| Some((p.0, log(p.2?)))).collect();
    // It is taken now and then; in between the last one stands.
    held_out.dedup_by(|later, earlier| later.1 == earlier.1);
    let last = phase.points.last().map_or(1.0, |point| point.0);
    let axes = Axes {
        x_title: "optimiser step",
        y_title: "loss, logarithmic",
        y_scale: Scale::Decades,
        ..Axes::plain(
            0.0..last.max(1.0),
            room(batch.iter().chain(&held_out).map(|point| point.1)),
        )
    };
    let ends = |points: &[(f64, f64)]| {
        let value = |point: Option<&(f64, f64)>| point.map_or(f64::NAN, |p| 10f64.powf(p.1));
        format!(
            "{:.3} to {:.3}",
            value(points.first()),
            value(points.last())
        )
    };
    let description = format!("Loss of {} from {}", phase.name, ends(&batch));
    panel(SIZE, &phase.name, description, |area| {
        let mut chart = axes.draw(area)?;
        chart.line(batch, REAL.over(0.8), 2)?;
        chart.dashes(held_out, OTHER.full(), 4)
    })
}
