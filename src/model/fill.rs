//! The section that fills in rows: a checked view, and its queries.

mod check;
mod parts;

use super::{Column, ColumnNames, Model, Records, read as read_column};
use crate::format::{Field, FillRecord, ModelError, QueryRecord, Section};
use crate::kernel::Dense;

/// What a model needs to draw some columns given others, from [`Model::fill`]: its checked
/// [section](FillRecord).
///
/// ```
/// # let bytes = flowlet::include_model!("../moons-fill.flow");
/// let model = flowlet::Model::parse(bytes)?;
/// let fill = model.fill()?.unwrap();
/// assert!(fill.record().masked);
/// assert_eq!((fill.dims(), fill.condition_names().count()), (2, 0));
/// # Ok::<(), flowlet::ModelError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Fill<'a> {
    pub(crate) record: FillRecord,
    /// Names of the conditions, then of the queries.
    names: &'a [u8],
    /// How the values of conditions are standardised.
    pub(crate) conditions: Records<'a>,
    /// Weights and scales of the layer of masks and conditions.
    layer: &'a [u8],
    /// All queries.
    queries: &'a [u8],
    /// Data dimension.
    dim: u16,
    /// Units of the first layer.
    width: u16,
}

/// Declared query of a model, from [`Fill::queries`].
///
/// ```
/// # let bytes = flowlet::include_model!("../moons-fill.flow");
/// let fill = flowlet::Model::parse(bytes)?.fill()?.unwrap();
/// for (name, query) in fill.query_names().zip(fill.queries()) {
///     println!("{name}: is the first dimension known? {}", query.knows(0));
/// }
/// # Ok::<(), flowlet::ModelError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    pub(crate) record: QueryRecord,
    /// Times at which the steps start, Q0.15.
    pub(crate) times: &'a [[u8; 2]],
    /// Known dimensions, one bit each.
    known: &'a [u8],
    /// Matrices of all steps.
    gains: &'a [u8],
    /// Number of unknown and of known dimensions.
    shape: (u16, u16),
}

impl<'a> Model<'a> {
    /// Returns whether the model has conditions, as a policy does. Only a
    /// [`Filler`](crate::Filler) draws rows of it, because it needs their values.
    ///
    /// ```
    /// # let bytes = flowlet::include_model!("../moons-fill.flow");
    /// assert!(!flowlet::Model::parse(bytes).unwrap().has_conditions());
    /// ```
    pub const fn has_conditions(&self) -> bool {
        match self.section(Section::Fill) {
            Some([low, high, ..]) => *low | *high != 0,
            _ => false,
        }
    }

    /// Checks the section that fills in rows, and borrows it. Returns `None` if there is none.
    ///
    /// # Errors
    /// [`Field::Fill`] in [`ModelError::Invalid`].
    pub const fn fill(&self) -> Result<Option<Fill<'a>>, ModelError> {
        let Some(content) = self.section(Section::Fill) else {
            return Ok(None);
        };
        match check::checked(self, content) {
            Ok(fill) => Ok(Some(fill)),
            Err(_) => Err(ModelError::Invalid(Field::Fill)),
        }
    }
}

impl<'a> Fill<'a> {
    /// Returns the number of inputs of the layer.
    pub(crate) const fn inputs(&self) -> u16 {
        let masks = if self.record.masked { self.dim } else { 0 };
        masks + self.record.conditions
    }

    /// Returns the layer of masks and conditions, if it has inputs.
    pub(crate) const fn layer(&self) -> Option<Dense<'a>> {
        match self.inputs() {
            0 => None,
            inputs => parts::layer(self.layer, (self.width, inputs), self.record.segment, 0),
        }
    }

    /// Returns the number of dimensions that may be known: those of the data, then those of the
    /// conditions. It is the least `DIM` of a [`Filler`](crate::Filler).
    pub const fn dims(&self) -> usize {
        self.dim as usize + self.record.conditions as usize
    }

    /// Returns sizes and settings.
    pub const fn record(&self) -> FillRecord {
        self.record
    }

    /// Returns the queries.
    pub fn queries(&self) -> impl Iterator<Item = Query<'a>> + use<'a> {
        let (mut rest, dim) = (self.queries, self.dim);
        core::iter::from_fn(move || parts::take_query(&mut rest, dim))
    }

    /// Returns how dimension `index` of the conditions is standardised, or `None` beyond the last.
    pub fn condition(&self, index: usize) -> Option<Column> {
        self.conditions.get(index).map(read_column)
    }

    /// Returns the names of the condition dimensions.
    pub fn condition_names(&self) -> ColumnNames<'a> {
        ColumnNames::new(self.names, self.record.conditions.into())
    }

    /// Returns the names of the queries, in their order.
    pub fn query_names(&self) -> ColumnNames<'a> {
        let conditions = self.record.conditions.into();
        let mut lines = self.names.splitn(conditions + 1, |&byte| byte == b'\n');
        let names = lines.nth(conditions).unwrap_or_default();
        ColumnNames::new(names, self.record.queries.into())
    }
}

impl<'a> Query<'a> {
    /// Returns spread, steps and whether the query has a gain.
    pub const fn record(&self) -> QueryRecord {
        self.record
    }

    /// Returns whether dimension `index` is known.
    pub const fn knows(&self, index: usize) -> bool {
        index / 8 < self.known.len() && self.known[index / 8] >> (index % 8) & 1 == 1
    }

    /// Returns the matrix of a step.
    pub(crate) const fn gain(&self, step: u16) -> Option<Dense<'a>> {
        if !self.record.gain {
            return None;
        }
        parts::layer(self.gains, self.shape, self.record.segment, step as usize)
    }
}
