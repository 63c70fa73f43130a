//! The runtime on the host: its bits against a naive oracle, and files that would harm it.

mod category;
mod corpus;
#[path = "../fuzz/harmless.rs"]
mod harmless;
mod hostile;
mod lent;
#[cfg(feature = "defmt")]
mod log;
mod models;
mod odd;
mod oracle;
