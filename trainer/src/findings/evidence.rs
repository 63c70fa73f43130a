//! What findings are made from: samples, real rows, and the columns of both.

use std::ops::Range;

use ndarray::{Array2, ArrayView1, ArrayView2, Axis, concatenate};

use crate::data::category::{self, FileColumn};
use crate::data::layout::Layout;
use crate::data::transform::Transform;

/// Share of a column's range within which values are equal on a device.
pub(super) const EXACT: f64 = 1e-6;

/// Rows in physical units and standardised, and their classes if there are labels.
#[derive(Clone, Debug)]
pub struct RowSet {
    /// Physical units, `rows × columns`.
    pub values: Array2<f64>,
    /// The same rows, standardised.
    pub standardised: Array2<f32>,
    /// Class of each row.
    pub classes: Option<Vec<u16>>,
}

/// Samples and real rows.
///
/// ```
/// use flowlet_trainer::Table;
/// use flowlet_trainer::data::range::ValueRange;
/// use flowlet_trainer::data::transform::Transform;
/// use flowlet_trainer::findings::{Evidence, RowSet, find};
///
/// let rows: String = (0..100).map(|row| format!("{},{row}\n", row % 7)).collect();
/// let table = Table::parse_csv(format!("x,y\n{rows}").as_bytes(), "rows.csv")?;
/// let ranges = ValueRange::of_each(table.values.view());
/// let (transform, standardised) = Transform::fit(&table, ranges, 0);
/// let rows = RowSet { values: table.values.clone(), standardised, classes: None };
/// let evidence = Evidence::new(&table.columns, &[], &transform, [&rows; 3]);
/// assert!(find(&evidence).iter().any(|finding| finding.columns == ["x"]));
/// # Ok::<(), flowlet_trainer::DataError>(())
/// ```
#[derive(Debug)]
pub struct Evidence<'a> {
    pub(super) value_names: &'a [String],
    /// Names in sentences. A circular column is named as in the file.
    pub(super) names: Vec<String>,
    pub(super) classes: &'a [&'a str],
    pub(super) transform: &'a Transform,
    pub(super) generated: &'a RowSet,
    pub(super) training: &'a RowSet,
    pub(super) validation: &'a RowSet,
    /// Training and validation rows, physical units.
    pub(super) real: Array2<f64>,
    pub(super) real_classes: Option<Vec<u16>>,
}

impl<'a> Evidence<'a> {
    /// Creates the evidence from the names of values and classes, and from samples, training rows
    /// and validation rows.
    ///
    /// # Panics
    /// If a set is empty, or the sets differ in their columns.
    #[must_use]
    pub fn new(
        names: &'a [String],
        classes: &'a [&'a str],
        transform: &'a Transform,
        [generated, training, validation]: [&'a RowSet; 3],
    ) -> Self {
        let sets = [generated, training, validation];
        assert!(sets.iter().all(|set| set.values.nrows() > 0), "rows");
        let values = [training.values.view(), validation.values.view()];
        let real_classes = training.classes.as_ref().zip(validation.classes.as_ref());
        Self {
            value_names: names,
            names: shown(names, transform),
            classes,
            transform,
            generated,
            training,
            validation,
            real: concatenate(Axis(0), &values).expect("sets with the same columns"),
            real_classes: real_classes.map(|(one, other)| [one.as_slice(), other].concat()),
        }
    }

    /// Returns the columns as they are in the file.
    pub(super) fn file_columns(&self) -> Vec<FileColumn<'_>> {
        let names: Vec<&str> = self.value_names.iter().map(String::as_str).collect();
        category::columns(&names, self.categories(), &self.transform.circular)
    }

    pub(super) fn categories(&self) -> &[Range<usize>] {
        &self.transform.categories
    }

    /// Returns the positions of the columns of numbers, except circular ones, whose means and
    /// correlations depend on where they start.
    pub(super) fn numbers(&self) -> Vec<usize> {
        let is_category = |place| self.categories().iter().any(|of| of.contains(&place));
        let is_circular = |place| {
            let mut circular = self.transform.circular.iter();
            circular.any(|of| (of.first..of.first + 2).contains(&place))
        };
        let places = 0..self.names.len();
        places
            .filter(|&place| !is_category(place) && !is_circular(place))
            .collect()
    }

    /// Returns the positions of the numbers that belong to no image and to no series.
    pub(super) fn independent_numbers(&self) -> Vec<usize> {
        let mut numbers = self.numbers();
        match Layout::of(self.value_names, self.categories()) {
            Layout::Image(_) | Layout::ColourImage(_) => numbers.clear(),
            Layout::Series(_, rest) => numbers.retain(|place| rest.contains(place)),
            Layout::Numbers => {}
        }
        numbers
    }

    /// Returns the limits of a column as they are in the real rows.
    pub(super) fn limits(&self, place: usize) -> [Option<f64>; 2] {
        let range = self.transform.ranges[place];
        let column = self.real.column(place);
        let [min, max] = [f64::min, f64::max].map(|end| column.iter().copied().reduce(end));
        let tolerance = max.zip(min).map_or(0.0, |(max, min)| EXACT * (max - min));
        let limit = |end: Option<f64>, limit: f64| {
            end.filter(|end| limit.is_finite() && (end - limit).abs() <= tolerance)
        };
        [limit(min, range.min), limit(max, range.max)]
    }

    /// Returns all rows, then those of each class.
    pub(super) fn groups(&self) -> Vec<Group> {
        let all = Group {
            name: String::new(),
            real: (0..self.real.nrows()).collect(),
            generated: (0..self.generated.values.nrows()).collect(),
        };
        let mut groups = vec![all];
        let classes = self
            .real_classes
            .as_ref()
            .zip(self.generated.classes.as_ref());
        if let Some((real, generated)) = classes {
            groups.extend(self.classes.iter().zip(0..).map(|(name, class)| Group {
                name: format!(" of class {name}"),
                real: places(real, |&of| of == class),
                generated: places(generated, |&of| of == class),
            }));
        }
        groups
    }

    /// Returns the rows with each category of each column.
    pub(super) fn category_groups(&self) -> Vec<Group> {
        let mut groups = Vec::new();
        for column in self.file_columns() {
            for (name, value) in column
                .categories
                .iter()
                .flatten()
                .zip(column.values.clone())
            {
                let rows = |rows: ArrayView2<'_, f64>| {
                    places(&rows.column(value).to_vec(), |&score| score == 1.0)
                };
                groups.push(Group {
                    name: format!(" with {} = {name}", column.name),
                    real: rows(self.real.view()),
                    generated: rows(self.generated.values.view()),
                });
            }
        }
        groups
    }
}

/// Returns the names of values as they are in sentences.
fn shown(names: &[String], transform: &Transform) -> Vec<String> {
    let mut shown = names.to_vec();
    let columns: Vec<&str> = names.iter().map(String::as_str).collect();
    for column in category::columns(&columns, &transform.categories, &transform.circular) {
        if column.categories.is_none() {
            shown[column.values.start] = column.name.to_owned();
        }
    }
    shown
}

fn places<T>(rows: &[T], holds: impl Fn(&T) -> bool) -> Vec<usize> {
    (0..rows.len()).filter(|&row| holds(&rows[row])).collect()
}

/// Real rows and samples with one class or category.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Words that follow "samples". Empty for all rows.
    pub name: String,
    pub real: Vec<usize>,
    pub generated: Vec<usize>,
}

impl Group {
    /// Returns whether there are at least `least` rows of both.
    pub fn has(&self, least: usize) -> bool {
        self.real.len() >= least && self.generated.len() >= least
    }

    /// Returns a column of the real rows and of the samples.
    pub fn column(&self, evidence: &Evidence<'_>, place: usize) -> [Vec<f64>; 2] {
        let part = |column: ArrayView1<'_, f64>, rows: &[usize]| -> Vec<f64> {
            rows.iter().map(|&row| column[row]).collect()
        };
        [
            part(evidence.real.column(place), &self.real),
            part(evidence.generated.values.column(place), &self.generated),
        ]
    }
}
