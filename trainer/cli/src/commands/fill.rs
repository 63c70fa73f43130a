//! `flowlet fill`: rows with missing values, filled in by a model.

use std::path::{Path, PathBuf};

use clap::Args;
use flowlet::Model;

use super::data_args::shown;
use super::model_file::ModelFile;
use super::rows_args::RowsArgs;
use super::sampling_args::check_count;
use super::{Failure, output, print, values};
use crate::text::counted;
use flowlet_trainer::fill::{FillError, OutOfRange, Partial, fill, out_of_range, predict};
use flowlet_trainer::samples::filled_to_csv;

/// Fill in the missing values of rows.
#[derive(Args, Clone, Debug)]
#[command(
    mut_arg("missing", |arg| arg.hide(true)),
    after_help = "Examples:
  flowlet fill room.flow today.csv -o filled.csv
  flowlet fill room.flow today.csv --draws 32 -o with-intervals.csv
  flowlet fill room.flow today.csv --predict -o means.csv

Empty cells are filled in, and so are cells such as NA and columns that the file
lacks. The model was trained with --fill, --query or --condition."
)]
pub struct FillArgs {
    /// The model, which was trained with --fill, --query or --condition, and the rows with its
    /// columns, of which some cells are empty.
    #[command(flatten)]
    pub rows: RowsArgs,
    /// Write the rows to this CSV file; `-` is standard output.
    #[arg(short, long, value_name = "OUT.csv")]
    pub output: PathBuf,
    /// Draw each row N times, and write the means and the 10 % and 90 % quantiles. With 1, write
    /// the draw itself.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = values::count, allow_negative_numbers = true)]
    pub draws: u32,
    /// Write the mean of the missing values, in one evaluation of the network, in place of draws.
    #[arg(long, conflicts_with_all = ["draws", "steps", "seed"])]
    pub predict: bool,
    /// Take this many uniform solver steps, 1 to 256. [default: those of the model or of the query]
    #[arg(long, value_name = "K", value_parser = values::steps, allow_negative_numbers = true)]
    pub steps: Option<u16>,
    /// Set the random seed. The draws of a row depend on it and on the position of the row.
    #[arg(long, value_name = "S", default_value_t = 0, value_parser = values::seed, allow_negative_numbers = true)]
    pub seed: u64,
}

impl FillArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let RowsArgs {
            model: path, data, ..
        } = &self.rows;
        output::check_writable(&self.output, &self.rows.files())?;
        let file = ModelFile::read(path)?;
        let model = file.model()?;
        let table = self.rows.read_partly(data, &model)?;
        check_count("--draws", self.draws, table.values.nrows() * model.dim())?;
        let classes = table.classes().filter(|_| model.classes() > 0);
        let values = table.known_values();
        let rows = Partial {
            values: values.view(),
            classes,
        };
        let beyond = out_of_range(&model, values.view());
        note_out_of_range(&shown(data), true, &beyond);
        if let (Some((label, _)), None) = (model.label(), classes) {
            let column = format!("a column `{label}` names it");
            note_no_class(&model, &shown(data), &column);
        }
        let draws = match self.predict {
            true => predict(&model, rows).map(|mean| vec![mean]),
            false => fill(&model, rows, self.draws as usize, self.steps, self.seed),
        };
        let draws = draws.map_err(|error| refused(path, &shown(data), &error))?;
        output::write(&self.output, &filled_to_csv(&model, &table, &draws))?;
        let rows = table.values.outer_iter();
        let empty = rows.filter(|row| row.iter().any(|value| value.is_nan()));
        let count = empty.count();
        print::note(&format!(
            "{count} of {} filled in",
            counted(table.values.nrows(), "row", "rows")
        ));
        Ok(())
    }
}

/// Says why `data` are not filled in, or the model fills in none.
pub(super) fn refused(model: &Path, data: &str, error: &FillError) -> Failure {
    let name = model.display();
    Failure::Input(match error {
        FillError::NoFill => {
            format!("{name}: {error} (flowlet train --fill, --query or --condition)")
        }
        FillError::NoPrediction | FillError::Model(_) => format!("{name}: {error}"),
        _ => format!("{data}: {error}"),
    })
}

/// Notes how rows without a class are drawn, and `choice`, what chooses one.
pub(super) fn note_no_class(model: &Model<'_>, data: &str, choice: &str) {
    if model.classes() == 0 {
        return;
    }
    let what = match model.header().null_class != 0 {
        true => "no class is given, so the rows are drawn from all classes and have none",
        false => "no class is given, so it is drawn in the training proportions, whatever is known",
    };
    print::note(&format!("note: {data}: {what} ({choice})"));
}

/// Notes that known values are out of range: the first one, and how many there are.
pub(super) fn note_out_of_range(data: &str, has_rows: bool, found: &[OutOfRange]) {
    let Some(first) = found.first() else {
        return;
    };
    let row = match has_rows {
        true => format!("row {}, ", first.row),
        false => String::new(),
    };
    let others = match found.len() {
        1 => String::new(),
        count => format!("; {count} known values are so"),
    };
    print::note(&format!("note: {data}: {row}{first}{others}"));
}
