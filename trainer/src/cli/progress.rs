//! A progress bar on standard error while a model trains, and nothing at all when nobody watches.

use indicatif::{ProgressBar, ProgressStyle};

use crate::train::Progress;

/// Shows steps done, the losses and the time left; removed from the screen when dropped.
///
/// Silent when standard error is not a terminal.
#[derive(Debug)]
pub struct TrainingBar {
    bar: ProgressBar,
}

impl TrainingBar {
    /// A bar for so many steps of training.
    #[must_use]
    pub fn new(iterations: u64) -> Self {
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len}  {msg}  {eta} left");
        let bar = ProgressBar::new(iterations);
        bar.set_style(style.expect("a valid template"));
        Self { bar }
    }

    /// Moves the bar to where training is.
    pub fn show(&self, progress: Progress) {
        self.bar.set_message(message(progress));
        self.bar.set_position(progress.iteration as u64);
    }
}

impl Drop for TrainingBar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn message(progress: Progress) -> String {
    let held_out = progress
        .held_out_loss
        .map(|loss| format!(", held out {loss:.4}"));
    format!("loss {:.4}{}", progress.loss, held_out.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Progress, TrainingBar};

    #[test]
    fn the_bar_shows_where_training_is() {
        let bar = TrainingBar::new(10);
        bar.show(Progress {
            iteration: 3,
            of: 10,
            loss: 0.5,
            held_out_loss: None,
        });
        assert_eq!(
            (bar.bar.position(), bar.bar.message()),
            (3, "loss 0.5000".to_owned())
        );
        bar.show(Progress {
            iteration: 4,
            of: 10,
            loss: 0.4,
            held_out_loss: Some(0.625),
        });
        assert_eq!(
            (bar.bar.position(), bar.bar.message()),
            (4, "loss 0.4000, held out 0.6250".to_owned())
        );
    }
}
