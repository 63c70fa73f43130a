//! Progress on standard error; nothing if it is not a terminal, or with `--quiet`.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::print;
use flowlet_trainer::Progress;

/// Returns a bar of `length` items.
pub(super) fn bar(length: u64, title: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}  {eta} left");
    let bar = match print::is_quiet() {
        true => ProgressBar::hidden(),
        false => ProgressBar::new(length),
    };
    bar.set_style(style.expect("a valid template"));
    bar.set_message(title.to_owned());
    bar
}

/// Returns a spinner for work of unknown length.
pub(super) fn spinner(title: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg}  {elapsed}");
    let spinner = match print::is_quiet() {
        true => ProgressBar::hidden(),
        false => ProgressBar::new_spinner(),
    };
    spinner.set_style(style.expect("a valid template"));
    spinner.set_message(title.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// Shows steps, losses and the remaining time of a training with all its phases; disappears when
/// dropped.
#[derive(Debug)]
pub struct TrainingBar {
    bar: ProgressBar,
    title: String,
    stage: Option<String>,
    /// Step of the stage.
    step: usize,
    /// Steps that were shown, of all stages.
    done: usize,
}

impl Default for TrainingBar {
    fn default() -> Self {
        Self::new()
    }
}

impl TrainingBar {
    /// Creates a bar that shows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::titled("")
    }

    /// Creates a bar whose lines begin with `title`.
    #[must_use]
    pub fn titled(title: &str) -> Self {
        let style =
            ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len}  {msg}  {eta} left");
        let bar = match print::is_quiet() {
            true => ProgressBar::hidden(),
            false => ProgressBar::new(0),
        };
        bar.set_style(style.expect("a valid template"));
        Self {
            bar,
            title: title.to_owned(),
            stage: None,
            step: 0,
            done: 0,
        }
    }

    /// Shows the progress of a phase.
    pub fn show(&mut self, progress: &Progress) {
        let stage = Some(progress.stage());
        if self.stage != stage {
            self.bar
                .set_prefix(format!("{}{}", self.title, progress.stage()));
            // A resumed training begins within its first stage.
            self.step = match self.stage {
                None => progress.step.saturating_sub(1),
                Some(_) => 0,
            };
            self.stage = stage;
        }
        self.done += progress.step.saturating_sub(self.step);
        self.step = progress.step;
        self.bar.set_message(message(progress));
        self.bar.set_length((self.done + progress.left) as u64);
        self.bar.set_position(self.done as u64);
    }

    /// Prints a warning above the bar.
    pub fn warn(&self, text: &str) {
        self.bar.suspend(|| print::warning(text));
    }
}

impl Drop for TrainingBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Shows the stage of a command of a few seconds; disappears when dropped.
#[derive(Debug)]
pub struct StageBar(ProgressBar);

impl StageBar {
    /// Creates a bar of so many stages.
    #[must_use]
    pub fn new(stages: u64) -> Self {
        let style = ProgressStyle::with_template("{pos}/{len} {msg} {elapsed}");
        let bar = match print::is_quiet() {
            true => ProgressBar::hidden(),
            false => ProgressBar::new(stages),
        };
        bar.set_style(style.expect("a valid template"));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar)
    }

    /// Begins the next stage.
    pub fn begin(&self, what: &'static str) {
        self.0.set_message(what);
        self.0.inc(1);
    }
}

impl Drop for StageBar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn message(progress: &Progress) -> String {
    let validation = progress
        .validation_loss
        .map(|loss| format!(", validation {loss:.4}"));
    format!(
        "loss {:.4}{}",
        progress.loss,
        validation.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use flowlet_trainer::Phase;

    use super::{Progress, TrainingBar};

    #[test]
    fn the_bar_shows_where_training_is() {
        let mut bar = TrainingBar::new();
        let shown = |bar: &TrainingBar| {
            let steps = (bar.bar.position(), bar.bar.length());
            (steps, bar.bar.prefix(), bar.bar.message())
        };
        bar.show(&Progress {
            fold: None,
            phase: Phase::Training,
            step: 3,
            steps: 10,
            left: 17,
            loss: 0.5,
            validation_loss: None,
        });
        assert_eq!(
            shown(&bar),
            // The training is a resumed one, which has taken one step.
            (
                (1, Some(18)),
                "training".to_owned(),
                "loss 0.5000".to_owned()
            )
        );
        bar.show(&Progress {
            fold: Some(4),
            phase: Phase::Reflow(2),
            step: 4,
            steps: 10,
            left: 6,
            loss: 0.4,
            validation_loss: Some(0.625),
        });
        let message = "loss 0.4000, validation 0.6250".to_owned();
        assert_eq!(
            shown(&bar),
            (
                (5, Some(11)),
                "reflow 2 for calibration 4/5".to_owned(),
                message
            )
        );
    }
}
