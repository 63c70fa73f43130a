//! The losses on the way: some two hundred points a phase, as CSV.

use std::fmt::Write;

use crate::commands::progress::phase_name;
use flowlet_trainer::fit::Phase;
use flowlet_trainer::train::Progress;

/// Points of a phase.
const POINTS: usize = 200;
const HEADER: &str = "phase,step,of,loss,held_out\n";

/// Losses of a run.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::commands) struct Losses(String);

impl Losses {
    /// Those of the run up to `phase` and `step`, from the file that it left.
    pub fn up_to(text: &str, phase: Phase, step: usize) -> Self {
        let name = phase_name(phase);
        let before = |line: &&str| {
            let mut cells = line.split(',');
            let (of, at) = (
                cells.next(),
                cells.next().and_then(|at| at.parse::<usize>().ok()),
            );
            // Lines of another phase are of one before.
            of != Some(name.as_str()) || at.is_some_and(|at| at <= step)
        };
        let lines = text
            .lines()
            .skip(1)
            .filter(before)
            .map(|line| format!("{line}\n"));
        Self(
            HEADER
                .chars()
                .chain(lines.collect::<String>().chars())
                .collect(),
        )
    }

    pub fn push(&mut self, phase: Phase, now: Progress) {
        let every = now.of.div_ceil(POINTS);
        if !now.iteration.is_multiple_of(every) && now.iteration != now.of {
            return;
        }
        let held_out = now
            .held_out_loss
            .map_or(String::new(), |loss| loss.to_string());
        let (name, step) = (phase_name(phase), now.iteration);
        let _ = writeln!(self.0, "{name},{step},{},{},{held_out}", now.of, now.loss);
    }

    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Default for Losses {
    fn default() -> Self {
        Self(HEADER.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{Losses, Phase, Progress};

    #[test]
    fn a_resumed_run_keeps_what_came_before_its_checkpoint() {
        let at = |iteration| Progress {
            iteration,
            of: 400,
            loss: 0.5,
            held_out_loss: Some(0.25),
        };
        let mut losses = Losses::default();
        for step in 1..=400 {
            losses.push(Phase::Training, at(step));
        }
        losses.push(Phase::Distillation, at(2));
        let before = losses.clone();
        losses.push(Phase::Distillation, at(4));
        let text = String::from_utf8(losses.bytes().to_vec()).expect("text");
        assert_eq!(text.lines().nth(2), Some("training,4,400,0.5,0.25"));
        assert_eq!(text.lines().count(), 1 + 200 + 2);
        assert_eq!(Losses::up_to(&text, Phase::Distillation, 3), before);
    }
}
