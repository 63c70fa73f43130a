//! Brings a table to a model's columns, categories and class numbers by name, whatever their order
//! in the file.

use flowlet::Model;
use ndarray::{Array2, ArrayView2, s};

use super::{categories, circular};
use crate::data::category::{self, FileColumn};
use crate::data::{Labels, Note, NoteKind, Place, RowPlace, Table};
use crate::generate::{KnownColumn, known_columns};

/// Why a table does not have the columns of a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlignError {
    /// The table lacks a column of the model.
    #[error("the data have no column `{0}`, which the model was trained on; add it")]
    Missing(String),
    /// The model lacks a column of the table.
    #[error("the model was not trained on column `{0}`; remove it from the data")]
    Unknown(String),
    /// A column has names in the table and numbers in the model, or the reverse.
    #[error("column `{0}` has names, but the model was trained on numbers; correct the data")]
    Names(String),
    /// The model was not trained on a category.
    #[error(
        "the model was not trained on category `{category}` of column `{column}`; remove its rows"
    )]
    Category {
        /// The category.
        category: String,
        /// The column.
        column: String,
    },
    /// The model was not trained on a class.
    #[error("the model was not trained on class `{class}` of column `{column}`; remove its rows")]
    Class {
        /// The class.
        class: String,
        /// The label column.
        column: String,
    },
}

impl Table {
    /// Returns the same rows with the columns and the class numbers of `model`. Labels are dropped
    /// if the model has no classes.
    ///
    /// # Errors
    /// [`AlignError`] with the first column or class that does not fit.
    pub fn align_to_model(self, model: &Model<'_>) -> Result<Self, AlignError> {
        self.aligned(model, Names::Known)
    }

    /// Returns the same rows as [`align_to_model`](Self::align_to_model), to be scored: names that
    /// the model was not trained on are allowed, and each adds a note. A row with an unknown
    /// category has none. Unknown classes follow those of the model.
    ///
    /// # Errors
    /// [`AlignError`] with the first column that does not fit.
    pub fn align_openly_to_model(self, model: &Model<'_>) -> Result<Self, AlignError> {
        self.aligned(model, Names::Unknown)
    }

    /// Returns the same rows as [`align_to_model`](Self::align_to_model), to be filled in: columns
    /// that the table lacks, or that have no values, are NaN in all rows.
    ///
    /// # Errors
    /// [`AlignError`] with the first column or class that does not fit.
    pub fn align_partly_to_model(self, model: &Model<'_>) -> Result<Self, AlignError> {
        self.aligned(model, Names::Missing)
    }

    fn aligned(self, model: &Model<'_>, allowed: Names) -> Result<Self, AlignError> {
        let conditions = known_columns(model);
        let is_condition = |column: &&KnownColumn| column.values.start >= model.dim();
        let conditions: Vec<KnownColumn> = conditions
            .into_iter()
            .filter(|of| is_condition(&of))
            .collect();
        if !conditions.is_empty() {
            let (rest, given) = self.without_conditions(&conditions)?;
            let aligned = rest.aligned_columns(model, allowed)?;
            return Ok(Self {
                conditions: Some(Box::new(given)),
                ..aligned
            });
        }
        self.aligned_columns(model, allowed)
    }

    /// Divides the table into other columns and the conditions, in the order of the model.
    fn without_conditions(self, conditions: &[KnownColumn]) -> Result<(Self, Self), AlignError> {
        let columns = self.file_columns();
        let is_chosen =
            |column: &FileColumn<'_>| conditions.iter().any(|of| of.name == column.name);
        let chosen: Vec<bool> = columns.iter().map(is_chosen).collect();
        let mut sources = Vec::new();
        for condition in conditions {
            let column = columns.iter().find(|column| column.name == condition.name);
            let column = column.ok_or_else(|| AlignError::Missing(condition.name.clone()))?;
            let Some(names) = &condition.categories else {
                // A circular condition has its value, and 0.
                sources.push(Some(column.values.start));
                sources.extend(vec![None; condition.values.len() - 1]);
                continue;
            };
            let found = column.categories.as_ref();
            let found = found.ok_or_else(|| AlignError::Names(condition.name.clone()))?;
            if let Some(category) = found
                .iter()
                .find(|of| !names.iter().any(|name| name == *of))
            {
                return Err(AlignError::Category {
                    category: (*category).to_owned(),
                    column: condition.name.clone(),
                });
            }
            let place = |name: &String| found.iter().position(|of| of == name);
            sources.extend(
                names
                    .iter()
                    .map(|name| Some(column.values.start + place(name)?)),
            );
        }
        let mut values = Array2::zeros((self.values.nrows(), sources.len()));
        for (mut to, from) in values.columns_mut().into_iter().zip(&sources) {
            if let Some(from) = from {
                to.assign(&self.values.column(*from));
            }
        }
        let names = conditions
            .iter()
            .flat_map(|of| vec![of.name.clone(); of.values.len()]);
        let given = Self {
            columns: names.collect(),
            values,
            ..Self::default()
        };
        Ok((self.divided(&chosen, false), given))
    }

    fn aligned_columns(self, model: &Model<'_>, allowed: Names) -> Result<Self, AlignError> {
        let names: Vec<&str> = model.column_names().collect();
        let categories = categories(model);
        let circular = circular(model);
        let wanted = category::columns(&names, &categories, &circular);
        let has_values = |column: &FileColumn<'_>| {
            let of = self.values.slice(s![.., column.values.clone()]);
            !of.iter().all(|value| value.is_nan())
        };
        let mut found = self.file_columns();
        let mut values = Array2::zeros((self.values.nrows(), names.len()));
        let mut unknown = vec![false; names.len()];
        if allowed == Names::Missing {
            unknown_columns(&found, &wanted)?;
            found.retain(has_values);
            for column in &wanted {
                let is_found = found.iter().any(|found| found.name == column.name);
                unknown[column.values.clone()].fill(!is_found);
            }
        }
        let known: Vec<FileColumn<'_>> = wanted
            .into_iter()
            .filter(|column| !unknown[column.values.start])
            .collect();
        for (from, to) in order(&found, &known, allowed)? {
            values.column_mut(to).assign(&self.values.column(from));
        }
        let mut notes = self.notes.clone();
        notes.extend(unknown_categories(&found, &known, self.values.view()));
        for (at, _) in unknown.iter().enumerate().filter(|(_, unknown)| **unknown) {
            values.column_mut(at).fill(f64::NAN);
        }
        // A row without a category has NaN in the categories that the table has.
        for range in &categories {
            for mut row in values.slice_mut(s![.., range.clone()]).rows_mut() {
                if row.iter().any(|value: &f64| value.is_nan()) {
                    row.fill(f64::NAN);
                }
            }
        }
        for of in &circular {
            let mut column = values.column_mut(of.first);
            column.mapv_inplace(|value: f64| of.wrapped(value));
        }
        let labels = match self.labels {
            Some(labels) if model.classes() > 0 => {
                notes.extend(unknown_classes(&labels, model));
                Some(renumber(labels, model, allowed)?)
            }
            _ => None,
        };
        Ok(Self {
            columns: names.into_iter().map(str::to_owned).collect(),
            categories,
            circular,
            values,
            labels,
            conditions: None,
            recordings: self.recordings,
            notes,
        })
    }
}

/// Names of categories and classes that a table may have, compared with those of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    /// Only known ones.
    Known,
    /// Unknown ones too.
    Unknown,
    /// Only known ones, but columns may have no values.
    Missing,
}

/// Returns the position of each value among the columns `found` and among those `wanted`.
fn order(
    found: &[FileColumn<'_>],
    wanted: &[FileColumn<'_>],
    allowed: Names,
) -> Result<Vec<(usize, usize)>, AlignError> {
    let mut order = Vec::new();
    for wanted in wanted {
        let mut same = found.iter().filter(|column| column.name == wanted.name);
        let column = same.next();
        let column = column.ok_or_else(|| AlignError::Missing(wanted.name.to_owned()))?;
        order.extend(values(column, wanted, allowed)?);
    }
    unknown_columns(found, wanted)?;
    Ok(order)
}

/// Refuses columns that the model lacks.
fn unknown_columns(found: &[FileColumn<'_>], wanted: &[FileColumn<'_>]) -> Result<(), AlignError> {
    let unknown = |column: &&FileColumn<'_>| wanted.iter().all(|wanted| wanted.name != column.name);
    match found.iter().find(unknown) {
        Some(column) => Err(AlignError::Unknown(column.name.to_owned())),
        None => Ok(()),
    }
}

/// Returns the positions of the values of one column. Categories that the table lacks are 0 in all
/// rows, and those that the model lacks are left out if they are allowed.
fn values(
    found: &FileColumn<'_>,
    wanted: &FileColumn<'_>,
    allowed: Names,
) -> Result<Vec<(usize, usize)>, AlignError> {
    let (names, known) = match (&found.categories, &wanted.categories) {
        (None, None) => return Ok(vec![(found.values.start, wanted.values.start)]),
        (Some(names), Some(known)) => (names, known),
        _ => return Err(AlignError::Names(wanted.name.to_owned())),
    };
    let place = |(&name, from): (&&str, usize)| {
        let place = known.iter().position(|&known| known == name);
        match place {
            Some(place) => Ok(Some((from, wanted.values.start + place))),
            None if allowed == Names::Unknown => Ok(None),
            None => Err(AlignError::Category {
                category: name.to_owned(),
                column: wanted.name.to_owned(),
            }),
        }
    };
    let places = names.iter().zip(found.values.clone()).map(place);
    places.filter_map(Result::transpose).collect()
}

/// Returns a note for each category that the model lacks.
fn unknown_categories(
    found: &[FileColumn<'_>],
    known: &[FileColumn<'_>],
    values: ArrayView2<'_, f64>,
) -> Vec<Note> {
    let mut notes = Vec::new();
    for column in found {
        let known = known.iter().find(|of| of.name == column.name);
        let known = known.and_then(|of| of.categories.as_deref());
        let names = column.categories.iter().flatten();
        for (name, at) in names.zip(column.values.clone()) {
            if known.is_some_and(|known| !known.contains(name)) {
                let rows = (0..values.nrows()).filter(|&row| values[[row, at]] == 1.0);
                let what = format!("category `{name}`");
                notes.extend(unknown(rows, column.name, &what, "scored as out of range"));
            }
        }
    }
    notes
}

/// Returns a note for each class that the model lacks.
fn unknown_classes(labels: &Labels, model: &Model<'_>) -> Vec<Note> {
    let classes = (0..).zip(&labels.classes);
    let lacking = classes.filter(|(_, class)| model.class_names().all(|name| name != *class));
    let note = |(number, class): (u16, &String)| {
        let rows = (0..labels.of_row.len()).filter(|&row| labels.of_row[row] == number);
        let what = format!("class `{class}`");
        unknown(
            rows,
            &labels.column,
            &what,
            "compared with the most similar class",
        )
    };
    lacking.filter_map(note).collect()
}

/// Returns a note on the rows with a name that the model lacks, if there are some.
fn unknown(
    mut rows: impl Iterator<Item = usize>,
    column: &str,
    what: &str,
    done: &str,
) -> Option<Note> {
    let first = rows.next()?;
    let rows = match rows.count() {
        0 => "the row is".to_owned(),
        1 => "this row and another are".to_owned(),
        more => format!("this row and {more} others are"),
    };
    let place = Place {
        row: Some(RowPlace::Row(first + 1)),
        column: Some(column.to_owned()),
        ..Place::default()
    };
    let message = format!("the model was not trained on {what}; {rows} {done}");
    Some(Note::new(NoteKind::Other, place, message))
}

/// Numbers classes as the model does. If they are allowed, classes that the model lacks follow.
fn renumber(labels: Labels, model: &Model<'_>, allowed: Names) -> Result<Labels, AlignError> {
    let mut classes: Vec<String> = model.class_names().map(str::to_owned).collect();
    let mut numbers = Vec::new();
    for class in &labels.classes {
        let number = match classes.iter().position(|name| name == class) {
            Some(number) => number,
            None if allowed == Names::Unknown => {
                classes.push(class.clone());
                classes.len() - 1
            }
            None => {
                return Err(AlignError::Class {
                    class: class.clone(),
                    column: labels.column,
                });
            }
        };
        numbers.push(number as u16);
    }
    Ok(Labels {
        of_row: labels
            .of_row
            .iter()
            .map(|&class| numbers[usize::from(class)])
            .collect(),
        classes,
        ..labels
    })
}

#[cfg(test)]
mod tests {
    use flowlet::{ColumnKind, Model};
    use ndarray::array;

    use super::AlignError;
    use crate::data::Table;
    use crate::data::read::{ReadOptions, csv};
    use crate::device_columns::category_columns;
    use crate::standard_normal::standard_normal;

    /// Aligns a table to a model with the columns a and b and the classes red, green and blue.
    fn aligned(text: &str, labelled: bool) -> Result<Table, AlignError> {
        let bytes = standard_normal(&["a", "b"], labelled)
            .encode()
            .expect("a model");
        let label = text.contains("kind").then_some("kind");
        let table =
            csv::parse(text.as_bytes(), "a.csv", &ReadOptions::labelled(label)).expect("a table");
        table.align_to_model(&Model::parse(&bytes).expect("a model"))
    }

    #[test]
    fn columns_and_classes_go_by_name() {
        let table = aligned("kind,b,a\nred,2,1\nblue,4,3\n", true).expect("it fits");
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!(table.values, array![[1.0, 2.0], [3.0, 4.0]]);
        let labels = table.labels.expect("labels");
        assert_eq!(labels.classes, ["red", "green", "blue"]);
        assert_eq!(labels.of_row, [0, 2]);
    }

    #[test]
    fn labels_are_left_out_if_either_has_none() {
        let table = aligned("a,b,kind\n1,2,pink\n3,4,pink\n", false).expect("it fits");
        assert!(table.labels.is_none());
        let table = aligned("a,b\n1,2\n3,4\n", true).expect("it fits");
        assert!(table.labels.is_none());
    }

    /// Aligns a table to a model with a number and three categories.
    fn aligned_categories(text: &str) -> Result<Table, AlignError> {
        let mut model = standard_normal(&["a", "k=red", "k=green", "k=9"], false);
        for (unit, kind) in model.columns[1..].iter_mut().zip([
            ColumnKind::Category,
            ColumnKind::NextCategory,
            ColumnKind::NextCategory,
        ]) {
            unit.kind = kind;
        }
        let bytes = model.encode().expect("a model");
        let model = Model::parse(&bytes).expect("a model");
        let options = ReadOptions {
            categories: category_columns(&model),
            ..ReadOptions::default()
        };
        let table = csv::parse(text.as_bytes(), "a.csv", &options).expect("a table");
        table.align_to_model(&model)
    }

    #[test]
    fn categories_go_by_name() {
        let table = aligned_categories("k,a\n9,1\nred,2\n").expect("it fits");
        assert_eq!(table.columns, ["a", "k=red", "k=green", "k=9"]);
        assert_eq!(table.categories, vec![1..4; 1]);
        assert_eq!(
            table.values,
            array![[1.0, 0.0, 0.0, 1.0], [2.0, 1.0, 0.0, 0.0]]
        );
        assert_eq!(
            aligned_categories("k,a\n9,1\npink,2\n")
                .expect_err("refused")
                .to_string(),
            "the model was not trained on category `pink` of column `k`; remove its rows"
        );
        assert_eq!(
            aligned_categories("k,a\n9,one\nred,two\n9,two\n").expect_err("refused"),
            AlignError::Names("a".to_owned())
        );
        assert_eq!(
            aligned_categories("k,b\n9,1\nred,2\n").expect_err("refused"),
            AlignError::Missing("a".to_owned())
        );
    }

    #[test]
    fn rows_to_be_scored_may_have_unknown_names() {
        let mut model = standard_normal(&["a", "k=red", "k=green"], true);
        model.columns[1].kind = ColumnKind::Category;
        model.columns[2].kind = ColumnKind::NextCategory;
        let bytes = model.encode().expect("a model");
        let model = Model::parse(&bytes).expect("a model");
        let text = b"a,k,kind\n1,green,red\n2,pink,lilac\n3,red,blue\n4,pink,red\n";
        let options = ReadOptions::labelled(Some("kind"));
        let table = csv::parse(text, "a.csv", &options).expect("a table");
        assert!(table.clone().align_to_model(&model).is_err());
        let table = table.align_openly_to_model(&model).expect("it fits");
        assert_eq!(
            table.values,
            array![
                [1.0, 0.0, 1.0],
                [2.0, 0.0, 0.0],
                [3.0, 1.0, 0.0],
                [4.0, 0.0, 0.0]
            ]
        );
        let labels = table.labels.expect("labels");
        assert_eq!(labels.classes, ["red", "green", "blue", "lilac"]);
        assert_eq!(labels.of_row, [0, 3, 2, 0]);
        let notes: Vec<String> = table.notes.iter().map(ToString::to_string).collect();
        assert_eq!(
            notes,
            [
                "row 2, column `k`: the model was not trained on category `pink`; this row and \
                 another are scored as out of range",
                "row 2, column `kind`: the model was not trained on class `lilac`; the row is \
                 compared with the most similar class"
            ]
        );
    }

    #[test]
    fn errors_name_what_does_not_fit() {
        let refused = |text| aligned(text, true).expect_err("refused");
        assert_eq!(
            refused("a,c\n1,2\n3,4\n"),
            AlignError::Missing("b".to_owned())
        );
        assert_eq!(
            refused("a,c,b\n1,2,3\n3,4,5\n"),
            AlignError::Unknown("c".to_owned())
        );
        let class = AlignError::Class {
            class: "pink".to_owned(),
            column: "kind".to_owned(),
        };
        assert_eq!(refused("a,b,kind\n1,2,red\n3,4,pink\n"), class);
    }
}
