//! Samples of the float network and of the int8 model from the same noise.

use ndarray::Array2;

use super::axes::{Axes, SIZE, padded};
use crate::draw::palette::{FAINT, GENERATED};
use crate::draw::{Key, Mark, Panel, Picture};
use crate::report::stats::Comparison;
use flowlet_trainer::FloatModel;
use flowlet_trainer::evaluate::float_rows;
use flowlet_trainer::generate::{Request, generate};

/// Number of samples, and greatest number of values that are drawn.
const SAMPLES: usize = 200;
const MAX_POINTS: usize = 1000;

/// Draws int8 values over float values, and a histogram of their differences.
///
/// # Panics
/// Never: the number of steps was checked before.
#[must_use]
pub fn rounding(comparison: &Comparison<'_>, trained: &FloatModel) -> Picture {
    let request = Request {
        count: SAMPLES,
        steps: comparison.sampling.steps,
        seed: comparison.sampling.seed,
        ..Request::default()
    };
    let int8 = generate(&comparison.model, &request).expect("the steps were checked before");
    let float = float_rows(
        &comparison.model,
        trained,
        &request,
        int8.classes.as_deref(),
    );
    let int8 = int8.standardised;
    let every = int8.len().div_ceil(MAX_POINTS).max(1);
    let pairs = || {
        float
            .iter()
            .zip(&int8)
            .map(|(a, b)| (f64::from(*a), f64::from(*b)))
    };
    let points: Vec<(f64, f64)> = pairs().step_by(every).collect();
    let ends = padded(points.iter().flat_map(|point| [point.0, point.1]));
    let axes = Axes {
        x_title: "float network, sd",
        y_title: "int8 model, sd",
        ..Axes::plain(ends.clone(), ends.clone())
    };
    let values = Panel::new(
        SIZE,
        "Values of samples from the same noise",
        "Values of int8 samples over values of float samples; equal values lie on the diagonal",
        |scene| {
            let mut chart = axes.draw(scene);
            let diagonal = [(ends.start, ends.start), (ends.end, ends.end)];
            chart.dashes(diagonal, FAINT.full(), 2);
            chart.dots(points, GENERATED.full(), 3);
        },
    );
    Picture {
        title: "Float and int8".to_owned(),
        keys: vec![
            Key::new(GENERATED, Mark::Dot, "a value of a sample"),
            Key::new(FAINT, Mark::Dashes, "equal values"),
        ],
        panels: vec![values, differences(&float, &int8)],
    }
}

/// Number of bars of the histogram.
const BARS: usize = 31;

fn differences(float: &Array2<f32>, int8: &Array2<f32>) -> Panel {
    let differences: Vec<f64> = float
        .iter()
        .zip(int8)
        .map(|(a, b)| f64::from(b - a))
        .collect();
    let mut sizes: Vec<f64> = differences.iter().map(|value| value.abs()).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    // A few outliers would make all others one bar.
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
        format!("Histogram of the differences; 99.5 % of them are within ±{end:.4} sd");
    Panel::new(SIZE, "Differences", description, |scene| {
        let edge = |bin: usize| bin as f64 * width - end;
        let bar = |(bin, &share): (usize, &f64)| (edge(bin), edge(bin + 1), share);
        let mut chart = axes.draw(scene);
        chart.bars(shares.iter().enumerate().map(bar), GENERATED.over(0.7));
    })
}
