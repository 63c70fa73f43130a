//! The arguments of commands that take a model and real rows, which are read as those of the
//! model's training.

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
use super::{Cli, Failure, print};
use flowlet_trainer::data::split::Split;
use flowlet_trainer::{Provenance, Table};

/// Help of `--label`, which differs from that of `train`.
const LABEL_HELP: &str =
    "Read the class of each row from this column [default: the label of the model]";

/// A model and real rows.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("label", |arg| arg.help(LABEL_HELP)))]
pub struct RowsArgs {
    /// Model to use. The reading options of its training are in its run folder, MODEL.run.
    #[arg(value_name = "MODEL.flow")]
    pub model: PathBuf,
    /// Real rows with the columns of the model: files or folders; `-` reads standard input.
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// How to read the rows.
    #[command(flatten)]
    pub read: DataArgs,
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
    pub(super) table: Table,
    /// Training and validation rows of the table, if the model was trained on it.
    pub(super) split: Option<Split>,
    /// Name of the data.
    data: String,
}

impl RowsArgs {
    /// Returns the paths of the files.
    pub(super) fn files(&self) -> Vec<&Path> {
        let data = self.data.iter().map(PathBuf::as_path);
        data.chain([self.model.as_path()]).collect()
    }

    /// Reads the files.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let file = ModelFile::read(&self.model)?;
        let model = file.model()?;
        let table = self.read_table(&self.data, &model)?;
        let training = model.card().parse::<Provenance>().ok();
        let split = training.and_then(|training| training.split(&table));
        Ok(Opened {
            file,
            table,
            split,
            data: input_name(&self.data),
        })
    }

    /// Reads rows with the columns of the model.
    pub(super) fn read_table(&self, data: &[PathBuf], model: &Model<'_>) -> Result<Table, Failure> {
        self.with_saved(data, |read| read.read_for(data, model))
    }

    /// Reads rows that are scored. They may have categories and classes that the model does not
    /// know.
    pub(super) fn read_open(&self, data: &[PathBuf], model: &Model<'_>) -> Result<Table, Failure> {
        self.with_saved(data, |read| read.read_open(data, model))
    }

    /// Reads rows to be filled in, of which values and the column of the classes may be missing.
    pub(super) fn read_partly(
        &self,
        data: &[PathBuf],
        model: &Model<'_>,
    ) -> Result<Table, Failure> {
        self.with_saved(data, |read| read.read_partly_for(data, model))
    }

    /// Reads rows whose classes do not matter. The column of the classes may be missing, or have
    /// classes that the model does not know.
    pub(super) fn read_unlabelled(
        &self,
        data: &[PathBuf],
        model: &Model<'_>,
    ) -> Result<Table, Failure> {
        self.with_saved(data, |read| read.read_unlabelled(data, model))
    }

    /// Reads rows with the options of the run too, if they fit the data.
    fn with_saved(
        &self,
        data: &[PathBuf],
        read: impl Fn(&DataArgs) -> Result<Table, Failure>,
    ) -> Result<Table, Failure> {
        let Some(saved) = &self.saved else {
            return read(&self.read);
        };
        let (name, path) = (shown(data), saved.path.display());
        match read(&self.read) {
            Ok(table) => {
                let options: Vec<_> = saved
                    .arguments
                    .iter()
                    .map(|of| of.to_string_lossy())
                    .collect();
                print::note(&format!(
                    "note: {name}: read with {}, as in {path}; options of the command line take precedence",
                    options.join(" ")
                ));
                Ok(table)
            }
            Err(failure) => match read(&saved.given) {
                Ok(table) => {
                    print::note(&format!(
                        "note: {name}: read without the options of {path}, which do not fit"
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
        // The model has the label. Every row is scored or filled in.
        let is_other = |option: &&str| match *option {
            "label" => false,
            "rows" => !["score", "fill"].contains(&name),
            "missing" => name != "fill",
            _ => true,
        };
        let names = reading.get_arguments().filter_map(|arg| arg.get_long());
        let names: Vec<&str> = names.filter(is_other).collect();
        let recipe = recipe::read_some(path, &names, &self.data, command, given).ok()??;
        (!recipe.arguments.is_empty()).then(|| SavedOptions {
            given: self.read.clone(),
            path: recipe.path,
            arguments: recipe.arguments,
        })
    }

    /// Reads a file of the run folder, or returns why it is missing.
    pub(super) fn read_run(&self, name: &str) -> Result<(PathBuf, Vec<u8>), String> {
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

    /// Returns the training and the validation rows, or two halves of data that the model was not
    /// trained on.
    pub(super) fn sides(&self, seed: u64) -> Result<[Table; 2], Failure> {
        match &self.split {
            Some(split) => Ok(split.tables(&self.table)),
            None => Ok(Split::new(&self.table, 0.5, seed)?.tables(&self.table)),
        }
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
