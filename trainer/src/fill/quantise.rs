//! The plan of a model in the integers of its file.

use flowlet::encode::{QuantisedFill, QuantisedQuery};
use flowlet::fixed::TIME_ONE;

use super::plan::{FillPlan, PlannedQuery};
use crate::quantise::{InputLayers, QuantiseError, quantise_gains};

/// A spread of 1, Q2.14.
const SPREAD_ONE: f32 = 16_384.0;

/// Quantises a plan. `inputs` has the weights of the masks or of the conditions. The network
/// `predicts` if one evaluation at t = 0 gives the conditional mean.
///
/// # Errors
/// [`QuantiseError`] if a gain exceeds all formats.
pub(crate) fn quantise_fill(
    plan: &FillPlan,
    inputs: Option<InputLayers>,
    predicts: bool,
) -> Result<QuantisedFill, QuantiseError> {
    let queries = plan
        .queries
        .iter()
        .map(quantise_query)
        .collect::<Result<_, _>>()?;
    let mut fill = QuantisedFill {
        masked: plan.masked,
        predicts,
        spread: spread(plan.spread),
        queries,
        ..QuantisedFill::default()
    };
    if let (Some(mut inputs), true) = (inputs, plan.has_inputs()) {
        fill.frac = inputs.frac;
        fill.segment = inputs.segment;
        fill.layer = inputs.layers.pop();
    }
    fill.conditions = plan.conditions.clone();
    Ok(fill)
}

fn quantise_query(query: &PlannedQuery) -> Result<QuantisedQuery, QuantiseError> {
    let InputLayers {
        layers,
        frac,
        segment,
    } = quantise_gains(&query.gains)?;
    let time = |&t: &f32| (t * f32::from(TIME_ONE)).round() as u16;
    Ok(QuantisedQuery {
        name: query.name.clone(),
        known: query.known.clone(),
        spread: spread(query.spread),
        times: query.times.iter().map(time).collect(),
        frac,
        segment,
        gains: layers,
    })
}

fn spread(spread: f32) -> u16 {
    (SPREAD_ONE * spread).round() as u16
}
