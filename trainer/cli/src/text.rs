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

/// Writes an estimated time with two or three figures.
pub(crate) fn time(milliseconds: f64) -> String {
    match milliseconds {
        tiny if tiny < 0.995 => format!("{tiny:.2} ms"),
        few if few < 9.95 => format!("{few:.1} ms"),
        some if some < 999.5 => format!("{some:.0} ms"),
        many => format!("{:.1} s", many / 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_have_two_figures_or_three() {
        assert_eq!(
            [0.443, 1.0, 9.96, 120.4, 2345.0].map(time),
            ["0.44 ms", "1.0 ms", "10 ms", "120 ms", "2.3 s"]
        );
    }
}
