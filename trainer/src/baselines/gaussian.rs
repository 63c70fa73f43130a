//! One Gaussian per class.

use linfa_linalg::eigh::EighInto;
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro128PlusPlus;

use super::{BaselineModel, TrainingRows, means, of_class};

/// Bytes of a parameter.
const PARAMETER: usize = 2;
/// Iterations for the main directions of a covariance.
const ITERATIONS: usize = 8;
/// Directions shorter than this are none.
const SHORTEST: f64 = 1e-9;

/// How a covariance is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Covariance {
    /// All of its values.
    Full,
    /// The main directions, and the variance that each column has in addition.
    LowRank(usize),
}

/// One Gaussian per class, with as much of its covariance as fits.
#[derive(Clone, Debug)]
pub(crate) struct Gaussians {
    covariance: Covariance,
    columns: usize,
    classes: Vec<Gaussian>,
}

/// Mean, factor of the covariance (`columns × directions`), and standard deviation of the rest.
#[derive(Clone, Debug)]
struct Gaussian {
    mean: Vec<f64>,
    factor: Array2<f64>,
    rest: Vec<f64>,
}

impl Gaussians {
    /// Fits one Gaussian to each class. At least the means and variances are kept, even if they do
    /// not fit in `budget` bytes.
    ///
    /// # Panics
    /// If there is no row.
    pub fn fit(rows: &TrainingRows, budget: usize) -> Self {
        let (by_class, columns) = (rows.by_class(), rows.values.ncols());
        let covariance = Covariance::choose(by_class.len(), columns, budget);
        let fit = |rows: &Array2<f32>| Gaussian::fit(rows.view(), covariance);
        Self {
            covariance,
            columns,
            classes: by_class.iter().map(fit).collect(),
        }
    }
}

impl BaselineModel for Gaussians {
    fn describe(&self) -> String {
        let count = match self.classes.len() {
            1 => "one Gaussian",
            _ => "one Gaussian per class",
        };
        let covariance = match self.covariance {
            Covariance::Full => "full covariance".to_owned(),
            Covariance::LowRank(0) => "variances only".to_owned(),
            Covariance::LowRank(rank) => format!("covariance of rank {rank} plus variances"),
        };
        format!("{count}, {covariance}")
    }

    fn bytes(&self) -> usize {
        self.covariance.bytes(self.classes.len(), self.columns)
    }

    fn draw(&self, class: Option<u16>, count: usize, rng: &mut dyn Rng) -> Array2<f32> {
        let Gaussian { mean, factor, rest } = of_class(&self.classes, class);
        let mut normal = |columns| {
            Array2::from_shape_simple_fn((count, columns), || -> f64 { StandardNormal.sample(rng) })
        };
        let mut rows = normal(factor.ncols()).dot(&factor.t());
        rows += &(normal(self.columns) * Array1::from_iter(rest.iter().copied()));
        rows += &Array1::from_iter(mean.iter().copied());
        rows.mapv(|value| value.clamp(-8.0, 8.0) as f32)
    }
}

impl Covariance {
    fn choose(classes: usize, columns: usize, budget: usize) -> Self {
        if Self::Full.bytes(classes, columns) <= budget {
            return Self::Full;
        }
        let one = PARAMETER * classes * columns;
        Self::LowRank((budget / one).saturating_sub(2).min(columns / 2))
    }

    /// Returns the bytes of all means and covariances.
    fn bytes(self, classes: usize, columns: usize) -> usize {
        let values = match self {
            Self::Full => columns + columns * (columns + 1) / 2,
            Self::LowRank(rank) => columns * (2 + rank),
        };
        PARAMETER * classes * values
    }
}

impl Gaussian {
    fn fit(rows: ArrayView2<'_, f32>, covariance: Covariance) -> Self {
        let mean = means(rows);
        let centred = rows.mapv(f64::from) - Array1::from_iter(mean.iter().copied());
        let all = centred.t().dot(&centred) / rows.nrows() as f64;
        let columns = rows.ncols();
        let basis = match covariance {
            Covariance::Full => Array2::eye(columns),
            Covariance::LowRank(rank) => main_directions(&all, rank),
        };
        let factor = factor(&all, &basis);
        let explained = factor.mapv(|value| value * value).sum_axis(Axis(1));
        let rest = match covariance {
            Covariance::Full => vec![0.0; columns],
            Covariance::LowRank(_) => {
                let rest = all.diag().into_iter().zip(&explained);
                rest.map(|(all, explained)| (all - explained).max(0.0).sqrt())
                    .collect()
            }
        };
        Self { mean, factor, rest }
    }
}

/// Returns an orthonormal basis of about the `rank` main directions, by subspace iteration.
fn main_directions(covariance: &Array2<f64>, rank: usize) -> Array2<f64> {
    let mut rng = Xoshiro128PlusPlus::seed_from_u64(0);
    let shape = (covariance.nrows(), rank);
    let mut basis: Array2<f64> =
        Array2::from_shape_simple_fn(shape, || StandardNormal.sample(&mut rng));
    for _ in 0..ITERATIONS {
        basis = orthonormal(covariance.dot(&basis));
    }
    basis
}

/// Makes columns orthonormal, one after the other. One that depends on those before it becomes 0.
fn orthonormal(mut columns: Array2<f64>) -> Array2<f64> {
    for place in 0..columns.ncols() {
        let before = columns.column(place).dot(&columns.column(place)).sqrt();
        // Twice, because the first pass leaves rounding errors.
        for other in (0..place).chain(0..place) {
            let other = columns.column(other).to_owned();
            let along = columns.column(place).dot(&other);
            columns.column_mut(place).scaled_add(-along, &other);
        }
        let length = columns.column(place).dot(&columns.column(place)).sqrt();
        match length > SHORTEST * before && length > 0.0 {
            true => columns
                .column_mut(place)
                .mapv_inplace(|value| value / length),
            false => columns.column_mut(place).fill(0.0),
        }
    }
    columns
}

/// Returns F with F·Fᵀ = the covariance within the basis.
fn factor(covariance: &Array2<f64>, basis: &Array2<f64>) -> Array2<f64> {
    let within = basis.t().dot(&covariance.dot(basis));
    let (values, vectors) = within.eigh_into().expect("a square matrix");
    let lengths = values.mapv(|value: f64| value.max(0.0).sqrt());
    basis.dot(&vectors) * lengths
}
