//! Which columns are a series: numbered ones of one name, by which they share a scale and a picture.

use std::ops::Range;

/// Fewest columns of a series.
const FEWEST: usize = 8;

/// Columns that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What their names begin with.
    pub name: String,
    /// Their places, ascending.
    pub columns: Vec<usize>,
}

/// Columns whose names differ only in a number at their end, as in `t00`, `t01`, …, where there are at least
/// eight of them. The values of category columns are never part of one.
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
    all.retain(|one| one.columns.len() >= FEWEST);
    all
}

/// A name without its number, and the number.
#[must_use]
pub fn parts(name: &str) -> (&str, &str) {
    let stem = name.trim_end_matches(|end: char| end.is_ascii_digit());
    name.split_at(stem.len())
}

#[cfg(test)]
mod tests {
    use super::series;

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
}
