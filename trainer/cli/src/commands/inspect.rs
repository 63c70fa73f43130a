//! `flowlet inspect`: the contents of a model file.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use flowlet::fixed::TIME_ONE;
use flowlet::{Kernel, Model};
use serde::Serialize;

use super::model_file::ModelFile;
use super::uses::Uses;
use super::{Failure, print};
use crate::boards::Demand;
use crate::text::{counted, solver_name};
use flowlet_trainer::Provenance;
use flowlet_trainer::data::category;
use flowlet_trainer::data::circular::Circular;
use flowlet_trainer::data::range::ValueRange;
use flowlet_trainer::data::transform::Transform;

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

impl fmt::Display for LatentInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_class = if self.per_class { " of each class" } else { "" };
        let (columns, rank, frac) = (self.columns, self.rank, self.frac);
        let components = counted(rank.into(), "component", "components");
        write!(
            f,
            "{components}{per_class}, Q{}.{frac}, to {columns} columns",
            15 - frac
        )
    }
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
            categories,
            circular,
            ..
        } = flowlet_trainer::device_columns::transform(model);
        let names: Vec<&str> = model.column_names().collect();
        let column = |column: category::FileColumn<'a>| {
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
        let columns = category::columns(&names, &categories, &circular);
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
            columns: columns.into_iter().map(column).collect(),
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

impl Contents<'_> {
    /// Returns the lines of the table of columns, the first one with the heads.
    fn column_table(&self) -> Vec<[String; 4]> {
        let head = ["column", "mean", "scale", "values"].map(str::to_owned);
        let row = |column: &ColumnInfo<'_>| match column {
            ColumnInfo::Number(NumberInfo {
                name,
                mean,
                scale,
                range,
            }) => [
                (*name).to_owned(),
                near(*mean, *scale),
                significant(*scale),
                range.to_string(),
            ],
            ColumnInfo::Circular(CircularInfo { name, circular }) => [
                (*name).to_owned(),
                String::new(),
                String::new(),
                circular.to_string(),
            ],
            ColumnInfo::Category(CategoryInfo {
                name,
                first_value,
                categories,
            }) => {
                let count = counted(categories.len(), "category", "categories");
                let names = categories.join(", ");
                let what = format!("{count} from value {first_value}: {names}");
                [(*name).to_owned(), String::new(), String::new(), what]
            }
        };
        [head]
            .into_iter()
            .chain(self.columns.iter().map(row))
            .collect()
    }
}

/// Writes lines as a table: the first and the last column to the left, the others to the right.
fn table(f: &mut fmt::Formatter<'_>, lines: &[[String; 4]]) -> fmt::Result {
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let [first, second, third] = [0, 1, 2].map(width);
    for [name, mean, scale, values] in lines {
        let line = format!("{name:first$}  {mean:>second$}  {scale:>third$}  {values}");
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Returns whether the values of a column are close together compared with their size.
fn is_close(mean: f64, scale: f64) -> bool {
    scale > 0.0 && mean.abs() > 1e4 * scale
}

/// Writes the mean of a column with enough digits to tell values that are close together.
fn near(mean: f64, scale: f64) -> String {
    let places = 2.0 - scale.log10().floor();
    match is_close(mean, scale) && (1.0..=12.0).contains(&places) {
        true => format!("{mean:.*}", places as usize),
        false => significant(mean),
    }
}

/// Writes a number with at most six significant digits, and integers with all digits.
fn significant(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return value.to_string();
    }
    let digits = 5 - value.abs().log10().floor() as i32;
    match digits {
        0..=12 => {
            let text = format!("{value:.*}", digits as usize);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        _ => format!("{value:.5e}"),
    }
}

impl fmt::Display for Contents<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "format       version {}, {} bytes, crc {:#010x}",
            self.format_version, self.file_bytes, self.crc32
        )?;
        writeln!(
            f,
            "sample       {} in {}, solver {}",
            counted(self.dim, "value", "values"),
            counted(self.steps.into(), "step", "steps"),
            self.solver
        )?;
        if !self.time_grid.is_empty() {
            let times = self.time_grid.iter().map(|t| format!("{t:.3}"));
            writeln!(f, "time grid    {}", times.collect::<Vec<_>>().join(" "))?;
        }
        writeln!(
            f,
            "cost         {} multiply-accumulates per step",
            self.multiply_accumulates_per_step
        )?;
        writeln!(
            f,
            "memory       {} bytes of sampler, at most {} of stack",
            self.sampler_bytes, self.stack_bytes
        )?;
        writeln!(
            f,
            "input        Q{}.{}",
            15 - self.input_frac,
            self.input_frac
        )?;
        for (index, layer) in self.hidden.iter().enumerate() {
            let LayerInfo {
                width,
                pre_frac,
                act_frac,
                conditioned,
                table,
                ..
            } = layer;
            let curve = if *table { "table" } else { "SiLU" };
            let conditioned = match (conditioned, &self.label) {
                (true, Some(_)) => ", conditioned on time and class",
                (true, None) => ", conditioned on time",
                (false, _) => "",
            };
            writeln!(
                f,
                "layer {index}      {}, pre-activation Q{}.{pre_frac}, {curve} to Q{}.{act_frac}{conditioned}",
                counted((*width).into(), "unit", "units"),
                15 - pre_frac,
                15 - act_frac
            )?;
        }
        if let Some(latent) = &self.latent {
            writeln!(f, "latent       {latent}")?;
        }
        match self.drift_components {
            0 => writeln!(f, "drift        none")?,
            1 => writeln!(f, "drift        1 Gaussian component")?,
            count => writeln!(f, "drift        {count} Gaussian components")?,
        }
        if let Some(training) = &self.training {
            writeln!(f, "training     {training}")?;
        }
        self.uses.fmt(f)?;
        writeln!(f)?;
        table(f, &self.column_table())?;
        if let Some(label) = &self.label {
            if self.guidable {
                writeln!(
                    f,
                    "\ntrained with label dropout: `sample --guidance` is possible"
                )?;
            }
            let class = |of: &ClassInfo<'_>| {
                let share = format!("{:.2} %", 100.0 * of.share);
                [of.name.to_owned(), share, String::new(), String::new()]
            };
            let head = [label.column, "share", "", ""].map(str::to_owned);
            let classes = label.classes.iter().map(class);
            writeln!(f)?;
            table(f, &[head].into_iter().chain(classes).collect::<Vec<_>>())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{near, shortest, significant};

    #[test]
    fn a_mean_has_digits_for_values_close_together() {
        assert_eq!(near(51.500_047_123, 0.000_024_1), "51.5000471");
        assert_eq!(near(101_325.001, 0.02), "101325.0010");
        assert_eq!(near(51.500_047, 3.0), "51.5");
        assert_eq!(near(3.7, 0.0), "3.7");
    }

    #[test]
    fn numbers_have_at_most_six_significant_digits() {
        let texts = [
            (3.145_678_9, "3.14568"),
            (-0.001_25, "-0.00125"),
            (123_456.7, "123457"),
            (1.7e9, "1700000000"),
            (0.1 + 0.2, "0.3"),
            (1.5e-20, "1.50000e-20"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (value, text) in texts {
            assert_eq!(significant(value), text);
        }
    }

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
