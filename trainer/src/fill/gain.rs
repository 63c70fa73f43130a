//! Gain matrices: how the clean values of unknown coordinates follow the errors of known ones.
//!
//! If rows were normal with covariance S, then clean rows would have the covariance
//! C_t = (S⁻¹ + t²/(1−t)²)⁻¹ once the state at t is seen, and G_t = C_uk·(C_kk + ε)⁻¹ would be the
//! regression of unknown coordinates on known ones.

use linfa_linalg::cholesky::SolveC;
use linfa_linalg::eigh::Eigh;
use ndarray::{Array1, Array2, ArrayView2, Axis};

/// Variances that may be added to those of known coordinates. Larger ones are better if rows are
/// few and have noise, and if more coordinates are unknown.
pub(crate) const RIDGES: [f64; 3] = [1e-3, 1e-2, 5e-2];
/// Least variance of a direction.
const MIN_VARIANCE: f64 = 1e-4;
/// Last time at which C_t is resolved.
const MAX_TIME: f64 = 0.995;

/// Principal directions of training rows within their classes.
#[derive(Clone, Debug)]
pub(crate) struct Directions {
    variances: Array1<f64>,
    vectors: Array2<f64>,
}

impl Directions {
    /// Fits the directions to `n × S` rows, of which the means of the classes are subtracted.
    pub fn fit(x: ArrayView2<'_, f32>, class: Option<&[u16]>) -> Self {
        let mut centred = x.mapv(f64::from);
        let classes = class.map_or(1, |class| {
            class
                .iter()
                .map(|&of| usize::from(of) + 1)
                .max()
                .unwrap_or(1)
        });
        for number in 0..classes {
            let is_of = |row: &usize| class.is_none_or(|class| usize::from(class[*row]) == number);
            let rows: Vec<usize> = (0..x.nrows()).filter(is_of).collect();
            let Some(mean) = centred.select(Axis(0), &rows).mean_axis(Axis(0)) else {
                continue;
            };
            for row in rows {
                centred.row_mut(row).scaled_add(-1.0, &mean);
            }
        }
        let covariance = centred.t().dot(&centred) / x.nrows() as f64;
        let (variances, vectors) = covariance
            .eigh()
            .expect("a square matrix of finite numbers");
        Self {
            variances: variances.mapv(|variance| variance.max(MIN_VARIANCE)),
            vectors,
        }
    }

    /// Returns G_t, `unknown × known`, for coordinates that are `known`, whose variances get a
    /// `ridge`.
    pub fn gain(&self, t: f32, known: &[bool], ridge: f64) -> Array2<f64> {
        let t = f64::from(t).min(MAX_TIME);
        let seen = (t / (1.0 - t)).powi(2);
        let left = self
            .variances
            .mapv(|variance| 1.0 / (1.0 / variance + seen));
        let covariance = (&self.vectors * &left).dot(&self.vectors.t());
        let of = |wanted: bool| -> Vec<usize> {
            (0..known.len()).filter(|&at| known[at] == wanted).collect()
        };
        let (given, others) = (of(true), of(false));
        let rows = covariance.select(Axis(0), &given);
        let mut within = rows.select(Axis(1), &given);
        within.diag_mut().mapv_inplace(|variance| variance + ridge);
        let across = rows.select(Axis(1), &others);
        let solved = within.solvec(&across).expect("variances above 0");
        solved.reversed_axes()
    }
}
