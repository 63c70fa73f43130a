//! Copies: samples that are nearer to a training row than real rows are to each other.
//!
//! The distance to the closest record (DCR) is that to the nearest training row. The nearest
//! neighbour distance ratio (NNDR) divides it by the distance to the second nearest one. Both are
//! given at the 5th percentile, as in Zhao and others, *CTAB-GAN: effective table data
//! synthesizing*, ACML 2021 (arXiv:2102.08369), section 4.1. A copy has small values of both. A
//! blurred sample is near to several rows, so only its DCR is small.

use ndarray::ArrayView2;

use super::statistics::{Share, ascending, critical, rank};
use super::words::percent;
use super::{Evidence, Finding, FindingKind, Severity};
use crate::metrics::neighbours::{nearest_other, two_nearest};

/// Percentile of the distances between real rows below which a sample is a near copy.
const NEAR: f64 = 0.01;
/// Percentile of DCR and NNDR.
const LOW: f64 = 0.05;
/// Least share of near copies that is reported, and the share that is a problem.
const MIN_SHARE: f64 = 0.03;
const PROBLEM_SHARE: f64 = 0.1;
/// Part of the real NNDR below which near samples are copies.
const MAX_RATIO: f64 = 0.8;
/// Least number of training rows.
const MIN_ROWS: usize = 50;

/// Distances of rows to the training rows.
struct Distances {
    /// At the 5th percentile.
    dcr: f64,
    nndr: f64,
    near: Share,
}

impl Distances {
    fn of(rows: ArrayView2<'_, f32>, training: ArrayView2<'_, f32>, limit: f64) -> Self {
        let pairs = two_nearest(rows, training);
        let ratio = |[first, second]: &[f64; 2]| match *second > 0.0 {
            true => first / second,
            false => 1.0,
        };
        Self {
            dcr: rank(&ascending(pairs.iter().map(|pair| pair[0])), LOW),
            nndr: rank(&ascending(pairs.iter().map(ratio)), LOW),
            near: Share::of(&pairs, |pair| pair[0] < limit),
        }
    }
}

pub(super) fn find(evidence: &Evidence<'_>) -> Option<Finding> {
    let training = evidence.training.standardised.view();
    if training.nrows() < MIN_ROWS {
        return None;
    }
    let limit = rank(&ascending(nearest_other(training)), NEAR);
    let [samples, real] = [evidence.generated, evidence.validation]
        .map(|rows| Distances::of(rows.standardised.view(), training, limit));
    let chance = Share {
        count: (NEAR * training.nrows() as f64).ceil() as usize,
        of: training.nrows(),
    };
    let is_near = samples.near.value() > MIN_SHARE + 2.0 * real.near.value()
        && samples.near.excess(chance) > critical(1);
    if !is_near || samples.nndr >= MAX_RATIO * real.nndr {
        return None;
    }
    let message = format!(
        "{} of the samples are nearer to a training row than 99 % of the training rows are to each \
         other. At the 5th percentile, DCR is {:.3} for samples and {:.3} for validation rows, and \
         NNDR is {:.2} and {:.2}.",
        percent(samples.near.value()),
        samples.dcr,
        real.dcr,
        samples.nndr,
        real.nndr
    );
    let severity = match samples.near.value() >= PROBLEM_SHARE {
        true => Severity::Problem,
        false => Severity::Caution,
    };
    Some(Finding::new(
        FindingKind::Copies,
        severity,
        Vec::new(),
        message,
    ))
}
