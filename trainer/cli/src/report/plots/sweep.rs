//! Distance against what it costs, in flash and in instructions: the models of a sweep.

use super::super::scene::palette::{FAINT, GENERATED, OTHER, REAL};
use super::super::scene::{Key, Mark, Panel, Picture, panel};
use super::axes::{Axes, SIZE, Scale, room};

/// A model of a sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Of its file.
    pub bytes: f64,
    /// A sample.
    pub instructions: f64,
    /// Sliced Wasserstein-2 to held-out rows.
    pub distance: f64,
    /// No other is as good for fewer bytes and fewer instructions.
    pub pareto: bool,
}

/// What a model costs of one kind.
type Cost = fn(&Candidate) -> f64;

/// A panel a cost. `chosen` is the model that was written; real rows have the distance `floor`.
///
/// # Panics
/// If there is no such candidate.
#[must_use]
pub fn sweep(candidates: &[Candidate], chosen: usize, floor: f64, board: &str) -> Picture {
    let time = format!("Time on {board}");
    let costs: [(&str, &str, Cost); 2] = [
        ("Flash", "file, KB", |model| model.bytes / 1e3),
        (&time, "million instructions a sample", |model| {
            model.instructions / 1e6
        }),
    ];
    let panels = costs.map(|(title, x_title, cost)| {
        let axes = axes(candidates, floor, x_title, cost);
        drawn(title, &axes, candidates, candidates[chosen], floor, cost)
    });
    Picture {
        title: "Quality against cost, int8".to_owned(),
        keys: vec![
            Key::new(GENERATED, Mark::Dot, "none is better in all three"),
            Key::new(FAINT, Mark::Dot, "another is"),
            Key::new(OTHER, Mark::Dot, "written"),
            Key::new(REAL, Mark::Dashes, "real rows: the floor"),
        ],
        panels: panels.into(),
    }
}

/// Both logarithmic, since widths double and steps do.
fn axes<'t>(candidates: &[Candidate], floor: f64, x_title: &'t str, cost: Cost) -> Axes<'t> {
    let distances = candidates.iter().map(|model| model.distance).chain([floor]);
    Axes {
        x_title,
        y_title: "sliced W2, sd",
        x_scale: Scale::Decades,
        y_scale: Scale::Decades,
        ..Axes::plain(
            room(candidates.iter().map(|model| cost(model).log10())),
            room(distances.map(f64::log10)),
        )
    }
}

fn drawn(
    title: &str,
    axes: &Axes<'_>,
    candidates: &[Candidate],
    chosen: Candidate,
    floor: f64,
    cost: Cost,
) -> Panel {
    let at = |model: &Candidate| (cost(model).log10(), model.distance.log10());
    let those = |pareto| {
        let models = candidates
            .iter()
            .filter(move |model| model.pareto == pareto);
        models.map(at)
    };
    let description = format!(
        "{title}: {} models of sliced Wasserstein-2 {:.3} to {:.3}; the one that was written has {:.3}, real rows {floor:.3}",
        candidates.len(),
        candidates
            .iter()
            .map(|model| model.distance)
            .fold(f64::INFINITY, f64::min),
        candidates
            .iter()
            .map(|model| model.distance)
            .fold(0.0, f64::max),
        chosen.distance,
    );
    panel(SIZE, title, description, |area| {
        let mut chart = axes.draw(area)?;
        let floor = floor.log10();
        chart.dashes([(axes.x.start, floor), (axes.x.end, floor)], REAL.full(), 4)?;
        chart.dots(those(false), FAINT.over(0.6), 7)?;
        chart.dots(those(true), GENERATED.full(), 9)?;
        chart.dots([at(&chosen)], OTHER.full(), 12)
    })
}

#[cfg(test)]
mod tests {
    use super::{Candidate, sweep};
    use crate::report::scene::Shape;

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
                "and one on that which was written"
            );
        }
    }
}
