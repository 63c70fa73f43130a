//! The arguments of `eval`, `report` and `plot`: a model, real rows, and the run folder if there is
//! one.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;
use flowlet::Model;

use super::data_args::DataArgs;
use super::model_file::ModelFile;
use super::train::run_folder::RunFolder;
use super::{Failure, values};
use crate::report::stats::losses::{self, PhaseLosses};
use crate::report::stats::{Comparison, FloatNetwork, Sampling};
use flowlet_trainer::device_columns::transform;
use flowlet_trainer::evaluate::Reference;
use flowlet_trainer::{FloatModel, Table};

/// Help of `--label`, which differs from that of `train`.
const LABEL_HELP: &str =
    "Read the class of each row from this column [default: the label of the model]";

/// A model and the real rows that it is compared with.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("label", |arg| arg.help(LABEL_HELP)))]
pub struct ComparisonArgs {
    /// Model to compare. The float network and the losses are read from its run folder, MODEL.run.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Real rows with the columns of the model; `-` reads standard input.
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// How to read the rows.
    #[command(flatten)]
    pub read: DataArgs,
    /// Take this many uniform solver steps per sample, 1 to 256. [default: the model's time grid]
    #[arg(long, value_name = "K", value_parser = values::steps, allow_negative_numbers = true)]
    pub steps: Option<u16>,
    /// Random seed.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub seed: u64,
}

/// The files that were read.
pub(super) struct Opened {
    file: ModelFile,
    table: Table,
}

impl ComparisonArgs {
    /// Returns the paths of the files.
    pub(super) fn files(&self) -> [&Path; 2] {
        [&self.model, &self.data]
    }

    /// Reads the files.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        let table = self.read.read_for(&self.data, &model)?;
        Ok(Opened { file, table })
    }

    /// Generates rows and compares them with the real rows.
    pub(super) fn comparison<'o>(&self, opened: &'o Opened) -> Result<Comparison<'o>, Failure> {
        let model = opened.model()?;
        let reference = self.reference(&model, opened)?;
        Ok(Comparison::new(
            model,
            &opened.table,
            reference,
            self.float(&model),
            Sampling {
                steps: self.steps,
                seed: self.seed,
            },
        )?)
    }

    /// Returns the rows in two halves, for the metrics.
    pub(super) fn reference(
        &self,
        model: &Model<'_>,
        opened: &Opened,
    ) -> Result<Reference, Failure> {
        Ok(Reference::halves(
            transform(model),
            &opened.table,
            self.seed,
        )?)
    }

    /// Returns the losses of the run, or why they are missing.
    pub(super) fn losses(&self) -> Result<Vec<PhaseLosses>, String> {
        let (path, bytes) = self.read_run("losses.csv")?;
        let text = String::from_utf8(bytes).map_err(|error| error.to_string());
        let phases = text.and_then(|text| losses::parse(&text));
        phases.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Returns the float network of the run, or why it is missing.
    pub(super) fn float(&self, model: &Model<'_>) -> FloatNetwork {
        let network = self.read_run("network").and_then(|(path, bytes)| {
            let trained = FloatModel::from_bytes(&bytes);
            let trained = trained
                .ok_or_else(|| format!("{} is not a network of this version", path.display()))?;
            match trained.is_source_of(model) {
                true => Ok(trained),
                false => Err(format!("{} belongs to another model", path.display())),
            }
        });
        match network {
            Ok(trained) => FloatNetwork::Available(Box::new(trained)),
            Err(why) => FloatNetwork::Missing(why),
        }
    }

    /// Reads a file of the run folder, or returns why it is missing.
    fn read_run(&self, name: &str) -> Result<(PathBuf, Vec<u8>), String> {
        let folder = RunFolder::of_model(Path::new(&self.model));
        let path = folder.map(|folder| folder.path(name));
        let path =
            path.ok_or_else(|| "the model is not a file, so it has no run folder".to_owned())?;
        match fs::read(&path) {
            Ok(bytes) => Ok((path, bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(format!(
                "no file {}, which flowlet train writes next to the model",
                path.display()
            )),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }
}

impl Opened {
    /// Returns the model.
    pub(super) fn model(&self) -> Result<Model<'_>, Failure> {
        self.file.model()
    }

    /// Returns the bytes of the model's file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.file.bytes
    }
}
