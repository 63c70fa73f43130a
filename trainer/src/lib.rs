//! flowlet's trainer as a library: from a table to a model file, and back to samples and scores.
//!
//! ```
//! use flowlet_trainer::{Seed, Table, Trainer};
//!
//! # let folder = tempfile::tempdir().expect("a folder");
//! # let path = folder.path().join("beats.csv");
//! # std::fs::write(&path, "x,y,kind\n1,2,a\n2,3,a\n3,5,b\n4,4,b\n").expect("written");
//! let table = Table::from_csv(&path)?;
//! let trained = Trainer::new(&table)
//!     .label("kind")
//!     .hidden([8; 3])
//!     .steps(4)
//!     .distil()
//!     .iterations(20) // omit for good samples
//!     .on_progress(|progress| eprintln!("{progress}"))
//!     .fit()?;
//! trained.save(folder.path().join("beats.flow"))?;
//! let rows = trained.model().sample(100, Seed(1))?;
//! let card = trained.evaluate()?;
//! # assert_eq!((rows.values.nrows(), card.sizes.steps), (100, 4));
//! # Ok::<(), flowlet_trainer::Error>(())
//! ```
//!
//! The modules depend on each other in one direction: `data` → `path` and `coupling` → `train` →
//! `quantise` → `device_columns` and `fit` → [`Trainer`]. [`evaluate`], [`metrics`] and [`import`]
//! use what they need of these. So do [`score`], which scores rows, and [`fill`], which fills in
//! rows. A *fit* is a training and all that follows it: reflow, the search for a time grid,
//! distillation and quantisation.

pub mod card;
pub mod column_roles;
pub mod data;
pub mod datasets;
pub mod defaults;
pub mod detectors;
pub mod device_columns;
pub mod evaluate;
mod fewest_steps;
pub mod files;
pub mod fill;
pub mod findings;
pub mod generate;
pub mod import;
pub mod metrics;
pub mod samples;
pub mod score;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod train;

mod baselines;
mod coupling;
mod decisions;
mod drift;
mod error;
mod fit;
mod float_sampler;
mod host_model;
mod known;
mod masks;
mod network;
mod optim;
mod path;
mod policy;
mod post_training;
mod provenance;
mod quantile;
mod quantise;
mod query;
#[cfg(test)]
#[path = "../../tests/runtime/standard_normal.rs"]
mod standard_normal;
mod time;
mod trained;
mod trainer;

pub use card::Card;
pub use coupling::Coupling;
pub use data::latent_rank::LatentRank;
pub use data::{DataError, DataErrorKind, Table};
pub use decisions::{Decision, DecisionKind};
pub use error::Error;
pub use fit::{Checkpoint, Observer, Phase, Progress, Stop};
pub use host_model::{HostModel, Seed};
pub use path::Path;
pub use policy::Candidate;
pub use provenance::Provenance;
pub use query::Query;
pub use train::{FloatModel, Patience, TimeDensity, TrainError};
pub use trained::Trained;
pub use trainer::{Plan, Trainer};
