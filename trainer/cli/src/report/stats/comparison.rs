//! A model, rows of the table that it imitates, and rows that it made, side by side.

use flowlet::{Model, SamplerError};
use ndarray::{Array2, ArrayView2, Axis};

use super::layout::Layout;
use flowlet_trainer::data::Table;
use flowlet_trainer::data::category::{self, FileColumn};
use flowlet_trainer::data::transform::Transform;
use flowlet_trainer::device_columns::{categories, transform};
use flowlet_trainer::evaluate::Reference;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::{MOST_ROWS, draw};
use flowlet_trainer::train::Trained;

/// Rows in physical units and in standard deviations.
#[derive(Clone, Debug)]
pub struct Rows {
    /// `rows × columns`, physical units.
    pub values: Array2<f32>,
    /// The same, standardised.
    pub standard: Array2<f32>,
    /// Class of each, where there are labels.
    pub classes: Option<Vec<u16>>,
    /// Number of each among all rows, from 0.
    pub numbers: Vec<usize>,
}

/// The float network that a model was rounded from.
#[derive(Clone, Debug)]
pub enum Float {
    /// It is at hand.
    There(Box<Trained>),
    /// It is not; why.
    Missing(String),
}

impl Float {
    /// The network, where it is at hand.
    #[must_use]
    pub fn network(&self) -> Option<&Trained> {
        match self {
            Self::There(trained) => Some(trained),
            Self::Missing(_) => None,
        }
    }
}

/// What a report is about.
#[derive(Clone, Debug)]
pub struct Comparison<'m> {
    /// The model.
    pub model: Model<'m>,
    /// Bytes of its file.
    pub file_bytes: usize,
    /// Names of the values: of the columns, but a category column has one a category.
    pub columns: Vec<String>,
    /// The columns as a file has them, with the places of their values.
    pub fields: Vec<FileColumn<'m>>,
    /// What they are together.
    pub layout: Layout,
    /// Real rows, [`MOST_ROWS`] at most.
    pub real: Rows,
    /// Rows of the table, before any were left out.
    pub real_rows: usize,
    /// As many generated rows as are judged.
    pub generated: Rows,
    /// Two halves of the real rows, to judge by.
    pub reference: Reference,
    /// The float network.
    pub float: Float,
    /// Equal steps, in place of the model's own.
    pub steps: Option<u16>,
    /// Seed of noise and draws.
    pub seed: u64,
}

impl<'m> Comparison<'m> {
    /// Samples `model` beside a table of its columns and classes.
    ///
    /// # Errors
    /// [`SamplerError`] for steps that the model does not take.
    pub fn new(
        (model, file_bytes): (Model<'m>, usize),
        table: &Table,
        reference: Reference,
        float: Float,
        (steps, seed): (Option<u16>, u64),
    ) -> Result<Self, SamplerError> {
        let transform = transform(&model);
        let names: Vec<&str> = model.column_names().collect();
        let categories = categories(&model);
        let request = Request {
            count: MOST_ROWS,
            steps,
            seed,
            ..Request::default()
        };
        let generated = generate(&model, &request)?;
        let numbers = draw(table.values.nrows(), MOST_ROWS, seed);
        let kept = table.select(&numbers);
        let classes = kept.classes().map(<[u16]>::to_vec);
        Ok(Self {
            file_bytes,
            columns: table.columns.clone(),
            fields: category::columns(&names, &categories),
            layout: Layout::of(&table.columns, &categories),
            real: Rows::new(&transform, kept.values, classes, numbers),
            real_rows: table.values.nrows(),
            generated: Rows::new(
                &transform,
                generated.values,
                generated.classes,
                (0..MOST_ROWS).collect(),
            ),
            model,
            reference,
            float,
            steps,
            seed,
        })
    }

    /// Steps a sample.
    #[must_use]
    pub fn steps_taken(&self) -> u16 {
        self.steps.unwrap_or(self.model.steps())
    }

    /// The places of values that are numbers, not whether a row is of a category.
    #[must_use]
    pub fn numbers(&self) -> Vec<usize> {
        let fields = self.fields.iter();
        let numbers = fields.filter(|field| field.categories.is_none());
        numbers.map(|field| field.values.start).collect()
    }

    /// Names of the classes, where both the model and the real rows have them.
    #[must_use]
    pub fn classes(&self) -> Vec<&'m str> {
        match self.real.classes {
            Some(_) => self.model.class_names().collect(),
            None => Vec::new(),
        }
    }
}

impl Rows {
    fn new(
        transform: &Transform,
        values: Array2<f32>,
        classes: Option<Vec<u16>>,
        numbers: Vec<usize>,
    ) -> Self {
        Self {
            standard: transform.scaling.to_unit(values.clone()),
            values,
            classes,
            numbers,
        }
    }

    /// The places of some of these rows, drawn without regard to their order; rising.
    #[must_use]
    pub fn some(&self, class: Option<u16>, most: usize, seed: u64) -> Vec<usize> {
        let of_class = self.of_class(class);
        let drawn = draw(of_class.len(), most, seed);
        drawn.into_iter().map(|place| of_class[place]).collect()
    }

    /// The places of the rows of a class; of every row without one.
    #[must_use]
    pub fn of_class(&self, class: Option<u16>) -> Vec<usize> {
        let belongs = |row: &usize| match (class, &self.classes) {
            (Some(class), Some(classes)) => classes[*row] == class,
            _ => true,
        };
        (0..self.values.nrows()).filter(belongs).collect()
    }

    /// Some columns of some rows, physical units.
    #[must_use]
    pub fn part(&self, rows: &[usize], columns: &[usize]) -> Array2<f32> {
        self.values.select(Axis(0), rows).select(Axis(1), columns)
    }

    /// All rows, standardised.
    #[must_use]
    pub fn standardised(&self) -> ArrayView2<'_, f32> {
        self.standard.view()
    }
}
