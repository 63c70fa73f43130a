//! Imports networks trained in PyTorch: an `nn.Sequential` of `Linear` and one activation, which
//! takes x, t and perhaps a one-hot class, and gives the velocity.
//!
//! On the device, such a network is a model without a Gaussian drift. Its noise is standard normal,
//! so values may only have been standardised before its training. Time and class become condition
//! biases. An activation becomes a table in the file unless it is SiLU with pre-activations within
//! ±16. All of this is exact except between the nodes of tables, so the loss is mainly that of
//! int8. Calibration trajectories give the formats, and the card shows the loss.

mod activation;
mod fold;
mod network;
pub mod spec;
mod time;
mod weights;

pub use activation::Activation;
pub use network::Network;
pub use spec::Spec;
pub use time::{Sinusoidal, TimeInput};
pub use weights::{Linear, read as read_weights};

use flowlet::{Model, ModelError, SamplerError, Solver};
use ndarray::Array2;

use crate::data::range::ValueRange;
use crate::data::scaling::Scaling;
use crate::data::transform::Transform;
use crate::data::{DataError, Table};
use crate::device_columns::columns;
use crate::evaluate::{Evaluation, Reference, evaluate_with};
use crate::findings::{Finding, RealRows};
use crate::float_sampler::{Integration, step};
use crate::post_training::Starts;
use crate::quantise::{QuantiseError, quantise_folded};
use flowlet::encode::{ClassNames, QuantisedDrift, QuantisedModel};

/// Trajectories for the calibration of ranges.
const CALIBRATION_ROWS: usize = 512;
/// Largest magnitude of state and velocity on the device.
const LIMIT: f32 = 16.0;

/// Why a network cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The data do not fit the network or its spec.
    #[error("{0}")]
    Data(String),
    /// The data cannot be divided.
    #[error(transparent)]
    Rows(#[from] DataError),
    /// Pre-activations or biases are too large.
    #[error(
        "pre-activations (of layer `{layer}` up to {reach:.0}) or biases are too large for 16 bits; train \
         with weight decay, or check the spec"
    )]
    Reach {
        /// Name of the layer.
        layer: String,
        /// Largest pre-activation.
        reach: f32,
    },
    /// The weights do not fit integers.
    #[error(transparent)]
    Quantise(#[from] QuantiseError),
    /// The model cannot be sampled on the host.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The runtime refuses the model.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// An imported model.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Bytes of the `.flow` file.
    pub bytes: Vec<u8>,
    /// Scores of float and int8 samples, compared with the calibration data.
    pub evaluation: Evaluation,
    /// What the samples are found to be.
    pub findings: Vec<Finding>,
    /// Warnings for the user.
    pub warnings: Vec<String>,
}

/// Converts `network` to a `.flow` file with the columns of `data`.
///
/// # Errors
/// [`ImportError`] if the data do not fit, or if numbers exceed all formats.
pub fn import(network: &Network, data: &Table, seed: u64) -> Result<Imported, ImportError> {
    let classes = classes(network, data)?;
    let transform = transform(network, data)?;
    let spec = &network.spec;
    let integration = Integration::uniform(spec.steps.into(), spec.solver);
    let of_row = classes.as_ref().map(|classes| classes.1.clone());
    let seen = Magnitudes::on_trajectories(network, &integration, of_row, seed);
    let (reach, at) = (0..)
        .zip(&seen.ranges)
        .fold((0f32, 0), |most, (index, &range)| {
            if range > most.0 { (range, index) } else { most }
        });
    let device = spec
        .activation
        .on_device(fold::largest_bias(network), reach.into())
        .ok_or_else(|| ImportError::Reach {
            layer: network.layers[at].name.clone(),
            reach,
        })?;
    let table = fold::table(network, &device);
    let mut warnings = seen.warnings();
    warnings.extend(time_warning(network, &device, &table, &integration));
    let ranges: Vec<f32> = seen
        .ranges
        .iter()
        .map(|range| range / device.range as f32)
        .collect();
    let folded = fold::fold(network, &device, table.log2);
    let model = QuantisedModel {
        column_names: data.columns.clone(),
        classes: classes.map(|classes| classes.0),
        steps: spec.steps,
        time_grid: Vec::new(),
        solver: spec.solver,
        net: quantise_folded(folded, table.log2, &ranges, device.curve)?.0,
        drift: no_drift(network.dim()),
        latent: None,
        curves: Vec::new(),
        columns: columns(&transform),
        sections: Vec::new(),
        card: String::new(),
    };
    let bytes = model.encode()?;
    let (evaluation, findings) = evaluate_import(network, &bytes, data, transform, seed)?;
    Ok(Imported {
        bytes,
        evaluation,
        findings,
        warnings,
    })
}

/// Returns the classes with the numbers of the spec, and the class of each row.
fn classes(network: &Network, data: &Table) -> Result<Option<(ClassNames, Vec<u16>)>, ImportError> {
    let (spec, labels) = match (&network.spec.class, &data.labels) {
        (None, None) => return Ok(None),
        (Some(spec), Some(labels)) => (spec, labels),
        (None, Some(labels)) => {
            let column = &labels.column;
            return Err(ImportError::Data(format!(
                "the data have the label `{column}`, but the spec has no [class]; add it, or read without a label"
            )));
        }
        (Some(spec), None) => {
            let column = &spec.column;
            return Err(ImportError::Data(format!(
                "the data have no label `{column}`, which the spec names; add the column"
            )));
        }
    };
    let number = |name: &String| {
        let number = spec.names.iter().position(|of| of == name);
        number.map(|number| number as u16).ok_or_else(|| {
            let names = spec.names.join(", ");
            ImportError::Data(format!(
                "column `{}` has the class `{name}`, but the spec has only {names}; correct one of them",
                labels.column
            ))
        })
    };
    let numbers = labels
        .classes
        .iter()
        .map(number)
        .collect::<Result<Vec<_>, _>>()?;
    let of_row: Vec<u16> = labels
        .of_row
        .iter()
        .map(|&of| numbers[usize::from(of)])
        .collect();
    let mut counts = vec![0; spec.names.len()];
    of_row
        .iter()
        .for_each(|&class| counts[usize::from(class)] += 1);
    let names = ClassNames {
        column: labels.column.clone(),
        position: labels.position as u16,
        names: spec.names.clone(),
        counts,
        null_class: false,
    };
    Ok(Some((names, of_row)))
}

/// Returns the transform from the network's values to the user's.
fn transform(network: &Network, data: &Table) -> Result<Transform, ImportError> {
    let dim = network.dim();
    if data.columns.len() != dim {
        return Err(ImportError::Data(format!(
            "the network gives {dim} values, but the data have {} columns: {}; choose the columns",
            data.columns.len(),
            data.columns.join(", ")
        )));
    }
    let scaling = match &network.spec.scaling {
        None => Scaling {
            mean: vec![0.0; dim],
            scale: vec![1.0; dim],
        },
        Some(of) => Scaling {
            mean: of.mean.clone(),
            scale: of.scale.clone(),
        },
    };
    if let Some(names) = data.categories.first() {
        return Err(ImportError::Data(format!(
            "column `{}` has names, but an imported network takes numbers; leave it out",
            data.columns[names.start]
                .split('=')
                .next()
                .unwrap_or_default()
        )));
    }
    let right = |values: &[f64]| values.len() == dim && values.iter().all(|v| v.is_finite());
    if !right(&scaling.mean) || !right(&scaling.scale) || scaling.scale.iter().any(|&s| s <= 0.0) {
        return Err(ImportError::Data(format!(
            "scaling: give {dim} numbers each for mean and scale, with scales above 0"
        )));
    }
    let inside = scaling.standardise(data.values.view());
    let far = inside
        .indexed_iter()
        .find(|(_, value)| value.abs() >= LIMIT);
    if let Some(((row, column), value)) = far {
        return Err(ImportError::Data(format!(
            "column `{}`, row {} is {value} for the network, but a device keeps values within ±16; train on \
             standardised rows and add a table [scaling] to the spec",
            data.columns[column],
            row + 1
        )));
    }
    Ok(Transform {
        scaling,
        ranges: vec![ValueRange::REAL; dim],
        piles: vec![[false; 2]; dim],
        curves: vec![None; dim],
        categories: Vec::new(),
        circular: Vec::new(),
        latent: None,
    })
}

fn no_drift(dim: usize) -> QuantisedDrift {
    QuantisedDrift {
        components: 1,
        variances: vec![0],
        means: vec![0; dim],
        levels: vec![0; dim],
    }
}

/// Largest magnitudes on trajectories from noise to data.
struct Magnitudes {
    /// Pre-activations of each hidden layer.
    ranges: Vec<f32>,
    state: f32,
    velocity: f32,
}

impl Magnitudes {
    /// Measures trajectories of every class, and of rows in their proportions.
    fn on_trajectories(
        network: &Network,
        integration: &Integration,
        of_row: Option<Vec<u16>>,
        seed: u64,
    ) -> Self {
        let each = 0..network.spec.classes() as u16;
        let class = of_row.map(|of_row| {
            let rows = of_row.into_iter().cycle().take(CALIBRATION_ROWS);
            rows.chain(each).collect()
        });
        let Starts { noise, class, .. } =
            Starts::draw(CALIBRATION_ROWS, network.dim(), class, seed);
        let mut seen = Self {
            ranges: vec![0.0; network.layers.len() - 1],
            state: 0.0,
            velocity: 0.0,
        };
        let mut x = noise;
        for pair in integration.times().windows(2) {
            step(&mut x, pair[0], pair[1], integration.solver(), |x, t| {
                let v = network.field(x, t, class.as_deref(), |layer, z| {
                    let of = &mut seen.ranges[layer];
                    *of = z.iter().fold(*of, |most, z| most.max(z.abs() as f32));
                });
                seen.state = largest(x, seen.state);
                seen.velocity = largest(&v, seen.velocity);
                v
            });
        }
        seen.state = largest(&x, seen.state);
        seen
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        for (what, reach) in [("values", self.state), ("velocities", self.velocity)] {
            if reach >= LIMIT {
                warnings.push(format!(
                    "{what} reach {reach:.1}, and the device cuts them off at ±16; check the spec (order of \
                     inputs, time, noise-at, scaling)"
                ));
            }
        }
        warnings
    }
}

fn largest(values: &Array2<f32>, before: f32) -> f32 {
    values
        .iter()
        .fold(before, |most, value| most.max(value.abs()))
}

/// Warns if no table of condition biases is fine enough.
fn time_warning(
    network: &Network,
    device: &activation::DeviceActivation,
    table: &fold::BiasTable,
    integration: &Integration,
) -> Option<String> {
    if table.error <= fold::WARN_ABOVE {
        return None;
    }
    let ends = integration.times().iter().map(|&t| f64::from(t));
    let times: Vec<f64> = match integration.solver() {
        Solver::Midpoint => {
            let halves = integration.times().windows(2);
            ends.chain(halves.map(|pair| f64::from(pair[0] + pair[1]) / 2.0))
                .collect()
        }
        _ => ends.collect(),
    };
    let here = fold::error_at(network, device, table.log2, &times);
    let steps = network.spec.steps;
    let most = 1u32 << table.log2;
    Some(if here <= fold::WARN_ABOVE {
        format!(
            "the sines of the time are fast: {steps} steps are right, but with a number of steps that does \
             not divide {most}, biases are wrong by up to {:.3}",
            table.error
        )
    } else {
        format!(
            "the sines of the time are too fast for a table of {most} intervals: biases are wrong by up to \
             {here:.3}; choose a number of steps that divides {most}"
        )
    })
}

/// Compares samples with the data. The real baseline compares two halves of the data.
fn evaluate_import(
    network: &Network,
    bytes: &[u8],
    data: &Table,
    transform: Transform,
    seed: u64,
) -> Result<(Evaluation, Vec<Finding>), ImportError> {
    let model = Model::parse(bytes)?;
    let data = data
        .clone()
        .align_to_model(&model)
        .map_err(|error| ImportError::Data(error.to_string()))?;
    let findings = RealRows::halves(transform.clone(), &data, seed)?.examine(&model, None, seed)?;
    let reference = Reference::halves(transform, &data, seed)?;
    let float = |noise: Array2<f32>, integration: &Integration, class: Option<&[u16]>| {
        let mut x = noise;
        for pair in integration.times().windows(2) {
            step(&mut x, pair[0], pair[1], integration.solver(), |x, t| {
                network.field(x, t, class, |_, _| {})
            });
        }
        x
    };
    let evaluation = evaluate_with(&model, Some(float), &reference, None, seed)?;
    Ok((evaluation, findings))
}

#[cfg(test)]
mod tests;
