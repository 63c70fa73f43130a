//! A model, real rows, and rows that the model generated.

use flowlet::{Model, SamplerError};
use ndarray::{Array2, ArrayView2, Axis};

use flowlet_trainer::FloatModel;
use flowlet_trainer::data::Table;
use flowlet_trainer::data::category::{self, FileColumn};
use flowlet_trainer::data::layout::Layout;
use flowlet_trainer::data::split::Split;
use flowlet_trainer::data::unit::Unit;
use flowlet_trainer::device_columns::{categories, transform};
use flowlet_trainer::evaluate::Reference;
use flowlet_trainer::generate::{Request, generate};
use flowlet_trainer::metrics::{MAX_ROWS, draw};

/// Rows in physical units and in standard deviations.
#[derive(Clone, Debug)]
pub struct Rows {
    /// `rows × columns`, physical units.
    pub values: Array2<f64>,
    /// The same values, standardised.
    pub standard: Array2<f32>,
    /// Class of each row, if there are labels.
    pub classes: Option<Vec<u16>>,
    /// Index of each row in the table.
    pub numbers: Vec<usize>,
}

/// The float network that a model was quantised from.
#[derive(Clone, Debug)]
pub enum FloatNetwork {
    /// The network is available.
    Available(Box<FloatModel>),
    /// The network is missing, for this reason.
    Missing(String),
}

impl FloatNetwork {
    /// Returns the network, if it is available.
    #[must_use]
    pub fn network(&self) -> Option<&FloatModel> {
        match self {
            Self::Available(trained) => Some(trained),
            Self::Missing(_) => None,
        }
    }
}

/// Options of generated rows.
#[derive(Clone, Copy, Debug)]
pub struct Sampling {
    /// Uniform solver steps, in place of the model's own.
    pub steps: Option<u16>,
    /// Seed of the noise and of every random choice.
    pub seed: u64,
}

/// A model and the rows that it is compared with.
#[derive(Clone, Debug)]
pub struct Comparison<'m> {
    /// The model.
    pub model: Model<'m>,
    /// Names of the values. A category column has one value per category.
    pub columns: Vec<String>,
    /// The columns of the file, with the indices of their values.
    pub file_columns: Vec<FileColumn<'m>>,
    /// Layout of the columns.
    pub layout: Layout,
    /// Real rows, at most [`MAX_ROWS`]: validation rows, if they are known.
    pub real: Rows,
    /// Training rows, at most [`MAX_ROWS`]; all real rows if it is not known which they are.
    pub training: Rows,
    /// Generated rows.
    pub generated: Rows,
    /// Real rows for the metrics.
    pub reference: Reference,
    /// The float network.
    pub float: FloatNetwork,
    /// Options of the generated rows.
    pub sampling: Sampling,
}

impl<'m> Comparison<'m> {
    /// Generates rows to compare with a table of the model's columns and classes. `split` has its
    /// training and validation rows, if they are known.
    ///
    /// # Errors
    /// [`SamplerError`] if the model does not support the number of steps.
    pub fn new(
        model: Model<'m>,
        table: &Table,
        split: Option<&Split>,
        reference: Reference,
        float: FloatNetwork,
        sampling: Sampling,
    ) -> Result<Self, SamplerError> {
        let Sampling { steps, seed } = sampling;
        let transform = transform(&model);
        let names: Vec<&str> = model.column_names().collect();
        let categories = categories(&model);
        let request = Request {
            count: MAX_ROWS,
            steps,
            conditions: reference.conditions(),
            seed,
            ..Request::default()
        };
        let generated = generate(&model, &request)?;
        let rows = |rows: Option<&Vec<usize>>| {
            let drawn = match rows {
                None => draw(table.values.nrows(), MAX_ROWS, seed),
                Some(rows) => {
                    let drawn = draw(rows.len(), MAX_ROWS, seed).into_iter();
                    drawn.map(|place| rows[place]).collect()
                }
            };
            let kept = table.select(&drawn);
            let classes = kept.classes().map(<[u16]>::to_vec);
            Rows::new(reference.unit(), kept.values, classes, drawn)
        };
        let file_columns = category::columns(&names, &categories, &transform.circular);
        let mut columns = table.columns.clone();
        for of in file_columns.iter().filter(|of| of.categories.is_none()) {
            columns[of.values.start] = of.name.to_owned();
        }
        Ok(Self {
            columns,
            file_columns,
            layout: Layout::of(&table.columns, &categories),
            real: rows(split.map(|split| &split.validation)),
            training: rows(split.map(|split| &split.training)),
            generated: Rows::new(
                reference.unit(),
                generated.values,
                generated.classes,
                (0..MAX_ROWS).collect(),
            ),
            model,
            reference,
            float,
            sampling,
        })
    }

    /// Returns the float network, or why its samples cannot be compared with those of the model.
    ///
    /// # Errors
    /// The reason, if there is no such network or if it would have to be told conditions.
    pub fn float_samples(&self) -> Result<&FloatModel, &str> {
        match &self.float {
            FloatNetwork::Available(_) if self.reference.conditions().is_some() => {
                Err("samples with conditions are drawn by the int8 model only")
            }
            FloatNetwork::Available(trained) => Ok(trained),
            FloatNetwork::Missing(why) => Err(why),
        }
    }

    /// Returns the number of solver steps per sample.
    #[must_use]
    pub fn steps(&self) -> u16 {
        self.sampling.steps.unwrap_or(self.model.steps())
    }

    /// Returns the number of bytes of the model's file.
    #[must_use]
    pub fn file_bytes(&self) -> usize {
        self.model.header().length as usize
    }

    /// Returns the indices of the values of numeric columns.
    #[must_use]
    pub fn numbers(&self) -> Vec<usize> {
        let columns = self.file_columns.iter();
        let numbers = columns.filter(|column| column.categories.is_none());
        numbers.map(|column| column.values.start).collect()
    }

    /// Returns the names of the classes, if both the model and the real rows have classes.
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
        unit: &Unit,
        values: Array2<f64>,
        classes: Option<Vec<u16>>,
        numbers: Vec<usize>,
    ) -> Self {
        Self {
            standard: unit.standardise(values.view()),
            values,
            classes,
            numbers,
        }
    }

    /// Returns the indices of at most `most` rows of a class (or of all rows), drawn at random,
    /// ascending.
    #[must_use]
    pub fn some(&self, class: Option<u16>, most: usize, seed: u64) -> Vec<usize> {
        let of_class = self.of_class(class);
        let drawn = draw(of_class.len(), most, seed);
        drawn.into_iter().map(|place| of_class[place]).collect()
    }

    /// Returns the indices of the rows of a class, or of all rows.
    #[must_use]
    pub fn of_class(&self, class: Option<u16>) -> Vec<usize> {
        let belongs = |row: &usize| match (class, &self.classes) {
            (Some(class), Some(classes)) => classes[*row] == class,
            _ => true,
        };
        (0..self.values.nrows()).filter(belongs).collect()
    }

    /// Returns some columns of some rows, physical units.
    #[must_use]
    pub fn part(&self, rows: &[usize], columns: &[usize]) -> Array2<f64> {
        self.values.select(Axis(0), rows).select(Axis(1), columns)
    }

    /// Returns all rows, standardised.
    #[must_use]
    pub fn standardised(&self) -> ArrayView2<'_, f32> {
        self.standard.view()
    }
}
