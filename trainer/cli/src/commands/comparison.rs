//! What `flowlet eval`, `flowlet report` and `flowlet plot` are about: a model, real rows, and the run folder where there is one.

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
use flowlet_trainer::evaluate::Reference;
use flowlet_trainer::{FloatModel, Table};

/// A model beside real rows.
#[derive(Args, Clone, Debug)]
pub struct ComparisonArgs {
    /// The model; what its training left in the folder beside it is used where it is there.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Real rows, with the columns that the model was trained on; `-` reads standard input.
    #[arg(value_name = "DATA")]
    pub data: PathBuf,
    /// How to read them.
    #[command(flatten)]
    pub read: DataArgs,
    /// Solver steps a sample, 1 to 256; without it what the model recommends.
    #[arg(long, value_name = "K", value_parser = values::steps())]
    pub steps: Option<u16>,
    /// Seed of the noise, and of what is drawn by lot.
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
}

/// The files, read.
pub(super) struct Opened {
    file: ModelFile,
    table: Table,
}

impl ComparisonArgs {
    /// The files that are read.
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

    /// Samples the model beside the rows.
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

    /// The rows, in the half to judge by and the half to compare with.
    pub(super) fn reference(
        &self,
        model: &Model<'_>,
        opened: &Opened,
    ) -> Result<Reference, Failure> {
        Ok(Reference::halves(model, &opened.table, self.seed)?)
    }

    /// The losses of the run, or why there are none.
    pub(super) fn losses(&self) -> Result<Vec<PhaseLosses>, String> {
        let (path, bytes) = self.of_run("losses.csv")?;
        let text = String::from_utf8(bytes).map_err(|error| error.to_string());
        let phases = text.and_then(|text| losses::parse(&text));
        phases.map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The float network of the run, where it is the model's.
    pub(super) fn float(&self, model: &Model<'_>) -> FloatNetwork {
        let network = self.of_run("network").and_then(|(path, bytes)| {
            let trained = FloatModel::from_bytes(&bytes);
            let trained =
                trained.ok_or_else(|| format!("{} is not one of this version", path.display()))?;
            match trained.is_source_of(model) {
                true => Ok(trained),
                false => Err(format!("{} is of another model", path.display())),
            }
        });
        match network {
            Ok(trained) => FloatNetwork::Available(Box::new(trained)),
            Err(why) => FloatNetwork::Missing(why),
        }
    }

    /// A file of the run, or why it is not there.
    fn of_run(&self, name: &str) -> Result<(PathBuf, Vec<u8>), String> {
        let folder = RunFolder::of_model(Path::new(&self.model));
        let path = folder.map(|folder| folder.path(name));
        let path = path.ok_or_else(|| "the model is no file with a folder beside it".to_owned())?;
        match fs::read(&path) {
            Ok(bytes) => Ok((path, bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(format!(
                "no {}, which flowlet train leaves beside the model",
                path.display()
            )),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }
}

impl Opened {
    /// The model in the file.
    pub(super) fn model(&self) -> Result<Model<'_>, Failure> {
        self.file.model()
    }

    /// The bytes of the model's file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.file.bytes
    }
}
