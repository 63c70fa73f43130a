//! The runtime on the host: its bits compared with a naive oracle, and malformed files.

mod arithmetic;
mod bits;
mod borrowed;
mod category;
mod circular;
mod corpus;
mod decimal;
#[cfg(feature = "defmt")]
mod defmt;
mod encode;
mod extremes;
mod fill_malformed;
mod fill_oracle;
mod fills;
#[path = "../fuzz/lib.rs"]
mod fuzz_checks;
mod golden;
#[path = "../golden/cases.rs"]
mod golden_cases;
mod include;
mod malformed;
mod models;
mod odd_shapes;
mod oracle;
mod score;
mod score_oracle;
mod slots;
mod standard_normal;
mod standardise;
mod stepping;
mod values;
