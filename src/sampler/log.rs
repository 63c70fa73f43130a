//! `defmt::Format` where a derive would write memory: of a sampler how it is set, of a trajectory how far it is, of a
//! batch its samples.

use defmt::{Format, Formatter, write};

use super::{Memory, Sampler, Samples, Trajectory};
use crate::log::list;

impl<const DIM: usize, const WIDTH: usize, M: Memory> Format for Samples<'_, DIM, WIDTH, M> {
    fn format(&self, f: Formatter<'_>) {
        list(f, self.clone());
    }
}

impl<const DIM: usize, const WIDTH: usize, const LANES: usize, M> Format
    for Sampler<'_, DIM, WIDTH, LANES, M>
{
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Sampler<{=usize}, {=usize}, {=usize}> {{ solver: {}, steps: {=u16}, class: {}, guidance: {} }}",
            DIM,
            WIDTH,
            LANES,
            self.solver,
            self.grid.steps(),
            self.class,
            self.guidance
        );
    }
}

impl<const DIM: usize, const WIDTH: usize, const LANES: usize, M: Memory> Format
    for Trajectory<'_, '_, DIM, WIDTH, LANES, M>
{
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Trajectory {{ remaining: {=u16} }}", self.remaining());
    }
}
