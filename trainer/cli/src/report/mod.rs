//! The report about a model and the rows that it was trained on.
//!
//! [`stats`] computes what the report says, [`plots`] draw it, and [`html`] makes a page of both
//! with tables and text. Each imports only those before it.

pub mod html;
pub mod plots;
pub mod stats;
