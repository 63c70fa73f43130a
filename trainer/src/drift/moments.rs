//! Means and variances of rows, and of classes with few rows.

use ndarray::{Array1, Array2, ArrayView2, Axis};

/// Weight, in rows, of the variance within classes, to which the variance of a class is shrunk.
const PRIOR_ROWS: f32 = 4.0;

/// Mean and population variance of each coordinate.
#[derive(Clone)]
pub(super) struct Moments {
    pub mean: Array1<f32>,
    pub variance: Array1<f32>,
}

impl Moments {
    pub fn of(x: ArrayView2<f32>) -> Self {
        Self {
            mean: x
                .mean_axis(Axis(0))
                .expect("the caller has checked for rows"),
            variance: x.var_axis(Axis(0), 0.0),
        }
    }

    /// Returns the moments of a class of `n` rows, with its mean shrunk to the global one and its
    /// variance to the variance within classes.
    fn shrunk(
        &self,
        n: f32,
        global: &Moments,
        within: &Array1<f32>,
        between: &Array1<f32>,
    ) -> Moments {
        let trust = (between * n) / (between * n + within + f32::MIN_POSITIVE);
        Moments {
            mean: &global.mean + &((&self.mean - &global.mean) * trust),
            variance: (&self.variance * n + within * PRIOR_ROWS) / (n + PRIOR_ROWS),
        }
    }
}

/// Subtracts the mean of its component from each row.
pub(super) fn about_means(
    x: ArrayView2<f32>,
    class: Option<&[u16]>,
    components: &[Moments],
) -> Array2<f32> {
    let mut x = x.to_owned();
    for (row, mut x) in x.outer_iter_mut().enumerate() {
        x -= &components[class.map_or(0, |class| usize::from(class[row]))].mean;
    }
    x
}

/// Returns the shrunk moments of each class, as [`fit`](super::GaussianDrift::fit) describes.
pub(super) fn class_moments(
    x: ArrayView2<f32>,
    class: &[u16],
    classes: usize,
    global: &Moments,
) -> Vec<Moments> {
    assert_eq!(x.nrows(), class.len(), "one class for each row");
    let mut rows = vec![Vec::new(); classes];
    for (row, &class) in class.iter().enumerate() {
        rows[usize::from(class)].push(row);
    }
    let own = rows.iter().map(|rows| {
        let own = || Moments::of(x.select(Axis(0), rows).view());
        (!rows.is_empty()).then(|| (rows.len() as f32, own()))
    });
    let own: Vec<Option<(f32, Moments)>> = own.collect();
    let mut within = Array1::zeros(x.ncols());
    for (n, own) in own.iter().flatten() {
        within.scaled_add(n / x.nrows() as f32, &own.variance);
    }
    let between = (&global.variance - &within).mapv(|b| b.max(0.0));
    own.into_iter()
        .map(|own| match own {
            Some((n, own)) => own.shrunk(n, global, &within, &between),
            None => global.clone(),
        })
        .collect()
}
