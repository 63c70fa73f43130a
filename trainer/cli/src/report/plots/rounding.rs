//! What rounding to integers moves: samples of the float network and of the int8 model from the same noise.

use ndarray::Array2;

use super::super::scene::palette::{FAINT, GENERATED};
use super::super::scene::{Key, Mark, Picture, panel};
use super::super::stats::Comparison;
use super::axes::{Axes, SIZE, room};
use flowlet_trainer::evaluate::float_rows;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::train::Trained;

/// Samples and, of all their values, points that are drawn.
const SAMPLES: usize = 200;
const POINTS: usize = 1000;

/// Values of the one over those of the other, and how far they lie apart.
///
/// # Panics
/// Never: every model takes its own steps.
#[must_use]
pub fn rounding(comparison: &Comparison<'_>, trained: &Trained) -> Picture {
    let request = Request {
        count: SAMPLES,
        steps: comparison.steps,
        seed: comparison.seed,
        ..Request::default()
    };
    let int8 = generate(&comparison.model, &request).expect("the steps were taken before");
    let float = float_rows(
        &comparison.model,
        trained,
        &request,
        int8.classes.as_deref(),
    );
    let int8 = int8.standardised;
    let every = int8.len().div_ceil(POINTS).max(1);
    let pairs = || {
        float
            .iter()
            .zip(&int8)
            .map(|(a, b)| (f64::from(*a), f64::from(*b)))
    };
    let points: Vec<(f64, f64)> = pairs().step_by(every).collect();
    let ends = room(points.iter().flat_map(|point| [point.0, point.1]));
    let axes = Axes {
        x_title: "float network, sd",
        y_title: "int8 model, sd",
        ..Axes::plain(ends.clone(), ends.clone())
    };
    let values = panel(
        SIZE,
        "Values of samples from the same noise",
        "Values of int8 samples over those of the float network; on the diagonal they are the same",
        |area| {
            let mut chart = axes.draw(area)?;
            chart.dashes(
                [(ends.start, ends.start), (ends.end, ends.end)],
                FAINT.full(),
                2,
            )?;
            chart.dots(points, GENERATED.full(), 3)
        },
    );
    Picture {
        title: "Float beside int8".to_owned(),
        keys: vec![
            Key::new(GENERATED, Mark::Dot, "a value of a sample"),
            Key::new(FAINT, Mark::Dashes, "the same in both"),
        ],
        panels: vec![values, apart(&float, &int8)],
    }
}

/// Bars of the differences.
const BARS: usize = 31;

fn apart(float: &Array2<f32>, int8: &Array2<f32>) -> super::super::scene::Panel {
    let differences: Vec<f64> = float
        .iter()
        .zip(int8)
        .map(|(a, b)| f64::from(b - a))
        .collect();
    let mut sizes: Vec<f64> = differences.iter().map(|value| value.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    // A few far ones would make all others one bar.
    let end = sizes[(sizes.len() - 1) * 199 / 200].max(1e-6);
    let width = 2.0 * end / BARS as f64;
    let mut shares = [0.0; BARS];
    for difference in &differences {
        let bin = ((difference + end) / width).floor();
        if (0.0..BARS as f64).contains(&bin) {
            shares[bin as usize] += 100.0 / differences.len() as f64;
        }
    }
    let axes = Axes {
        x_title: "int8 − float, sd",
        y_title: "% of values",
        ..Axes::plain(
            -end..end,
            0.0..1.05 * shares.iter().copied().fold(0.0, f64::max),
        )
    };
    let description =
        format!("Histogram of the differences; 99.5 % of them lie within ± {end:.4} sd");
    panel(SIZE, "How far they lie apart", description, |area| {
        let edge = |bin: usize| bin as f64 * width - end;
        let bar = |(bin, &share): (usize, &f64)| (edge(bin), edge(bin + 1), share);
        let mut chart = axes.draw(area)?;
        chart.bars(shares.iter().enumerate().map(bar), GENERATED.over(0.7))
    })
}
