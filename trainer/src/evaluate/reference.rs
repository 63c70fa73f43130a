//! Real rows that samples are compared with.

use std::fmt;
use std::sync::Arc;

use ndarray::{ArrayView2, Axis};
use serde::Serialize;

use crate::baselines::TrainingRows;
use crate::data::conditions::ConditionRows;
use crate::data::layout::Layout;
use crate::data::series::Series;
use crate::data::split::Split;
use crate::data::transform::Transform;
use crate::data::unit::Unit;
use crate::data::{DataError, Table};
use crate::metrics::series::{Smoothness, smoothness};
use crate::metrics::{MAX_ROWS, Rows, draw};
use crate::text::grouped;

/// Most draws of samples and real rows that scores are averaged over, and most rows of all draws if
/// there are several.
const MAX_DRAWS: usize = 20;
const MAX_DRAWN_ROWS: usize = 1000;
/// Most training rows, and most of their values, that baselines are fitted to.
const MAX_FITTED_ROWS: usize = 20_000;
const MAX_FITTED_VALUES: usize = 1 << 24;

/// Which rows samples are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TestRows {
    /// Rows that the model was not trained on.
    Validation,
    /// All rows of the data, half of them in the place of samples. The model may have been trained
    /// on them.
    All,
}

/// How scores were measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Protocol {
    /// Which rows samples are compared with.
    pub test: TestRows,
    /// Number of those rows.
    pub rows: usize,
    /// Number of samples in each draw, of test rows, and of real rows in the place of samples.
    pub count: usize,
    /// Number of draws. Each score is a mean over them.
    pub draws: usize,
    /// Name of the data, if it is known.
    pub data: Option<String>,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = match (self.test, self.rows) {
            (TestRows::Validation, 1) => "1 validation row".to_owned(),
            (TestRows::Validation, rows) => format!("{} validation rows", grouped(rows)),
            (TestRows::All, rows) => format!("all {} rows", grouped(rows)),
        };
        let data = self
            .data
            .as_ref()
            .map(|data| format!(" of {data}"))
            .unwrap_or_default();
        let warning = match self.test {
            TestRows::Validation => "",
            TestRows::All => "\nif the model was trained on these rows, the scores are too good",
        };
        let count = grouped(self.count);
        let draws = match self.draws {
            1 => "one draw".to_owned(),
            draws => format!("mean of {draws} draws"),
        };
        write!(
            f,
            "judged on {rows}{data}\n{count} samples against {count} real rows, {draws}{warning}"
        )
    }
}

/// Real rows that samples are compared with, in several draws.
#[derive(Clone, Debug)]
pub struct Reference {
    pub(super) transform: Transform,
    unit: Unit,
    pub(super) draws: Vec<Draw>,
    protocol: Protocol,
    /// Series of the columns; none if they are an image.
    series: Vec<Series>,
    /// Values of the conditions of test rows, if there are any.
    conditions: Option<ConditionRows>,
}

/// As many real rows in the place of samples as test rows, class by class.
#[derive(Clone, Debug)]
pub struct Draw {
    training: Arc<Training>,
    real: Rows,
    test: Rows,
    /// Number of rows of each class, or of all.
    counts: Vec<(Option<u16>, usize)>,
}

/// Training rows as the metrics need them, and as baselines are fitted to them.
#[derive(Clone, Debug)]
struct Training {
    rows: Rows,
    fitted: TrainingRows,
}

impl Reference {
    /// Creates a reference from training and validation rows in physical units.
    ///
    /// # Panics
    /// If a table has no row.
    pub fn new(transform: Transform, train: &Table, validation: &Table, seed: u64) -> Self {
        let unit = Unit::fit(train);
        let training = Arc::new(Training::new(&transform, &unit, train, seed));
        let draw = |seed| Draw::new(&unit, &training, train, validation, seed);
        let draws = draws(draw, seed);
        Self::of((transform, unit), draws, TestRows::Validation, validation)
    }

    /// Divides `table` in two halves, for a model whose training rows are unknown. The real
    /// baseline compares one half with the other. Each draw has its own halves.
    ///
    /// # Errors
    /// [`DataError`] if every class has a single row.
    ///
    /// # Panics
    /// If the table has fewer than 2 rows.
    pub fn halves(transform: Transform, table: &Table, seed: u64) -> Result<Self, DataError> {
        let first = Split::new(table, 0.5, seed)?;
        let unit = Unit::fit(table);
        let draw = |seed| {
            let split = Split::new(table, 0.5, seed).unwrap_or_else(|_| first.clone());
            let [one, other] = split.tables(table);
            let training = Arc::new(Training::new(&transform, &unit, &one, seed));
            Draw::new(&unit, &training, &one, &other, seed)
        };
        let draws = draws(draw, seed);
        Ok(Self::of((transform, unit), draws, TestRows::All, table))
    }

    fn of(
        (transform, unit): (Transform, Unit),
        draws: Vec<Draw>,
        test: TestRows,
        table: &Table,
    ) -> Self {
        let protocol = Protocol {
            test,
            rows: table.values.nrows(),
            count: draws[0].test.values().nrows(),
            draws: draws.len(),
            data: None,
        };
        let series = match Layout::of(&table.columns, &table.categories) {
            Layout::Series(series, _) => series,
            Layout::Image(_) | Layout::ColourImage(_) | Layout::Numbers => Vec::new(),
        };
        Self {
            transform,
            unit,
            draws,
            protocol,
            series,
            conditions: table.condition_rows(),
        }
    }

    /// Returns the reference with at most this many draws, at least one.
    #[must_use]
    pub(crate) fn first_draws(&self, count: usize) -> Self {
        let draws = self.draws.iter().take(count.max(1)).cloned();
        let draws: Vec<Draw> = draws.collect();
        let protocol = Protocol {
            draws: draws.len(),
            ..self.protocol.clone()
        };
        Self {
            transform: self.transform.clone(),
            unit: self.unit.clone(),
            draws,
            protocol,
            series: self.series.clone(),
            conditions: self.conditions.clone(),
        }
    }

    /// Sets the name of the data.
    #[must_use]
    pub fn named(mut self, data: impl Into<String>) -> Self {
        self.protocol.data = Some(data.into());
        self
    }

    /// Returns how scores are measured.
    #[must_use]
    pub fn protocol(&self) -> &Protocol {
        &self.protocol
    }

    /// Returns the conditions of the test rows, if there are any.
    #[must_use]
    pub fn conditions(&self) -> Option<&ConditionRows> {
        self.conditions.as_ref()
    }

    /// Returns the draws.
    #[must_use]
    pub fn draws(&self) -> &[Draw] {
        &self.draws
    }

    /// Compares the series of rows, in physical units, with those of a draw's test rows.
    pub(super) fn smoothness(
        &self,
        values: ArrayView2<'_, f64>,
        draw: &Draw,
    ) -> Option<Smoothness> {
        if self.series.is_empty() {
            return None;
        }
        let test = self.unit().to_physical(draw.test.values());
        smoothness(values, test.view(), &self.series)
    }

    /// Returns the scaling and the column ranges of the rows.
    #[must_use]
    pub fn transform(&self) -> &Transform {
        &self.transform
    }

    /// Returns the unit of distances.
    #[must_use]
    pub fn unit(&self) -> &Unit {
        &self.unit
    }
}

/// Returns as many draws as there is time for.
fn draws(draw: impl Fn(u64) -> Draw, seed: u64) -> Vec<Draw> {
    let first = draw(seed);
    let count = first.test.values().nrows();
    let draws = (MAX_DRAWN_ROWS / count).clamp(1, MAX_DRAWS) as u64;
    let others = (1..draws).map(|number| draw(seed.wrapping_add(number)));
    std::iter::once(first).chain(others).collect()
}

impl Training {
    fn new(transform: &Transform, unit: &Unit, table: &Table, seed: u64) -> Self {
        let (rows, columns) = table.values.dim();
        let kept = draw(rows, MAX_ROWS, seed);
        let most = MAX_FITTED_ROWS.min(MAX_FITTED_VALUES / columns.max(1));
        let fitted = table.select(&draw(rows, most, seed));
        Self {
            rows: standardised(unit, table, &kept),
            fitted: TrainingRows {
                values: transform.standardise(fitted.values.clone(), seed),
                classes: fitted.classes().map(<[u16]>::to_vec),
            },
        }
    }
}

impl Draw {
    fn new(unit: &Unit, training: &Arc<Training>, train: &Table, test: &Table, seed: u64) -> Self {
        let (counts, [real, test_rows]) = matched(train, test, seed);
        Self {
            training: Arc::clone(training),
            real: standardised(unit, train, &real),
            test: standardised(unit, test, &test_rows),
            counts,
        }
    }

    /// Returns the training rows, standardised, at most [`MAX_ROWS`].
    #[must_use]
    pub fn train(&self) -> &Rows {
        &self.training.rows
    }

    /// Returns the real rows in the place of samples, standardised.
    #[must_use]
    pub fn real(&self) -> &Rows {
        &self.real
    }

    /// Returns the test rows, standardised.
    #[must_use]
    pub fn test(&self) -> &Rows {
        &self.test
    }

    /// Returns the number of test rows of each class, which are ordered by class. Without labels
    /// there is one entry.
    #[must_use]
    pub fn counts(&self) -> &[(Option<u16>, usize)] {
        &self.counts
    }

    /// Returns the class of each test row, if there are labels.
    pub(super) fn classes(&self) -> Option<Vec<u16>> {
        self.test.classes().map(<[u16]>::to_vec)
    }

    /// Returns the training rows that baselines are fitted to.
    pub(super) fn fitted(&self) -> &TrainingRows {
        &self.training.fitted
    }

    /// Returns whether two draws have the same training rows.
    pub(super) fn has_training_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.training, &other.training)
    }
}

fn standardised(unit: &Unit, table: &Table, rows: &[usize]) -> Rows {
    let values = table.values.select(Axis(0), rows);
    let classes: Option<Vec<u16>> = table
        .classes()
        .map(|classes| rows.iter().map(|&row| classes[row]).collect());
    Rows::of(unit.standardise(values.view()), classes)
}

/// Number of rows of each class, and the row numbers of both tables.
type Matched = (Vec<(Option<u16>, usize)>, [Vec<usize>; 2]);

/// Draws equally many rows of both tables, at most about [`MAX_ROWS`], class by class.
fn matched(train: &Table, test: &Table, seed: u64) -> Matched {
    let [of_train, of_test] = [train, test].map(by_class);
    let least = |(a, b): (&Vec<usize>, &Vec<usize>)| a.len().min(b.len());
    let available: Vec<usize> = of_train.iter().zip(&of_test).map(least).collect();
    let total: usize = available.iter().sum();
    if total == 0 {
        return without_common_class(train, test, &of_test, seed);
    }
    let share = |&of: &usize| match total > MAX_ROWS {
        true => of * MAX_ROWS / total,
        false => of,
    };
    let counts = (0..).zip(available.iter().map(share));
    let counts: Vec<(u16, usize)> = counts.filter(|&(_, count)| count > 0).collect();
    let drawn = |rows: &[Vec<usize>], seed| -> Vec<usize> {
        let of_class = |&(class, count): &(u16, usize)| {
            let rows = &rows[usize::from(class)];
            let drawn = draw(rows.len(), count, seed).into_iter();
            drawn.map(|place| rows[place]).collect::<Vec<_>>()
        };
        counts.iter().flat_map(of_class).collect()
    };
    let rows = [drawn(&of_train, seed), drawn(&of_test, !seed)];
    let class = |class| test.labels.as_ref().map(|_| class);
    let counts = counts.iter().map(|&(of, count)| (class(of), count));
    (counts.collect(), rows)
}

/// Draws rows of a test whose classes the training rows lack. The real rows have any class.
fn without_common_class(train: &Table, test: &Table, of_test: &[Vec<usize>], seed: u64) -> Matched {
    let count = train.values.nrows().min(test.values.nrows()).min(MAX_ROWS);
    let kept = draw(test.values.nrows(), count, !seed);
    let (mut counts, mut rows) = (Vec::new(), Vec::new());
    for (class, all) in (0..).zip(of_test) {
        let of_class = all.iter().filter(|row| kept.binary_search(row).is_ok());
        let before = rows.len();
        rows.extend(of_class);
        if rows.len() > before {
            counts.push((Some(class), rows.len() - before));
        }
    }
    (counts, [draw(train.values.nrows(), count, seed), rows])
}

/// Returns the rows of each class, or all rows as one class.
fn by_class(table: &Table) -> Vec<Vec<usize>> {
    let Some(labels) = &table.labels else {
        return vec![(0..table.values.nrows()).collect()];
    };
    let mut rows = vec![Vec::new(); labels.classes.len()];
    for (row, &class) in labels.of_row.iter().enumerate() {
        rows[usize::from(class)].push(row);
    }
    rows
}
