//! Distance of the models of a sweep against their cost in flash and in instructions.

use super::axes::{Axes, SIZE, padded};
use super::ticks::Scale;
use crate::draw::palette::{FAINT, GENERATED, OTHER, REAL};
use crate::draw::{Key, Mark, Panel, Picture};

/// A model of a sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Size of the file.
    pub bytes: f64,
    /// Instructions per sample.
    pub instructions: f64,
    /// Sliced Wasserstein-2 distance to validation rows.
    pub distance: f64,
    /// No other model is better in bytes, instructions and distance.
    pub pareto: bool,
}

/// Returns one cost of a model.
type Cost = fn(&Candidate) -> f64;

/// Draws one panel per cost. `chosen` is the model that was written; `real` is the real baseline.
///
/// # Panics
/// If there is no such candidate.
#[must_use]
pub fn sweep(candidates: &[Candidate], chosen: usize, real: f64, board: &str) -> Picture {
    let time = format!("Time on {board}");
    let costs: [(&str, &str, Cost); 2] = [
        ("Flash", "file, KB", |model| model.bytes / 1e3),
        (&time, "million instructions per sample", |model| {
            model.instructions / 1e6
        }),
    ];
    let distances = || candidates.iter().map(|model| model.distance);
    let description = format!(
        "{} models with sliced Wasserstein-2 distances from {:.3} to {:.3}; the written model has \
         {:.3}, the real baseline is {real:.3}",
        candidates.len(),
        distances().fold(f64::INFINITY, f64::min),
        distances().fold(0.0, f64::max),
        candidates[chosen].distance,
    );
    let panel = |(title, x_title, cost): (&str, &str, Cost)| {
        let at = |model: &Candidate| (cost(model).log10(), model.distance.log10());
        // Widths and steps double from model to model.
        let axes = Axes {
            x_title,
            y_title: "sliced W2, sd",
            x_scale: Scale::Decades,
            y_scale: Scale::Decades,
            ..Axes::plain(
                padded(candidates.iter().map(|model| at(model).0)),
                padded(distances().chain([real]).map(f64::log10)),
            )
        };
        let those = |pareto| {
            let models = candidates.iter();
            models.filter(move |model| model.pareto == pareto).map(at)
        };
        Panel::new(SIZE, title, format!("{title}: {description}"), |scene| {
            let mut chart = axes.draw(scene);
            let real = real.log10();
            chart.dashes([(axes.x.start, real), (axes.x.end, real)], REAL.full(), 4);
            chart.dots(those(false), FAINT.over(0.6), 7);
            chart.dots(those(true), GENERATED.full(), 9);
            chart.dots([at(&candidates[chosen])], OTHER.full(), 12);
        })
    };
    Picture {
        title: "Quality and cost, int8".to_owned(),
        keys: vec![
            Key::new(GENERATED, Mark::Dot, "no model is better in all three"),
            Key::new(FAINT, Mark::Dot, "dominated"),
            Key::new(OTHER, Mark::Dot, "written"),
            Key::new(REAL, Mark::Dashes, "real baseline"),
        ],
        panels: costs.map(panel).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, sweep};
    use crate::draw::Shape;

    #[test]
    fn each_model_has_a_dot_in_each_panel() {
        let candidates = [1.0, 2.0, 4.0].map(|cost| Candidate {
            bytes: 1e4 * cost,
            instructions: 1e5 * cost,
            distance: 0.3 / cost,
            pareto: cost < 4.0,
        });
        let picture = sweep(&candidates, 1, 0.1, "a board");
        assert_eq!(picture.panels.len(), 2);
        for panel in &picture.panels {
            let dot = |shape: &&Shape| matches!(shape, Shape::Dot { .. });
            let dots = panel.scene.shapes.iter().filter(dot).count();
            assert_eq!(
                dots,
                candidates.len() + 1,
                "and one more on the written model"
            );
        }
    }
}
