//! Models that reach the bounds that `parse` proves. Larger values are rejected. The oracle asserts
//! that every sum fits, and gives the same bits.

use flowlet::encode::{QuantisedLayer, QuantisedModel};
use flowlet::fixed::Scale;
use flowlet::format::{Hidden, MIN_STEP};
use flowlet::{Field, ModelError, Solver};

use crate::bits::agree;
use crate::models::{Draw, Shape, random_model};
use crate::oracle::Settings;

/// Σ|w| of the largest row. With inputs of 32 767 its sum is 2^31 − 2; 2^31 − 1 is prime, so no row
/// reaches it.
const NORM: usize = 65_538;
/// Number of columns of that row, whose weights are 127 except for the last.
pub const COLUMNS: usize = NORM.div_ceil(127);
/// Scale of a sum over the complete range.
const LARGEST: Scale = Scale {
    multiplier: 3839, // the largest that leaves room for a bias
    shift: 12,
};

/// Returns a model whose output layer has a row that sums `COLUMNS` activations of `sign` · 32 767
/// to `sign` · (2^31 − 2).
pub fn largest_sum(sign: i16) -> QuantisedModel {
    let shape = Shape {
        dim: 2,
        hidden: vec![COLUMNS],
        classes: 0,
        null_class: false,
        per_class_drift: false,
        table: true,
    };
    let mut model = random_model(&shape, &mut Draw::new(3));
    model.drift.levels.fill(0);
    model.drift.variances[0] = 0;
    model.drift.means.fill(0);
    model.net.table = Some(vec![sign * 32_767; 513]);
    model.net.hidden[0] = Hidden {
        pre_frac: 12,
        act_frac: 11,
        table: true,
        ..model.net.hidden[0]
    };
    model.net.output_segment = 32;
    let output = &mut model.net.layers[1];
    // The first row is in upper bytes, whose sums are bounded by 2^23 per segment, so the second
    // row is used.
    output.weights.fill(0);
    let row = &mut output.weights[COLUMNS..];
    row.fill(127);
    row[COLUMNS - 1] = (NORM - 127 * (COLUMNS - 1)) as i8;
    output.scales.fill(LARGEST);
    output.biases.fill(0);
    model
}

fn assert_rejected(model: &QuantisedModel, field: Field) {
    assert_eq!(model.encode(), Err(ModelError::Invalid(field)));
}

#[test]
fn sums_reach_their_bound() {
    for sign in [-1, 1] {
        let mut model = largest_sum(sign);
        for shift in 12..=24 {
            let most = ((1i64 << 31) - (1 << 27) - 1) / ((((1 << 31) - 2) >> shift) + 1);
            for bias in [i16::MIN, 0, i16::MAX] {
                model.net.layers[1].biases[1] = bias;
                let multiplier = most.min(32_767) as i16;
                model.net.layers[1].scales[1] = Scale { multiplier, shift };
                for solver in Solver::ALL {
                    let settings = Settings {
                        solver,
                        ..Settings::uniform(2)
                    };
                    agree::<2, COLUMNS>(&model, &settings, 1);
                }
                if most < 32_767 {
                    model.net.layers[1].scales[1].multiplier += 1;
                    assert_rejected(&model, Field::Scale(1, 1));
                }
            }
        }
        // A shifted sum is at most 2^22, even if the multiplier is small.
        let smallest = |shift| Scale {
            multiplier: 1,
            shift,
        };
        model.net.layers[1].scales[1] = smallest(9);
        agree::<2, COLUMNS>(&model, &Settings::uniform(2), 1);
        model.net.layers[1].scales[1] = smallest(8);
        assert_rejected(&model, Field::Scale(1, 1));
        let mut model = largest_sum(sign);
        model.net.layers[1].weights[2 * COLUMNS - 1] += 1;
        assert_rejected(&model, Field::Overflow(1, 1));
    }
}

/// With a scale that keeps it below saturation, the largest sum appears in the velocity with its
/// sign.
#[test]
fn the_largest_sum_keeps_its_value() {
    for sign in [-1i32, 1] {
        let mut model = largest_sum(sign as i16);
        // (2^31 − 2) >> 14 is 131 071, and −(2^31 − 2) >> 14 is −131 072. Times 255/1024, rounded,
        // both are ±32 640.
        model.net.layers[1].scales[1] = Scale {
            multiplier: 255,
            shift: 14,
        };
        let moved = agree::<2, COLUMNS>(&model, &Settings::uniform(1), 4);
        model.net.layers[1].weights.fill(0);
        let noise = agree::<2, COLUMNS>(&model, &Settings::uniform(1), 4);
        for (moved, noise) in moved.iter().zip(&noise).skip(1).step_by(2) {
            let end = i64::from(*noise) + i64::from(sign * 32_640) * 32_768;
            assert_eq!(i64::from(*moved), end.clamp(-(1 << 30), (1 << 30) - 1));
        }
    }
}

/// Rows a and c share words with b and d, so their sums must stay below 2^23 over a segment.
#[test]
fn sums_of_segments_reach_their_bound() {
    for sign in [-1, 1] {
        let mut model = largest_sum(sign);
        // 256 · 32 767 < 2^23 in each complete segment of 32 columns.
        model.net.layers[1].weights[..512].fill(8);
        model.net.layers[1].scales[0] = LARGEST;
        for solver in Solver::ALL {
            let settings = Settings {
                solver,
                ..Settings::uniform(3)
            };
            agree::<2, COLUMNS>(&model, &settings, 2);
        }
        model.net.layers[1].weights[37] = -9;
        assert_rejected(&model, Field::Segment(1, 0));
    }
}

/// Returns a model without weights, whose velocity is the same everywhere: in class 0 it is `sign`
/// times the largest. It has the largest drift or none.
fn steady(sign: i16, drift: bool) -> QuantisedModel {
    let shape = Shape {
        dim: 3,
        hidden: vec![2],
        classes: 1,
        null_class: true,
        per_class_drift: true,
        table: true,
    };
    let mut model = random_model(&shape, &mut Draw::new(11));
    let layer = &mut model.net.hidden[0];
    (
        layer.pre_frac,
        layer.act_frac,
        layer.conditioned,
        layer.table,
    ) = (12, 11, true, true);
    // The biases of the class pass through a linear table to the output.
    let nodes = (-256..=256).map(|x: i32| (x * 128).clamp(-32_767, 32_767) as i16);
    model.net.table = Some(nodes.collect());
    let times = (1usize << model.net.time_log2) + 1;
    model.net.layers[0] = QuantisedLayer {
        weights: vec![0; 6],
        scales: vec![
            Scale {
                multiplier: 1,
                shift: 24
            };
            2
        ],
        biases: vec![0; 2 * times],
        class_biases: [sign, -sign]
            .map(|sign| sign.saturating_mul(32_767))
            .repeat(2),
    };
    // Both rows of the class, then both rows of the null class.
    model.net.layers[0].class_biases.swap(1, 2);
    let output = &mut model.net.layers[1];
    output.weights.fill(127);
    output.weights[..2].fill(64); // the limit of an upper row
    output.scales.fill(Scale {
        multiplier: 32_767,
        shift: 8,
    });
    output
        .biases
        .fill(if sign > 0 { i16::MAX } else { i16::MIN });
    for (cell, level) in model.drift.levels.iter_mut().enumerate() {
        *level = if drift { 1 + cell as u8 % 2 } else { 0 };
    }
    model.drift.variances = vec![0, 64, 65_535];
    model
        .drift
        .means
        .fill(if drift { sign * 16_384 } else { 0 });
    model
}

/// Tests every solver with 1 to 256 steps and the largest velocity, with and without guidance. Some
/// states end at the limit, others before it.
#[test]
fn states_end_at_their_limits() {
    let (mut limited, mut free) = (0, 0);
    for (sign, drift) in [(1, false), (-1, false), (1, true), (-1, true)] {
        let model = steady(sign, drift);
        for solver in Solver::ALL {
            for steps in [1, 2, 7, 255, 256] {
                for guidance in [None, Some(0), Some(4096), Some(32_767)] {
                    let class = Some(0);
                    let settings = Settings {
                        solver,
                        class,
                        guidance,
                        ..Settings::uniform(steps)
                    };
                    for x in agree::<3, 2>(&model, &settings, 5) {
                        let at_limit = x == (1 << 30) - 1 || x == -(1 << 30);
                        *if at_limit { &mut limited } else { &mut free } += 1;
                    }
                }
            }
        }
    }
    assert!(limited > 500 && free > 500, "{limited} limited, {free} not");
}

/// Without drift, 256 steps of the largest velocity give the same bits as one step, so no step
/// loses a bit.
#[test]
fn many_steps_lose_no_bit() {
    for (sign, velocity) in [(1, 32_767), (-1, -32_768)] {
        let model = steady(sign, false);
        let mut ends = Vec::new();
        for steps in [1, 256] {
            let class = Some(0);
            let settings = Settings {
                class,
                ..Settings::uniform(steps)
            };
            ends.push(agree::<3, 2>(&model, &settings, 9));
        }
        assert_eq!(ends[0], ends[1]);
        let noise = |x: i32| x - (velocity << 15);
        let unlimited = ends[0]
            .iter()
            .filter(|&&x| x != (1 << 30) - 1 && x != -(1 << 30));
        let moved: Vec<_> = unlimited.map(|&x| noise(x)).collect();
        // States that did not reach the limit keep their noise, which is within 5.42.
        assert!(
            !moved.is_empty() && moved.iter().all(|x| x.abs() < 6 << 26),
            "{moved:?}"
        );
    }
}

/// Tests the shortest steps, in which the drift's velocity reaches its bound. It does so for the
/// smallest variance near t = 1, where the standard deviations at the ends of a step differ by one
/// last place.
#[test]
fn the_shortest_steps_give_the_bits_of_the_oracle() {
    for (sign, drift) in [(1, true), (-1, true), (1, false)] {
        let model = steady(sign, drift);
        for first in (32_768 - 2_560..32_765).step_by(255) {
            let mut times = vec![0];
            times.extend(
                (first..first + 255)
                    .step_by(MIN_STEP.into())
                    .take_while(|&time| time <= 32_768 - MIN_STEP),
            );
            times.push(32_768);
            let settings = Settings {
                solver: Solver::ExponentialEuler,
                class: Some(0),
                time_grid: times,
                guidance: None,
            };
            agree::<3, 2>(&model, &settings, 13);
        }
    }
}
