//! The section that fills in rows, in integers.

use alloc::string::String;
use alloc::vec::Vec;

use super::{QuantisedLayer, packed, put, scale_words};
use crate::format::{Field, FillRecord, QueryRecord};
use crate::{Column, ModelError};

/// What a model needs to draw some columns given others, for
/// [`Section::Fill`](crate::format::Section::Fill). [`FillRecord`] specifies the arithmetic.
///
/// ```
/// use flowlet::encode::{QuantisedFill, QuantisedLayer, QuantisedQuery};
/// use flowlet::fixed::Scale;
///
/// // Of two columns the first is known. A Gaussian with a correlation of 1/2, in one step.
/// let gain = QuantisedLayer {
///     weights: vec![64],
///     scales: vec![Scale { multiplier: 1 << 7, shift: 0 }], // a weight of 128 is 1
///     ..QuantisedLayer::default()
/// };
/// let query = QuantisedQuery {
///     name: "y given x".to_owned(),
///     known: vec![true, false],
///     spread: 1 << 14,
///     times: vec![0],
///     frac: 7,
///     segment: 32,
///     gains: vec![gain],
/// };
/// let fill = QuantisedFill { queries: vec![query], ..QuantisedFill::default() };
/// assert_eq!(fill.to_bytes()?.len(), 12 + 12 + 8 + 4 + 4 + 8 + 16);
/// # Ok::<(), flowlet::ModelError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedFill {
    /// Whether the layer has one mask input per dimension, so that any columns may be known.
    pub masked: bool,
    /// Whether one evaluation at t = 0 gives the conditional mean: so it is for every network that
    /// was trained with independent noise and not distilled since.
    pub predicts: bool,
    /// Factor of the noise if the known columns are those of no query, Q2.14, below 2.
    pub spread: u16,
    /// Columns that are always known and no part of the state, one per dimension.
    pub conditions: Vec<Condition>,
    /// Fractional bits of the inputs of `layer`, 4..=10: an input of 1 is 2^`frac`.
    pub frac: u8,
    /// Segment of `layer`, see [`Hidden::segment`](crate::format::Hidden::segment).
    pub segment: u16,
    /// Weights of the mask inputs, if the model is masked, then of the conditions. The rows are the
    /// units of the first layer. It has no biases. `None` without inputs.
    pub layer: Option<QuantisedLayer>,
    /// Declared queries.
    pub queries: Vec<QuantisedQuery>,
}

impl Default for QuantisedFill {
    /// Returns a section without inputs, conditions and queries.
    fn default() -> Self {
        Self {
            masked: false,
            predicts: false,
            spread: 1 << 14,
            conditions: Vec::new(),
            frac: 7,
            segment: 32,
            layer: None,
            queries: Vec::new(),
        }
    }
}

/// Dimension of a column that is always known.
///
/// ```
/// use flowlet::{Column, encode::Condition};
/// let condition = Condition { name: "angle".to_owned(), column: Column::real(0, 1 << 20, 20) };
/// assert_eq!(condition.column.knots, 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Name, as those of the model's dimensions.
    pub name: String,
    /// How the dimension would be decoded; its inverse is the standardised value. Without a curve.
    pub column: Column,
}

/// Set of known columns that was declared in training. An example is at [`QuantisedFill`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuantisedQuery {
    /// Name.
    pub name: String,
    /// Whether each of the D dimensions is known; all those of a column, or none.
    pub known: Vec<bool>,
    /// Factor of the noise, Q2.14, below 2.
    pub spread: u16,
    /// Times at which the steps start, Q0.15, the first is 0. Empty for the steps of the model.
    pub times: Vec<u16>,
    /// Fractional bits of the residuals of the known columns, 4..=10. 7 fits every matrix in a
    /// segment of 32 columns.
    pub frac: u8,
    /// Segment of the matrices, see [`Hidden::segment`](crate::format::Hidden::segment).
    pub segment: u16,
    /// Gain divided by 1 − t for each step: unknown × known dimensions, without biases. The results
    /// are velocities in Q4.11. Empty if the query uses the masks.
    pub gains: Vec<QuantisedLayer>,
}

impl QuantisedFill {
    /// Returns the content of the section.
    ///
    /// # Errors
    /// [`Field::Fill`] if a name has a newline, or if there are too many names or queries. The rest
    /// is checked with the model, by [`Model::check_sections`](crate::Model::check_sections).
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let invalid = ModelError::Invalid(Field::Fill);
        let names = self.conditions.iter().map(|condition| &condition.name);
        let mut lines = String::new();
        for name in names.chain(self.queries.iter().map(|query| &query.name)) {
            if name.contains('\n') {
                return Err(invalid);
            }
            lines.push_str(name);
            lines.push('\n');
        }
        let count = |count: usize| u16::try_from(count).map_err(|_| invalid);
        let record = FillRecord {
            conditions: count(self.conditions.len())?,
            queries: count(self.queries.len())?,
            spread: self.spread,
            segment: self.segment,
            frac: self.frac,
            masked: self.masked,
            predicts: self.predicts,
            names_len: count(lines.len())?,
        };
        let mut out = record.to_bytes().to_vec();
        put(&mut out, lines.bytes().map(|byte| [byte]));
        let columns = self.conditions.iter();
        put(
            &mut out,
            columns.map(|condition| condition.column.to_bytes()),
        );
        put_layers(&mut out, self.layer.as_slice());
        for query in &self.queries {
            query.put(&mut out, count(query.times.len())?);
        }
        Ok(out)
    }
}

impl QuantisedQuery {
    /// Appends the query.
    fn put(&self, out: &mut Vec<u8>, steps: u16) {
        let record = QueryRecord {
            spread: self.spread,
            steps,
            segment: self.segment,
            frac: self.frac,
            gain: !self.gains.is_empty(),
        };
        out.extend(record.to_bytes());
        put(out, self.times.iter().map(|time| time.to_le_bytes()));
        let bits = |bits: &[bool]| {
            bits.iter()
                .rev()
                .fold(0, |byte, &bit| byte << 1 | bit as u8)
        };
        put(out, self.known.chunks(8).map(|known| [bits(known)]));
        put_layers(out, &self.gains);
    }
}

/// Appends weights and scales of layers without biases.
fn put_layers(out: &mut Vec<u8>, layers: &[QuantisedLayer]) {
    for layer in layers {
        put(out, packed(&layer.weights, layer.scales.len()));
        put(out, scale_words(&layer.scales));
    }
}
