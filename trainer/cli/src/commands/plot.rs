//! `flowlet plot`: one plot of the report, as PNG or SVG.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::anomalies::AnomalyArgs;
use super::comparison::ComparisonArgs;
use super::progress::StageBar;
use super::rows_args::Opened;
use super::{Failure, output, values};
use crate::draw::{Picture, png, svg};
use crate::report::plots;
use crate::report::stats::Comparison;
use crate::report::stats::columns::columns;
use crate::report::stats::nearest::Nearest;
use crate::report::stats::steps::StepDistances;

/// Draw one plot of the report, as PNG or SVG.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet plot digits.flow digits.csv --kind samples -o digits.png
  flowlet plot beats.flow beats.csv --kind steps -o steps.svg
  flowlet plot rain.flow rain.csv --kind pairs --width 800 --dark -o pairs.png
  flowlet plot m.flow new.csv --kind anomalies --anomalies bad.csv -o roc.svg")]
pub struct PlotArgs {
    /// The model and the rows.
    #[command(flatten)]
    pub comparison: ComparisonArgs,
    /// Draw this plot.
    #[arg(long, value_name = "NAME")]
    pub kind: PlotKind,
    /// Anomalies, for --kind anomalies.
    #[command(flatten)]
    pub anomalies: AnomalyArgs,
    /// Set the width in pixels; a wider picture has more panels side by side. [default: 600 for one
    /// panel, 1200 for more]
    #[arg(long, value_name = "PIXELS", value_parser = values::width, allow_negative_numbers = true)]
    pub width: Option<u32>,
    /// Draw light on dark. An SVG follows the setting of its viewer instead.
    #[arg(long)]
    pub dark: bool,
    /// Write the picture to this file; its name ends in .png or .svg.
    #[arg(short, long, value_name = "PICTURE")]
    pub output: PathBuf,
}

/// A plot of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlotKind {
    /// Real and generated rows: images, curves or points.
    Samples,
    /// Histograms of the columns, or of those that differ most.
    Marginals,
    /// Pairs of columns.
    Pairs,
    /// Kolmogorov–Smirnov statistic of each column.
    Columns,
    /// Samples and their nearest real rows.
    Nearest,
    /// Losses of the training, from the run folder.
    Losses,
    /// Distance to real rows by the number of steps.
    Steps,
    /// Float and int8 samples; needs the run folder.
    Rounding,
    /// Scores of normal rows and of anomalies, and the worst rows; needs --anomalies.
    Anomalies,
}

/// File format, by the ending of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Png,
    Svg,
}

impl PlotArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let format = format(&self.output)?;
        let is_scored = self.kind == PlotKind::Anomalies;
        if is_scored != self.anomalies.anomalies.is_some() {
            return Err(Failure::Input(match is_scored {
                true => "--kind anomalies needs rows that are anomalies; name their file with \
                         --anomalies"
                    .to_owned(),
                false => "--anomalies is for --kind anomalies; leave one of them out".to_owned(),
            }));
        }
        let mut read = self.comparison.rows.files();
        read.extend(self.anomalies.anomalies.as_deref());
        output::check_writable(&self.output, &read)?;
        let bar = StageBar::new(3);
        bar.begin("reading");
        let opened = self.comparison.rows.open()?;
        bar.begin("computing");
        let picture = self.picture(&opened)?;
        bar.begin("drawing");
        let width = self.width.unwrap_or_else(|| picture.width());
        let scene = picture.arranged(width);
        let bytes = match format {
            Format::Png => png::file(&scene, width, self.dark),
            Format::Svg => svg::file(&scene, &picture.title, width),
        };
        Ok(output::write(&self.output, &bytes)?)
    }

    fn picture(&self, opened: &Opened) -> Result<Picture, Failure> {
        if self.kind == PlotKind::Losses {
            let phases = self.comparison.losses();
            return phases
                .map(|phases| plots::losses(&phases))
                .map_err(Failure::Input);
        }
        if let Some(found) = self.anomalies.evaluate(&self.comparison, opened)? {
            return Ok(plots::anomalies(&found));
        }
        let comparison = self.comparison.comparison(opened)?;
        Ok(match self.kind {
            PlotKind::Samples => plots::samples(&comparison),
            PlotKind::Marginals => plots::marginals(&comparison),
            PlotKind::Pairs => plots::pairs(&comparison),
            PlotKind::Columns => plots::checks(&columns(&comparison, &[])),
            PlotKind::Nearest => plots::nearest(&comparison, &Nearest::of(&comparison)),
            PlotKind::Steps => plots::steps(&StepDistances::of(&comparison)),
            PlotKind::Rounding | PlotKind::Losses | PlotKind::Anomalies => rounding(&comparison)?,
        })
    }
}

fn rounding(comparison: &Comparison<'_>) -> Result<Picture, Failure> {
    let trained = comparison.float_samples();
    let trained = trained.map_err(|why| {
        let advice = match comparison.reference.conditions() {
            Some(_) => "; choose another --kind",
            None => "",
        };
        Failure::Input(format!("{why}{advice}"))
    })?;
    Ok(plots::rounding(comparison, trained))
}

fn format(path: &Path) -> Result<Format, Failure> {
    let end = path.extension().unwrap_or_default().to_string_lossy();
    match end.to_ascii_lowercase().as_str() {
        "png" => Ok(Format::Png),
        "svg" => Ok(Format::Svg),
        _ => Err(Failure::Input(format!(
            "{}: unknown format; use a name that ends in .png or .svg",
            path.display()
        ))),
    }
}
