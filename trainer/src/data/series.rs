//! Finds series: numbered columns of one name, which share a plot.

use std::ops::Range;

/// Least number of columns of a series.
const MIN_COLUMNS: usize = 8;

/// Columns that form a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The part before the numbers of their names.
    pub name: String,
    /// Their positions, ascending.
    pub columns: Vec<usize>,
}

/// Returns the columns whose names differ only in the number at their end, as in `t00`, `t01`, …,
/// if there are at least eight of them. Values of category columns are never part of a series.
#[must_use]
pub fn series(columns: &[String], categories: &[Range<usize>]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for (place, name) in columns.iter().enumerate() {
        let (stem, number) = parts(name);
        if number.is_empty() || categories.iter().any(|range| range.contains(&place)) {
            continue;
        }
        match all.iter_mut().find(|one| one.name == stem) {
            Some(one) => one.columns.push(place),
            None => all.push(Series {
                name: stem.to_owned(),
                columns: vec![place],
            }),
        }
    }
    all.retain(|one| one.columns.len() >= MIN_COLUMNS);
    all
}

/// Returns the number of moments if several series are the channels of a window: equally long.
#[must_use]
pub fn moments(all: &[Series]) -> Option<usize> {
    let (first, others) = all.split_first()?;
    let moments = first.columns.len();
    let are_channels = others.iter().all(|other| other.columns.len() == moments);
    (are_channels && !others.is_empty()).then_some(moments)
}

/// Divides a name into the part before its number, and the number.
#[must_use]
pub fn parts(name: &str) -> (&str, &str) {
    let stem = name.trim_end_matches(|end: char| end.is_ascii_digit());
    name.split_at(stem.len())
}

#[cfg(test)]
mod tests {
    use super::{moments, series};

    #[test]
    fn eight_numbered_columns_are_a_series() {
        let of = |text: &str| {
            let names: Vec<String> = text.split(' ').map(str::to_owned).collect();
            let all = series(&names, std::slice::from_ref(&(0..1)));
            all.into_iter()
                .map(|one| (one.name, one.columns))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("x9 x0 x1 x2 x3 x4 t x5 x6 x7 x"),
            [("x".to_owned(), vec![1, 2, 3, 4, 5, 7, 8, 9])]
        );
        assert_eq!(of("x9 x0 x1 x2 x3 x4 x5 x6"), []);
        assert_eq!(of("k 0 1 2 3 4 5 6 7")[0].0, "");
    }

    #[test]
    fn equally_long_series_are_channels() {
        let of = |lengths: &[(&str, usize)]| {
            let each = lengths.iter();
            let names =
                each.flat_map(|&(name, count)| (0..count).map(move |at| format!("{name}{at}")));
            moments(&series(&names.collect::<Vec<_>>(), &[]))
        };
        assert_eq!(of(&[("x", 9), ("y", 9), ("z", 9)]), Some(9));
        assert_eq!(of(&[("x", 9), ("y", 10)]), None);
        assert_eq!(of(&[("x", 9)]), None);
    }
}
