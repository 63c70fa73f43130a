//! `flowlet schema`: what the JSON of each command looks like, made from the types that are printed.

use clap::{Args, ValueEnum};
use schemars::{Schema, schema_for};

use super::card::Card;
use super::{Failure, bench, emulate, export, inspect, print, quality, sample, train};

/// Print the JSON Schema of what a command prints with --json.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Example:
  flowlet schema eval > card.schema.json")]
pub struct SchemaArgs {
    /// The command.
    #[arg(value_name = "COMMAND")]
    pub of: Printed,
}

/// A command with --json.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the commands' names")]
pub enum Printed {
    Train,
    /// train --sweep
    Sweep,
    Sample,
    Inspect,
    Eval,
    Emulate,
    Export,
    Bench,
    Quality,
}

impl SchemaArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        print::json(&self.of.schema(), false)
    }
}

impl Printed {
    fn schema(self) -> Schema {
        match self {
            Self::Train | Self::Eval => schema_for!(Card),
            Self::Sweep => schema_for!(Vec<train::SweepEntry>),
            Self::Sample => schema_for!(sample::Summary<'_>),
            Self::Inspect => schema_for!(inspect::Contents<'_>),
            Self::Emulate => schema_for!(emulate::Figures<'_>),
            Self::Export => schema_for!(export::Json<'_>),
            Self::Bench => bench::schema(),
            Self::Quality => schema_for!(Vec<quality::Row>),
        }
    }
}
