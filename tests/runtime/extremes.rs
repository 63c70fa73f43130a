//! Models that reach the bounds that `parse` proves, and do not pass them: what is one more is
//! refused. The oracle, which asserts that every sum fits, has the same bits.

use flowlet::encode::{QuantisedLayer, QuantisedModel};
use flowlet::fixed::Scale;
use flowlet::format::{Hidden, MIN_STEP};
use flowlet::{Field, ModelError, Solver};

use crate::models::{Draw, Shape, random_model};
use crate::oracle::{How, agree};

/// 2^31 − 1 is prime, so no row's Σ|w| times the largest input is that: with inputs of 32 767 this
/// one gives 2^31 − 2.
const NORM: usize = 65_538;
/// Columns that it takes: all but the last of 127.
pub const COLUMNS: usize = NORM.div_ceil(127);
/// Of a sum of the whole range.
const LARGEST: Scale = Scale {
    multiplier: 3839, // times 2^31 >> 12, the most that leaves room for a bias
    shift: 12,
};

/// One value, whose output layer sums `COLUMNS` activations of `sign` · 32 767 to `sign` · (2^31 −
/// 2).
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
    // The first row stands in upper bytes, whose sums are bounded by 2^23 a segment; the second can
    // have all.
    output.weights.fill(0);
    let row = &mut output.weights[COLUMNS..];
    row.fill(127);
    row[COLUMNS - 1] = (NORM - 127 * (COLUMNS - 1)) as i8;
    output.scales.fill(LARGEST);
    output.biases.fill(0);
    model
}

fn refuse(model: &QuantisedModel, field: Field) {
    assert_eq!(model.encode(), Err(ModelError::Invalid(field)));
}

#[test]
fn sums_reach_the_last_that_fits() {
    for sign in [-1, 1] {
        let mut model = largest_sum(sign);
        for shift in 12..=24 {
            let most = ((1i64 << 31) - (1 << 27) - 1) / ((((1 << 31) - 2) >> shift) + 1);
            for bias in [i16::MIN, 0, i16::MAX] {
                model.net.layers[1].biases[1] = bias;
                let multiplier = most.min(32_767) as i16;
                model.net.layers[1].scales[1] = Scale { multiplier, shift };
                for solver in Solver::ALL {
                    let how = How {
                        solver,
                        ..How::uniform(2)
                    };
                    agree::<2, COLUMNS>(&model, &how, 1);
                }
                if most < 32_767 {
                    model.net.layers[1].scales[1].multiplier += 1;
                    refuse(&model, Field::Scale(1, 1));
                }
            }
        }
        let mut model = largest_sum(sign);
        model.net.layers[1].weights[2 * COLUMNS - 1] += 1;
        refuse(&model, Field::Overflow(1, 1));
    }
}

/// By a scale that keeps it below saturation the largest sum is seen in the velocity, of its own
/// sign.
#[test]
fn the_largest_sum_keeps_its_value() {
    for sign in [-1i32, 1] {
        let mut model = largest_sum(sign as i16);
        // (2^31 − 2) >> 14 is 131 071, −(2^31 − 2) >> 14 is −131 072; times 255/1024, rounded, ±32
        // 640.
        model.net.layers[1].scales[1] = Scale {
            multiplier: 255,
            shift: 14,
        };
        let moved = agree::<2, COLUMNS>(&model, &How::uniform(1), 4);
        model.net.layers[1].weights.fill(0);
        let noise = agree::<2, COLUMNS>(&model, &How::uniform(1), 4);
        for (moved, noise) in moved.iter().zip(&noise).skip(1).step_by(2) {
            let end = i64::from(*noise) + i64::from(sign * 32_640) * 32_768;
            assert_eq!(i64::from(*moved), end.clamp(-(1 << 30), (1 << 30) - 1));
        }
    }
}

/// Rows a and c share their words with b and d: over a segment their sums stay below 2^23.
#[test]
fn segments_reach_the_last_that_fits() {
    for sign in [-1, 1] {
        let mut model = largest_sum(sign);
        // 256 · 32 767 < 2^23, in each whole segment of 32 columns.
        model.net.layers[1].weights[..512].fill(8);
        model.net.layers[1].scales[0] = LARGEST;
        for solver in Solver::ALL {
            let how = How {
                solver,
                ..How::uniform(3)
            };
            agree::<2, COLUMNS>(&model, &how, 2);
        }
        model.net.layers[1].weights[37] = -9;
        refuse(&model, Field::Segment(1, 0));
    }
}

/// A model that has no weights and the same velocity everywhere, in class 0 `sign` times the
/// largest, with the largest drift beside it or none.
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
    // Biases of the class, in place of whatever the first layer saw, go through a straight line to
    // the output.
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
    model.net.layers[0].class_biases.swap(1, 2); // both rows of the class, then both of none
    let output = &mut model.net.layers[1];
    output.weights.fill(127);
    output.weights[..2].fill(64); // as much as an upper row may
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

/// Every solver, one step to 256 of them, each as long as it can be, with and without guidance of
/// every strength: the state ends where it is limited, or where nothing stopped it.
#[test]
fn states_end_at_their_limits() {
    let (mut limited, mut free) = (0, 0);
    for (sign, drift) in [(1, false), (-1, false), (1, true), (-1, true)] {
        let model = steady(sign, drift);
        for solver in Solver::ALL {
            for steps in [1, 2, 7, 255, 256] {
                for guidance in [None, Some(0), Some(4096), Some(32_767)] {
                    let class = Some(0);
                    let how = How {
                        solver,
                        class,
                        guidance,
                        ..How::uniform(steps)
                    };
                    for x in agree::<3, 2>(&model, &how, 5) {
                        let at_limit = x == (1 << 30) - 1 || x == -(1 << 30);
                        *if at_limit { &mut limited } else { &mut free } += 1;
                    }
                }
            }
        }
    }
    assert!(limited > 500 && free > 500, "{limited} limited, {free} not");
}

/// Without a drift, 256 steps of the largest velocity go as far as one, to the last bit: none is
/// lost between them.
#[test]
fn the_longest_way_is_gone_whole() {
    for (sign, velocity) in [(1, 32_767), (-1, -32_768)] {
        let model = steady(sign, false);
        let mut ends = Vec::new();
        for steps in [1, 256] {
            let class = Some(0);
            let how = How {
                class,
                ..How::uniform(steps)
            };
            ends.push(agree::<3, 2>(&model, &how, 9));
        }
        assert_eq!(ends[0], ends[1]);
        let noise = |x: i32| x - (velocity << 15);
        let unlimited = ends[0]
            .iter()
            .filter(|&&x| x != (1 << 30) - 1 && x != -(1 << 30));
        let moved: Vec<_> = unlimited.map(|&x| noise(x)).collect();
        // What had come from the other side has its noise left, within the 5.42 that there are.
        assert!(
            !moved.is_empty() && moved.iter().all(|x| x.abs() < 6 << 26),
            "{moved:?}"
        );
    }
}

/// The shortest steps that there are, where the drift's velocity over a step is at its bound: for
/// the narrowest drift at the end of the way, where the ends of a step lie a unit of the spread
/// apart.
#[test]
fn the_shortest_steps_have_the_oracles_bits() {
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
            let how = How {
                solver: Solver::ExponentialEuler,
                class: Some(0),
                times,
                guidance: None,
            };
            agree::<3, 2>(&model, &how, 13);
        }
    }
}
