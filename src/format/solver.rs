//! Methods of integration.

/// Method of integration. The two second-order methods evaluate the network twice per step.
///
/// ```
/// # use flowlet::{Model, Sampler, Solver};
/// # let bytes = flowlet::include_model!("../moons.flow");
/// # let model = Model::parse(bytes).unwrap();
/// let mut sampler = Sampler::<2, 64>::new(model).unwrap();
/// sampler.set_solver(Solver::Midpoint);
/// sampler.set_steps(4).unwrap(); // 8 evaluations
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Solver {
    /// x ← x + dt · v(x, t).
    #[default]
    Euler = 0,
    /// Euler's step for the network and the exact step for the Gaussian drift, at the cost of
    /// Euler's. The flow of the drift from t to t' is x ↦ t'·m + s(t')/s(t) · (x − t·m) with
    /// s(t)² = (1 − t)² + t²·σ² (after exponential integrators: Hochbruck and Ostermann, Acta
    /// Numerica 19, 2010).
    ExponentialEuler = 1,
    /// x ← x + dt · v(x + dt/2 · v(x, t), t + dt/2) (Hairer, Nørsett and Wanner, *Solving Ordinary
    /// Differential Equations I*, II.1).
    Midpoint = 2,
    /// x ← x + dt/2 · (v + v(x + dt · v, t + dt)) with v = v(x, t) (the same, II.1).
    Heun = 3,
}

impl Solver {
    /// All solvers, in the order of their numbers in a file.
    ///
    /// ```
    /// use flowlet::Solver;
    /// assert_eq!(Solver::ALL[Solver::Heun as usize], Solver::Heun);
    /// ```
    pub const ALL: [Self; 4] = [
        Self::Euler,
        Self::ExponentialEuler,
        Self::Midpoint,
        Self::Heun,
    ];

    /// Returns the solver with this number in a file, or Euler's method if there is none.
    #[inline(always)]
    pub(crate) const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::ExponentialEuler,
            2 => Self::Midpoint,
            3 => Self::Heun,
            _ => Self::Euler,
        }
    }
}
