//! Which of a file's columns are learnt, and which one is the label.

use std::collections::HashMap;

use super::super::DataError;
use super::super::error::quoted;
use super::ReadOptions;

/// Chosen columns of a file, by their places in it.
pub(super) struct Selection {
    /// Those that are learnt, in the order to learn them.
    pub numeric: Vec<usize>,
    /// The label, with its place among the chosen columns.
    pub label: Option<(usize, usize)>,
}

impl Selection {
    /// Applies `--label`, `--columns` and `--drop` to the names of a file.
    pub fn new(names: &[&str], file: &str, options: &ReadOptions) -> Result<Self, DataError> {
        check(names, file)?;
        let label = match &options.label {
            Some(label) => Some(place(names, label).ok_or_else(|| DataError::UnknownLabel {
                file: file.into(),
                label: label.clone(),
                hint: hint(names, label, "columns"),
            })?),
            None => None,
        };
        let find = |name: &String| {
            place(names, name).ok_or_else(|| DataError::UnknownColumn {
                file: file.into(),
                column: name.clone(),
                hint: hint(names, name, "columns"),
            })
        };
        let wanted: Vec<usize> = match options.columns.as_slice() {
            [] => (0..names.len()).collect(),
            named => named.iter().map(find).collect::<Result<_, _>>()?,
        };
        let dropped: Vec<usize> = options.drop.iter().map(find).collect::<Result<_, _>>()?;
        let numeric: Vec<usize> = wanted
            .into_iter()
            .filter(|column| Some(*column) != label && !dropped.contains(column))
            .collect();
        if numeric.is_empty() {
            return Err(match &options.label {
                Some(label) if dropped.is_empty() => DataError::LabelAlone {
                    file: file.into(),
                    label: label.clone(),
                },
                _ => DataError::NoColumns { file: file.into() },
            });
        }
        // A label that stands behind the chosen columns in the file comes back behind them.
        let before = |label: usize| numeric.iter().filter(|&&column| column < label).count();
        Ok(Self {
            label: label.map(|label| (label, before(label))),
            numeric,
        })
    }

    /// Names of the columns that are learnt.
    pub fn names(&self, names: &[&str]) -> Vec<String> {
        self.numeric
            .iter()
            .map(|&column| names[column].to_owned())
            .collect()
    }

    /// Name of the label, and its place among the chosen columns.
    pub fn label_of(&self, names: &[&str]) -> Option<(String, usize)> {
        self.label
            .map(|(column, place)| (names[column].to_owned(), place))
    }
}

/// `name0`, `name1`, …, of one width, for values that have no names.
pub(super) fn numbered(name: &str, count: usize) -> Vec<String> {
    let width = count.saturating_sub(1).to_string().len();
    (0..count).map(|at| format!("{name}{at:0width$}")).collect()
}

/// Names of the pixels of an image, line by line: numbered where it is a square, as that tells its width; elsewhere
/// by line and place, of as many digits each.
pub(super) fn pixels(width: usize, height: usize) -> Vec<String> {
    if width == height || width == 1 || height == 1 {
        return numbered("p", width * height);
    }
    let digits = (width.max(height) - 1).to_string().len();
    // Lines of 10 (100, …) places would be numbered as a series is.
    let full = width == 10usize.pow(digits as u32);
    let digits = digits + usize::from(full);
    let name = |line, place| format!("p{line:0digits$}{place:0digits$}");
    (0..height)
        .flat_map(|line| (0..width).map(move |place| name(line, place)))
        .collect()
}

fn place(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|&other| other == name)
}

fn check(names: &[&str], file: &str) -> Result<(), DataError> {
    let file = || file.to_owned();
    let mut seen = HashMap::new();
    for (number, &name) in (1..).zip(names) {
        if name.is_empty() {
            return Err(DataError::UnnamedColumn {
                file: file(),
                number,
            });
        }
        if name.contains(char::is_control) {
            return Err(DataError::ControlInColumn {
                file: file(),
                number,
                name: name.into(),
            });
        }
        if let Some(first) = seen.insert(name, number) {
            return Err(DataError::RepeatedColumn {
                file: file(),
                first,
                second: number,
                name: name.into(),
            });
        }
    }
    Ok(())
}

/// Of `what` there is: the nearest name where one is near enough to be a slip, then the names there are.
pub(super) fn hint(names: &[&str], wanted: &str, what: &str) -> String {
    const LISTED: usize = 8;
    let likeness = |name: &str| strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase());
    let nearest = names
        .iter()
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let meant = nearest.filter(|name| likeness(name) > 0.8);
    let meant = meant
        .map(|name| format!("did you mean {}? ", quoted(name)))
        .unwrap_or_default();
    let listed = names
        .iter()
        .take(LISTED)
        .map(|name| quoted(name))
        .collect::<Vec<_>>()
        .join(", ");
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{meant}the {what} are {listed}{more}")
}

#[cfg(test)]
mod tests {
    use super::pixels;

    #[test]
    fn names_of_pixels_tell_the_width() {
        assert_eq!(pixels(2, 2), ["p0", "p1", "p2", "p3"]);
        assert_eq!(pixels(3, 2), ["p00", "p01", "p02", "p10", "p11", "p12"]);
        assert_eq!(pixels(3, 1), ["p0", "p1", "p2"]);
        assert_eq!(pixels(10, 2)[10], "p0100");
        assert_eq!(pixels(16, 6)[95], "p0515");
    }
}
