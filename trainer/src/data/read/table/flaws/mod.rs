//! Values that may be flaws: codes for missing values, outliers, and integers that are rounded.

pub(crate) mod far;
pub(crate) mod outliers;
pub(crate) mod precision;
