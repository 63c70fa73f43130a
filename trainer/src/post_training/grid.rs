//! When to step: times found after the training, for a given number of steps, so that samples end nearest to where
//! the exact flow takes them.

use flowlet::Solver;
use flowlet::fixed::TIME_ONE;
use ndarray::Array2;

use super::Starts;
use crate::float_sampler::Integration;
use crate::train::FloatModel;

/// The search ends when no time can be moved by this much of the equal step: less is lost in the noise.
const FINEST: f32 = 0.05;
/// Times are no nearer than this share of the equal step.
const NARROWEST: f32 = 0.1;
/// Gain in root mean square distance below which equal steps are kept.
const WORTH: f32 = 0.02;

/// Times from 0 to 1 in Q0.15, one more than `steps`; none where equal steps are as good.
///
/// A pattern search (Hooke and Jeeves 1961, *JACM* 8): each time is moved to and fro, by less and less.
pub fn search(trained: &FloatModel, starts: &Starts, steps: u16, solver: Solver) -> Vec<u16> {
    let exact = starts.exact(trained);
    let error = |times: &[f32]| {
        let integration = Integration::at(times.to_vec(), solver);
        root_mean_square(&starts.end(trained, &integration), &exact)
    };
    let equal = 1.0 / f32::from(steps);
    let mut times: Vec<f32> = (0..=steps).map(|k| f32::from(k) * equal).collect();
    let first = error(&times);
    let mut least = first;
    let mut move_by = 0.4 * equal;
    while move_by >= FINEST * equal {
        let before = least;
        for k in 1..usize::from(steps) {
            for change in [move_by, -move_by] {
                let mut moved = times.clone();
                moved[k] += change;
                let apart = NARROWEST * equal;
                if moved[k] - moved[k - 1] < apart || moved[k + 1] - moved[k] < apart {
                    continue;
                }
                let error = error(&moved);
                if error < least {
                    (times, least) = (moved, error);
                    break;
                }
            }
        }
        if least == before {
            move_by /= 2.0;
        }
    }
    if least > (1.0 - WORTH) * first {
        return Vec::new();
    }
    let fixed = |t: &f32| (t * f32::from(TIME_ONE)).round() as u16;
    times.iter().map(fixed).collect()
}

fn root_mean_square(a: &Array2<f32>, b: &Array2<f32>) -> f32 {
    let difference = a - b;
    (difference.iter().map(|d| f64::from(d * d)).sum::<f64>() / a.len() as f64).sqrt() as f32
}
