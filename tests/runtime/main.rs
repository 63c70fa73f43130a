//! The runtime on the host: its bits against a naive oracle, and files that would harm it.

mod arithmetic;
mod borrowed;
mod category;
mod corpus;
#[cfg(feature = "defmt")]
mod defmt;
mod encode;
mod extremes;
mod golden;
#[path = "../golden/cases.rs"]
mod golden_cases;
#[path = "../fuzz/lib.rs"]
mod harmless;
mod malformed;
mod models;
mod odd_shapes;
mod oracle;
mod standard_normal;
