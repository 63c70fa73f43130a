//! A progress bar on standard error while a model trains, and nothing at all when nobody watches.

use indicatif::{ProgressBar, ProgressStyle};

/// How much of an iteration's loss enters the shown one: single batches jump about.
const FRESH: f64 = 0.02;

/// Shows iterations done, the smoothed loss and the time left; removed from the screen when dropped.
///
/// Silent when standard error is not a terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    loss: Option<f64>,
}

impl Progress {
    /// A bar for so many iterations of training.
    #[must_use]
    pub fn new(iterations: u64) -> Self {
        let style = ProgressStyle::with_template("{msg:14} {wide_bar} {pos}/{len}  {eta} left");
        let bar = ProgressBar::new(iterations);
        bar.set_style(style.expect("a valid template"));
        Self { bar, loss: None }
    }

    /// One more iteration is done, with this loss.
    pub fn advance(&mut self, loss: f64) {
        let smooth = self
            .loss
            .map_or(loss, |shown| shown + FRESH * (loss - shown));
        self.loss = Some(smooth);
        self.bar.set_message(format!("loss {smooth:.4}"));
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;

    #[test]
    fn the_shown_loss_follows_slowly() {
        let mut progress = Progress::new(3);
        progress.advance(1.0);
        progress.advance(2.0);
        assert_eq!(
            (progress.bar.position(), progress.bar.message()),
            (2, "loss 1.0200".to_owned())
        );
    }
}
