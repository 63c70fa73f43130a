//! Losses of a run as CSV, with about two hundred points per phase.

use std::fmt::Write;

use flowlet_trainer::{Phase, Progress};

/// Points per phase.
const POINTS: usize = 200;
const HEADER: &str = "phase,step,of,loss,validation\n";

/// Losses of a run.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::commands) struct Losses(String);

impl Losses {
    /// Returns the losses up to a step of a phase, from the text of the file.
    pub fn up_to(text: &str, phase: Phase, step: usize) -> Self {
        let name = phase.to_string();
        let is_before = |line: &&str| {
            let mut cells = line.split(',');
            let (of, at) = (
                cells.next(),
                cells.next().and_then(|at| at.parse::<usize>().ok()),
            );
            // Any other phase in the file is an earlier one.
            of != Some(name.as_str()) || at.is_some_and(|at| at <= step)
        };
        let lines = text.lines().skip(1).filter(is_before);
        let lines: String = lines.map(|line| format!("{line}\n")).collect();
        Self(format!("{HEADER}{lines}"))
    }

    pub fn push(&mut self, now: &Progress) {
        if !now.is_one_of(POINTS) {
            return;
        }
        let Progress {
            phase,
            step,
            steps,
            loss,
            validation_loss,
            ..
        } = now;
        let validation = validation_loss.map_or(String::new(), |loss| loss.to_string());
        let _ = writeln!(self.0, "{phase},{step},{steps},{loss},{validation}");
    }

    pub fn text(&self) -> &str {
        &self.0
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
        let at = |phase, step| Progress {
            fold: None,
            phase,
            step,
            steps: 400,
            left: 400 - step,
            loss: 0.5,
            validation_loss: Some(0.25),
        };
        let mut losses = Losses::default();
        for step in 1..=400 {
            losses.push(&at(Phase::Training, step));
        }
        losses.push(&at(Phase::Distillation, 2));
        let before = losses.clone();
        losses.push(&at(Phase::Distillation, 4));
        let text = String::from_utf8(losses.bytes().to_vec()).expect("text");
        assert_eq!(text.lines().nth(2), Some("training,4,400,0.5,0.25"));
        assert_eq!(text.lines().count(), 1 + 200 + 2);
        assert_eq!(Losses::up_to(&text, Phase::Distillation, 3), before);
    }
}
