//! `flowlet schema`: what the JSON of each command looks like. A test makes the files from the types that are printed,
//! so that builds need not.

use clap::{Args, ValueEnum};

use super::{Failure, print};

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
        print::text(self.of.schema(), false)
    }
}

impl Printed {
    fn schema(self) -> &'static str {
        match self {
            Self::Train | Self::Eval => include_str!("schema/card.json"),
            Self::Sweep => include_str!("schema/sweep.json"),
            Self::Sample => include_str!("schema/sample.json"),
            Self::Inspect => include_str!("schema/inspect.json"),
            Self::Emulate => include_str!("schema/emulate.json"),
            Self::Export => include_str!("schema/export.json"),
            Self::Bench => include_str!("schema/bench.json"),
            Self::Quality => include_str!("schema/quality.json"),
        }
    }
}

#[cfg(test)]
mod tests {
    use schemars::{Schema, schema_for};

    use super::super::card::Card;
    use super::super::{bench, emulate, export, inspect, quality, sample, train};
    use super::*;

    fn made(of: Printed) -> Schema {
        match of {
            Printed::Train | Printed::Eval => schema_for!(Card),
            Printed::Sweep => schema_for!(Vec<train::SweepEntry>),
            Printed::Sample => schema_for!(sample::Summary<'_>),
            Printed::Inspect => schema_for!(inspect::Contents<'_>),
            Printed::Emulate => schema_for!(emulate::Figures<'_>),
            Printed::Export => schema_for!(export::Json<'_>),
            Printed::Bench => bench::schema(),
            Printed::Quality => schema_for!(Vec<quality::Row>),
        }
    }

    #[test]
    fn files_are_those_of_the_types() {
        for of in Printed::value_variants() {
            let made = serde_json::to_string_pretty(&made(*of)).expect("JSON") + "\n";
            if std::env::var_os("FLOWLET_RECORD").is_some() {
                let file = match of {
                    Printed::Train | Printed::Eval => "card".to_owned(),
                    _ => format!("{of:?}").to_lowercase(),
                };
                let file = format!(
                    "{}/src/commands/schema/{file}.json",
                    env!("CARGO_MANIFEST_DIR")
                );
                std::fs::write(&file, made).expect("written");
                continue;
            }
            assert_eq!(
                of.schema(),
                made,
                "{of:?}; FLOWLET_RECORD=1 cargo test -p flowlet-cli --lib schema"
            );
        }
    }
}
