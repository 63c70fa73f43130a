//! `flowlet report`: a page about a model beside real rows.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use super::card::Card;
use super::progress::StageBar;
use super::subject::SubjectArgs;
use crate::evaluate::evaluate;
use crate::files;
use crate::report::gather::columns::columns;
use crate::report::gather::cost::costs;
use crate::report::gather::nearest::Nearest;
use crate::report::gather::steps::Steps;
use crate::report::page::Report;

/// Write a page about a model beside real rows: pictures, checks, costs.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  flowlet report beats.flow beats.csv -o beats.html
  flowlet report digits.flow digits.csv --label label --steps 4 -o digits.html

The page is one file and needs no network. Give it the rows that the
model was trained on, for copies are looked for among them. `flowlet plot`
writes its pictures one by one.")]
pub struct ReportArgs {
    /// What it is about.
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// Where to write the page; `-` is standard output.
    #[arg(short, long, value_name = "REPORT.html")]
    pub output: PathBuf,
}

impl ReportArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        files::check_writable(&self.output, &self.subject.files())?;
        let bar = StageBar::new(6);
        bar.begin("reading");
        let opened = self.subject.open()?;
        bar.begin("sampling");
        let subject = self.subject.subject(&opened)?;
        bar.begin("judging");
        let evaluation = evaluate(
            &subject.model,
            subject.float.network(),
            &subject.reference,
            subject.steps,
            subject.seed,
        );
        bar.begin("sampling in 1 to 16 steps");
        let steps = Steps::of(&subject);
        bar.begin("looking for copies");
        let nearest = Nearest::of(&subject);
        bar.begin("drawing");
        let report = Report {
            model: name(&self.subject.model),
            data: name(&self.subject.data),
            card: Card::new(opened.bytes(), &evaluation)?,
            columns: columns(&subject),
            losses: self.subject.losses(),
            costs: costs(&subject.model, subject.file_bytes, subject.steps_taken()),
            steps,
            nearest,
            subject,
        };
        Ok(files::write(&self.output, &report.html())?)
    }
}

/// The last part of a path.
fn name(path: &Path) -> String {
    match path.file_name() {
        Some(name) if path != Path::new("-") => name.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    }
}
