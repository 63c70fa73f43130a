//! Search of a time grid after the training, with which samples end nearest to the exact flow for a
//! given number of solver steps.

use flowlet::Solver;
use flowlet::fixed::TIME_ONE;
use ndarray::Array2;

use super::Starts;
use crate::float_sampler::Integration;
use crate::train::FloatModel;

/// Smallest move of a time, relative to a uniform step.
const MIN_MOVE: f32 = 0.05;
/// Smallest distance between times, relative to a uniform step.
const MIN_DISTANCE: f32 = 0.1;
/// Relative gain in root mean square distance below which uniform steps are kept.
const MIN_GAIN: f32 = 0.02;

/// Returns a time grid from 0 to 1 in Q0.15, with one more time than `steps`. Empty if uniform
/// steps are as good.
///
/// This is a pattern search (Hooke and Jeeves 1961, *JACM* 8): each time is moved in both
/// directions, by smaller and smaller amounts.
pub fn search(trained: &FloatModel, starts: &Starts, steps: u16, solver: Solver) -> Vec<u16> {
    let exact = starts.exact(trained);
    let error = |times: &[f32]| {
        let integration = Integration::at(times.to_vec(), solver);
        root_mean_square(&starts.end(trained, &integration), &exact)
    };
    let uniform = 1.0 / f32::from(steps);
    let mut times: Vec<f32> = (0..=steps).map(|k| f32::from(k) * uniform).collect();
    let first = error(&times);
    let mut least = first;
    let mut move_by = 0.4 * uniform;
    while move_by >= MIN_MOVE * uniform {
        let before = least;
        for k in 1..usize::from(steps) {
            for change in [move_by, -move_by] {
                let mut moved = times.clone();
                moved[k] += change;
                let apart = MIN_DISTANCE * uniform;
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
    if least > (1.0 - MIN_GAIN) * first {
        return Vec::new();
    }
    let fixed = |t: &f32| (t * f32::from(TIME_ONE)).round() as u16;
    times.iter().map(fixed).collect()
}

fn root_mean_square(a: &Array2<f32>, b: &Array2<f32>) -> f32 {
    let difference = a - b;
    (difference.iter().map(|d| f64::from(d * d)).sum::<f64>() / a.len() as f64).sqrt() as f32
}
