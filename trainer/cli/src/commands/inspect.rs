//! `flowlet inspect`: the contents of a model file.

mod text;

use std::path::PathBuf;

use clap::Args;
use flowlet::fixed::TIME_ONE;
use flowlet::{Kernel, Model};
use serde::Serialize;

use super::model_file::ModelFile;
use super::uses::Uses;
use super::{Failure, print};
use crate::boards::Demand;
use crate::text::solver_name;
use flowlet_trainer::Provenance;
use flowlet_trainer::data::category::FileColumn;
use flowlet_trainer::data::circular::Circular;
use flowlet_trainer::data::range::ValueRange;
use flowlet_trainer::data::transform::Transform;
use flowlet_trainer::device_columns::{self, file_columns};

/// Show the contents of a model file.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet inspect beats.flow --json")]
pub struct InspectArgs {
    /// Model to show.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

impl InspectArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let file = ModelFile::read(&self.model)?;
        let contents = Contents::of(&file.model()?);
        if self.json {
            return print::json(&contents, false);
        }
        print::text(&contents.to_string(), false)
    }
}

/// Contents of a model.
#[derive(Serialize)]
pub(super) struct Contents<'a> {
    format_version: u16,
    file_bytes: u32,
    crc32: u32,
    dim: usize,
    steps: u16,
    solver: &'static str,
    /// Times at which steps begin and end; empty for uniform steps.
    time_grid: Vec<f64>,
    /// Bytes of RAM of a sampler with one slot on a board.
    sampler_bytes: usize,
    /// Bytes of stack that sampling takes at most, with the kernel that takes most.
    stack_bytes: usize,
    multiply_accumulates_per_step: u32,
    input_frac: u8,
    hidden: Vec<LayerInfo>,
    latent: Option<LatentInfo>,
    /// 0 for an imported network, which has no drift.
    drift_components: u16,
    /// Trained with label dropout, so that guidance is possible.
    guidable: bool,
    columns: Vec<ColumnInfo<'a>>,
    label: Option<LabelInfo<'a>>,
    /// What the model was trained on, if flowlet trained it.
    training: Option<Provenance>,
    #[serde(flatten)]
    uses: Uses<'a>,
}

#[derive(Serialize)]
struct LayerInfo {
    width: u16,
    pre_frac: u8,
    act_frac: u8,
    segment: u16,
    conditioned: bool,
    /// The activation is a table in the file, not SiLU.
    table: bool,
}

#[derive(Serialize)]
struct LatentInfo {
    /// Index of the first column in a sample.
    first: u16,
    columns: u16,
    rank: u16,
    per_class: bool,
    frac: u8,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ColumnInfo<'a> {
    Number(NumberInfo<'a>),
    Category(CategoryInfo<'a>),
    Circular(CircularInfo<'a>),
}

#[derive(Serialize)]
struct CategoryInfo<'a> {
    name: &'a str,
    /// Index in a sample of the first of its values, one per category.
    first_value: usize,
    categories: Vec<&'a str>,
}

#[derive(Serialize)]
struct CircularInfo<'a> {
    name: &'a str,
    /// `first` is the index of its value in a sample.
    circular: Circular,
}

#[derive(Serialize)]
struct NumberInfo<'a> {
    name: &'a str,
    /// Mean of the training rows, physical units.
    mean: f64,
    /// Physical units per standardised unit.
    scale: f64,
    /// A limit that does not exist is null.
    range: ValueRange,
}

#[derive(Serialize)]
struct LabelInfo<'a> {
    column: &'a str,
    position: usize,
    classes: Vec<ClassInfo<'a>>,
}

#[derive(Serialize)]
struct ClassInfo<'a> {
    name: &'a str,
    /// Share of the training rows.
    share: f64,
}

impl<'a> Contents<'a> {
    pub(super) fn of(model: &Model<'a>) -> Self {
        let header = model.header();
        let Transform {
            scaling,
            ranges,
            circular,
            ..
        } = device_columns::transform(model);
        let column = |column: FileColumn<'a>| {
            let (name, at) = (column.name, column.values.start);
            if let Some(circular) = circular.iter().find(|of| of.first == at) {
                let circular = circular.clone();
                return ColumnInfo::Circular(CircularInfo { name, circular });
            }
            match column.categories {
                Some(categories) => ColumnInfo::Category(CategoryInfo {
                    name,
                    first_value: at,
                    categories,
                }),
                None => ColumnInfo::Number(NumberInfo {
                    name,
                    mean: match is_close(scaling.mean[at], scaling.scale[at]) {
                        true => scaling.mean[at],
                        false => shortest(scaling.mean[at]),
                    },
                    scale: shortest(scaling.scale[at]),
                    range: match ranges[at].decimals {
                        Some(_) => ranges[at],
                        None => ValueRange {
                            min: shortest(ranges[at].min),
                            max: shortest(ranges[at].max),
                            ..ranges[at]
                        },
                    },
                }),
            }
        };
        let layer = |h: flowlet::format::Hidden| LayerInfo {
            width: h.width,
            pre_frac: h.pre_frac,
            act_frac: h.act_frac,
            segment: h.segment,
            conditioned: h.conditioned,
            table: h.table,
        };
        let class = |(name, share)| ClassInfo {
            name,
            share: shortest(f64::from(share) / 65_536.0),
        };
        let demand = Demand::of_model(model);
        let stack = Kernel::ALL.map(|kernel| demand.stack_bytes(kernel, 1));
        Self {
            format_version: header.version,
            file_bytes: header.length,
            crc32: header.crc,
            dim: model.dim(),
            steps: model.steps(),
            solver: solver_name(model.solver()),
            time_grid: model
                .time_grid()
                .map(|t| shortest(f64::from(t.bits()) / f64::from(TIME_ONE)))
                .collect(),
            sampler_bytes: demand.sampler_bytes(1),
            stack_bytes: stack.into_iter().max().unwrap_or(0),
            multiply_accumulates_per_step: model.multiply_accumulates(),
            input_frac: header.input_frac,
            hidden: model.hidden().map(layer).collect(),
            latent: model.latent().map(|latent| LatentInfo {
                first: latent.first,
                columns: latent.columns,
                rank: latent.rank,
                per_class: latent.layers > 1,
                frac: latent.frac,
            }),
            drift_components: match model.variances().all(|level| level == 0) {
                true => 0,
                false => header.components,
            },
            guidable: header.null_class != 0,
            columns: file_columns(model).into_iter().map(column).collect(),
            label: model.label().map(|(column, position)| LabelInfo {
                column,
                position,
                classes: model
                    .class_names()
                    .zip(model.proportions())
                    .map(class)
                    .collect(),
            }),
            training: model.card().parse().ok(),
            uses: Uses::of(model),
        }
    }
}

/// Returns the shortest decimal that gives the same f32, such as 6.7 for 6.699999809265137.
/// Integers stay exact.
fn shortest(value: f64) -> f64 {
    if value.fract() == 0.0 {
        return value;
    }
    (value as f32).to_string().parse().unwrap_or(value)
}

/// Returns whether the values of a column are close together compared with their size.
fn is_close(mean: f64, scale: f64) -> bool {
    scale > 0.0 && mean.abs() > 1e4 * scale
}

#[cfg(test)]
mod tests {
    use super::shortest;

    #[test]
    fn the_shortest_decimal_gives_the_same_f32() {
        let values = [6.7f32, -0.1, 1e-30, 3.0e38, 16_777_217.0, f32::INFINITY];
        for value in values {
            assert_eq!(shortest(value.into()) as f32, value);
        }
        assert_eq!(shortest(f64::from(6.7f32)), 6.7);
        assert_eq!(shortest(20_000_001.0), 20_000_001.0);
        assert_eq!(shortest(f64::NEG_INFINITY), f64::NEG_INFINITY);
    }
}
