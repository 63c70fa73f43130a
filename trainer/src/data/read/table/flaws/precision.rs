//! Integers that need more bits than a value has on a device.

use std::ops::Range;

use ndarray::Array2;

use crate::data::error::Place;
use crate::data::note::{Note, NoteKind};
use crate::data::scaling::{MIN_STEPS, Scaling, step};

/// Most columns that are named.
const MAX_NOTES: usize = 3;

/// Returns a note about each column whose integers a device rounds.
pub(crate) fn notes(
    file: &str,
    (columns, categories): (&[String], &[Range<usize>]),
    values: &Array2<f64>,
) -> Vec<Note> {
    let own: Vec<usize> = (0..columns.len()).collect();
    let scaling = Scaling::fit(values.view(), &own);
    let is_name = |column| categories.iter().any(|range| range.contains(&column));
    let note = |column: usize| {
        let (mean, scale) = (scaling.mean[column], scaling.scale[column]);
        let step_here = step(mean, scale);
        // Training refuses values that are closer together.
        let is_rounded = step_here > 1.0 && scale >= MIN_STEPS * step_here;
        let is_integer = |value: &f64| value.fract() == 0.0;
        if !is_rounded || is_name(column) || !values.column(column).iter().all(is_integer) {
            return None;
        }
        let advice = match step(0.0, scale) <= 1.0 {
            true => format!("subtract {} from all", scaling.centre(column)),
            false => "use a larger unit".to_owned(),
        };
        let message = format!(
            "samples will be multiples of {step_here}, because a device has 32 bits for a value; \
             {advice} for exact ones"
        );
        let place = Place::file(file).with_column(&columns[column]);
        Some(Note::new(NoteKind::Other, place, message))
    };
    own.iter()
        .copied()
        .filter_map(note)
        .take(MAX_NOTES)
        .collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::notes;

    fn noted(of_row: impl Fn(usize) -> f64) -> Vec<String> {
        let values = Array2::from_shape_fn((100, 1), |(row, _)| of_row(row));
        let notes = notes("a.csv", (&["t".to_owned()], &[]), &values);
        notes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn integers_beyond_32_bits_are_noted() {
        let milliseconds = |row| 1_709_251_211_000.0 + 863_999.0 * row as f64;
        assert_eq!(
            noted(milliseconds),
            [
                "a.csv, column `t`: samples will be multiples of 1024, because a device has 32 bits \
              for a value; subtract 1709300000000 from all for exact ones"
            ]
        );
        let wide = |row| 42_949_673.0 * row as f64 - 2_147_483_648.0;
        assert!(noted(wide)[0].ends_with("; use a larger unit for exact ones"));
        let serials = |row| 1e18 + 79e15 * row as f64;
        assert!(noted(serials)[0].ends_with("; use a larger unit for exact ones"));
    }

    #[test]
    fn other_columns_are_not() {
        assert!(noted(|row| 1_709_251_211.0 + row as f64).is_empty());
        assert!(
            noted(|row| 1e12 + 0.5 * row as f64).is_empty(),
            "refused later"
        );
        assert!(noted(|row| 1e30 * row as f64 / 7.0 + 0.5).len() < 2);
        assert!(noted(|row| row as f64 / 8.0).is_empty());
        assert!(noted(|_| 1e15).is_empty(), "a constant");
    }
}
