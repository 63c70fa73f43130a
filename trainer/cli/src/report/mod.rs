//! What a person looks at before they trust a model: pictures of real beside generated rows, checks and costs.
//!
//! Three layers. [`gather`] finds out, and knows nothing of drawing; [`pictures`] make panels of what was found, each a
//! [`scene`] of few shapes that becomes SVG or PNG; [`page`] sets them with tables and words into one HTML file.

pub mod card;
pub mod html;
pub mod plots;
pub mod roles;
pub mod scene;
pub mod stats;
