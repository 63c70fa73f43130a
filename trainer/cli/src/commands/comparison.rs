//! The arguments of `eval`, `report` and `plot`: a model, real rows, and the run folder if there is
//! one.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, CommandFactory};
use flowlet::Model;

use super::data_args::{DataArgs, input_name, shown};
use super::model_file::ModelFile;
use super::train::recipe;
use super::train::run_folder::RunFolder;
use super::{Cli, Failure, print, values};
use crate::report::stats::losses::{self, PhaseLosses};
use crate::report::stats::{Comparison, FloatNetwork, Sampling};
use flowlet_trainer::data::split::Split;
use flowlet_trainer::device_columns::transform;
use flowlet_trainer::evaluate::Reference;
use flowlet_trainer::findings::{Finding, RealRows, overtraining, sort};
use flowlet_trainer::{FloatModel, Provenance, Table};

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
    /// Real rows with the columns of the model: files or folders; `-` reads standard input.
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// How to read the rows.
    #[command(flatten)]
    pub read: DataArgs,
    /// Take this many uniform solver steps per sample, 1 to 256. [default: the model's time grid]
    #[arg(long, value_name = "K", value_parser = values::steps, allow_negative_numbers = true)]
    pub steps: Option<u16>,
    /// Random seed.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub seed: u64,
    /// Reading options of the model's run, which are among those of `read`.
    #[arg(skip)]
    pub saved: Option<SavedOptions>,
}

/// Reading options of the run in which a model was trained.
#[derive(Clone, Debug)]
pub struct SavedOptions {
    /// The options that were given on the command line.
    given: DataArgs,
    /// File of the saved options.
    path: PathBuf,
    /// The saved options that were not given.
    pub(super) arguments: Vec<OsString>,
}

/// The files that were read.
pub(super) struct Opened {
    file: ModelFile,
    table: Table,
    /// Training and validation rows of the table, if the model was trained on it.
    split: Option<Split>,
    /// Name of the data.
    data: String,
}

impl ComparisonArgs {
    /// Returns the paths of the files.
    pub(super) fn files(&self) -> Vec<&Path> {
        let data = self.data.iter().map(PathBuf::as_path);
        data.chain([self.model.as_path()]).collect()
    }

    /// Reads the files.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        let table = self.read_table(&model)?;
        let training = model.card().parse::<Provenance>().ok();
        let split = training.and_then(|training| training.split(&table));
        Ok(Opened {
            file,
            table,
            split,
            data: input_name(&self.data),
        })
    }

    /// Reads the rows with the options of the run too, if they fit the data.
    fn read_table(&self, model: &Model<'_>) -> Result<Table, Failure> {
        let Some(saved) = &self.saved else {
            return self.read.read_for(&self.data, model);
        };
        let (data, path) = (shown(&self.data), saved.path.display());
        match self.read.read_for(&self.data, model) {
            Ok(table) => {
                let options: Vec<_> = saved
                    .arguments
                    .iter()
                    .map(|of| of.to_string_lossy())
                    .collect();
                print::note(&format!(
                    "note: {data}: read with {}, as in {path}; options of the command line take precedence",
                    options.join(" ")
                ));
                Ok(table)
            }
            Err(failure) => match saved.given.read_for(&self.data, model) {
                Ok(table) => {
                    print::note(&format!(
                        "note: {data}: read without the options of {path}, which do not fit"
                    ));
                    Ok(table)
                }
                Err(_) => Err(failure),
            },
        }
    }

    /// Returns the reading options of the model's run that were not given, if there are any.
    pub(super) fn saved_options(&self, name: &str, given: &ArgMatches) -> Option<SavedOptions> {
        let path = RunFolder::of_model(&self.model)?.path("recipe.toml");
        let mut cli = Cli::command();
        cli.build();
        let command = cli.find_subcommand(name)?;
        let reading = DataArgs::augment_args(clap::Command::new("read"));
        // The model has the label.
        let names = reading.get_arguments().filter_map(|arg| arg.get_long());
        let names: Vec<&str> = names.filter(|&name| name != "label").collect();
        let recipe = recipe::read_some(path, &names, &self.data, command, given).ok()??;
        (!recipe.arguments.is_empty()).then(|| SavedOptions {
            given: self.read.clone(),
            path: recipe.path,
            arguments: recipe.arguments,
        })
    }

    /// Generates rows and compares them with the real rows.
    pub(super) fn comparison<'o>(&self, opened: &'o Opened) -> Result<Comparison<'o>, Failure> {
        let model = opened.model()?;
        let reference = self.reference(&model, opened)?;
        let split = opened.split.as_ref();
        Ok(Comparison::new(
            model,
            &opened.table,
            split,
            reference,
            self.float(&model),
            Sampling {
                steps: self.steps,
                seed: self.seed,
            },
        )?)
    }

    /// Returns the rows that samples are compared with: the validation rows of the training, if the
    /// data are those of the training, and otherwise all rows in two halves.
    pub(super) fn reference(
        &self,
        model: &Model<'_>,
        opened: &Opened,
    ) -> Result<Reference, Failure> {
        let (transform, table) = (transform(model), &opened.table);
        let reference = match &opened.split {
            Some(split) => {
                let [training, validation] = split.tables(table);
                Reference::new(transform, &training, &validation, self.seed)
            }
            None => Reference::halves(transform, table, self.seed)?,
        };
        Ok(reference.named(opened.data.clone()))
    }

    /// Returns what the samples and the training are found to be, with advice.
    pub(super) fn findings(
        &self,
        model: &Model<'_>,
        opened: &Opened,
        float: Option<&FloatModel>,
    ) -> Result<Vec<Finding>, Failure> {
        let (transform, table) = (transform(model), &opened.table);
        let real = match &opened.split {
            Some(split) => {
                let [training, validation] = split.tables(table);
                let numbers = Some(split.training.as_slice());
                RealRows::new(transform, &training, &validation, numbers, self.seed)
            }
            None => RealRows::halves(transform, table, self.seed)?,
        };
        let mut findings = real.examine(model, self.steps, self.seed)?;
        findings.extend(float.and_then(|float| overtraining(&float.losses)));
        sort(&mut findings);
        Ok(findings)
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

    /// Returns the name of the data.
    pub(super) fn data(&self) -> &str {
        &self.data
    }

    /// Returns the bytes of the model's file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.file.bytes
    }
}
