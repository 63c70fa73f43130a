//! Text that commands and reports share.

use flowlet::Solver;

pub(crate) use flowlet_trainer::text::{counted, grouped, listed};

/// Returns the name that `--solver` takes.
pub(crate) fn solver_name(solver: Solver) -> &'static str {
    match solver {
        Solver::Euler => "euler",
        Solver::ExponentialEuler => "exponential",
        Solver::Midpoint => "midpoint",
        Solver::Heun => "heun",
    }
}
