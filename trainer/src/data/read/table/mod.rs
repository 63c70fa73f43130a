//! From the rows of opened files to a table.
//!
//! 1. `join`: the rows of all files follow each other.
//! 2. `recordings`: gaps in time end recordings, and windows cut them.
//! 3. `missing` and `kept`: some rows are left out or refused, and the others are kept.
//! 4. `names`: names become categories, and dates become circular columns.
//! 5. `flaws`: values that may be flaws are noted.
//!
//! `collect` takes each row through the stages.

pub(crate) mod collect;
pub(crate) mod flaws;
pub(crate) mod join;
pub(crate) mod kept;
pub(crate) mod missing;
pub(crate) mod names;
pub(crate) mod recordings;

use super::super::Table;
use super::super::error::DataError;
use super::options::ReadOptions;
use super::rows::{Opened, Source};
use collect::collect;
use join::join;
use recordings::times::Times;

/// Reads a table from files with the same columns.
pub(crate) fn read(files: &[&dyn Source], options: &ReadOptions) -> Result<Table, DataError> {
    collected(files, options).map_err(|error| {
        let is_of = |file: &&&dyn Source| error.place.file == Some(file.name());
        match files.iter().find(is_of) {
            Some(file) => file.explain(error, options),
            None => error,
        }
    })
}

fn collected(files: &[&dyn Source], options: &ReadOptions) -> Result<Table, DataError> {
    let declared = files.iter().flat_map(|file| file.categories()).cloned();
    let mut options = options.clone();
    options.inferred_categories.extend(declared);
    let options = &options;
    let mut opened = open(files, options)?;
    // A column has names in all files if it has names in one.
    let names_of = |of: &Opened<'_>| -> Vec<String> {
        of.named.iter().map(|&at| of.columns[at].clone()).collect()
    };
    let named: Vec<Vec<String>> = opened.iter().map(names_of).collect();
    let has_numbers = |name: &&String| {
        let mut files = opened.iter().zip(&named);
        files.any(|(of, named)| of.columns.contains(name) && !named.contains(name))
    };
    let mut mixed: Vec<String> = named
        .iter()
        .flatten()
        .filter(has_numbers)
        .cloned()
        .collect();
    mixed.sort_unstable();
    mixed.dedup();
    let mut forced = options.clone();
    if !mixed.is_empty() {
        forced.categories.extend(mixed);
        opened = open(files, &forced)?;
    }
    let times = match &options.time {
        Some(column) => {
            let times = Times::measure(join(opened)?, column, options)?;
            opened = open(files, &forced)?;
            Some(times)
        }
        None => None,
    };
    collect(join(opened)?, times.as_ref(), options)
}

fn open<'f>(files: &[&'f dyn Source], options: &ReadOptions) -> Result<Vec<Opened<'f>>, DataError> {
    files.iter().map(|file| file.open(options)).collect()
}
