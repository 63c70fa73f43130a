//! The fewest solver steps that are about as good as many.

use crate::defaults;

/// Numbers of steps to choose from, with [`defaults::STEPS`] as the last resort.
const CHOICES: [u16; 5] = [1, 2, 3, 4, 6];
/// Steps that the choices are compared with.
const MANY: usize = 16;
/// Largest ratio of a measure to that with [`MANY`] steps.
const MAX_RATIO: f64 = 1.02;

/// A measure of draws in a number of steps. Less is better.
pub(crate) type Measure<'a> = &'a dyn Fn(usize) -> f64;

/// Returns the fewest steps with which all measures are about as small as with many.
pub(crate) fn fewest_steps(measures: &[Measure<'_>]) -> u16 {
    let most: Vec<f64> = measures.iter().map(|of| MAX_RATIO * of(MANY)).collect();
    let is_enough = |&steps: &u16| {
        let mut each = measures.iter().zip(&most);
        each.all(|(of, &most)| of(steps.into()) <= most)
    };
    let fewest = CHOICES.into_iter().find(is_enough);
    fewest.unwrap_or(defaults::STEPS)
}

#[cfg(test)]
mod tests {
    use super::fewest_steps;

    #[test]
    fn all_measures_count() {
        let (near, far) = (
            |steps| 1.0 + 0.05 / steps as f64,
            |steps| 1.0 / steps as f64,
        );
        assert_eq!(fewest_steps(&[&near]), 3);
        assert_eq!(fewest_steps(&[&near, &far]), 8);
        assert_eq!(fewest_steps(&[&|_| 0.0]), 1);
    }
}
